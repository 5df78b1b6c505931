import * as v from "valibot";
import { openTerminal, type TerminalOptions } from "./terminal.ts";

export interface Prompt {
  /** A model of the provider `openai`. */
  model: string;
  variant?: string;
  text: string;
}

/** `opencode serve`: one start for many prompts. */
export interface Server extends AsyncDisposable {
  /**
   * Sends a prompt in a new session that has a title (so OpenCode asks for none), and returns the
   * text of the answer.
   * @throws when OpenCode answers with an error.
   */
  prompt(prompt: Prompt): Promise<string>;
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
    url = listening.exec(await terminal.waitFor(listening))?.[1] ?? "";
  } catch (error) {
    await terminal.close();
    throw error;
  }

  async function post(path: string, body: object): Promise<unknown> {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-opencode-directory": where.cwd },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  }

  return {
    async prompt({ model, variant, text }) {
      const session = v.parse(Session, await post("/session", { title: "A test" }));
      const { info, parts } = v.parse(
        Answer,
        await post(`/session/${session.id}/message`, {
          model: { providerID: "openai", modelID: model },
          variant,
          parts: [{ type: "text", text }],
        }),
      );
      if (info.error !== undefined) throw new Error(JSON.stringify(info.error));
      return parts.flatMap((part) => (part.type === "text" ? [part.text ?? ""] : [])).join("");
    },
    [Symbol.asyncDispose]: terminal.close,
  };
}
