/** Which key is in use, and where it comes from. Pure. */
import { asString } from "../json.ts";
import { words } from "../words/current.ts";
import { keyVariable, type SettingsInput } from "./input.ts";
import { isBlank } from "./login.ts";
import type { WrittenConfig } from "./opencode-config.ts";
import type { Key, KeyPlace } from "./origin.ts";
import { findPlace } from "./places.ts";
import type { ResolvedSettings } from "./resolve.ts";

/** OpenAI's own API, where a key of the provider's options goes without our help. */
const official = "https://api.openai.com";

/**
 * The key: of the environment, of the login, of the provider's options. The last is ours only if a
 * gateway is meant, which a base URL that is no URL says too: the key must not go to OpenAI then.
 */
export function findKey(
  { env, login }: SettingsInput,
  written: WrittenConfig,
  { settings, problems }: ResolvedSettings,
  apiKey: unknown,
): { readonly key: Key; readonly place: KeyPlace } | undefined {
  const variable = env[keyVariable]?.trim();
  if (variable) {
    const source = words().place.variable(keyVariable);
    return { key: { value: variable, source }, place: { from: "environment" } };
  }
  if (login?.type === "api") {
    const { key: value, source = words().place.login } = login;
    return { key: { value, source }, place: { from: "login" } };
  }
  const text = asString(apiKey)?.trim();
  if (login?.type === "oauth" || isBlank(text)) return undefined;
  const meant =
    settings.baseURL === undefined
      ? problems.some(({ field }) => field === "baseURL" || field === "")
      : new URL(settings.baseURL).origin !== official;
  if (!meant) return undefined;
  const found = findPlace(written, written.provider["options.apiKey"], apiKey);
  return {
    key: {
      value: text,
      source: words().place.option(
        found.key ?? "provider.openai.options.apiKey",
        found.file ?? "opencode.json",
      ),
    },
    place: { ...found, from: "options" },
  };
}
