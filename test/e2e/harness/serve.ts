import * as v from "valibot";
import { plain } from "./run.ts";
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

/** What a project is to a client of the server. */
export interface Project {
  /**
   * Sends a prompt and returns the text of the answer.
   * @throws when OpenCode answers with an error.
   */
  prompt(prompt: Prompt): Promise<string>;
  /** Returns its id. Without a title, OpenCode asks a model for one after the first prompt. */
  createSession(title?: string): Promise<string>;
  /** Starts the plugins of the project. Returns the names of `openai`'s models, as pickers have them. */
  loadModels(): Promise<string[]>;
}

/** `opencode serve`: one start for many prompts. */
export interface Server extends Project, AsyncDisposable {
  /** Another project of the same home; the server itself is for the one it was started in. */
  project(cwd: string): Project;
}

const Session = v.object({ id: v.string() });
const Providers = v.object({
  providers: v.array(v.object({ id: v.string(), models: v.record(v.string(), v.unknown()) })),
});
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

  return {
    ...projectOf(url, where.cwd),
    project: (cwd) => projectOf(url, cwd),
    [Symbol.asyncDispose]: terminal.close,
  };
}

function projectOf(url: string, cwd: string): Project {
  const post = (path: string, body: object): Promise<unknown> =>
    ask(path, { method: "POST", body: JSON.stringify(body) });

  async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { "content-type": "application/json", "x-opencode-directory": cwd };
    const response = await fetch(url + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  }

  const createSession = async (title?: string): Promise<string> =>
    v.parse(Session, await post("/session", { title })).id;

  return {
    createSession,
    async loadModels() {
      const { providers } = v.parse(Providers, await ask("/config/providers"));
      return Object.keys(providers.find(({ id }) => id === "openai")?.models ?? {});
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
      if (info.error !== undefined) throw new Error(plain(JSON.stringify(info.error)));
      return parts.flatMap((part) => (part.type === "text" ? [part.text ?? ""] : [])).join("");
    },
  };
}
