/** What a model costs the user. Pure. */
import type { Price } from "./catalog.ts";
import { bareName } from "./name.ts";

/** What a relay takes for a dollar of OpenAI's price: for all models, or by their names. */
export type CostMultiplier = number | Readonly<Record<string, number>>;

/** Name in a record of multipliers that stands for every model without a name of its own there. */
export const otherModels = "*";

/**
 * One rule for all models: what the gateway's list says, else OpenAI's price times the multiplier,
 * else nothing.
 */
export function costOf(
  id: string,
  {
    listed,
    official,
  }: { readonly listed: Price | undefined; readonly official: Price | undefined },
  multiplier: CostMultiplier = 1,
): Price {
  if (listed !== undefined) return listed;
  if (official === undefined) return { input: 0, output: 0, cacheRead: 0 };
  return timesPrice(official, multiplierFor(id, multiplier));
}

/** The multiplier of a model: by its whole id, by the id without a vendor, the others', or 1. */
export function multiplierFor(id: string, multiplier: CostMultiplier = 1): number {
  if (typeof multiplier === "number") return multiplier;
  const given = new Map(Object.entries(multiplier));
  return given.get(id) ?? given.get(bareName(id)) ?? given.get(otherModels) ?? 1;
}

export function timesPrice({ input, output, cacheRead, cacheWrite }: Price, by: number): Price {
  const times = (price: number): number => Number((price * by).toPrecision(12));
  return {
    input: times(input),
    output: times(output),
    cacheRead: times(cacheRead),
    ...(cacheWrite === undefined ? {} : { cacheWrite: times(cacheWrite) }),
  };
}
