/** The gateways of a user, in the order they are asked, each with its own settings and key. Pure. */
import { words } from "../words/current.ts";
import { type GatewayEntry, mainGateway } from "./gateway-schema.ts";
import { type StoredKeys, storedKey } from "./keys.ts";
import { type Key, originOf } from "./origin.ts";
import type { ResolvedSettings } from "./resolve.ts";

/** One gateway, ready to be asked if it has a key. */
export type ConfiguredGateway = {
  readonly name: string;
  /** As if it were the only one. */
  readonly resolved: ResolvedSettings;
  readonly key: Key | undefined;
  /** Ids of the models it serves, where the user said so. */
  readonly models: readonly string[] | undefined;
  /** The provider in OpenCode that it serves, where that is not `openai`. */
  readonly provider?: string | undefined;
};

export type ListOptions = {
  /** What there is without `gateways`: the base URL and its key. */
  readonly main: {
    readonly resolved: ResolvedSettings;
    readonly key: Key | undefined;
    /** The user set the variable for now: it outranks what is stored. */
    readonly fromEnvironment: boolean;
  };
  /** The origins that the key of `main` is known to be for; nothing where it is for its own. */
  readonly mainOrigins: readonly string[] | undefined;
  readonly entries: readonly GatewayEntry[];
  readonly order: readonly string[];
  readonly stored: StoredKeys;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The settings file, and the file of the keys, as the user knows them. */
  readonly files: { readonly settings: string; readonly keys: string };
};

export function listGateways(options: ListOptions): ConfiguredGateway[] {
  const { main, entries, order, files } = options;
  const { baseURL } = main.resolved.settings;
  const own = entries.map((entry): ConfiguredGateway => {
    const { name, models, provider } = entry;
    return {
      name,
      resolved: settingsOf(entry, main.resolved, files.settings),
      key: keyOf(entry, options),
      models,
      provider,
    };
  });
  // The same gateway twice: the entry says more.
  const isMain =
    baseURL !== undefined &&
    !entries.some((entry) => entry.provider === undefined && entry.baseURL === baseURL);
  const first: ConfiguredGateway = {
    name: mainGateway,
    resolved: main.resolved,
    key: mainKey(options),
    models: undefined,
  };
  return inOrder(isMain ? [first, ...own] : own, order);
}

/** Those that are named first, then the others as they stand. Names that nobody has are passed over. */
export function inOrder<T extends { readonly name: string }>(
  all: readonly T[],
  order: readonly string[],
): T[] {
  const named = [...new Set(order)].flatMap((name) => all.filter((one) => one.name === name));
  return [...named, ...all.filter((one) => !named.includes(one))];
}

function settingsOf(
  { baseURL, responsesPath, headers, name }: GatewayEntry,
  { settings, sources, lookedIn }: ResolvedSettings,
  file: string,
): ResolvedSettings {
  // What says how to talk to the main gateway is not for this one: its headers may hold secrets.
  const { baseURL: _, responsesPath: __, headers: ___, ...common } = settings;
  const { baseURL: _b, responsesPath: _r, headers: _h, ...commonSources } = sources;
  const source = words().place.gateway(name, file);
  return {
    settings: {
      ...common,
      baseURL,
      ...(responsesPath === undefined ? {} : { responsesPath }),
      ...(headers === undefined ? {} : { headers }),
    },
    sources: {
      ...commonSources,
      baseURL: source,
      ...(responsesPath === undefined ? {} : { responsesPath: source }),
      ...(headers === undefined ? {} : { headers: source }),
    },
    problems: [],
    lookedIn,
  };
}

function keyOf(
  { name, baseURL, keyEnv }: GatewayEntry,
  { main, mainOrigins, stored, env, files }: ListOptions,
): Key | undefined {
  if (keyEnv !== undefined) {
    const value = env[keyEnv]?.trim();
    return value ? { value, source: words().place.variable(keyEnv) } : undefined;
  }
  const origin = originOf(baseURL) ?? "";
  const found = storedKey(stored, name, origin);
  if (found !== undefined) return { value: found, source: files.keys };
  // A login for the same place.
  const mains = mainOrigins ?? [originOf(main.resolved.settings.baseURL)];
  return mains.includes(origin) ? main.key : undefined;
}

function mainKey({ main, mainOrigins, stored, files }: ListOptions): Key | undefined {
  if (main.fromEnvironment) return main.key;
  const origin = originOf(main.resolved.settings.baseURL) ?? "";
  const found = storedKey(stored, mainGateway, origin);
  if (found !== undefined) return { value: found, source: files.keys };
  return mainOrigins === undefined || mainOrigins.includes(origin) ? main.key : undefined;
}
