/** Options of a provider under those of models that the user wrote. Pure. */
import type { JsonObject } from "../../json.ts";

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
