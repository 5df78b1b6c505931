/** The login method, and how its answer gets into the settings file. */
import * as v from "valibot";
import { isObject } from "./json.ts";
import { originOf } from "./settings/origin.ts";
import { BaseURLSchema, schemaURL } from "./settings/schema.ts";
import { loadJsonFile, type SavedFile, saveJsonFile } from "./settings/store.ts";

export const loginLabel = "Third-party Codex API (API Key + URL)";

/** The prompt's answer is stored by the host under this name, beside the key. */
export const baseURLInput = "baseURL";

export type LoginOptions = {
  /** Base URL in force, and where it stands; asked each time, as a login may have changed it. */
  readonly current: () => { readonly baseURL: string; readonly source: string } | undefined;
  readonly path: string;
};

/** Checks what the user typed. @returns what is wrong with it, or nothing. */
export function validateBaseURL(text: string): string | undefined {
  const result = v.safeParse(BaseURLSchema, text, { abortPipeEarly: true });
  return result.success ? undefined : `Enter ${result.issues[0].message}`;
}

/**
 * The method for OpenCode's auth hook. The host asks for the key itself, masked, after the prompt;
 * the plugin never sees it here and returns none, so the host stores what was typed there.
 */
export function createLoginMethod({ current, path }: LoginOptions) {
  const configured = current();
  return {
    type: "api" as const,
    label: loginLabel,
    prompts: [
      {
        type: "text" as const,
        key: baseURLInput,
        message:
          configured === undefined
            ? "Base URL of the Codex gateway"
            : `Base URL of the Codex gateway (empty keeps ${configured.baseURL} from ${configured.source})`,
        placeholder: configured?.baseURL ?? "https://gateway.example",
        validate: (text: string | undefined): string | undefined => {
          if (isBlank(text)) return current() ? undefined : "Enter the base URL of your gateway";
          return validateBaseURL(text);
        },
      },
    ],
    async authorize(inputs: Record<string, string> = {}) {
      const typed = inputs[baseURLInput];
      if (!isBlank(typed)) await saveLogin(path, typed);
      else if (typed !== undefined) await keepOrigin(path, current()?.baseURL);
      return { type: "success" as const };
    },
  };
}

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
async function keepOrigin(path: string, baseURL: string | undefined): Promise<void> {
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
