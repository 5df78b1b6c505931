/** The language of the program: read before anything else, so that its help has it too. */
import { asString, isObject } from "../json.ts";
import { loadJsonFile, settingsPath } from "../settings/store.ts";
import { chooseLanguage, type Language } from "../words/language.ts";
import type { World } from "./types.ts";

/** By the environment, `language` of the settings file and the system. A file that cannot be read says nothing. */
export async function loadLanguage({
  env,
  home,
  locale,
}: Pick<World, "env" | "home" | "locale">): Promise<Language> {
  const file = await loadJsonFile(settingsPath(home));
  const values = file.type === "loaded" && isObject(file.values) ? file.values : {};
  return chooseLanguage({ env, setting: asString(values.language), locale });
}
