/** Environment variables that code reads. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** `env.NAME`, `{ NAME } = env`, and names handed over as texts, as in `fromEnvironment(env, "NAME")`. */
export function variablesIn(code: string): Set<string> {
  const bare = code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const found = new Set<string>();
  for (const [, name = ""] of bare.matchAll(/\benv\??\.([A-Z][A-Z0-9_]*)\b/g)) found.add(name);
  for (const [, names = ""] of bare.matchAll(/\{([^{}=]*)\}\s*=\s*(?:process\.)?env\b/g)) {
    for (const name of names.split(",")) found.add(name.replace(/:.*/s, "").trim());
  }
  // Texts in capitals with a low line are names of variables, but for the codes of TLS errors.
  for (const [, name = ""] of bare.matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g)) found.add(name);
  // Both cases of these are looked at.
  for (const [, name = ""] of bare.matchAll(/["`]((?:https?|no|all)_proxy)["`]/g)) {
    found.add(name.toUpperCase());
  }
  return new Set(
    [...found].filter((name) => /^[A-Z][A-Z0-9_]*$/.test(name) && !name.startsWith("ERR_")),
  );
}

export function variablesBelow(folder: string): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const sources = files.filter((name) => name.endsWith(".ts"));
  return new Set(
    sources.flatMap((name) => [...variablesIn(readFileSync(join(folder, name), "utf8"))]),
  );
}
