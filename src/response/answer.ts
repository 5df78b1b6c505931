/** What a gateway's HTTP answer is: an answer for the host, or an error of one known form. */
import { isObject, parseJson } from "../json.ts";
import { type ErrorDetails, isHtml, parseErrorBody } from "./errors.ts";
import { readBounded } from "./read.ts";
import { replay } from "./replay.ts";
import { retryHeadersOf, statusOf } from "./status.ts";
import {
  type BodySource,
  createEventStream,
  createSource,
  createTrustedStream,
  type EventStream,
  readHead,
  truncated,
} from "./stream.ts";

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
  /** A web page or an empty 404 or 405: not the API's answer, so the path is probably wrong. */
  readonly notTheApi: boolean;
};

export type AnswerOptions = {
  /** The host asked for a stream; otherwise it gets JSON. */
  readonly stream: boolean;
  readonly idleTimeoutMs: number;
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

/** Bounds on a 200 answer that is no event stream. */
const textLimit = { maxBytes: 64 * 1024 * 1024 } as const;

/** @throws StreamError, SseLimitError or the network's error where the body breaks off. */
export async function judgeAnswer(response: Response, options: AnswerOptions): Promise<Outcome> {
  if (response.status >= 300 && response.status < 400) {
    // Nobody waits for the body of a redirect; that it may be broken is of no interest.
    response.body?.cancel().catch(() => {});
    const location = response.headers.get("location") ?? undefined;
    return { type: "redirected", status: response.status, location };
  }
  if (!response.ok) return refuse(response, await readBounded(response.body));

  const source = createSource({ body: response.body, idleTimeoutMs: options.idleTimeoutMs });
  try {
    return (await startsAsText(source))
      ? judgeText(response, await readText(source, textLimit.maxBytes), options)
      : await judgeStream(response, source, options);
  } catch (error) {
    source.cancel(error);
    throw error;
  }
}

/**
 * JSON and HTML tell themselves by their first character, which no event stream begins with. The
 * content type does not: relays send streams as `text/plain` and JSON as `text/event-stream`.
 */
async function startsAsText(source: BodySource): Promise<boolean> {
  const seen: Uint8Array[] = [];
  try {
    for (;;) {
      const chunk = await source.read();
      if (chunk === undefined) return false;
      seen.push(chunk);
      const first = /[^\s\uFEFF]/.exec(new TextDecoder().decode(chunk.subarray(0, 1_024)))?.[0];
      if (first !== undefined) return first === "{" || first === "[" || first === "<";
    }
  } finally {
    source.unread(seen);
  }
}

async function readText(source: BodySource, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let left = maxBytes;
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

function judgeText(response: Response, text: string, { stream }: AnswerOptions): Outcome {
  const value = parseJson(text);
  const complete = isObject(value) && isObject(value.response) ? value.response : value;
  if (!isObject(complete) || !Array.isArray(complete.output) || isObject(complete.error)) {
    return refuse(response, text);
  }
  return stream
    ? answer(response, replay(complete), "text/event-stream")
    : answer(response, JSON.stringify(complete), "application/json");
}

async function judgeStream(
  response: Response,
  source: BodySource,
  { stream }: AnswerOptions,
): Promise<Outcome> {
  const events = createEventStream(source);
  const { state } = events;
  const head = await readHead(events);
  if (state.error !== undefined && !state.answered) {
    return refusal(response, state.error, statusOf(state.error, undefined, 500));
  }
  if (state.events === 0 && head.pending === undefined && head.held.length > 0) {
    const text = new TextDecoder().decode(Buffer.concat(head.held));
    if (!/^(?:\s|:.*)*$/.test(text)) return refuse(response, text);
  }
  if (stream) {
    return answer(response, createTrustedStream(events, head), "text/event-stream");
  }
  await drain(events, head.pending);
  if (state.error !== undefined) {
    return refusal(response, state.error, statusOf(state.error, undefined, 500));
  }
  if (state.response === undefined) throw truncated();
  return answer(response, JSON.stringify(state.response), "application/json");
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
function refuse(response: Response, text: string): Refusal {
  const html = isHtml(text);
  const error = parseErrorBody(text) ?? noBody;
  const status =
    html && response.ok ? 400 : statusOf(error, response.ok ? undefined : response.status, 400);
  const missing = response.status === 404 || response.status === 405;
  return {
    ...refusal(response, error, status),
    notTheApi: html || (missing && status === 400 && !isAboutModel(error)),
  };
}

function refusal(response: Response, error: ErrorDetails, status: number): Refusal {
  return {
    type: "refused",
    status,
    httpStatus: response.status,
    error,
    headers: retryHeadersOf(response.headers, error, Date.now()),
    notTheApi: false,
  };
}

const noBody: ErrorDetails = {
  message: "no explanation",
  type: "gateway_error",
  code: null,
  raw: {},
};

/** A 404 of the API itself: the path is right and the model is not. */
function isAboutModel({ code, message }: ErrorDetails): boolean {
  return code?.includes("model") === true || /\bmodel\b/i.test(message);
}
