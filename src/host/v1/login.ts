/** The login method of OpenCode 1. */
import * as v from "valibot";
import { BaseURLSchema } from "../../settings/fields.ts";
import { isBlank, keepOrigin, saveLogin } from "../../settings/login.ts";
import { words } from "../../words/current.ts";
import { baseURLInput, type CurrentBaseURL, describePrompt, loginLabel } from "../login-prompt.ts";

export type LoginOptions = {
  /** Base URL in force, and where it stands; asked each time, as a login may have changed it. */
  readonly current: () => CurrentBaseURL;
  readonly path: string;
  /** The gateway of the Codex CLI on this machine, where nothing is configured here. */
  readonly codexCLI?: string | undefined;
};

/** Checks what the user typed. @returns what is wrong with it, or nothing. */
export function validateBaseURL(text: string): string | undefined {
  const result = v.safeParse(BaseURLSchema, text, { abortPipeEarly: true });
  return result.success ? undefined : words().loginPrompt.enter(result.issues[0].message);
}

/**
 * The method for OpenCode's auth hook. The host asks for the key itself, masked, after the prompt;
 * the plugin never sees it here and returns none, so the host stores what was typed there.
 */
export function createLoginMethod({ current, path, codexCLI }: LoginOptions) {
  return {
    type: "api" as const,
    label: loginLabel,
    prompts: [
      {
        type: "text" as const,
        key: baseURLInput,
        ...describePrompt(current(), codexCLI),
        validate: (text: string | undefined): string | undefined => {
          if (isBlank(text)) return current() ? undefined : words().loginPrompt.missing;
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
