/**
 * What the user wrote in OpenCode's own configuration and the host does not hand on:
 * `provider.openai.baseURL` is no key of OpenCode's schema, so the `config` hook never sees it.
 */
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import * as v from "valibot";
import { parseJsonc } from "./jsonc.ts";
import { loadJsonFile } from "./store.ts";

export type ConfigLocation = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The working directory, and the root of its worktree. */
  readonly directory: string;
  readonly worktree: string;
};

export type WrittenBaseURL = {
  readonly value: unknown;
  /** The file, or the environment variable, it stands in. */
  readonly source: string;
};

const ProviderSchema = v.object({
  provider: v.object({ openai: v.object({ baseURL: v.unknown() }) }),
});

/**
 * Finds `provider.openai.baseURL` as written, in the host's order (a later file wins), with the
 * host's `{env:NAME}` and `{file:path}` filled in. Files that cannot be read are passed over: the
 * host itself reports those.
 */
export async function loadWrittenBaseURL(
  where: ConfigLocation,
): Promise<WrittenBaseURL | undefined> {
  const files = await Promise.all(
    configFiles(where).map(async (path) => ({ path, file: await loadJsonFile(path) })),
  );
  let found: WrittenBaseURL | undefined;
  for (const { path, file } of files) {
    if (file.type !== "loaded") continue;
    const value = writtenBaseURL(file.values);
    if (value !== undefined) {
      found = { value: await substitute(value, dirname(path), where), source: path };
    }
  }
  const content = where.env.OPENCODE_CONFIG_CONTENT;
  if (content !== undefined && content !== "") {
    const parsed = parseJsonc(content);
    const value = parsed.type === "parsed" ? writtenBaseURL(parsed.values) : undefined;
    if (value !== undefined) {
      found = {
        value: await substitute(value, where.directory, where),
        source: "OPENCODE_CONFIG_CONTENT",
      };
    }
  }
  return found;
}

function writtenBaseURL(config: unknown): unknown {
  const result = v.safeParse(ProviderSchema, config);
  return result.success ? result.output.provider.openai.baseURL : undefined;
}

const fileNames = ["opencode.json", "opencode.jsonc"];

/** The files the host reads, the ones that win last. Order measured on OpenCode 1.18.33. */
function configFiles({ env, home, directory, worktree }: ConfigLocation): string[] {
  const global = join(env.XDG_CONFIG_HOME || join(home, ".config"), "opencode");
  const paths = ["config.json", ...fileNames].map((name) => join(global, name));
  if (env.OPENCODE_CONFIG) paths.push(resolve(directory, env.OPENCODE_CONFIG));
  const withProject = !isOn(env.OPENCODE_DISABLE_PROJECT_CONFIG);
  const folders = withProject ? ancestors(directory, worktree) : [];
  for (const folder of folders) paths.push(...fileNames.map((name) => join(folder, name)));
  const dotFolders = [...folders, home].map((folder) => join(folder, ".opencode"));
  if (env.OPENCODE_CONFIG_DIR) dotFolders.push(env.OPENCODE_CONFIG_DIR);
  for (const folder of dotFolders) paths.push(...fileNames.map((name) => join(folder, name)));
  return paths;
}

/** From the worktree's root down to the directory: the nearest file wins, so it comes last. */
function ancestors(directory: string, worktree: string): string[] {
  const inside = relative(worktree, directory);
  if (inside.startsWith("..") || isAbsolute(inside)) return [directory];
  const folders = [directory];
  for (let folder = directory; folder !== worktree && dirname(folder) !== folder; ) {
    folder = dirname(folder);
    folders.unshift(folder);
  }
  return folders;
}

const isOn = (flag: string | undefined): boolean => flag === "1" || flag?.toLowerCase() === "true";

async function substitute(value: unknown, folder: string, where: ConfigLocation): Promise<unknown> {
  if (typeof value !== "string") return value;
  let text = value.replace(/\{env:([^}]+)\}/g, (_, name: string) => where.env[name.trim()] ?? "");
  for (const [placeholder, path = ""] of text.matchAll(/\{file:([^}]+)\}/g)) {
    const absolute = path.startsWith("~/")
      ? join(where.home, path.slice(2))
      : resolve(folder, path);
    // The host refuses to start on a missing file, so this is only reached when it went since.
    const content = await readFile(absolute, "utf8").catch(() => "");
    text = text.replace(placeholder, () => content.trim());
  }
  return text;
}
