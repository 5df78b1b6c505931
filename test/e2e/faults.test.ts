/**
 * What the user sees of each fault of a gateway: the real OpenCode, the built plugin and the table
 * of faults, with the requests counted, OpenCode's own retries among them. On other versions too:
 * `OPENCODE_E2E_VERSIONS=1 bun test test/e2e/faults.test.ts`; on one: `OPENCODE_E2E_VERSION=1.14.34`.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as faulty from "./faults/answers.ts";
import { openTheatre, type Theatre } from "./faults/play.ts";
import { table } from "./faults/table.ts";
import { type Fault, wellText } from "./faults/types.ts";
import { openCodeVersion, otherVersions } from "./harness/binary.ts";
import { exitCodeOfFailure } from "./harness/run.ts";
import { bundle, createStage, mainJob, scenario } from "./support.ts";

/** Milliseconds for one fault; OpenCode's first pause takes 2 s, and starting a project some more. */
const limit = 60_000;

/** Most of the time they wait for OpenCode's pauses; four at a time do not hinder each other. */
const lanes = createLanes(4);

for (const version of [openCodeVersion(), ...otherVersions]) {
  describe(`OpenCode ${version}: a gateway that sends`, () => {
    let theatre: Theatre;
    beforeAll(async () => {
      theatre = await openTheatre({ faults: table, bundle, version });
    }, 2 * limit);
    afterAll(() => theatre[Symbol.asyncDispose]());

    for (const fault of table) {
      test.concurrent(fault.sends, () => lanes(() => check(theatre, fault)), 10 * limit);
    }
  });
}

async function check(theatre: Theatre, fault: Fault): Promise<void> {
  const { texts, errors = [], waiting, requests } = fault.expected;
  const played = await theatre.play(fault, limit);
  expect(played).toMatchObject({ endless: false, requests, ...(texts && { texts }) });
  expect(played.errors.length).toBe(errors.length);
  for (const [index, error] of errors.entries()) expect(played.errors[index]).toMatch(error);
  if (waiting === undefined) expect(played.waiting).toBeUndefined();
  else expect(played.waiting).toMatch(waiting);
}

describe("opencode run", () => {
  const model = "--model=openai/gpt-5.2";

  scenario("says where it looked for an endpoint, and ends", async () => {
    const gateway = { responsesPath: "/elsewhere", unknownPath: "html" } as const;
    await using stage = await createStage({ gateway });
    const result = await stage.opencode("run", mainJob, model);
    expect(result).toMatchObject({ exitCode: exitCodeOfFailure() });
    expect(result.stderr).toContain('set "responsesPath" in the settings');
    const posts = stage.gateway.transcript.filter(({ method }) => method === "POST");
    // Six paths for the turn, and six for the title.
    expect(posts.length).toBeLessThanOrEqual(12);
  });

  scenario("prints the text of a stream that was cut off once", async () => {
    let cut = false;
    await using stage = await createStage({
      gateway: {
        brain: () => ({ kind: "text", text: wellText }),
        respond(turn, context) {
          if (cut || turn.tools.length === 0) return undefined;
          cut = true;
          return faulty.cut({ n: 1, turn, context });
        },
      },
    });
    const result = await stage.opencode("run", "hello", model);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stdout.trim()).toBe(wellText);
    expect(stage.gateway.turns().length).toBe(2);
  });
});

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
