/** How a stream may end other than well, as the host is told. */
import { errorCode } from "../error-code.ts";
import { sayOnce } from "./once.ts";
import { sayGivenUp } from "./retry.ts";

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
  readonly isRetryable: boolean;
  readonly type: StreamErrorType;

  constructor(type: StreamErrorType, message: string, cause?: unknown, isRetryable = true) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StreamError";
    this.type = type;
    this.isRetryable = isRetryable;
  }
}

/** The same error as the last one of its turn: the host shows it and does not ask again. */
export function toFinalError(error: unknown): unknown {
  if (!(error instanceof StreamError)) return error;
  // The host goes by texts too, a port of 5000 or "connection lost" among them.
  const message = sayOnce(sayGivenUp(error.message), 400);
  return new StreamError(error.type, message, error.cause, false);
}

/** @param reason a word of the gateway's that says why it ended early. */
export function truncated(reason?: string): StreamError {
  return new StreamError(
    "stream_truncated",
    reason === undefined
      ? "The gateway closed the stream before its answer was complete."
      : `The gateway ended its answer before it was complete (${reason}).`,
  );
}

export function idle(timeoutMs: number): StreamError {
  return new StreamError(
    "stream_idle",
    `The gateway sent nothing for ${timeoutMs / 1000} s (streamIdleTimeout).`,
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
  const code = errorCode(error);
  if (code === undefined) return error;
  return new StreamError(
    "stream_broken",
    `The connection to the gateway broke in the middle of its answer (${code}).`,
    error,
  );
}
