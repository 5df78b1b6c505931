/** How a stream may end other than well, as the host is told. */
import { errorCode } from "../error-code.ts";
import { words } from "../words/current.ts";
import type { StreamDetail } from "../words/words.ts";
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

function broken(type: StreamErrorType, detail: StreamDetail = {}, cause?: unknown): StreamError {
  return new StreamError(type, words().stream[type](detail), cause);
}

/** The same error as the last one of its turn: the host shows it and does not ask again. */
export function toFinalError(error: unknown, tries: number): unknown {
  if (!(error instanceof StreamError)) return error;
  // The host goes by texts too, a port of 5000 or "connection lost" among them.
  const message = sayOnce(sayGivenUp(error.message, tries), 400);
  return new StreamError(error.type, message, error.cause, false);
}

/** @param reason a word of the gateway's that says why it ended early. */
export const truncated = (reason?: string): StreamError => broken("stream_truncated", { reason });

export const idle = (timeoutMs: number): StreamError =>
  broken("stream_idle", { seconds: timeoutMs / 1000 });

/** White space where an answer should be, and no end of it. */
export const blank = (bytes: number): StreamError =>
  broken("stream_damaged", { blankBytes: bytes });

/** An event whose JSON is cut off or garbled. The host would take it for the end of the turn. */
export const damaged = (): StreamError => broken("stream_damaged");

/**
 * A broken connection or a body that cannot be decompressed, which each runtime names by a `code`.
 * An abort has no such code and must reach the host as what it is.
 */
export function toStreamError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StreamError) return error;
  const code = errorCode(error);
  return code === undefined ? error : broken("stream_broken", { code }, error);
}
