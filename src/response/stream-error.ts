/** How a stream may end other than well, as the host is told. */

/**
 * The AI SDK's own mark for an API error, shared by all copies of it for this purpose. OpenCode
 * retries an error of a body only if it bears this mark and is `isRetryable` (or has the code
 * ECONNRESET, but then it shows a text of its own). Any other error ends the turn: seen on 1.14.41
 * and 1.18.33.
 */
const apiErrorMark: unique symbol = Symbol.for("vercel.ai.error.AI_APICallError");

export type StreamErrorType =
  | "stream_truncated"
  | "stream_idle"
  | "stream_damaged"
  | "stream_broken";

/** The answer broke off. Asking again is right: the host drops the partial answer when it does. */
export class StreamError extends Error {
  readonly [apiErrorMark] = true;
  readonly isRetryable = true;
  readonly type: StreamErrorType;

  constructor(type: StreamErrorType, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StreamError";
    this.type = type;
  }
}

export function truncated(): StreamError {
  return new StreamError(
    "stream_truncated",
    "The gateway closed the stream before its answer was complete.",
  );
}

export function idle(timeoutMs: number): StreamError {
  return new StreamError(
    "stream_idle",
    `The gateway sent nothing for ${timeoutMs / 1000} s (streamIdleTimeout).`,
  );
}

/** White space where an answer should be, and no end of it. */
export function blank(bytes: number): StreamError {
  return new StreamError(
    "stream_damaged",
    `The gateway sent nothing but white space, more than ${bytes / 1024} KiB of it.`,
  );
}

/** An event whose JSON is cut off or garbled. The host would take it for the end of the turn. */
export function damaged(): StreamError {
  return new StreamError("stream_damaged", "The gateway sent an event that is no valid JSON.");
}

/**
 * A broken connection or a body that cannot be decompressed, which each runtime names by a `code`.
 * An abort has no such code and must reach the host as what it is.
 */
export function toStreamError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StreamError) return error;
  if (!("code" in error) || typeof error.code !== "string") return error;
  return new StreamError(
    "stream_broken",
    `The connection to the gateway broke in the middle of its answer (${error.code}).`,
    error,
  );
}
