/** The one sentence at the end: the cause, and the one thing to do. Pure. */
import { withoutStop } from "../words/sentences.ts";
import type { Report, Result } from "./types.ts";
import type { CliWords } from "./words/words.ts";

/** What came first of what failed, else of what is to be looked at; checks stand in that order. */
export function findCause({ results }: Report): Result | undefined {
  return (
    results.find(({ status }) => status === "fail") ??
    results.find(({ status }) => status === "warn")
  );
}

export function describeCause(
  { status, title, summary, advice }: Result,
  { doctor: { verdict } }: CliWords,
): string {
  const say = status === "fail" ? verdict.cause : verdict.look;
  return say(title, withoutStop(summary), advice);
}
