/** Times of contenders that take turns, so that a busy machine is busy for all of them. */
import { measure } from "mitata";

export type Run = () => unknown;

export type Timing = {
  /** Median of the rounds' medians, milliseconds. */
  readonly ms: number;
  /** Median of the rounds' ratios to the first contender. */
  readonly ratio: number;
};

const rounds = 7;
const options = { min_cpu_time: 100e6, min_samples: 3, warmup_samples: 1 };

/** In order: the limit first, and then who is held against it. */
export async function compare(...contenders: readonly [Run, ...Run[]]): Promise<Timing[]> {
  const times: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, run] of contenders.entries()) {
      Bun.gc(true);
      const { p50 } = await measure(run, { ...options });
      times[index]?.push(p50 / 1e6);
    }
  }
  const [limit = []] = times;
  return times.map((own) => ({
    ms: median(own),
    ratio: median(own.map((ms, round) => ms / (limit[round] ?? ms))),
  }));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
