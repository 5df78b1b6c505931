/** When downloads failed last, in this process and in others: they are not tried again at once. */
import type { Cache } from "./cache.ts";

/** Milliseconds until a failed download is tried again. */
export const retryAfterMs = 10 * 60 * 1000;

export type FailureLogOptions = {
  readonly cache: Pick<Cache, "loadFailures" | "saveFailures">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * Many users are where GitHub cannot be reached, and start OpenCode often: that it failed is kept on
 * disk, so that not every start costs them the wait.
 */
export function createFailureLog({ cache, now }: FailureLogOptions) {
  /** Seen by this process, which also serves where the disk cannot be written; nothing: it worked. */
  const seen = new Map<string, number | undefined>();
  /** One after the other: each reads the file before it writes it. */
  let last = Promise.resolve();

  /** A time in the future is of a clock that was wrong, then or now, and says nothing. */
  function isRecent(at: number | undefined): boolean {
    const age = at === undefined ? retryAfterMs : now() - at;
    return age >= 0 && age < retryAfterMs;
  }

  async function write(): Promise<void> {
    const stored = await cache.loadFailures();
    const changes = [...seen].filter(([name, at]) => stored[name] !== at);
    if (changes.length === 0) return;
    const merged = new Map([...Object.entries(stored), ...changes]);
    // JSON leaves out those that worked.
    await cache.saveFailures(Object.fromEntries(merged));
  }

  return {
    failed: (name: string): void => void seen.set(name, now()),
    succeeded: (name: string): void => void seen.set(name, undefined),
    /** Those of the names that may be tried now. */
    async due(names: readonly string[]): Promise<string[]> {
      const stored = await cache.loadFailures();
      return names.filter((name) => !isRecent(seen.get(name)) && !isRecent(stored[name]));
    },
    /** Tells other processes. Never rejects. */
    save(): Promise<void> {
      last = last.then(write);
      return last;
    },
    /** When everything saved so far is written. */
    settled: (): Promise<void> => last,
  };
}
