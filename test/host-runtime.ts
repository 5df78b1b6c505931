/**
 * Runs the plugin's tests on the runtime users have: the Bun inside OpenCode. Not the end-to-end
 * tests, and not those of the test tools, which run on the developer's Bun only.
 */
import { availableParallelism } from "node:os";
import { Glob } from "bun";
import { openCodeBinary } from "./e2e/harness/binary.ts";

const files = [...new Glob("test/unit/**/*.test.ts").scanSync(".")]
  .filter((file) => !/^test\/unit\/(?:bench|config|docs|gateway|pictures)\//.test(file))
  .sort();
const binary = await openCodeBinary();

/** That Bun has no `--parallel` yet: so many files at a time go to whichever lane is free. */
const batch = 4;

async function runSome(): Promise<number> {
  const child = Bun.spawn([binary, "test", ...files.splice(0, batch).map((file) => `./${file}`)], {
    // The system's allocator: its own spends a quarter of the time on giving memory back.
    env: { ...process.env, BUN_BE_BUN: "1", Malloc: "1" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await child.exited;
  return files.length > 0 ? Math.max(code, await runSome()) : code;
}

// One more than there are cores, as tests wait a third of their time.
const lanes = Math.min(4, availableParallelism() + 1);
process.exitCode = Math.max(...(await Promise.all(Array.from({ length: lanes }, runSome))));
