/**
 * Which errors the host may ask again for. It asks by itself, every time with the whole request, and
 * without end where an error looks as if it would pass: each try may cost the user a full answer.
 */
import { words } from "../words/current.ts";
import { joinSentences, withoutStop } from "../words/sentences.ts";
import type { ErrorDetails } from "./errors.ts";
import { describeReset, resetSeconds } from "./reset.ts";
import { isRetried, retryAfterSeconds } from "./status.ts";

/** Requests for one step of a turn, the first one included. */
export const maxTries = 3;

/** The tries that this one is the last of; false where more may come. */
export type LastTry = number | false;

/** Seconds a turn is kept waiting for a limit to reset; `opencode run` waits without a word. */
const longestWait = 300;

export type RetryJudgement = {
  /** No retry can mend it, or none may. */
  readonly final: boolean;
  /** Final only because there were enough tries. */
  readonly gaveUp: LastTry;
  /** What the gateway said, with the time of a reset where one is known. */
  readonly message: string;
};

export type RetryFacts = {
  readonly status: number;
  /** Seconds that the answer's headers ask to wait, if they do. */
  readonly retryAfter?: number | undefined;
  readonly lastTry: LastTry;
  /** Unix milliseconds. */
  readonly now: number;
};

export function judgeRetry(
  error: ErrorDetails,
  { status, retryAfter, lastTry, now }: RetryFacts,
): RetryJudgement {
  const wait = retryAfter ?? retryAfterSeconds(error, now);
  const tooLong = isWindow(error)
    ? wait === undefined || wait > longestWait
    : (wait ?? 0) > longestWait;
  const gaveUp = isRetried(status) && !tooLong && lastTry;
  const reset = resetSeconds(error.raw, now) ?? (tooLong ? wait : undefined);
  const told = isRetried(status) && (status === 429 || tooLong) ? reset : undefined;
  return {
    final: !isRetried(status) || tooLong || gaveUp !== false,
    gaveUp,
    message: told === undefined ? error.message : sayReset(error.message, told, now),
  };
}

/** A usage window of hours or days: Codex ends the turn over it. One of no known end may be as long. */
function isWindow({ code, type }: ErrorDetails): boolean {
  return [code, type].some(
    (word) => word === "usage_limit_reached" || word === "usage_limit_exceeded",
  );
}

function sayReset(message: string, seconds: number, now: number): string {
  return `${withoutStop(message)} (${describeReset(seconds, now)}).`;
}

/** The message of a turn's last try. */
export function sayGivenUp(message: string, tries: number): string {
  return joinSentences(message, words().gaveUp(tries));
}
