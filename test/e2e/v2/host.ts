/** OpenCode 2's service for many gateways, a project for each of them. */
import * as v from "valibot";
import type { Conversation, Host, Seen } from "../faults/host.ts";
import type { Home } from "../harness/home.ts";
import { openTerminal } from "../harness/terminal.ts";

const Session = v.object({ data: v.object({ id: v.string() }) });
const Active = v.object({ data: v.record(v.string(), v.unknown()) });
const Models = v.object({ data: v.array(v.object({ providerID: v.string() })) });
const ErrorSchema = v.object({ message: v.string() });
const Messages = v.object({
  data: v.array(
    v.object({
      type: v.string(),
      time: v.object({ created: v.number() }),
      content: v.optional(
        v.array(v.object({ type: v.string(), text: v.optional(v.string()) })),
        [],
      ),
      error: v.optional(ErrorSchema),
      retry: v.optional(v.object({ error: v.optional(ErrorSchema) })),
    }),
  ),
});

export interface HostV2 extends Host {
  converse(project: string, model: string, variant?: string): Promise<Conversation>;
}

export async function startHostV2(home: Home): Promise<HostV2> {
  const cwd = await home.project();
  // Wide, so that address and password stand on a line each.
  const terminal = openTerminal({ home, cwd, args: ["serve", "--port=0"], cols: 200 });
  let screen: string;
  try {
    screen = await terminal.waitFor(/server password \S+/, 90_000);
  } catch (error) {
    await terminal.close();
    throw error;
  }
  const url = /listening on (http\S+)/.exec(screen)?.[1] ?? "";
  const password = /server password (\S+)/.exec(screen)?.[1] ?? "";
  const authorization = `Basic ${btoa(`opencode:${password}`)}`;

  async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { authorization, "content-type": "application/json" };
    const response = await fetch(url + path, { ...init, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  const post = (path: string, body: object): Promise<unknown> =>
    ask(path, { method: "POST", body: JSON.stringify(body) });

  return {
    async warmUp(project) {
      const path = `/api/model?location[directory]=${encodeURIComponent(project)}`;
      for (let tries = 0; tries < 300; tries += 1) {
        const { data } = v.parse(Models, await ask(path));
        if (data.some(({ providerID }) => providerID === "openai")) return;
        await Bun.sleep(200);
      }
      throw new Error(`no model of openai is listed for ${project}`);
    },
    async converse(project, model, variant) {
      const { data } = v.parse(
        Session,
        await post("/api/session", {
          title: "A test",
          location: { directory: project },
          model: { providerID: "openai", id: model, ...(variant && { variant }) },
        }),
      );
      const path = `/api/session/${data.id}`;
      const messages = async () => v.parse(Messages, await ask(`${path}/message`)).data;
      const countIdle = async () => (await messages()).filter(({ type }) => type === "idle").length;
      const isActive = async () =>
        Object.hasOwn(v.parse(Active, await ask("/api/session/active")).data, data.id);
      return {
        id: data.id,
        async say(text, signal) {
          const before = await countIdle();
          await post(`${path}/prompt`, { text });
          while ((await countIdle()) === before) {
            signal.throwIfAborted();
            await Bun.sleep(100);
          }
        },
        async look() {
          return toSeen(await messages(), await isActive());
        },
        async interrupt() {
          await post(`${path}/interrupt`, {});
        },
      };
    },
    [Symbol.asyncDispose]: terminal.close,
  };
}

const wordJoiner = "\u2060";
const plain = (text: string): string => text.replaceAll(wordJoiner, "");

function toSeen(messages: v.InferOutput<typeof Messages>["data"], active: boolean): Seen {
  const answers = messages
    .filter(({ type }) => type === "assistant")
    .toSorted((a, b) => a.time.created - b.time.created);
  const retry = answers.at(-1)?.retry;
  return {
    texts: answers.flatMap(({ content }) =>
      content.flatMap(({ type, text }) => (type === "text" && text ? [text] : [])),
    ),
    // The tries before the last have their errors too, and say that they were tried again.
    errors: answers.flatMap(({ error, retry: again }) =>
      error === undefined || again !== undefined ? [] : [plain(error.message)],
    ),
    waiting: active && retry !== undefined ? plain(retry.error?.message ?? "") : undefined,
  };
}
