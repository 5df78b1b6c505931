/** One request through the plugin's own pipeline, observed. */
import type { Failure } from "../failure.ts";
import type { Fetch } from "../fetch.ts";
import type { Gateway, GatewayOptions } from "../gateway.ts";
import { asString, isObject, type JsonObject, parseJson } from "../json.ts";
import { kindOf, type RefusalKind } from "../response/advice.ts";
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
    /** The `server` and `via` headers: what stands before the gateway. */
    readonly server: string;
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
      /** When each piece of text came, in milliseconds since the request was handed over. */
      readonly pieces: readonly number[];
    }
  /** The stream broke off, or ended in an error. */
  | { readonly type: "broken"; readonly message: string; readonly text: string }
  /** The gateway's own error. */
  | {
      readonly type: "refused";
      readonly url: string;
      readonly kind: RefusalKind | undefined;
      /** Status the gateway sent, and the one for the host. */
      readonly httpStatus: number;
      readonly status: number;
      /** The gateway's own words. */
      readonly said: string;
      /** What the host is told. */
      readonly told: string;
    }
  /** An error of the pipeline. */
  | {
      readonly type: "failed";
      /** Not there where nothing was sent. */
      readonly failure: Failure | undefined;
      readonly told: string;
    }
  | { readonly type: "timeout"; readonly limit: number }
);

type Redact = AskOptions["redact"];
type Watched = Pick<GatewayOptions, "fetch" | "onOutcome">;
type Last = Parameters<Required<Watched>["onOutcome"]>[0];

export type AskOptions = {
  /** Makes the pipeline; it gets a `fetch` that keeps a record, and says what came of the request. */
  readonly createGateway: (watched: Required<Watched>) => Gateway;
  /** Takes secrets out of what the gateway says. */
  readonly redact: (text: string) => string;
  readonly fetch: Fetch;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** Milliseconds for the whole answer. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
};

/** Longest text of the gateway's that is shown, in characters. */
const saidLimit = 2_000;

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
  let last: Last | undefined;
  const gateway = options.createGateway({
    fetch: record(options, exchanges),
    onOutcome: (outcome) => {
      last = outcome;
    },
  });
  try {
    const response = await gateway.handle({
      url: options.url,
      headers: options.headers,
      body: JSON.stringify(options.body),
      signal: AbortSignal.any([signal, timeout]),
    });
    if (!response.ok) {
      const told = readError(response.status, parseJson(await response.text()));
      return { ...explain(told, last, options.redact), exchanges, timing: timing() };
    }
    const stream = createReading();
    try {
      for await (const chunk of response.body ?? []) {
        stream.feed(chunk, now() - started);
        if (stream.started()) outputAt ??= now();
      }
    } catch (error) {
      if (signal.aborted || timeout.aborted) throw error;
      const message = error instanceof Error ? error.message : String(error);
      return { type: "broken", message, text: stream.end().text, exchanges, timing: timing() };
    }
    const { failure, ...complete } = stream.end();
    const { text } = complete;
    return failure === undefined
      ? { type: "complete", ...complete, exchanges, timing: timing() }
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
        server: `${response.headers.get("server") ?? ""} ${response.headers.get("via") ?? ""}`,
      },
    };
    return response;
  };
}

type ReadError = { readonly message: string; readonly code: string | undefined };

function readError(status: number, body: unknown): ReadError {
  const error = isObject(body) && isObject(body.error) ? body.error : {};
  return { message: asString(error.message) ?? `status ${status}`, code: asString(error.code) };
}

function explain({ message: told, code }: ReadError, last: Last | undefined, redact: Redact) {
  // An answer had begun, so this says nothing about the endpoint.
  if (last === undefined && code === "broken_off") {
    return { type: "broken" as const, message: told, text: "" };
  }
  if (last === undefined || "type" in last) {
    const failure = last && redactFailure(last, redact);
    return { type: "failed" as const, failure, told };
  }
  const { outcome, url } = last;
  if (outcome.type !== "refused") {
    const failure =
      outcome.type === "redirected" ? redactFailure({ ...outcome, url }, redact) : undefined;
    return { type: "failed" as const, failure, told };
  }
  const { httpStatus, status, error } = outcome;
  const kind = kindOf({ url, httpStatus, status, error });
  const said = redact(error.message).slice(0, saidLimit);
  return { type: "refused" as const, url, kind, httpStatus, status, said, told };
}

/** The parts of a failure that the gateway said. */
function redactFailure(failure: Failure, redact: Redact): Failure {
  switch (failure.type) {
    case "redirected":
      return { ...failure, location: failure.location && redact(failure.location) };
    case "endpoint_not_found":
      return {
        ...failure,
        tried: failure.tried.map((miss) => ({ ...miss, said: redact(miss.said).slice(0, 200) })),
      };
    default:
      return failure;
  }
}

/** Ends the type of every event that brings a piece of the answer, and stands in no other line. */
const pieceMark = '.delta"';

/** Collects what an answer says. It is short, so its text is parsed once, at the end. */
function createReading() {
  const decoder = new TextDecoder();
  let seen = "";
  let counted = 0;
  const pieces: number[] = [];
  return {
    /** @param at milliseconds since the request was handed over. */
    feed(chunk: Uint8Array, at: number): void {
      seen += decoder.decode(chunk, { stream: true });
      for (let next = seen.indexOf(pieceMark, counted); next !== -1; ) {
        pieces.push(at);
        counted = next + pieceMark.length;
        next = seen.indexOf(pieceMark, counted);
      }
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
          failure = asString(error.message) ?? "";
        }
      });
      return { text, calls, usage, failure, pieces };
    },
  };
}
