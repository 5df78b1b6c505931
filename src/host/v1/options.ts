/**
 * Model options that the user set for the whole provider, `provider.openai.options` in
 * `opencode.json`. OpenCode puts its own defaults over those, and a model's own options over its
 * defaults; so they are filled in under each model's own. Pure.
 */
import { isObject, type JsonObject } from "../../json.ts";

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

/**
 * The user's own `provider.openai.models` with the provider's options under theirs. For the `config`
 * hook: OpenCode lays these entries over our list, and the ones that are not in it get their
 * options from nowhere else.
 *
 * @param providerOptions as `pickModelOptions` returns them.
 */
export function fillUserModels<T extends { options?: { [key: string]: unknown } }>(
  models: Readonly<Record<string, T>>,
  providerOptions: JsonObject,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(models).map(([id, model]) => [
      id,
      { ...model, options: { ...providerOptions, ...model.options } },
    ]),
  );
}
