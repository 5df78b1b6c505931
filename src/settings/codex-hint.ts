/**
 * The gateway that the Codex CLI on this machine is set up for: a hint for an empty prompt, which the
 * user types or not. The lines that matter are read by hand, since a whole TOML parser would make the
 * plugin a tenth larger; what is taken over, `import` reads with one.
 */
import { join } from "node:path";
import * as v from "valibot";
import { BaseURLSchema } from "./fields.ts";
import { readTextFile } from "./store.ts";

/** @returns nothing where it talks to OpenAI itself, or cannot be understood this way. */
export async function loadCodexHint(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<string | undefined> {
  const file = await readTextFile(join(env.CODEX_HOME || join(home, ".codex"), "config.toml"));
  return file.type === "read" ? findCodexHint(file.text) : undefined;
}

/** @param toml `config.toml` of the Codex CLI. */
export function findCodexHint(toml: string): string | undefined {
  const found = new Map<string, string>();
  let table = "";
  for (const line of toml.split("\n")) {
    const opened = /^\s*\[([\w.-]+)\]/.exec(line)?.[1];
    if (opened !== undefined) table = `${opened}.`;
    const [, key, value] = /^\s*([\w-]+)\s*=\s*["']([^"'\\]*)["']/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) found.set(table + key, value);
  }
  const provider = found.get("model_provider") ?? "openai";
  const url =
    found.get(`model_providers.${provider}.base_url`) ??
    (provider === "openai" ? found.get("openai_base_url") : undefined);
  const read = v.safeParse(BaseURLSchema, url);
  return read.success ? read.output : undefined;
}
