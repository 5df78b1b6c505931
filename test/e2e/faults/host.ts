/** One OpenCode for many gateways: `opencode serve`, with a project for each of them. */
import * as v from "valibot";
import type { Home } from "../harness/home.ts";
import { openTerminal } from "../harness/terminal.ts";

/** What a user has before them after a turn, or while it goes on. */
export type Seen = {
  /** All texts of the answers, one an element. */
  readonly texts: readonly string[];
  readonly errors: readonly string[];
  /** The notice that is shown while OpenCode waits to ask again. */
  readonly waiting: string | undefined;
};

export interface Conversation {
  /** OpenCode's id of the session, which its requests carry in a header. */
  readonly id: string;
  /** Resolves when the turn has ended. The signal is for who will not wait for that. */
  say(text: string, signal: AbortSignal): Promise<void>;
  look(): Promise<Seen>;
  /** Presses escape. */
  interrupt(): Promise<void>;
}

export interface Host extends AsyncDisposable {
  /** Starts the plugins of the project, and returns when they have named their models. */
  warmUp(project: string): Promise<void>;
  /** A new session with a title, so that OpenCode asks for none. */
  converse(project: string, model: string): Promise<Conversation>;
}

const Session = v.object({ id: v.string() });
const Statuses = v.record(
  v.string(),
  v.object({ type: v.string(), message: v.optional(v.string()) }),
);
const Failure = v.object({
  name: v.string(),
  data: v.optional(v.object({ message: v.optional(v.string()) })),
});
const Messages = v.array(
  v.object({
    info: v.object({ role: v.string(), error: v.optional(Failure) }),
    parts: v.array(v.object({ type: v.string(), text: v.optional(v.string()) })),
  }),
);

export async function startHost(home: Home): Promise<Host> {
  const cwd = await home.project();
  // Wide, so that the address stands on one line.
  const terminal = openTerminal({ home, cwd, args: ["serve", "--port=0"], cols: 200 });
  const listening = /listening on (http\S+)/;
  let url: string;
  try {
    url = listening.exec(await terminal.waitFor(listening, 60_000))?.[1] ?? "";
  } catch (error) {
    await terminal.close();
    throw error;
  }

  async function ask(project: string, path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { "content-type": "application/json", "x-opencode-directory": project };
    const response = await fetch(url + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  }

  return {
    async warmUp(project) {
      await ask(project, "/config/providers");
    },
    async converse(project, model) {
      const post = (path: string, body: object, signal?: AbortSignal): Promise<unknown> =>
        ask(project, path, {
          method: "POST",
          body: JSON.stringify(body),
          ...(signal && { signal }),
        });
      const { id } = v.parse(Session, await post("/session", { title: "A test" }));
      return {
        id,
        async say(text, signal) {
          const body = {
            model: { providerID: "openai", modelID: model },
            parts: [{ type: "text", text }],
          };
          await post(`/session/${id}/message`, body, signal);
        },
        async look() {
          const messages = v.parse(Messages, await ask(project, `/session/${id}/message`));
          const statuses = v.parse(Statuses, await ask(project, "/session/status"));
          return toSeen(messages, statuses[id]);
        },
        async interrupt() {
          await post(`/session/${id}/abort`, {});
        },
      };
    },
    [Symbol.asyncDispose]: terminal.close,
  };
}

/** Invisible; the plugin puts it where OpenCode would take a number, a port's too, for a status. */
const wordJoiner = "\u2060";

function toSeen(
  messages: v.InferOutput<typeof Messages>,
  status: v.InferOutput<typeof Statuses>[string] | undefined,
): Seen {
  const answers = messages.filter(({ info }) => info.role === "assistant");
  const parts = answers.flatMap((answer) => answer.parts.filter(({ type }) => type === "text"));
  return {
    texts: parts.flatMap(({ text }) => text || []),
    errors: answers.flatMap(({ info: { error } }) =>
      error === undefined ? [] : (error.data?.message ?? error.name).replaceAll(wordJoiner, ""),
    ),
    waiting: status?.type === "retry" ? (status.message ?? "") : undefined,
  };
}
