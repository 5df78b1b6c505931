import * as v from "valibot";
import { openTerminal, type TerminalOptions } from "./terminal.ts";

export interface Prompt {
  /** A model of the provider `openai`. */
  model: string;
  variant?: string;
  agent?: string;
  /** The user's own addition to the system prompt. */
  system?: string;
  /** Id of a session of {@link Server.createSession}. Default: a new one that has a title. */
  session?: string;
  text: string;
}

/** `opencode serve`: one start for many prompts. */
export interface Server extends AsyncDisposable {
  /**
   * Sends a prompt and returns the text of the answer.
   * @throws when OpenCode answers with an error.
   */
  prompt(prompt: Prompt): Promise<string>;
  /** Returns its id. Without a title, OpenCode asks a model for one after the first prompt. */
  createSession(title?: string): Promise<string>;
  /** Starts the plugins of the project, and returns when they have named their models. */
  loadProviders(): Promise<void>;
}

const Session = v.object({ id: v.string() });
const Answer = v.object({
  info: v.object({ error: v.optional(v.unknown()) }),
  parts: v.array(v.object({ type: v.string(), text: v.optional(v.string()) })),
});

export async function startServer(where: Omit<TerminalOptions, "args">): Promise<Server> {
  const terminal = openTerminal({ ...where, args: ["serve", "--port=0"] });
  const listening = /listening on (http\S+)/;
  let url: string;
  try {
    url = listening.exec(await terminal.waitFor(listening, 60_000))?.[1] ?? "";
  } catch (error) {
    await terminal.close();
    throw error;
  }

  const post = (path: string, body: object): Promise<unknown> =>
    ask(path, { method: "POST", body: JSON.stringify(body) });

  async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { "content-type": "application/json", "x-opencode-directory": where.cwd };
    const response = await fetch(url + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  }

  const createSession = async (title?: string): Promise<string> =>
    v.parse(Session, await post("/session", { title })).id;

  return {
    createSession,
    async loadProviders() {
      await ask("/config/providers");
    },
    async prompt({ model, variant, agent, system, session, text }) {
      const id = session ?? (await createSession("A test"));
      const { info, parts } = v.parse(
        Answer,
        await post(`/session/${id}/message`, {
          model: { providerID: "openai", modelID: model },
          variant,
          agent,
          system,
          parts: [{ type: "text", text }],
        }),
      );
      if (info.error !== undefined) throw new Error(JSON.stringify(info.error));
      return parts.flatMap((part) => (part.type === "text" ? [part.text ?? ""] : [])).join("");
    },
    [Symbol.asyncDispose]: terminal.close,
  };
}
