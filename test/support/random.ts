/**
 * Seeded randomness for fuzz tests: the same seed gives the same run on every machine, so a failing
 * case is named by its seed alone.
 */

export interface Random {
  /** An integer from 0 up to, not including, `limit`; 0 when `limit` is 0. */
  int(limit: number): number;
  /** One element of a list that is not empty; throws `RangeError` for an empty one. */
  pick<T>(list: readonly T[]): T;
  /** The bytes in order, cut at random points; pieces may be empty, and are copies, as from a socket. */
  cut(bytes: Uint8Array): Uint8Array[];
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, enough to vary test inputs. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  /** Next number in [0, 1). */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  function int(limit: number): number {
    return Math.floor(next() * limit);
  }

  return {
    int,
    pick(list) {
      for (const element of list.slice(int(list.length))) return element;
      throw new RangeError("Nothing to pick from an empty list.");
    },
    cut(bytes) {
      // Drawn once per call, so that some cuts are byte by byte and others leave everything whole.
      const longest = 1 + int(Math.min(bytes.length, 1 << int(12)) + 1);
      const pieces: Uint8Array[] = [];
      for (let start = 0; start < bytes.length; ) {
        const end = start + int(longest + 1);
        pieces.push(bytes.slice(start, end));
        start = end;
      }
      return pieces;
    },
  };
}
