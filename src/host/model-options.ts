/**
 * Model options that the user set for the whole provider, `provider.openai.options` in
 * `opencode.json`. OpenCode puts its own defaults over those, and a model's own options over its
 * defaults; so they are filled in under each model's own. Pure.
 */
import { isObject, type JsonObject } from "../json.ts";

const names = [
  "reasoningEffort",
  "reasoningSummary",
  "textVerbosity",
  "include",
  "serviceTier",
  "parallelToolCalls",
] as const;

/** Those of the provider's options that are about a model's answer. Checked where they are used. */
export function pickModelOptions(providerOptions: unknown): JsonObject {
  if (!isObject(providerOptions)) return {};
  const given = names.filter((name) => providerOptions[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, providerOptions[name]]));
}
