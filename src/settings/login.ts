/** How the answer of a login gets into the settings file. */
import * as v from "valibot";
import { isObject } from "../json.ts";
import { originOf } from "./origin.ts";
import { BaseURLSchema, schemaURL } from "./schema.ts";
import { loadJsonFile, type SavedFile, saveJsonFile } from "./store.ts";

/**
 * Stores the base URL of a login, and what the login said, so that the same old credential does not
 * undo a later edit of the file. A file that names no JSON Schema gets ours, for editors.
 *
 * @throws valibot's error for a text that is no base URL, the file system's if it cannot be written.
 */
export async function saveLogin(path: string, typed: string): Promise<SavedFile> {
  const baseURL = v.parse(BaseURLSchema, typed);
  const file = await loadJsonFile(path);
  const named = file.type === "loaded" && isObject(file.values) && "$schema" in file.values;
  return saveJsonFile(path, {
    ...(named ? {} : { $schema: schemaURL }),
    baseURL,
    lastLogin: { baseURL: typed },
  });
}

/**
 * Remembers what the prompt offered and the user kept: the key was entered for that origin, wherever
 * its base URL stands. No reason to fail a login: what is missing is asked for when it is needed.
 */
export async function keepOrigin(path: string, baseURL: string | undefined): Promise<void> {
  const origin = originOf(baseURL);
  const file = await loadJsonFile(path);
  // A file that is no object would be put aside by writing, and the user changed nothing.
  const values = file.type === "loaded" ? file.values : file.type === "missing" ? {} : undefined;
  if (origin === undefined || !isObject(values)) return;
  const changes = "$schema" in values ? {} : { $schema: schemaURL };
  await saveJsonFile(path, { ...changes, lastLogin: { origin } }).catch(() => {});
}

export function isBlank(text: string | undefined): text is undefined | "" {
  return text === undefined || text.trim() === "";
}
