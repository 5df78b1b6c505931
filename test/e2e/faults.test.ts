/**
 * What the user sees of each fault of a gateway: the real OpenCode, the built plugin and the table
 * of faults, with the requests counted, OpenCode's own retries among them. On other versions too:
 * `OPENCODE_E2E_VERSIONS=1 bun test test/e2e/faults.test.ts`; on one: `OPENCODE_E2E_VERSION=1.14.34`.
 * OpenCode goes by the words of errors too, so what it makes of the Chinese ones is counted:
 * `OPENCODE_E2E_LANGUAGE=zh`.
 */
import { describe, expect } from "bun:test";
import { languages } from "../../src/words/language.ts";
import * as faulty from "./faults/answers.ts";
import { playAll } from "./faults/check.ts";
import { table } from "./faults/table.ts";
import { wellText } from "./faults/types.ts";
import { openCodeVersion, otherVersions } from "./harness/binary.ts";
import { exitCodeOfFailure } from "./harness/run.ts";
import { bundle, createStage, mainJob, scenario } from "./support.ts";

const language = languages.find((one) => one === process.env.OPENCODE_E2E_LANGUAGE) ?? "en";

for (const version of [openCodeVersion(), ...otherVersions]) {
  describe(`OpenCode ${version}: a gateway that sends`, () =>
    playAll({ faults: table, bundle, version, language }));
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
