/** Error answers of gateways, in whatever form, as the one form the host understands. */

import { asString, isObject, type JsonObject, parseJson } from "../json.ts";
import { words } from "../words/current.ts";
import { sayOnce } from "./once.ts";
import { parseEvents } from "./sse.ts";

/** The form of OpenAI's API: what the AI SDK reads. */
export type ApiError = {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
};

export type ErrorDetails = ApiError & {
  /** The object the error was found in, for fields such as `resets_at`. */
  readonly raw: JsonObject;
};

export type ErrorResponseOptions = Omit<ApiError, "code"> & {
  readonly status: number;
  readonly code: string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/** `{ error: { message, type, code } }` with the given status. */
export function errorResponse(options: ErrorResponseOptions): Response {
  const { status, headers } = options;
  const message = sayOnce(options.message, status);
  const type = sayOnce(options.type, status);
  const code = options.code && sayOnce(options.code, status);
  return new Response(JSON.stringify({ error: { message, type, code } }), {
    status,
    headers: { ...headers, "content-type": "application/json" },
  });
}

/**
 * Finds the error in an answer's body: JSON in any of the known forms, an SSE body, JSON and SSE
 * one after the other, an HTML page (its title) or plain text.
 */
export function parseErrorBody(text: string): ErrorDetails | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  for (const candidate of jsonCandidates(trimmed)) {
    const details = parseErrorValue(candidate);
    if (details !== undefined) return details;
  }
  return details({}, isHtml(trimmed) ? htmlTitle(trimmed) : trimmed);
}

/** The whole text if it is JSON; else the data of its SSE events and its lines that are JSON. */
function* jsonCandidates(text: string): Generator<unknown> {
  const whole = parseJson(text);
  if (whole !== undefined) {
    yield whole;
    return;
  }
  const found: unknown[] = [];
  parseEvents(`${text}\n\n`, ({ data }) => found.push(parseJson(data)));
  yield* found;
  for (const line of text.split(/\r?\n/)) {
    if (!line.startsWith("{")) continue;
    // A relay may write its own JSON and the upstream's first SSE line without a break between.
    const next = line.search(/(?:event|data):/);
    if (next !== -1) yield parseJson(line.slice(0, next).trim());
    yield parseJson(line.trim());
  }
}

/**
 * The error in a JSON value: OpenAI's `{ error: {…} }`, a stream event (`error`,
 * `response.failed`), and the shorter forms of relays and web frameworks.
 */
export function parseErrorValue(value: unknown): ErrorDetails | undefined {
  if (typeof value === "string") return details({}, value);
  if (!isObject(value)) return undefined;
  const nested = isObject(value.response) ? value.response.error : value.error;
  if (isObject(nested)) {
    return details(nested, text(nested.message) ?? text(value.message) ?? JSON.stringify(nested));
  }
  const [first] = Array.isArray(value.errors) ? value.errors : [];
  const message =
    text(value.message) ??
    text(value.msg) ??
    text(value.error_msg) ??
    text(value.detail) ??
    text(nested) ??
    (isObject(first) ? text(first.message) : text(first));
  if (message === undefined) return undefined;
  // `{ error: "rate_limited", message: "…" }`: the short word is the code.
  const code = value.code ?? (typeof nested === "string" && nested !== message ? nested : null);
  return details({ ...value, code }, message);
}

/** An error for which the gateway found no words, so that we put some of ours. */
export const wordless = (message: string): ErrorDetails => details({}, message);

/** A message field: a text, or FastAPI's list of `{ msg }`. */
function text(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (!Array.isArray(value)) return undefined;
  const lines = value.map((item) => (isObject(item) ? asString(item.msg) : asString(item)));
  return lines.filter(Boolean).join("; ") || undefined;
}

function details(raw: JsonObject, message: string): ErrorDetails {
  const code = typeof raw.code === "number" ? String(raw.code) : asString(raw.code);
  const type = raw.type === "error" ? undefined : asString(raw.type);
  return {
    message: withoutControls(message).trim(),
    type: withoutControls(type ?? "") || "gateway_error",
    code: withoutControls(code ?? "") || null,
    raw,
  };
}

/** Terminal sequences, other control characters but tab and line feed, and changes of direction. */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /\u001b\[[0-?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** What is shown in a terminal, which must not obey the gateway. */
function withoutControls(text: string): string {
  return text.replace(controls, "");
}

/** Comments may stand before the page. */
export function isHtml(text: string): boolean {
  // One expression for all of it took exponential time: 2 s for a kilobyte of comments.
  let at = skipSpace(text, 0);
  while (text.startsWith("<!--", at)) {
    const end = text.indexOf("-->", at + 4);
    if (end === -1) return false;
    at = skipSpace(text, end + 3);
  }
  const page = /<(?:!doctype\s+html|html|head|body|title)\b/iy;
  page.lastIndex = at;
  return page.test(text);
}

function skipSpace(text: string, from: number): number {
  const space = /\s*/y;
  space.lastIndex = from;
  space.test(text);
  return space.lastIndex;
}

/** The title of a page, or its first heading. */
function htmlTitle(html: string): string {
  const content = contentOf(html, /<title/i, /<\/title>/i) ?? contentOf(html, /<h1/i, /<\/h1>/i);
  const title = content
    ?.replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return words().htmlPage(title || undefined);
}

/** The text from the end of the first opening tag to the first closing one after it. */
function contentOf(html: string, opening: RegExp, closing: RegExp): string | undefined {
  const tag = html.search(opening);
  const start = tag === -1 ? 0 : html.indexOf(">", tag) + 1;
  if (start === 0) return undefined;
  const rest = html.slice(start);
  const end = rest.search(closing);
  return end === -1 ? undefined : rest.slice(0, end);
}
