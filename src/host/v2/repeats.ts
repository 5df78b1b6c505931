/**
 * Which requests the host repeats. It says so before it waits, and the request itself tells nothing:
 * in mid answer it keeps the part that came and asks, in the user's place, for the rest. Pure.
 */

/** Milliseconds that a repetition may be late; what comes later, the user has written. */
const patience = 5_000;

export function createRepeats(now: () => number) {
  /** By session, until when it may come. */
  const expected = new Map<string, number>();
  return {
    /** @param delay milliseconds that the host waits first. */
    expect(session: string, delay = 0): void {
      for (const [id, until] of expected) {
        if (until < now()) expected.delete(id);
      }
      expected.set(session, now() + delay + patience);
    },
    /** Whether this session's next request is one. */
    take(session: string): boolean {
      const until = expected.get(session) ?? 0;
      expected.delete(session);
      return until >= now();
    },
  };
}
