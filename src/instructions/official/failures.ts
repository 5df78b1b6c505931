/** When downloads failed last, in this process and in others: they are not tried again at once. */
import type { Cache } from "./cache.ts";

/** Milliseconds until what failed once is tried again; four times as long after each more, up to a day. */
export const firstPauseMs = 10 * 60 * 1000;
const longestPauseMs = 24 * 60 * 60 * 1000;

export type Failing = {
  /** When it failed last, milliseconds since 1970. */
  readonly at: number;
  /** How often in a row. */
  readonly times: number;
};

export type FailureLogOptions = {
  readonly file: Cache["failures"];
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

export function pauseAfter(times: number): number {
  return Math.min(firstPauseMs * 4 ** Math.max(0, times - 1), longestPauseMs);
}

/**
 * Many users are where GitHub cannot be reached, and start OpenCode often: that it failed is kept on
 * disk, so that not every start costs them the wait.
 */
export function createFailureLog({ file, now }: FailureLogOptions) {
  /** Seen by this process, which also serves where the disk cannot be written; nothing: it worked. */
  const seen = new Map<string, Failing | undefined>();
  /** What was on disk when it was last read. */
  let stored: Readonly<Record<string, Failing>> = {};

  /** A time in the future is of a clock that was wrong, then or now, and says nothing. */
  function rests(failing: Failing | undefined): boolean {
    if (failing === undefined) return false;
    const age = now() - failing.at;
    return age >= 0 && age < pauseAfter(failing.times);
  }

  const last = (name: string): Failing | undefined =>
    seen.has(name) ? seen.get(name) : stored[name];

  return {
    /** One try may be told as failed more than once: it is late, and then given up. */
    failed(name: string): void {
      const before = last(name);
      const again = before !== undefined && rests(before) && seen.has(name);
      seen.set(name, { at: now(), times: again ? before.times : (before?.times ?? 0) + 1 });
    },
    succeeded: (name: string): void => void seen.set(name, undefined),
    /** Those of the names that may be tried now. */
    async due(names: readonly string[]): Promise<string[]> {
      stored = (await file.load()) ?? {};
      return names.filter((name) => !rests(seen.get(name)) && !rests(stored[name]));
    },
    /** Tells other processes. Never rejects. */
    save: (): Promise<void> =>
      file.update((current = {}) => {
        const changes = [...seen].filter(([name, failing]) => current[name]?.at !== failing?.at);
        if (changes.length === 0) return undefined;
        const merged = new Map([...Object.entries(current), ...changes]);
        return Object.fromEntries(
          [...merged].flatMap(([name, failing]) =>
            failing === undefined ? [] : [[name, failing] as const],
          ),
        );
      }),
    settled: file.settled,
  };
}
