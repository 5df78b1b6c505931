/** Plays faults as tests: what the user sees, and what it costs. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { openTheatre, type Theatre, type TheatreOptions } from "./play.ts";
import type { Fault } from "./types.ts";

/** Milliseconds for one fault; OpenCode's first pause takes 2 s, and starting a project some more. */
const limit = 60_000;

/** Most of the time they wait for OpenCode's pauses; so many at a time do not hinder each other. */
const atOnce = 8;

/** A test for each fault, to be called within a `describe`. */
export function playAll(options: TheatreOptions): void {
  let theatre: Theatre;
  const lanes = createLanes(atOnce);
  beforeAll(async () => {
    theatre = await openTheatre(options);
  }, 2 * limit);
  afterAll(() => theatre[Symbol.asyncDispose]());

  for (const fault of options.faults) {
    test.concurrent(fault.sends, () => lanes(() => check(theatre, fault, options)), 10 * limit);
  }
}

async function check(
  theatre: Theatre,
  fault: Fault,
  { language = "en" }: TheatreOptions,
): Promise<void> {
  const { texts, errors = [], waiting, requests } = fault.expected;
  const played = await theatre.play(fault, limit);
  expect(played).toMatchObject({ endless: false, requests, ...(texts && { texts }) });
  expect(played.errors.length).toBe(errors.length);
  expect(played.waiting === undefined).toBe(waiting === undefined);
  // The rows have the English words. What OpenCode makes of others shows in the requests.
  if (language !== "en") return;
  for (const [index, error] of errors.entries()) expect(played.errors[index]).toMatch(error);
  if (waiting !== undefined) expect(played.waiting).toMatch(waiting);
}

/** Runs what it is given, so many at a time. */
function createLanes(free: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
