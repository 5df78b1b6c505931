/** Relays that are real servers, gateways of ours before them, and a host that asks again as OpenCode does. */
import { createAccounts } from "../../../src/failover/accounts.ts";
import { createFailover } from "../../../src/failover/failover.ts";
import { createFailoverState } from "../../../src/failover/state.ts";
import type { Move } from "../../../src/failover/trail.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../../../src/gateway.ts";
import { createJsonCache } from "../../../src/json-cache.ts";
import { isRetried as isRetriedStatus } from "../../../src/response/status.ts";
import { createTries } from "../../../src/tries.ts";
import { sampleBody, userMessage } from "../../gateway/sample.ts";
import { collect, eventsIn, textIn } from "../../support/answers.ts";
import { gatewayOptions } from "../../support/gateway-options.ts";
import { isRetried as isRetriedText } from "../../support/host-retries.ts";

/** What a relay does with a request. */
export type Mode =
  | "well"
  | "401"
  | "402"
  | "403"
  | "408"
  | "429"
  | "500"
  | "503"
  | "page"
  | "redirect"
  | "quotaInStream"
  | "failInStream"
  | "reset"
  | "resetAtHead"
  | "silent"
  | "silentAtHead"
  | "cutText"
  | "failAfterText"
  | "400"
  | "413"
  | "422"
  | "policy";

export type Seen = {
  readonly relay: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const encode = (event: object) => `data: ${JSON.stringify(event)}\n\n`;
const stream = (body: ReadableStream<Uint8Array> | string) =>
  new Response(body, {
    headers: { "content-type": "text/event-stream", "x-codex-turn-state": "set-below" },
  });
const error = (status: number, message: string, code: string | null = null) =>
  Response.json({ error: { message, code, type: "test" } }, { status });
const created = encode({ type: "response.created", response: { id: "r", status: "in_progress" } });
const delta = (text: string) =>
  encode({ type: "response.output_text.delta", item_id: "m", output_index: 0, delta: text });

/** Bytes, and then the connection breaks; or nothing more comes. */
function broken(text: string, ending: "reset" | "hang"): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    async pull(controller) {
      if (!sent) {
        sent = true;
        if (text !== "") return controller.enqueue(new TextEncoder().encode(text));
      }
      if (ending === "hang") return new Promise<void>(() => {});
      await Bun.sleep(3);
      controller.error(new Error("reset"));
    },
  });
}

export class Relay {
  readonly name: string;
  readonly key: string;
  mode: Mode = "well";
  readonly server: ReturnType<typeof Bun.serve>;
  private answers = 0;

  constructor(name: string, log: Seen[]) {
    this.name = name;
    this.key = `sk-of-${name}-0123456789`;
    this.server = Bun.serve({
      port: 0,
      idleTimeout: 30,
      // Else it prints each break on purpose.
      development: false,
      fetch: async (request) => {
        const headers = Object.fromEntries(request.headers);
        log.push({ relay: name, headers, body: await request.text() });
        return this.answer();
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}/v1/responses`;
  }

  /** What a well relay says, told from every other answer. */
  private text(): string {
    return `<${this.name} ${this.answers}>`;
  }

  private answer(): Response {
    this.answers += 1;
    switch (this.mode) {
      case "well":
        return this.well();
      case "page":
        return new Response("<html><title>Panel</title></html>");
      case "redirect":
        return Response.redirect("http://127.0.0.1:9/", 302);
      case "quotaInStream":
        return this.failing("insufficient_quota");
      case "failInStream":
        return this.failing("server_error");
      case "policy":
        return this.failing("cyber_policy");
      case "reset":
        return stream(broken("", "reset"));
      case "resetAtHead":
        return stream(broken(created, "reset"));
      case "silent":
        return stream(broken("", "hang"));
      case "silentAtHead":
        return stream(broken(": ping\n\n", "hang"));
      case "cutText":
        return stream(broken(created + delta(`partial of ${this.name}`), "reset"));
      case "failAfterText":
        return stream(
          created +
            delta(`partial of ${this.name}`) +
            encode({
              type: "response.failed",
              response: { status: "failed", error: { code: "server_error", message: "upstream" } },
            }),
        );
      case "402":
        return error(402, "余额不足");
      default:
        return error(Number(this.mode), `refused by ${this.name}`);
    }
  }

  private failing(code: string): Response {
    const failure = { status: "failed", error: { code, message: `failed at ${this.name}` } };
    return stream(created + encode({ type: "response.failed", response: failure }));
  }

  private well(): Response {
    const reasoning = {
      type: "reasoning",
      id: `rs_${this.answers}`,
      summary: [],
      // Its end tells it from any other, as that of a ciphertext does.
      encrypted_content: `${"x".repeat(80)}-encrypted-by-${this.name}-${this.answers}`,
    };
    const message = {
      type: "message",
      id: "m",
      role: "assistant",
      content: [{ type: "output_text", text: this.text() }],
    };
    const usage = { input_tokens: 1, output_tokens: 1 };
    const output = [reasoning, message];
    const response = { id: "r", status: "completed", output, usage };
    const answer = stream(
      [created, delta(this.text())].join("") +
        encode({ type: "response.output_item.done", output_index: 0, item: reasoning }) +
        encode({ type: "response.output_item.done", output_index: 1, item: message }) +
        encode({ type: "response.completed", response }),
    );
    answer.headers.set("x-codex-turn-state", `state-of-${this.name}-${this.answers}`);
    return answer;
  }
}

export type StandOptions = {
  readonly relays: readonly Relay[];
  readonly folder: string;
  readonly now?: () => number;
  readonly firstByteTimeoutMs?: number;
  readonly serves?: Readonly<Record<string, readonly string[]>>;
};

export type Stand = { readonly gateway: Gateway; readonly moves: Move[]; readonly debug: string[] };

/** The plugin before these relays, in this order. */
export function createStand(options: StandOptions): Stand {
  const { relays, folder, now = Date.now } = options;
  const cache = createJsonCache({ folder, debug: () => {} });
  const accounts = createAccounts();
  const tries = createTries(Math.max(3, relays.length));
  const moves: Move[] = [];
  const debug: string[] = [];
  const members = relays.map(({ name, url, key }) => ({
    name,
    baseURL: url,
    key,
    serves: (model: string) => options.serves?.[name]?.includes(model) ?? true,
    gateway: createGateway(
      patient(
        gatewayOptions(
          { baseURL: url, headers: { "x-own": `header-of-${name}` } },
          { key, name, tries, ownOnly: (body) => accounts.ownOnly(body, name) },
        ),
      ),
    ),
  }));
  const [first, ...others] = members;
  if (first === undefined) throw new Error("no relay");
  const gateway = createFailover({
    members: [first, ...others],
    state: createFailoverState(cache, now),
    accounts,
    tries,
    firstByteTimeoutMs: options.firstByteTimeoutMs ?? 250,
    onMove: (move) => moves.push(move),
    debug: (line) => debug.push(line),
  });
  return { gateway, moves, debug };
}

/** For less than a second, which a user cannot ask for. */
function patient(options: GatewayOptions): GatewayOptions {
  const { resolved } = options;
  const settings = { ...resolved.settings, streamIdleTimeout: 0.15 };
  return { ...options, resolved: { ...resolved, settings } };
}

/** OpenCode waits 300 s for the head of an answer. */
const hostPatienceMs = 1_500;

export type Shown = {
  /** What stays on the screen; the host drops a partial answer before it asks again. */
  readonly text: string;
  readonly status: number;
  /** Requests of the host itself. */
  readonly asked: number;
  /** The items to be sent with the next request. */
  readonly output: readonly unknown[];
};

/** One step of a turn, asked for as OpenCode does: again after a passing error, five times at most. */
export async function step(
  gateway: Gateway,
  history: readonly unknown[],
  { session = "ses_1", onOutput = () => {}, model = "gpt-5.1-codex" } = {},
): Promise<Shown> {
  for (let asked = 1; ; asked++) {
    const given = AbortSignal.timeout(hostPatienceMs);
    const response = await gateway
      .handle({
        url: "https://api.openai.com/v1/responses",
        headers: { "session-id": session },
        body: JSON.stringify(sampleBody({ input: history, prompt_cache_key: session, model })),
        signal: given,
      })
      .catch((cause: unknown) => {
        if (!given.aborted) throw cause;
        return undefined;
      });
    if (response === undefined) return { text: "", status: -1, asked, output: [] };
    if (!response.ok) {
      const text = await response.text();
      if ((isRetriedStatus(response.status) || isRetriedText(text)) && asked <= 5) continue;
      const told = text.replaceAll("\u2060", "");
      return { text: told, status: response.status, asked, output: [] };
    }
    onOutput();
    const { bytes, error: cause } = await collect(response.body);
    const events = eventsIn(bytes);
    const failure = events.find(({ type }) => type === "error");
    const retryable =
      cause instanceof Error && "isRetryable" in cause ? cause.isRetryable === true : false;
    if (cause !== undefined || failure !== undefined) {
      const passing = failure !== undefined && !JSON.stringify(failure).includes("invalid_prompt");
      if ((retryable || passing) && asked <= 5) continue;
      return { text: textIn(events), status: 0, asked, output: [] };
    }
    const output = events
      .filter(({ type }) => type === "response.output_item.done")
      .map(({ item }) => item);
    return { text: textIn(events), status: 200, asked, output };
  }
}

export const say = userMessage;
