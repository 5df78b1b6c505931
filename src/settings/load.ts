/** Gathers every place a setting or a key can stand in, in order of precedence. */
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { asString, isObject } from "../json.ts";
import { speak, words } from "../words/current.ts";
import { chooseLanguage, type Language } from "../words/language.ts";
import { type ConfiguredGateway, listGateways } from "./gateways.ts";
import { keysPath, type LoadedKeys, loadKeys } from "./keys.ts";
import { adoptKey, isBlank, saveLogin } from "./login.ts";
import {
  type ConfigLocation,
  type Field,
  loadWrittenConfig,
  type Place,
  type Written,
  type WrittenConfig,
} from "./opencode-config.ts";
import {
  decideOrigin,
  isMeantFor,
  type Key,
  type KeyPlace,
  type KnownOrigins,
  originOf,
} from "./origin.ts";
import { type ResolvedSettings, resolveSettings, type Source } from "./resolve.ts";
import { mainGateway, type SettingName, type SettingsFile, SettingsFileSchema } from "./schema.ts";
import { type LoadedFile, loadJsonFile, settingsPath } from "./store.ts";

/** What the host has stored for `openai`. */
export type Login =
  | {
      readonly type: "api";
      readonly key: string;
      /** `metadata.baseURL`, as typed at the login: nothing where it was not asked for, or no URL. */
      readonly baseURL: string | undefined;
      /** The base URL that was offered and kept, where the host stores that with the key. */
      readonly kept?: string | undefined;
      /** Where it is stored, if that is known. */
      readonly source?: string;
    }
  /** ChatGPT's own login, for which the plugin steps aside. */
  | { readonly type: "oauth" };

export type SettingsInput = ConfigLocation & {
  /** The plugin's options in `opencode.json`. */
  readonly pluginOptions: unknown;
  /** `provider.openai` of the merged configuration, as the host hands it on. */
  readonly provider: { readonly api?: unknown; readonly options?: unknown } | undefined;
  readonly login: Login | undefined;
  /** Of the system, such as `zh-CN`. */
  readonly locale?: string | undefined;
  /** Look without touching: a login that the file has not seen is not written into it. */
  readonly readOnly?: boolean;
  /** False once there is a newer login, which this one must not be written over. */
  readonly isCurrent?: () => boolean;
};

export type LoadedSettings = ResolvedSettings & {
  /** The key that requests carry; without one nothing is ours. */
  readonly key: Key | undefined;
  /**
   * All gateways in the order they are asked, those without a key among them. Settings and key above
   * are of the first that has one. Empty where nothing can be asked.
   */
  readonly gateways: readonly ConfiguredGateway[];
  /** Those with a provider of their own, whatever `openai` itself is. */
  readonly beside: readonly ConfiguredGateway[];
};

export const keyVariable = "OPENCODE_CODEX_API_KEY";

const place = () => words().place;

/** OpenAI's own API, where a key of the provider's options goes without our help. */
const official = "https://api.openai.com";

export async function loadSettings(input: SettingsInput): Promise<LoadedSettings> {
  const main = await loadMain(input);
  const { resolved, key, file } = main;
  const { gateways: entries = [], gatewayOrder: order = [], lastLogin } = file;
  const only = { name: mainGateway, resolved, key, models: undefined };
  const usable = resolved.problems.length === 0 && resolved.refusal === undefined;
  const alone = usable && resolved.settings.baseURL !== undefined ? [only] : [];
  // What a mistake stops, or the user has not got.
  if (resolved.problems.length > 0 || entries.length === 0) {
    return { ...resolved, key, gateways: alone, beside: [] };
  }
  const files = { settings: settingsPath(input.home), keys: keysPath(input.home) };
  const keys = await takeKey(files.keys, main, input);
  if (keys.type === "unreadable") {
    const { found, allowed } = words().setting;
    const problem = { source: files.keys, field: "", found: found.unreadable(keys.reason) };
    const problems = [{ ...problem, allowed: allowed.ownFile }];
    return { ...resolved, problems, key, gateways: [], beside: [] };
  }
  const all = listGateways({
    main: { resolved, key, fromEnvironment: main.keyPlace?.from === "environment" },
    mainOrigins: loginOrigins(main.keyPlace, input, lastLogin),
    entries,
    order,
    stored: keys.stored,
    env: input.env,
    files,
  });
  const beside = all.filter(({ provider }) => provider !== undefined);
  if (!usable || main.alone || input.login?.type === "oauth") {
    return { ...resolved, key, gateways: alone, beside };
  }
  const gateways = all.filter(({ provider }) => provider === undefined);
  const first = gateways.find((gateway) => gateway.key !== undefined) ?? gateways[0];
  return first === undefined
    ? { ...resolved, key, gateways, beside }
    : { ...first.resolved, key: first.key, gateways, beside };
}

/** Where a login's key may go; nothing where the key is none of a login, or nobody knows. */
function loginOrigins(
  place: KeyPlace | undefined,
  { login }: SettingsInput,
  last: SettingsFile["lastLogin"],
): readonly string[] | undefined {
  if (place?.from !== "login" || login?.type !== "api") return undefined;
  const entered = [...enteredOrigins(login.baseURL, last), ...origins(login.kept)];
  return entered.length === 0 ? undefined : entered;
}

/** The keys, the login's among them: OpenCode forgets it with the next login. */
async function takeKey(
  path: string,
  { file, resolved }: Main,
  { login, readOnly = false, isCurrent = () => true }: SettingsInput,
): Promise<LoadedKeys> {
  if (login?.type === "api" && !readOnly && isCurrent()) {
    // A disk that refuses: the key is still known to OpenCode, and was sent from there.
    await adoptKey(path, login, file, resolved.settings.baseURL).catch(() => {});
  }
  return loadKeys(path);
}

/** What there is without `gateways`. */
type Main = {
  readonly resolved: ResolvedSettings;
  readonly key: Key | undefined;
  readonly keyPlace: KeyPlace | undefined;
  readonly file: SettingsFile;
  /** No gateway of the user's stands in for it: a project or a variable names it, for now. */
  readonly alone: boolean;
};

async function loadMain(input: SettingsInput): Promise<Main> {
  const path = settingsPath(input.home);
  const { env, provider, login } = input;
  const before = await loadJsonFile(path);
  speak(languageOf(input, before));
  const options = isObject(provider?.options) ? provider.options : {};
  const secrets = [
    env[keyVariable]?.trim(),
    login?.type === "api" ? login.key : undefined,
    asString(options.apiKey)?.trim(),
  ];
  const [fresh, written] = await Promise.all([
    takeLogin(path, before, input),
    loadWrittenConfig(input),
  ]);
  const loaded = await loadJsonFile(path);
  const handedOn = (field: Field, value: unknown): Source => {
    const found = findPlace(written, written.provider[field], value);
    return fromConfig(found.key ?? `provider.openai.${field}`, value, found);
  };
  const dropped = written.provider.baseURL.at(-1);
  const plugins = written.plugins.map((one) => ({ ...one, value: one.options }));
  const plugin = findPlace(written, plugins, input.pluginOptions);
  const environment = fromEnvironment(env, "OPENCODE_CODEX_BASE_URL", "baseURL");
  const sources: Source[] = [
    environment,
    fromEnvironment(env, "CODEX_MODE", "codexMode"),
    ...fresh,
    loaded.type === "unreadable"
      ? { name: path, unreadable: loaded.reason }
      : { name: path, values: loaded.type === "loaded" ? loaded.values : {}, schema: "file" },
    {
      ...plugin,
      name: place().pluginOptions(plugin.file ?? "opencode.json"),
      values: input.pluginOptions ?? {},
      schema: "settings",
    },
    fromConfig(
      "provider.openai.baseURL",
      dropped?.value,
      findPlace(written, dropped === undefined ? [] : [dropped], dropped?.value),
    ),
    handedOn("options.baseURL", options.baseURL),
    handedOn("api", provider?.api),
  ];
  const resolved = resolveSettings(sources, secrets);
  const found = findKey(input, written, resolved, options.apiKey);
  const url = resolved.settings.baseURL;
  const parsed = v.safeParse(SettingsFileSchema, loaded.type === "loaded" ? loaded.values : {});
  const file = parsed.success ? parsed.output : {};
  const of = placeOf(sources, resolved.sources.baseURL);
  const alone = of.project !== undefined || resolved.sources.baseURL === environment.name;
  const main = { resolved, key: found?.key, keyPlace: found?.place, file, alone };
  if (url === undefined || found === undefined) return main;

  const origin = new URL(url).origin;
  const known = knownOrigins(input, written, file);
  const decision = decideOrigin(origin, of, found.place, known);
  if (decision === "refused") {
    const { baseURL: _, ...settings } = resolved.settings;
    const refusal = {
      type: "origin_not_trusted",
      baseURL: url,
      origin,
      source: resolved.sources.baseURL ?? "opencode.json",
      key: found.key.source,
      settingsFile: path,
    } as const;
    return { ...main, resolved: { ...resolved, settings, refusal } };
  }
  const isAboutGateway = (name: SettingName) => name === "headers" || name === "responsesPath";
  const final = resolveSettings(
    sources,
    secrets,
    (name, setting) => !isAboutGateway(name) || isMeantFor(setting, of, decision),
  );
  return { ...main, resolved: final };
}

/** Looked up first, since everything below may have to be said in it. A wrong one is told later. */
function languageOf({ env, pluginOptions, locale }: SettingsInput, file: LoadedFile): Language {
  const values = file.type === "loaded" ? file.values : {};
  const [setting] = [values, pluginOptions].flatMap((of) =>
    isObject(of) ? (asString(of.language) ?? []) : [],
  );
  return chooseLanguage({ env, setting, locale });
}

function fromEnvironment(
  env: ConfigLocation["env"],
  name: string,
  field: "baseURL" | "codexMode",
): Source {
  const text = env[name]?.trim();
  return {
    name: place().variable(name),
    values: isBlank(text) ? {} : { [field]: text },
    schema: field,
  };
}

function fromConfig(field: string, baseURL: unknown, found: Found): Source {
  return {
    ...found,
    name: place().option(field, found.file ?? "opencode.json"),
    values: baseURL === undefined ? {} : { baseURL },
    schema: "baseURL",
  };
}

function placeOf(sources: readonly Source[], name: string | undefined): Place {
  const source = sources.find((one) => one.name === name);
  return source === undefined || "unreadable" in source ? {} : source;
}

type Found = Place & { readonly file?: string; readonly key?: string };

/**
 * Where a value that the host handed on stands: in the user's own file, if that says the same as a
 * project's. What was found in none may be a project's as well, unless no project has a file here:
 * then it is of a kind that is not read, such as an organisation's.
 */
function findPlace(
  { ofProject }: WrittenConfig,
  places: readonly (Omit<Written, "key"> & { readonly key?: string })[],
  value: unknown,
): Found {
  if (value === undefined) return {};
  const same = places.filter((one) => isDeepStrictEqual(one.value, value));
  const found = same.findLast(({ project }) => project === undefined) ?? same.at(-1);
  if (found === undefined) return ofProject ? { project: "" } : {};
  const { source: file, key, project, raw } = found;
  const named = key === undefined ? { file } : { file, key };
  if (project === undefined) return named;
  return { ...named, project, filledIn: !isDeepStrictEqual(raw, value) };
}

/**
 * The key: of the environment, of the login, of the provider's options. The last is ours only if a
 * gateway is meant, which a base URL that is no URL says too: the key must not go to OpenAI then.
 */
function findKey(
  { env, login }: SettingsInput,
  written: WrittenConfig,
  { settings, problems }: ResolvedSettings,
  apiKey: unknown,
): { readonly key: Key; readonly place: KeyPlace } | undefined {
  const variable = env[keyVariable]?.trim();
  if (variable) {
    const source = place().variable(keyVariable);
    return { key: { value: variable, source }, place: { from: "environment" } };
  }
  if (login?.type === "api") {
    const { key: value, source = place().login } = login;
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
      source: place().option(
        found.key ?? "provider.openai.options.apiKey",
        found.file ?? "opencode.json",
      ),
    },
    place: { ...found, from: "options" },
  };
}

function knownOrigins(
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

/**
 * Brings the file up to date with a login that it has not seen: `/connect` calls no code of ours,
 * so what was typed there is first seen in the credential. It counts as a source of its own while
 * it is not in the file, because it is no base URL or the file cannot be written.
 */
async function takeLogin(
  path: string,
  file: LoadedFile,
  { login, readOnly = false, isCurrent = () => true }: SettingsInput,
): Promise<Source[]> {
  const typed = login?.type === "api" ? login.baseURL : undefined;
  if (isBlank(typed)) return [];
  if (lastLogin(file) === typed) return [];
  const source: Source = {
    name: place().enteredAtLogin,
    values: { baseURL: typed },
    schema: "baseURL",
  };
  if (readOnly || !isCurrent()) return [source];
  try {
    await saveLogin(path, typed);
    return [];
  } catch {
    // Not a base URL, or the disk refuses: resolving the source says the first, and the second
    // only means that we come here again at the next start.
    return [source];
  }
}

/** The login the file has seen; found in a file with a typo too, which no old login may replace. */
function lastLogin(file: LoadedFile): unknown {
  if (file.type === "missing") return undefined;
  const values = file.type === "loaded" ? file.values : file.partial;
  return isObject(values) && isObject(values.lastLogin) ? values.lastLogin.baseURL : undefined;
}
