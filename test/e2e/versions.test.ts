/**
 * The main job and a `/connect` on other OpenCode versions. Opt-in:
 * `OPENCODE_E2E_VERSIONS=1 bun test test/e2e/versions.test.ts`.
 */
import { describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { otherVersions } from "./harness/binary.ts";
import { connectThroughTui } from "./harness/login.ts";
import { createStage, expectAccepted, key, mainJob, modelsOnTheWire, scenario } from "./support.ts";

for (const version of otherVersions) {
  describe(`OpenCode ${version}`, () => {
    scenario("does the main job", async () => {
      await using stage = await createStage({ version });
      const { gateway } = stage;
      const result = await stage.opencode("run", mainJob, "--model=openai/gpt-5.1-codex-high");
      expect(result).toMatchObject({ exitCode: 0 });
      expect(readFileSync(join(stage.cwd, "test.txt"), "utf8").trim()).toBe("hello world");
      expectAccepted(gateway);
      expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
    });

    scenario("/connect brings the settings file up to date", async () => {
      const config = { model: "openai/gpt-5.1-codex-high" };
      await using stage = await createStage({ version, login: false, config });
      const { home, cwd, gateway } = stage;
      await using terminal = await connectThroughTui({
        home,
        cwd,
        apiKey: key,
        baseURL: gateway.url,
        cols: 240,
      });
      terminal.type(mainJob);
      await terminal.waitFor(mainJob);
      terminal.press("enter");
      await terminal.waitFor('Done: test.txt holds "hello world".');
      expectAccepted(gateway);
      expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
      expect(await home.readSettings()).toMatchObject({ baseURL: gateway.url });
    });
  });
}
