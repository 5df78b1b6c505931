import { openTerminal, type Terminal, type TerminalOptions } from "./terminal.ts";

export interface LoginOptions extends Omit<TerminalOptions, "args"> {
  /** Typed at the prompt for the base URL. Empty: enter is pressed at once. */
  baseURL: string;
  /** Typed at the host's own prompt for the key. */
  apiKey: string;
  /** CLI only: typed before `baseURL`, and what must be visible then instead of the next prompt. */
  refused?: readonly { answer: string; message: string }[];
  /** A text that shows that the prompt for the base URL has come; its message may differ. */
  prompt?: RegExp;
  /** How long each step may take in milliseconds (20 s; twice that where OpenCode starts). */
  stepMs?: number;
}

const STEP_MS = 20_000;

/** In the last line of the dialog that offers a provider's models. */
const MODEL_LIST = "Favorite ctrl+f";

/** The plugin's prompt is worded to hold this. */
const BASE_URL_PROMPT = /base url/i;

/**
 * Logs in with `opencode auth login`: chooses OpenAI in the provider list, types the base URL, types
 * the key. Returns when OpenCode says that the login worked; the caller closes the terminal.
 *
 * @throws with the visible screen when a step does not come (the base URL is refused, for one).
 */
export async function loginThroughCli(options: LoginOptions): Promise<Terminal> {
  const { baseURL, apiKey, prompt = BASE_URL_PROMPT, stepMs = STEP_MS, ...where } = options;
  const { refused = [] } = options;
  const terminal = openTerminal({ ...where, args: ["auth", "login"] });
  return await driving(terminal, async () => {
    await terminal.waitFor("Select provider", 2 * stepMs);
    terminal.type("openai");
    // Enter before the list is filtered would take the provider on top of it.
    await terminal.waitFor(/● OpenAI/, stepMs);
    terminal.press("enter");
    await terminal.waitFor(prompt, stepMs);
    for (const { answer, message } of refused) {
      terminal.type(answer);
      // The message of the answer before goes with the first key.
      await terminal.waitFor((seen) => seen.includes(answer) && !seen.includes(message), stepMs);
      terminal.press("enter");
      await terminal.waitFor(message, stepMs);
      for (const _ of answer) terminal.press("backspace");
    }
    terminal.type(baseURL);
    terminal.press("enter");
    await terminal.waitFor("Enter your API key", stepMs);
    terminal.type(apiKey);
    await terminal.waitFor("▪".repeat(apiKey.length), stepMs);
    terminal.press("enter");
    await terminal.waitFor("Login successful", stepMs);
    await terminal.exited;
  });
}

/**
 * Opens OpenCode's terminal screen and logs in with `/connect`. Returns with the screen still open
 * and its dialogs closed; the caller closes the terminal.
 *
 * Two differences to the CLI, both the host's: the base URL is not validated, and the key is shown
 * in clear while it is typed.
 */
export async function connectThroughTui(options: LoginOptions): Promise<Terminal> {
  const { stepMs = STEP_MS } = options;
  const terminal = openTerminal({ ...options, args: [] });
  return await driving(terminal, async () => {
    await terminal.waitFor("Ask anything", 2 * stepMs);
    await connectAgain(terminal, options);
  });
}

/** Logs in with `/connect` on a terminal screen that is open and shows its input field. */
export async function connectAgain(
  terminal: Terminal,
  options: Pick<LoginOptions, "baseURL" | "apiKey" | "prompt" | "stepMs">,
): Promise<void> {
  const { baseURL, apiKey, prompt = BASE_URL_PROMPT, stepMs = STEP_MS } = options;
  terminal.type("/connect");
  await terminal.waitFor(/\/connect +Connect provider/, stepMs);
  terminal.press("enter");
  await terminal.waitFor(/Connect a provider[\s\S]*Anthropic/, stepMs);
  terminal.type("openai");
  // Enter before the list is filtered would take the provider on top of it.
  await terminal.waitFor((visible) => !visible.includes("Anthropic"), stepMs);
  terminal.press("enter");
  await terminal.waitFor(prompt, stepMs);
  terminal.type(baseURL);
  if (baseURL !== "") await terminal.waitFor(baseURL, stepMs);
  terminal.press("enter");
  await terminal.waitFor((seen) => !prompt.test(seen) && seen.includes("API key"), stepMs);
  terminal.type(apiKey);
  await terminal.waitFor(apiKey, stepMs);
  terminal.press("enter");
  // The plugin starts again with the new credential, then the host offers OpenAI's models.
  await terminal.waitFor(MODEL_LIST, 2 * stepMs);
  terminal.press("escape");
  await terminal.waitFor((visible) => !visible.includes(MODEL_LIST), stepMs);
}

/** A step that fails must not leave OpenCode running. */
async function driving(terminal: Terminal, steps: () => Promise<void>): Promise<Terminal> {
  try {
    await steps();
    return terminal;
  } catch (error) {
    await terminal.close();
    throw error;
  }
}
