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
  /** Those that have failed this very request. */
  readonly asked: ReadonlySet<string>;
};

/**
 * The order's first that is well and serves the model; inside a turn the one it is at. Those that rest
 * come last, the soonest well first: before nothing is answered at all they are asked once more. Where
 * nobody serves the model the first may say so.
 */
export function chooseNext({ candidates, resting, pinned, asked }: Choice): string | undefined {
  const serving = candidates.filter(({ serves }) => serves);
  const able = (serving.length > 0 ? serving : candidates.slice(0, 1)).map(({ name }) => name);
  const inTurn = able.includes(pinned ?? "") ? [pinned ?? "", ...able] : able;
  const left = [...new Set(inTurn)].filter((name) => !asked.has(name));
  const well = left.find((name) => !resting.has(name));
  if (well !== undefined) return well;
  const wait = (name: string): number => resting.get(name)?.until ?? 0;
  return left.toSorted((a, b) => wait(a) - wait(b))[0];
}
