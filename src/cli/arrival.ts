/** Tells an answer that streams from one that something held back, by when its pieces came. Pure. */

export type Arrival =
  | { readonly type: "streams"; readonly pieces: number; readonly spreadMs: number }
  /** Too few pieces, or all of it too soon, to tell. */
  | { readonly type: "short" | "quick" }
  /** All of it after so many milliseconds. */
  | { readonly type: "at_once"; readonly waitMs: number }
  /** As a buffer fills up and is let go. */
  | { readonly type: "in_blocks"; readonly pieces: number; readonly blocks: number };

const fewPieces = 8;
/** Milliseconds: no model writes that many words in so little time. */
const oneMoment = 25;
/** Milliseconds within which a whole answer may well be complete. */
const soon = 750;
/** Milliseconds between two blocks at least; within one there is next to nothing. */
const gap = 5;
/** Pieces of a block, on average. */
const blockSize = 8;

/** @param pieces when each came, in milliseconds since the request. */
export function judgeArrival(pieces: readonly number[]): Arrival {
  const [first = 0] = pieces;
  const last = pieces.at(-1) ?? 0;
  if (pieces.length < fewPieces) return { type: "short" };
  const spreadMs = last - first;
  if (spreadMs < oneMoment) {
    return last < soon ? { type: "quick" } : { type: "at_once", waitMs: first };
  }
  const starts = pieces.filter((at, index) => index === 0 || at - (pieces[index - 1] ?? 0) > gap);
  const between = starts.slice(1).reduce((sum, at) => sum + at - latestBefore(pieces, at), 0);
  const held = pieces.length / starts.length >= blockSize && between > spreadMs * 0.9;
  return held
    ? { type: "in_blocks", pieces: pieces.length, blocks: starts.length }
    : { type: "streams", pieces: pieces.length, spreadMs };
}

function latestBefore(pieces: readonly number[], at: number): number {
  return pieces.findLast((one) => one < at) ?? at;
}
