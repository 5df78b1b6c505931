/** The main job on the real OpenCode 2. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expectAccepted, mainJob, modelsOnTheWire } from "../support.ts";
import { createStageV2, describeV2 } from "./stage.ts";

const limit = 180_000;

describeV2("opencode 2 run", () => {
  test.concurrent.each([
    ["an alias", "--model=openai/gpt-5.1-codex-high", "gpt-5.1-codex high"],
    ["a variant", "--model=openai/gpt-5.2-codex#xhigh", "gpt-5.2-codex xhigh"],
    [
      "a variant of an alias, which wins",
      "--model=openai/gpt-5.1-codex-high#low",
      "gpt-5.1-codex low",
    ],
    ["a retired name", "--model=openai/gpt-5-codex", "gpt-5.1-codex medium"],
  ])(
    "writes the file by %s",
    async (_, model, wire) => {
      await using stage = await createStageV2();
      const result = await stage.run(mainJob, model);
      expect(result, result.stderr + result.stdout).toMatchObject({ exitCode: 0 });
      expectAccepted(stage.gateway);
      expect(modelsOnTheWire(stage.gateway)).toEqual([wire]);
      expect(readFileSync(join(stage.cwd, "test.txt"), "utf8").trim()).toBe("hello world");
    },
    limit,
  );
});
