/** The table of faults, played on the real OpenCode 2 with the built plugin in it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import * as faulty from "../faults/answers.ts";
import { openTheatre, type Theatre } from "../faults/play.ts";
import { table } from "../faults/table.ts";
import { type Fault, forOpenCode2, wellText } from "../faults/types.ts";
import { openCode2 } from "../harness/binary.ts";
import { describeV2, pluginFolder } from "./stage.ts";

const limit = 60_000;

/** Faults that OpenCode 2 meets in its own way: alone it would make eleven requests of each. */
const persistent: readonly Fault[] = [
  {
    sends: "a stream that is cut off each time",
    gets: "",
    answer: faulty.cut,
    expected: {
      texts: [wellText, wellText, wellText],
      errors: [/closed the stream before its answer was complete/],
      requests: 3,
    },
  },
  {
    sends: "a server error after half of the text each time",
    gets: "",
    answer: faulty.failing("server_error", "Something broke.", { text: "All is" }),
    expected: {
      texts: ["All is", "All is", "All is"],
      errors: [/^Something broke\.$/],
      requests: 3,
    },
  },
];
const faults = [...table.map(forOpenCode2), ...persistent];

describeV2("to OpenCode 2, a gateway that sends", () => {
  let theatre: Theatre;
  beforeAll(async () => {
    theatre = await openTheatre({ faults, bundle: pluginFolder, version: openCode2 });
  }, 2 * limit);
  afterAll(() => theatre[Symbol.asyncDispose]());

  const queue = createQueue(4);
  for (const fault of faults) {
    test.concurrent(fault.sends, () => queue(() => check(fault, theatre)), 10 * limit);
  }
});

async function check(fault: Fault, theatre: Theatre): Promise<void> {
  const { texts, errors = [], waiting, requests } = fault.expected;
  const played = await theatre.play(fault, limit);
  expect(played).toMatchObject({ endless: false, requests, ...(texts && { texts }) });
  expect(played.errors.length).toBe(errors.length);
  for (const [index, error] of errors.entries()) expect(played.errors[index]).toMatch(error);
  if (waiting === undefined) expect(played.waiting).toBeUndefined();
  else expect(played.waiting).toMatch(waiting);
}

test("the documentation says so", async () => {
  const page = await Bun.file(join(import.meta.dir, "../../../docs/faults.md")).text();
  const rows = page.replace(/ +/g, " ");
  const missing = table.filter(
    ({ sends, gets, on2 }) => !rows.includes(`| ${sends} | ${gets} | ${on2?.gets ?? "the same"} |`),
  );
  expect(missing.map(({ sends }) => sends)).toEqual([]);
});

/** Runs what it is given, so many at a time. */
function createQueue(free: number): (work: () => Promise<void>) => Promise<void> {
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
