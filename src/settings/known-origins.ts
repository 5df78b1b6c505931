/** What the user has said about origins, wherever that stands. Pure. */
import { asString, isObject } from "../json.ts";
import type { ConfigLocation } from "./config-files.ts";
import type { SettingsInput } from "./input.ts";
import { isBlank } from "./login.ts";
import type { WrittenConfig } from "./opencode-config.ts";
import { type KeyPlace, type KnownOrigins, originOf } from "./origin.ts";
import type { SettingsFile } from "./schema.ts";

export function knownOrigins(
  { env, login }: SettingsInput,
  { provider, plugins }: WrittenConfig,
  { baseURL, trustedOrigins = [], lastLogin }: SettingsFile,
): KnownOrigins {
  const written = [
    ...provider.baseURL,
    ...provider["options.baseURL"],
    ...provider.api,
    ...plugins.map(({ options, raw, ...place }) => ({
      ...place,
      value: isObject(options) ? options.baseURL : undefined,
      raw: isObject(raw) ? raw.baseURL : undefined,
    })),
  ].map(({ project, value, raw }) => (project === undefined ? value : variableIn(raw, env)));
  return {
    own: origins(env.OPENCODE_CODEX_BASE_URL, baseURL, ...written),
    entered:
      login?.type === "api"
        ? [...enteredOrigins(login.baseURL, lastLogin), ...origins(login.kept)]
        : [],
    trusted: trustedOrigins,
  };
}

/** The variable that a project's base URL begins with, so that its origin is the user's word. */
function variableIn(raw: unknown, env: ConfigLocation["env"]): string | undefined {
  const name = /^\{env:([^}]+)\}/.exec(asString(raw) ?? "")?.[1];
  return name === undefined ? undefined : env[name];
}

/**
 * @param typed at the login of this key: nothing where the host asked for no base URL, empty where
 *   the one that was offered was kept.
 */
function enteredOrigins(
  typed: string | undefined,
  last: { readonly baseURL?: string | undefined; readonly origin?: string | undefined } = {},
): string[] {
  if (typed === undefined) return [];
  // Of an earlier login, whose key may have been another.
  const isLast = isBlank(typed) || typed === last.baseURL;
  return origins(typed.trim(), isLast ? last.origin : undefined);
}

const origins = (...urls: readonly unknown[]): string[] =>
  urls.flatMap((url) => originOf(url) ?? []);

/** Where a login's key may go; nothing where the key is none of a login, or nobody knows. */
export function loginOrigins(
  place: KeyPlace | undefined,
  { login }: SettingsInput,
  last: SettingsFile["lastLogin"],
): readonly string[] | undefined {
  if (place?.from !== "login" || login?.type !== "api") return undefined;
  const entered = [...enteredOrigins(login.baseURL, last), ...origins(login.kept)];
  return entered.length === 0 ? undefined : entered;
}
