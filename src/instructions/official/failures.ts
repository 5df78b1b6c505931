/** When downloads failed last, in this process and in others: they are not tried again at once. */
import type { Cache } from "./cache.ts";

/** Milliseconds until a failed download is tried again. */
export const retryAfterMs = 10 * 60 * 1000;

export type FailureLogOptions = {
  readonly file: Cache["failures"];
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * Many users are where GitHub cannot be reached, and start OpenCode often: that it failed is kept on
 * disk, so that not every start costs them the wait.
 */
export function createFailureLog({ file, now }: FailureLogOptions) {
  /** Seen by this process, which also serves where the disk cannot be written; nothing: it worked. */
  const seen = new Map<string, number | undefined>();

  /** A time in the future is of a clock that was wrong, then or now, and says nothing. */
  function isRecent(at: number | undefined): boolean {
    const age = at === undefined ? retryAfterMs : now() - at;
    return age >= 0 && age < retryAfterMs;
  }

  return {
    failed: (name: string): void => void seen.set(name, now()),
    succeeded: (name: string): void => void seen.set(name, undefined),
    /** Those of the names that may be tried now. */
    async due(names: readonly string[]): Promise<string[]> {
      const stored = (await file.load()) ?? {};
      return names.filter((name) => !isRecent(seen.get(name)) && !isRecent(stored[name]));
    },
    /** Tells other processes. Never rejects. */
    save: (): Promise<void> =>
      file.update((stored = {}) => {
        const changes = [...seen].filter(([name, at]) => stored[name] !== at);
        if (changes.length === 0) return undefined;
        const merged = new Map([...Object.entries(stored), ...changes]);
        return Object.fromEntries(
          [...merged].flatMap(([name, at]) => (at === undefined ? [] : [[name, at] as const])),
        );
      }),
    settled: file.settled,
  };
}
