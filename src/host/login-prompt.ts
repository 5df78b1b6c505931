/** What both hosts ask for before the key. Pure. */
import { words } from "../words/current.ts";

export const loginLabel = "Third-party Codex API (API Key + URL)";

/** The prompt's answer is stored by the host under this name, beside the key. */
export const baseURLInput = "baseURL";

/** The base URL in force, and where it stands. */
export type CurrentBaseURL = { readonly baseURL: string; readonly source: string } | undefined;

/** @param codexCLI the gateway of the Codex CLI on this machine; named where nothing is in force. */
export function describePrompt(
  current: CurrentBaseURL,
  codexCLI: string | undefined,
): { readonly message: string; readonly placeholder: string } {
  const { loginPrompt } = words();
  return {
    message:
      current === undefined && codexCLI !== undefined
        ? loginPrompt.codexCLI(codexCLI)
        : loginPrompt.baseURL(current),
    placeholder: current?.baseURL ?? codexCLI ?? "https://gateway.example",
  };
}
