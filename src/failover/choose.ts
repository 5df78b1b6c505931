/** Which gateway is asked next. Pure. */
import type { Resting } from "./state.ts";

export type Candidate = {
  readonly name: string;
  /** Whether it serves the model of the request; so does one that has no list. */
  readonly serves: boolean;
};

export type Choice = {
  /** In the user's order. */
  readonly candidates: readonly Candidate[];
  readonly resting: ReadonlyMap<string, Resting>;
  /** The one that answered in this turn. */
  readonly pinned: string | undefined;
  /** Those that have failed this very request: not to be asked again. */
  readonly asked: ReadonlySet<string>;
  /** Those that have failed this step of the turn, for which the host asks again. */
  readonly failed: ReadonlyMap<string, unknown>;
};

/**
 * The order's first that is well and serves the model; inside a turn the one it is at. Those that rest
 * come last, the soonest well first, and behind them those that have failed the step already: before
 * nothing is answered at all they are asked once more. Where nobody serves the model the first may say
 * so.
 */
export function chooseNext(choice: Choice): string | undefined {
  const { candidates, resting, pinned, asked, failed } = choice;
  const serving = candidates.filter(({ serves }) => serves);
  const able = (serving.length > 0 ? serving : candidates.slice(0, 1)).map(({ name }) => name);
  const inTurn = pinned !== undefined && able.includes(pinned) ? [pinned, ...able] : able;
  const left = [...new Set(inTurn)].filter((name) => !asked.has(name));
  const wait = (name: string): number => resting.get(name)?.until ?? 0;
  const rank = (name: string): number => (failed.has(name) ? 2 : resting.has(name) ? 1 : 0);
  // The sort is stable: what is well stays in order.
  return left.toSorted((a, b) => rank(a) - rank(b) || wait(a) - wait(b))[0];
}
