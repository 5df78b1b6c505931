/** What a login leaves behind: its base URL in the settings file, its key among ours. */
import { isObject } from "../json.ts";
import { words } from "../words/current.ts";
import type { SettingsInput } from "./input.ts";
import { type LoadedKeys, loadKeys } from "./keys.ts";
import { adoptKey, isBlank, saveLogin } from "./login.ts";
import type { Source } from "./resolve.ts";
import type { SettingsFile } from "./schema.ts";
import type { LoadedFile } from "./store.ts";

type LoginInput = Pick<SettingsInput, "login" | "readOnly" | "isCurrent">;

/**
 * Brings the file up to date with a login that it has not seen: `/connect` calls no code of ours,
 * so what was typed there is first seen in the credential. It counts as a source of its own while
 * it is not in the file, because it is no base URL or the file cannot be written.
 */
export async function takeLogin(
  path: string,
  file: LoadedFile,
  { login, readOnly = false, isCurrent = () => true }: LoginInput,
): Promise<Source[]> {
  const typed = login?.type === "api" ? login.baseURL : undefined;
  if (isBlank(typed)) return [];
  if (lastLogin(file) === typed) return [];
  const source: Source = {
    name: words().place.enteredAtLogin,
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

/** The keys, the login's among them: OpenCode forgets it with the next login. */
export async function takeKey(
  path: string,
  file: SettingsFile,
  baseURL: string | undefined,
  { login, readOnly = false, isCurrent = () => true }: LoginInput,
): Promise<LoadedKeys> {
  if (login?.type === "api" && !readOnly && isCurrent()) {
    // A disk that refuses: the key is still known to OpenCode, and was sent from there.
    await adoptKey(path, login, file, baseURL).catch(() => {});
  }
  return loadKeys(path);
}
