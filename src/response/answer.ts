/** What a gateway's HTTP answer is: an answer for the host, or an error of one known form. */
import { isObject, type JsonObject, parseJson } from "../json.ts";
import { words } from "../words/current.ts";
import { readEnding } from "./ending.ts";
import { type ErrorDetails, isHtml, parseErrorBody, wordless } from "./errors.ts";
import { readBounded } from "./read.ts";
import { replay } from "./replay.ts";
import { judgeRetry, type LastTry } from "./retry.ts";
import { isRetried, retryHeadersOf, statusOf, validStatus, waitOf } from "./status.ts";
import {
  type BodySource,
  createEventStream,
  createSource,
  createTrustedStream,
  type EventStream,
  readHead,
} from "./stream.ts";
import { blank, truncated } from "./stream-error.ts";

export type Outcome =
  | { readonly type: "answer"; readonly response: Response }
  | Refusal
  | { readonly type: "redirected"; readonly status: number; readonly location: string | undefined };

export type Refusal = {
  readonly type: "refused";
  /** Status for the host. */
  readonly status: number;
  /** Status the gateway sent. */
  readonly httpStatus: number;
  readonly error: ErrorDetails;
  readonly headers: Readonly<Record<string, string>>;
  /** A web page with 200, a 404 or a 405: not the API's answer, so the path is probably wrong. */
  readonly notTheApi: boolean;
  /** It came as a web page. */
  readonly html: boolean;
  /** It came without a word. */
  readonly silent: boolean;
  /** The host would ask again, but the turn has had its tries. */
  readonly gaveUp: LastTry;
  /** What `status` would be with more tries. */
  readonly meant: number;
  /** Seconds that the gateway asks to wait. */
  readonly wait: number | undefined;
};

export type AnswerOptions = {
  /** The host asked for a stream; otherwise it gets JSON. */
  readonly stream: boolean;
  readonly idleTimeoutMs: number;
  /** Says that the host has left. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Breaks off the request: its `fetch` must have been given a signal that this aborts. In Bun 1.3,
   * which OpenCode carries, the connection of a body that was cancelled stays open without it. Called
   * whenever the body is not read to its end, and maybe once more afterwards.
   */
  readonly abort?: () => void;
  /** Takes secrets out of a text that the host will show and store. */
  readonly redact?: (text: string) => string;
  /** Enough tries for one turn: an error that may pass is told as final. Default false. */
  readonly lastTry?: LastTry;
  /** Told once the answer ended well. */
  readonly onComplete?: () => void;
  /** Told of an event about the account's limits. */
  readonly onLimits?: (event: JsonObject) => void;
  /** Told when a byte of the answer's body has come, or its end. */
  readonly onFirstByte?: () => void;
  /** Told once a stream that the host has got ended otherwise than well. */
  readonly onBroken?: () => void;
  /** Longest time the head of a stream is held back to tell an answer from an error, milliseconds. */
  readonly headHoldMs?: number;
};

/** Headers that described the gateway's encoding of the body, which `fetch` has undone. */
const staleHeaders = [
  "content-encoding",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "content-type",
];

/** Most bytes read of a 200 answer that is no event stream. */
const maxTextBytes = 64 * 1024 * 1024;

/** Most bytes of white space before an answer: some relays send a blank a second while they wait. */
const maxBlankBytes = 256 * 1024;

const defaultHeadHoldMs = 10_000;

/** @throws StreamError, SseLimitError or the reason of an abort where the body breaks off. */
export async function judgeAnswer(response: Response, options: AnswerOptions): Promise<Outcome> {
  const { signal, abort = () => {} } = options;
  if (response.status >= 300 && response.status < 400) {
    // Nobody waits for the body of a redirect; that it may be broken is of no interest.
    response.body?.cancel().catch(() => {});
    abort();
    const location = response.headers.get("location") ?? undefined;
    return { type: "redirected", status: response.status, location };
  }
  if (!response.ok) {
    options.onFirstByte?.();
    const text = await readBounded(response.body);
    abort();
    signal?.throwIfAborted();
    return refuse(response, text, options);
  }
  const source = createSource({ ...options, body: response.body, abort });
  try {
    return (await startsAsText(source, options.onFirstByte))
      ? judgeText(response, await readText(source), options)
      : await judgeStream(response, source, options);
  } catch (error) {
    source.cancel();
    throw error;
  }
}

/**
 * JSON and HTML tell themselves by their first character, which no event stream begins with. The
 * content type does not: relays send streams as `text/plain` and JSON as `text/event-stream`.
 */
async function startsAsText(source: BodySource, onFirstByte = () => {}): Promise<boolean> {
  const seen: Uint8Array[] = [];
  // One decoder for all: a byte order mark may be cut in two.
  const decoder = new TextDecoder();
  let left = maxBlankBytes;
  try {
    for (;;) {
      const chunk = await source.read();
      onFirstByte();
      if (chunk === undefined) return false;
      seen.push(chunk);
      const first = decoder.decode(chunk, { stream: true }).trimStart()[0];
      if (first !== undefined) return first === "{" || first === "[" || first === "<";
      left -= chunk.length;
      if (left < 0) throw blank(maxBlankBytes);
    }
  } finally {
    source.unread(seen);
  }
}

async function readText(source: BodySource): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let left = maxTextBytes;
  for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true });
    left -= chunk.length;
    if (left <= 0) {
      source.cancel();
      break;
    }
  }
  return text + decoder.decode();
}

function judgeText(response: Response, text: string, options: AnswerOptions): Outcome {
  // Bun 1.3 keeps a byte order mark that two chunks share; `trim` takes it for the space it is.
  const value = parseJson(text.trim());
  const complete = isObject(value) && isObject(value.response) ? value.response : value;
  if (!isObject(complete) || !Array.isArray(complete.output) || isObject(complete.error)) {
    return refuse(response, text, options);
  }
  const ending = readEnding(complete);
  if (ending.type === "unfinished") {
    const message = words().refused.unfinished(ending.reason);
    return refusal(response, wordless(message), 500, options);
  }
  options.onComplete?.();
  return options.stream
    ? answer(response, replay(ending.response), "text/event-stream")
    : answer(response, JSON.stringify(ending.response), "application/json");
}

async function judgeStream(
  response: Response,
  source: BodySource,
  options: AnswerOptions,
): Promise<Outcome> {
  const { stream, headHoldMs = defaultHeadHoldMs } = options;
  const events = createEventStream(source, options);
  const { state } = events;
  const head = await readHead(events, headHoldMs);
  if (state.error !== undefined && !state.answered) {
    return refuseInStream(response, state.error, options);
  }
  if (head.ended && !state.spoken) {
    // No event of the API in the whole of it: an error in plain words, or something else's stream.
    const said = plainWords(new TextDecoder().decode(Buffer.concat(head.held))) + state.strays;
    if (said.trim() !== "") return refuse(response, said, options);
  }
  if (stream) {
    return answer(response, createTrustedStream(events, head, options), "text/event-stream");
  }
  await drain(events, head.pending);
  if (state.error !== undefined) return refuseInStream(response, state.error, options);
  if (state.response === undefined) throw truncated();
  options.onComplete?.();
  return answer(response, JSON.stringify(state.response), "application/json");
}

const fields = ["data", "event", "id", "retry"];

/** The lines that are none of an event stream, of which the last may be cut off. */
function plainWords(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => !/^(?:data|event|id|retry)?:/.test(line));
  const plain = lines.join("\n").trim();
  return fields.some((field) => field.startsWith(plain)) ? "" : plain;
}

/** Reads to the end for the final response alone: nothing but that is kept. */
async function drain(events: EventStream, pending: Promise<unknown> | undefined): Promise<void> {
  await pending;
  while ((await events.next()) !== undefined);
}

type AnswerBody = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

function answer(response: Response, body: AnswerBody, contentType: string): Outcome {
  const headers = new Headers(response.headers);
  for (const name of staleHeaders) headers.delete(name);
  headers.set("content-type", contentType);
  return { type: "answer", response: new Response(body, { status: 200, headers }) };
}

/** An error answer, or a 200 whose body is no answer. */
function refuse(response: Response, text: string, options: AnswerOptions): Refusal {
  const html = isHtml(text);
  const parsed = parseErrorBody(text);
  const error = parsed ?? wordless(words().refused.silent);
  const status =
    html && response.ok ? 400 : statusOf(error, response.ok ? undefined : response.status, 400);
  // A 404 whose error has a meaning of its own was given another status. A page with any other
  // status is an outage, a limit or a block, which come at a right path too.
  const missing = (response.status === 404 && status === 400) || response.status === 405;
  return {
    ...refusal(response, error, validStatus(status), options),
    html,
    silent: parsed === undefined,
    notTheApi: (html && response.ok) || (missing && (html || !isAboutModel(error))),
  };
}

/** An error in a stream; one of no known code may well pass, so the host is to retry. */
function refuseInStream(response: Response, error: ErrorDetails, options: AnswerOptions): Refusal {
  return refusal(response, error, statusOf(error, undefined, 500), options);
}

function refusal(
  response: Response,
  error: ErrorDetails,
  status: number,
  { lastTry = false }: AnswerOptions,
): Refusal {
  const now = Date.now();
  const headers = retryHeadersOf(response.headers, error, now);
  const retryAfter = waitOf(headers, now);
  const { final, gaveUp, message } = judgeRetry(error, { status, retryAfter, lastTry, now });
  const shown = final && isRetried(status);
  return {
    type: "refused",
    status: shown ? 400 : status,
    httpStatus: response.status,
    error: { ...error, message },
    headers: shown ? {} : headers,
    notTheApi: false,
    html: false,
    silent: false,
    gaveUp,
    meant: status,
    wait: retryAfter,
  };
}

/** A 404 of the API itself: the path is right and the model is not. */
function isAboutModel({ code, message }: ErrorDetails): boolean {
  return code?.includes("model") === true || /\bmodel\b/i.test(message);
}
