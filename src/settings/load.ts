/** Gathers every place a setting can stand in, in order of precedence. */
import { isObject } from "../json.ts";
import { isBlank, saveLogin } from "../login.ts";
import { type ConfigLocation, loadWrittenBaseURL } from "./opencode-config.ts";
import { type ResolvedSettings, resolveSettings, type Source } from "./resolve.ts";
import { type LoadedFile, loadJsonFile, settingsPath } from "./store.ts";

export type SettingsInput = ConfigLocation & {
  /** The plugin's options in `opencode.json`. */
  readonly pluginOptions: unknown;
  /** `provider.openai` of the merged configuration, as the host hands it on. */
  readonly provider: { readonly api?: unknown; readonly options?: unknown } | undefined;
  /** `metadata.baseURL` of the stored credential: what the user typed at the last login. */
  readonly loginBaseURL: string | undefined;
  /** Keys in use: they must not show up in what is said about a wrong value. */
  readonly secrets?: readonly (string | undefined)[];
  /** Look without touching: a login that the file has not seen is not written into it. */
  readonly readOnly?: boolean;
};

export async function loadSettings(input: SettingsInput): Promise<ResolvedSettings> {
  const path = settingsPath(input.home);
  const [login, written] = await Promise.all([takeLogin(path, input), loadWrittenBaseURL(input)]);
  const file = await loadJsonFile(path);
  const { env, provider } = input;
  const options = isObject(provider?.options) ? provider.options : {};
  const sources: Source[] = [
    fromEnvironment(env, "OPENCODE_CODEX_BASE_URL", "baseURL"),
    fromEnvironment(env, "CODEX_MODE", "codexMode"),
    ...login,
    file.type === "unreadable"
      ? { name: path, unreadable: file.reason }
      : { name: path, values: file.type === "loaded" ? file.values : {}, schema: "file" },
    {
      name: "the plugin's options in opencode.json",
      values: input.pluginOptions ?? {},
      schema: "settings",
    },
    fromConfig(`provider.openai.baseURL in ${written?.source ?? "opencode.json"}`, written?.value),
    fromConfig("provider.openai.options.baseURL in opencode.json", options.baseURL),
    fromConfig("provider.openai.api in opencode.json", provider?.api),
  ];
  return resolveSettings(sources, input.secrets);
}

function fromEnvironment(
  env: ConfigLocation["env"],
  name: string,
  field: "baseURL" | "codexMode",
): Source {
  const text = env[name]?.trim();
  return {
    name: `environment variable ${name}`,
    values: isBlank(text) ? {} : { [field]: text },
    schema: field,
  };
}

function fromConfig(name: string, baseURL: unknown): Source {
  return { name, values: baseURL === undefined ? {} : { baseURL }, schema: "baseURL" };
}

/**
 * Brings the file up to date with a login that it has not seen: `/connect` calls no code of ours,
 * so what was typed there is first seen in the credential. It counts as a source of its own while
 * it is not in the file, because it is no base URL or the file cannot be written.
 */
async function takeLogin(
  path: string,
  { loginBaseURL, readOnly = false }: SettingsInput,
): Promise<Source[]> {
  if (isBlank(loginBaseURL)) return [];
  if (lastLogin(await loadJsonFile(path)) === loginBaseURL) return [];
  const source: Source = {
    name: 'the base URL entered at login (run "opencode auth login" again to change it)',
    values: { baseURL: loginBaseURL },
    schema: "baseURL",
  };
  if (readOnly) return [source];
  try {
    await saveLogin(path, loginBaseURL);
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
