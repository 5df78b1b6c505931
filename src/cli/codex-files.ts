/** The Codex CLI's own files, as a gateway of ours. Pure. */
import * as v from "valibot";
import { isObject } from "../json.ts";
import { BaseURLSchema } from "../settings/fields.ts";
import type { CliWords } from "./words/words.ts";

/** What can be taken over. */
export type Found = {
  readonly baseURL: string;
  /** Key, and where it stands. Nothing where the files name none. */
  readonly key: { readonly value: string; readonly source: string } | undefined;
  /** Variable that holds the key, where the files name one: the key itself is not copied then. */
  readonly keyEnv: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** A name to propose. */
  readonly name: string | undefined;
  /** For the user to know: what was left behind. */
  readonly notes: readonly string[];
};

export type Import =
  | { readonly type: "found"; readonly found: Found }
  /** Why there is nothing to take over. */
  | { readonly type: "refused"; readonly reason: string };

const text = v.optional(v.pipe(v.string(), v.trim()));
const texts = v.optional(v.record(v.string(), v.string()));

const ProviderSchema = v.object({
  name: text,
  base_url: text,
  env_key: text,
  experimental_bearer_token: text,
  wire_api: text,
  query_params: texts,
  http_headers: texts,
  env_http_headers: texts,
  requires_openai_auth: v.optional(v.boolean()),
});

const ConfigSchema = v.object({
  model_provider: text,
  model: text,
  openai_base_url: text,
  model_providers: v.optional(v.record(v.string(), v.unknown())),
  profile: text,
  profiles: v.optional(v.record(v.string(), v.unknown())),
});

const AuthSchema = v.object({
  OPENAI_API_KEY: v.nullish(v.string()),
  auth_mode: v.nullish(v.string()),
  tokens: v.optional(v.unknown()),
});

export type CodexFiles = {
  /** `config.toml`, parsed; nothing where there is none. */
  readonly config: unknown;
  /** `auth.json`, parsed; nothing where there is none. */
  readonly auth: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The two files, as the user knows them. */
  readonly paths: { readonly config: string; readonly auth: string };
};

/** In the Codex CLI's own order: the provider, its address, its key. */
export function readCodexFiles(files: CodexFiles, words: CliWords): Import {
  const say = words.import.codex;
  const { paths } = files;
  const config = v.safeParse(ConfigSchema, files.config ?? {}, { abortPipeEarly: true });
  if (!config.success) return refused(say.odd(paths.config));
  const auth = v.safeParse(AuthSchema, files.auth ?? {});
  if (!auth.success) return refused(say.odd(paths.auth));
  const { model_providers: providers = {}, profile, profiles = {}, ...top } = config.output;
  const chosen = profile === undefined ? undefined : profiles[profile];
  const fromProfile = isObject(chosen) ? chosen.model_provider : undefined;
  const id = (typeof fromProfile === "string" ? fromProfile : top.model_provider) ?? "openai";
  const own = Object.hasOwn(providers, id) ? providers[id] : undefined;
  const provider = v.safeParse(ProviderSchema, own ?? {});
  if (!provider.success) return refused(say.invalid(id, paths.config));
  const { output } = provider;
  const isLogin = auth.output.auth_mode === "chatgpt" || isObject(auth.output.tokens);
  const url = output.base_url ?? (id === "openai" ? top.openai_base_url : undefined);
  if (url === undefined) {
    if (isLogin) return refused(say.chatgpt);
    if (own === undefined && id !== "openai") {
      return refused(say.undescribed(id, paths.config));
    }
    return refused(say.noGateway(paths.config));
  }
  if (output.wire_api !== undefined && output.wire_api !== "responses") {
    return refused(say.otherAPI(id, output.wire_api));
  }
  const baseURL = v.safeParse(BaseURLSchema, url, { abortPipeEarly: true });
  if (!baseURL.success) {
    return refused(words.gateways.mustBe(say.baseURL(paths.config), baseURL.issues[0].message));
  }
  const key = findKey(id, output, auth.output, files, isLogin, words);
  if (typeof key === "string") return refused(key);
  const { headers, notes } = readHeaders(output, files, words);
  return {
    type: "found",
    found: {
      baseURL: baseURL.output,
      ...key,
      headers,
      name: id === "custom" || id === "openai" ? output.name : id,
      notes: [...notes, ...(output.query_params === undefined ? [] : [say.query])],
    },
  };
}

type KeyFound = Pick<Found, "key" | "keyEnv">;

/** @returns a sentence where there is a login that is not for us. */
function findKey(
  id: string,
  {
    env_key,
    experimental_bearer_token,
    requires_openai_auth,
  }: v.InferOutput<typeof ProviderSchema>,
  { OPENAI_API_KEY }: v.InferOutput<typeof AuthSchema>,
  { paths }: CodexFiles,
  isLogin: boolean,
  { import: { codex: say } }: CliWords,
): KeyFound | string {
  // The key stays where it is: the variable is named, not copied.
  if (env_key) return { key: undefined, keyEnv: env_key };
  if (experimental_bearer_token) {
    const source = say.source("experimental_bearer_token", paths.config);
    return { key: { value: experimental_bearer_token, source }, keyEnv: undefined };
  }
  const wantsAuth = requires_openai_auth === true || id === "openai";
  const stored = OPENAI_API_KEY?.trim();
  if (wantsAuth && stored) {
    return {
      key: { value: stored, source: say.source("OPENAI_API_KEY", paths.auth) },
      keyEnv: undefined,
    };
  }
  if (wantsAuth && isLogin) return say.chatgpt;
  return { key: undefined, keyEnv: undefined };
}

function readHeaders(
  { http_headers, env_http_headers }: v.InferOutput<typeof ProviderSchema>,
  { env }: CodexFiles,
  { import: { codex: say } }: CliWords,
): Pick<Found, "headers" | "notes"> {
  const fromEnv = Object.entries(env_http_headers ?? {});
  const set = fromEnv.flatMap(([name, variable]) => {
    const value = env[variable];
    return value ? [[name, value] as const] : [];
  });
  const missing = fromEnv.filter(([, variable]) => !env[variable]).map(([name]) => name);
  return {
    headers: { ...http_headers, ...Object.fromEntries(set) },
    notes: missing.map(say.header),
  };
}

function refused(reason: string): Import {
  return { type: "refused", reason };
}
