/** One request through the plugin's own pipeline, observed. */
import type { Fetch } from "../fetch.ts";
import type { Gateway } from "../gateway.ts";
import { asString, isObject, type JsonObject, parseJson } from "../json.ts";
import { parseEvents } from "../response/sse.ts";

/** One HTTP request of the pipeline: endpoint discovery may need several. */
export type Exchange = {
  readonly url: string;
  readonly sentAt: number;
  /** Not there while nothing has answered. */
  readonly answer?: {
    readonly at: number;
    readonly status: number;
    /** The `date` header, Unix milliseconds. */
    readonly date: number | undefined;
  };
};

export type Call = { readonly name: string; readonly arguments: string };

/** How far an answer got, in milliseconds since the request was handed over. */
export type Timing = {
  readonly headers?: number;
  readonly output?: number;
  readonly total: number;
};

export type Answer = { readonly exchanges: readonly Exchange[]; readonly timing: Timing } & (
  | {
      readonly type: "complete";
      readonly text: string;
      readonly calls: readonly Call[];
      readonly usage: JsonObject | undefined;
    }
  /** The stream broke off, or ended in an error. */
  | { readonly type: "broken"; readonly message: string; readonly text: string }
  /** An error Response of the pipeline: the gateway's own, or one of ours with its literal code. */
  | {
      readonly type: "refused";
      readonly ours: boolean;
      readonly status: number;
      readonly code: string | undefined;
      readonly message: string;
    }
  | { readonly type: "timeout"; readonly limit: number }
);

export type AskOptions = {
  /** Makes the pipeline; it gets a `fetch` that keeps a record. */
  readonly createGateway: (fetch: Fetch) => Gateway;
  readonly fetch: Fetch;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** Milliseconds for the whole answer. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
};

/** @throws the signal's reason when it aborts; everything else is an answer. */
export async function ask(options: AskOptions): Promise<Answer> {
  const { limit, signal, now } = options;
  const exchanges: Exchange[] = [];
  const started = now();
  let outputAt: number | undefined;
  const timing = (): Timing => {
    const first = exchanges.at(-1)?.answer?.at;
    return {
      ...(first === undefined ? {} : { headers: first - started }),
      ...(outputAt === undefined ? {} : { output: outputAt - started }),
      total: now() - started,
    };
  };

  const timeout = AbortSignal.timeout(limit);
  const gateway = options.createGateway(record(options, exchanges));
  try {
    const response = await gateway.handle({
      url: options.url,
      headers: options.headers,
      body: JSON.stringify(options.body),
      signal: AbortSignal.any([signal, timeout]),
    });
    if (!response.ok) {
      const refusal = readRefusal(response.status, parseJson(await response.text()));
      return { ...refusal, exchanges, timing: timing() };
    }
    const stream = createReading();
    try {
      for await (const chunk of response.body ?? []) {
        stream.feed(chunk);
        if (stream.started()) outputAt ??= now();
      }
    } catch (error) {
      if (signal.aborted || timeout.aborted) throw error;
      const message = error instanceof Error ? error.message : String(error);
      return { type: "broken", message, text: stream.end().text, exchanges, timing: timing() };
    }
    const { failure, text, calls, usage } = stream.end();
    return failure === undefined
      ? { type: "complete", text, calls, usage, exchanges, timing: timing() }
      : { type: "broken", message: failure, text, exchanges, timing: timing() };
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return { type: "timeout", limit, exchanges, timing: timing() };
    throw error;
  }
}

function record({ fetch, now }: AskOptions, exchanges: Exchange[]): Fetch {
  return async (url, init) => {
    const index = exchanges.push({ url, sentAt: now() }) - 1;
    const sentAt = now();
    const response = await fetch(url, init);
    const date = Date.parse(response.headers.get("date") ?? "");
    exchanges[index] = {
      url,
      sentAt,
      answer: {
        at: now(),
        status: response.status,
        date: Number.isNaN(date) ? undefined : date,
      },
    };
    return response;
  };
}

function readRefusal(status: number, body: unknown) {
  const error = isObject(body) && isObject(body.error) ? body.error : {};
  const message = asString(error.message) ?? `status ${status}`;
  const code = asString(error.code);
  const ours = error.type === "opencode_openai_codex_key_error";
  // An answer had begun, so this says nothing about the endpoint.
  if (ours && code === "broken_off") return { type: "broken" as const, message, text: "" };
  return { type: "refused" as const, ours, status, code, message };
}

/** Collects what an answer says. It is short, so its text is parsed once, at the end. */
function createReading() {
  const decoder = new TextDecoder();
  let seen = "";
  return {
    feed(chunk: Uint8Array): void {
      seen += decoder.decode(chunk, { stream: true });
    },
    /** Something of the answer itself has come, and not just the gateway's greeting. */
    started: () => seen.includes("response.output_") || seen.includes("response.completed"),
    end() {
      let text = "";
      let failure: string | undefined;
      let usage: JsonObject | undefined;
      const calls: Call[] = [];
      parseEvents(seen, ({ data }) => {
        const event = parseJson(data);
        if (!isObject(event)) return;
        if (event.type === "response.output_text.delta") text += asString(event.delta) ?? "";
        if (event.type === "response.output_item.done" && isObject(event.item)) {
          const { type, name, arguments: written } = event.item;
          if (type === "function_call") {
            calls.push({ name: asString(name) ?? "", arguments: asString(written) ?? "" });
          }
        }
        const response = isObject(event.response) ? event.response : undefined;
        if (isObject(response?.usage)) usage = response.usage;
        if (event.type === "response.failed" || event.type === "error") {
          const error = isObject(response?.error) ? response.error : event;
          failure = asString(error.message) ?? "the gateway reported an error";
        }
      });
      return { text, calls, usage, failure };
    },
  };
}
