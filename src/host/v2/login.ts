/** The login of OpenCode 2: a form before the host's own, masked prompt for the key. Pure. */
import * as v from "valibot";
import { asString } from "../../json.ts";
import { baseURLInput, isBlank, loginLabel } from "../../login.ts";
import type { FormField, IntegrationEditor } from "./types.ts";

export const integrationID = "openai";
export const environmentKey = "OPENCODE_CODEX_API_KEY";

/** An answer that nobody types: the gateway that was configured when the key was entered. */
const keepsInput = "opencode-openai-codex-key";

export type CurrentBaseURL = { readonly baseURL: string; readonly source: string } | undefined;

/** Puts our login in the place of the host's key entry; ChatGPT's logins stay as they are. */
export function addLogin(editor: IntegrationEditor, current: CurrentBaseURL): void {
  // Without models.dev the host has never heard of it.
  if (editor.get(integrationID) === undefined) {
    editor.update(integrationID, (integration) => {
      integration.name = "OpenAI";
    });
  }
  editor.method.update({
    integrationID,
    method: { type: "key", label: loginLabel, form: createForm(current) },
  });
  const names = editor.method
    .list(integrationID)
    .flatMap((method) => (method.type === "env" ? method.names : []));
  editor.method.update({
    integrationID,
    method: { type: "env", names: [environmentKey, ...names.filter((n) => n !== environmentKey)] },
  });
}

function createForm(current: CurrentBaseURL): readonly FormField[] {
  const url: FormField = {
    key: baseURLInput,
    type: "string",
    format: "uri",
    required: false,
    title: "Base URL of the Codex gateway",
    description:
      current === undefined
        ? "Leave it empty if the key is one of OpenAI's own."
        : `Empty keeps ${current.baseURL} from ${current.source}.`,
    placeholder: current?.baseURL ?? "https://gateway.example",
    ...(current && { default: current.baseURL }),
  };
  if (current === undefined) return [url];
  return [url, { key: keepsInput, type: "string", hidden: true, default: current.baseURL }];
}

/** What the host stores of a key, whether it came by the form or was imported from OpenCode 1. */
const StoredKeySchema = v.object({
  type: v.literal("key"),
  key: v.string(),
  configuration: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
  metadata: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
});

export type StoredKey = {
  readonly key: string;
  /** As typed at the login. */
  readonly baseURL: string | undefined;
  /** The base URL that was configured when the key was entered by our form. */
  readonly keeps: string | undefined;
};

/** @returns nothing for ChatGPT's login, and for what no host of this line has stored so far. */
export function readStoredKey(stored: unknown): StoredKey | undefined {
  const result = v.safeParse(StoredKeySchema, stored);
  if (!result.success) return undefined;
  const { key, configuration = {}, metadata = {} } = result.output;
  const typed = [configuration[baseURLInput], metadata[baseURLInput]].map(asString);
  return {
    key: key.trim(),
    baseURL: typed.find((text) => !isBlank(text)),
    keeps: asString(configuration[keepsInput]),
  };
}
