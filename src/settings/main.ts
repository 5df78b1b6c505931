/** The one gateway of the settings, without `gateways`: every place a setting or a key can stand in. */
import * as v from "valibot";
import { asString, isObject } from "../json.ts";
import { speak, words } from "../words/current.ts";
import { chooseLanguage, type Language } from "../words/language.ts";
import { keyVariable, type SettingsInput } from "./input.ts";
import { findKey } from "./key.ts";
import { knownOrigins } from "./known-origins.ts";
import { type Field, loadWrittenConfig } from "./opencode-config.ts";
import { decideOrigin, isMeantFor, type Key, type KeyPlace } from "./origin.ts";
import { findPlace, fromConfig, fromEnvironment, placeOf } from "./places.ts";
import { type ResolvedSettings, resolveSettings, type Source } from "./resolve.ts";
import { type SettingName, type SettingsFile, SettingsFileSchema } from "./schema.ts";
import { type LoadedFile, loadJsonFile, settingsPath } from "./store.ts";
import { takeLogin } from "./take-login.ts";

/** What there is without `gateways`. */
export type Main = {
  readonly resolved: ResolvedSettings;
  readonly key: Key | undefined;
  readonly keyPlace: KeyPlace | undefined;
  readonly file: SettingsFile;
  /** No gateway of the user's stands in for it: a project or a variable names it, for now. */
  readonly alone: boolean;
};

export async function loadMain(input: SettingsInput): Promise<Main> {
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
      ? { name: path, unreadable: loaded.why }
      : { name: path, values: loaded.type === "loaded" ? loaded.values : {}, schema: "file" },
    {
      ...plugin,
      name: words().place.pluginOptions(plugin.file ?? "opencode.json"),
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
