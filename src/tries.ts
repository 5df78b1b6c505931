/** How many requests one step of a turn has cost, the host's own repetitions counted. */
import { remember } from "./remember.ts";
import { keyOf, type Turn } from "./request/turn.ts";
import { type LastTry, maxTries } from "./response/retry.ts";

/** Most turns remembered: one for each session that is being talked to, and their titles. */
const maxTurns = 200;

export type Try = {
  /** What goes wrong with this one is told as final. */
  readonly last: LastTry;
  /** It was answered: the next step of the turn starts anew. */
  readonly succeed: () => void;
};

export type Tries = {
  /** To be called for each request that may cost something. */
  begin(turn: Turn): Try;
  /** Requests that the step has cost so far. */
  made(turn: Turn): number;
  /** The most that it may cost. */
  readonly most: number;
};

/** @param most requests that a step of a turn may cost, the first included. */
export function createTries(most = maxTries): Tries {
  const failed = new Map<string, number>();
  return {
    most,
    made: (turn) => failed.get(keyOf(turn)) ?? 0,
    begin(of) {
      const turn = keyOf(of);
      const number = (failed.get(turn) ?? 0) + 1;
      remember(failed, turn, number, maxTurns);
      return { last: number >= most && most, succeed: () => void failed.delete(turn) };
    },
  };
}
