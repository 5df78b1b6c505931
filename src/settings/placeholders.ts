/**
 * The placeholders of OpenCode's configuration, as OpenCode fills them in: in the text of the file,
 * before it is parsed, so that they work outside of quotes too. Measured on OpenCode 1.18.33.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ConfigLocation } from "./config-files.ts";

/**
 * - `{env:NAME}`: the variable as it is, quotes and all; nothing where it is not set. The name is
 *   taken to the letter, spaces included.
 * - `{file:path}`: the file's text, trimmed and escaped for a JSON text. Not on a comment's line,
 *   and what the file holds is not looked through again.
 *
 * @param folder what a relative path starts from.
 */
export async function fillPlaceholders(
  text: string,
  folder: string,
  { env, home }: Pick<ConfigLocation, "env" | "home">,
): Promise<string> {
  const filled = text.replace(/\{env:([^}]+)\}/g, (_, name: string) => env[name] || "");
  const parts: string[] = [];
  let end = 0;
  for (const { 0: placeholder, 1: path = "", index } of filled.matchAll(/\{file:([^}]+)\}/g)) {
    const lineStart = filled.lastIndexOf("\n", index - 1) + 1;
    if (filled.slice(lineStart, index).trimStart().startsWith("//")) continue;
    parts.push(filled.slice(end, index), await readEscaped(path, folder, home));
    end = index + placeholder.length;
  }
  return parts.join("") + filled.slice(end);
}

async function readEscaped(path: string, folder: string, home: string): Promise<string> {
  const absolute = path.startsWith("~/") ? join(home, path.slice(2)) : resolve(folder, path);
  // The host refuses to start on a missing file, so this is only reached when it went since.
  const content = await readFile(absolute, "utf8").catch(() => "");
  return JSON.stringify(content.trim()).slice(1, -1);
}
