/** One attempt of a request, and how it stands in the log. */
import type { BodyRecorder } from "./body.ts";
import type { BodyEnd } from "./tap.ts";

/** One call of `fetch`. Times are milliseconds since the request began. */
export type Attempt = {
  readonly attempt: number;
  readonly url: string;
  readonly sentMs: number;
  headMs?: number;
  status?: number;
  firstByteMs?: number;
  doneMs?: number;
  end?: BodyEnd;
  bytes: number;
  recording?: Recording;
};

/** What is noted down of an answer's body. */
export type Recording = {
  /** The number in front of the file's name. */
  readonly stage: string;
  readonly recorder: BodyRecorder;
  /** Too much for the log or for the disk: the rest is not stored. */
  cut: boolean;
};

/** The attempt as it stands in `timings.json`. */
export function describeAttempt(attempt: Attempt, scrub: (text: string) => string): object {
  const summary = attempt.recording?.recorder.summary();
  return {
    url: scrub(attempt.url),
    status: attempt.status,
    sent_ms: attempt.sentMs,
    head_ms: attempt.headMs,
    first_byte_ms: attempt.firstByteMs,
    first_output_ms: summary?.firstOutputMs,
    done_ms: attempt.doneMs,
    end: attempt.end,
    bytes: attempt.bytes,
    events: summary?.events,
    last_event: summary?.lastEvent,
  };
}

/** Name, message and code of an error and of what caused it. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error === undefined ? undefined : String(error);
  const { name, message, cause } = error;
  const code = "code" in error ? String(error.code) : undefined;
  return { name, message, code, cause: depth < 4 ? describeError(cause, depth + 1) : undefined };
}
