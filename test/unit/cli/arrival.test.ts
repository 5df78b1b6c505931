import { describe, expect, test } from "bun:test";
import { type Arrival, judgeArrival } from "../../../src/cli/arrival.ts";

/** Pieces, so many milliseconds apart. */
const every = (count: number, ms: number, from = 300): number[] =>
  Array.from({ length: count }, (_, index) => from + index * ms);

const table: readonly (readonly [string, readonly number[], Arrival["type"]])[] = [
  ["no piece", [], "short"],
  ["a few", every(7, 100), "short"],
  ["a slow model", every(40, 80), "streams"],
  ["a fast model, one piece every 3 ms", every(60, 3), "streams"],
  ["a fast network: two pieces a packet", every(40, 20).flatMap((at) => [at, at]), "streams"],
  ["all at once, late", every(40, 0, 1_800), "at_once"],
  ["all at once, a little apart, late", every(40, 0.5, 2_000), "at_once"],
  ["all at once, and soon", every(40, 0, 200), "quick"],
  [
    "three blocks of a buffer",
    [...every(20, 0, 500), ...every(20, 0, 1_000), ...every(20, 0, 1_500)],
    "in_blocks",
  ],
  ["a stumble in a stream", [...every(20, 30), ...every(20, 30, 3_000)], "streams"],
];

describe("how an answer arrived", () => {
  test.each(table)("%s", (_name, pieces, expected) => {
    expect(judgeArrival(pieces).type).toBe(expected);
  });

  test("what is said of it", () => {
    expect(judgeArrival(every(40, 0, 1_800))).toEqual({ type: "at_once", waitMs: 1_800 });
    expect(judgeArrival(every(11, 10))).toEqual({ type: "streams", pieces: 11, spreadMs: 100 });
    expect(judgeArrival([...every(16, 0, 100), ...every(16, 0, 900)])).toEqual({
      type: "in_blocks",
      pieces: 32,
      blocks: 2,
    });
  });
});
