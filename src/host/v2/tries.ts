/** How often a turn may be asked again after its answer had begun. Pure. */
import type { AnswerEnd } from "./ending.ts";

/** Requests for one answer that breaks off; each one is paid, and its text is printed again. */
const maxTries = 3;

/** Sessions remembered; a service lives for days. */
const maxSessions = 1_000;

export type Tries = {
  /** Notes how an answer for this session ended. */
  note(session: string, end: AnswerEnd): void;
  /** Whether the host may send this session's last request again. */
  mayRetry(session: string): boolean;
};

export function createTries(): Tries {
  const ends = new Map<string, { readonly end: AnswerEnd; readonly broken: number }>();
  return {
    note(session, end) {
      const { broken = 0 } = ends.get(session) ?? {};
      // The oldest goes first; one that is noted again is not old.
      ends.delete(session);
      ends.set(session, { end, broken: end === "broken" ? broken + 1 : 0 });
      const [oldest] = ends.keys();
      if (ends.size > maxSessions && oldest !== undefined) ends.delete(oldest);
    },
    mayRetry(session) {
      const last = ends.get(session);
      if (last === undefined || last.end === "whole") return true;
      if (last.end === "broken" && last.broken < maxTries) return true;
      // What the user asks next is another turn.
      ends.delete(session);
      return false;
    },
  };
}
