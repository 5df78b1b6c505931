/** The login of OpenCode 2: a form before the host's own, masked prompt for the key. Pure. */
import * as v from "valibot";
import { asString } from "../../json.ts";
import { keyVariable } from "../../settings/input.ts";
import { isBlank } from "../../settings/login.ts";
import { words } from "../../words/current.ts";
import { baseURLInput, type CurrentBaseURL, describePrompt, loginLabel } from "../login-prompt.ts";
import type { FormField, IntegrationEditor } from "./types.ts";

export const integrationID = "openai";

/** An answer that nobody types: the gateway that was configured when the key was entered. */
const keptInput = "opencode-openai-codex-key";

/** Puts our login in the place of the host's key entry; ChatGPT's logins stay as they are. */
export function addLogin(
  editor: IntegrationEditor,
  current: CurrentBaseURL,
  codexCLI?: string,
): void {
  // Without models.dev the host has never heard of it.
  if (editor.get(integrationID) === undefined) {
    editor.update(integrationID, (integration) => {
      integration.name = "OpenAI";
    });
  }
  editor.method.update({
    integrationID,
    method: { type: "key", label: loginLabel, form: createForm(current, codexCLI) },
  });
  const names = editor.method
    .list(integrationID)
    .flatMap((method) => (method.type === "env" ? method.names : []));
  editor.method.update({
    integrationID,
    method: { type: "env", names: [keyVariable, ...names.filter((n) => n !== keyVariable)] },
  });
}

function createForm(current: CurrentBaseURL, codexCLI?: string): readonly FormField[] {
  const { message, placeholder } = describePrompt(current, codexCLI);
  const url: FormField = {
    key: baseURLInput,
    type: "string",
    format: "uri",
    required: false,
    title: message,
    ...(current === undefined && { description: words().loginPrompt.official }),
    placeholder,
    ...(current && { default: current.baseURL }),
  };
  if (current === undefined) return [url];
  return [url, { key: keptInput, type: "string", hidden: true, default: current.baseURL }];
}

/** What the host stores of a key, whether it came by the form or was imported from OpenCode 1. */
const StoredKeySchema = v.object({
  type: v.literal("key"),
  key: v.string(),
  configuration: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
  metadata: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
});

export type Stored =
  | {
      readonly type: "key";
      readonly key: string;
      /** As typed at the login; nothing where the one that was offered was kept. */
      readonly baseURL: string | undefined;
      /** The base URL that was configured when the key was entered by our form. */
      readonly kept: string | undefined;
      /** It was entered for a gateway, whichever. */
      readonly ofGateway: boolean;
    }
  /** ChatGPT's login, or what no host of this line has stored so far: none of ours. */
  | { readonly type: "oauth" };

export function readStored(stored: unknown): Stored {
  const result = v.safeParse(StoredKeySchema, stored);
  if (!result.success) return { type: "oauth" };
  const { key, configuration = {}, metadata = {} } = result.output;
  const kept = asString(configuration[keptInput]);
  const answers = [configuration[baseURLInput], metadata[baseURLInput]].map(asString);
  const typed = answers.map((text) => text?.trim()).find((text) => !isBlank(text));
  return {
    type: "key",
    key: key.trim(),
    baseURL: typed === kept ? undefined : typed,
    kept,
    // OpenCode 1 stores an empty answer too, which kept the base URL in force.
    ofGateway: typed !== undefined || kept !== undefined || metadata[baseURLInput] !== undefined,
  };
}
