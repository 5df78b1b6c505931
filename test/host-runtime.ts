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

/** That Bun has no `--parallel` yet: the files are dealt out to as many runs as there are cores. */
const lanes = Math.min(4, availableParallelism());
const codes = await Promise.all(
  Array.from({ length: lanes }, async (_, lane) => {
    const own = files.filter((_, index) => index % lanes === lane);
    const child = Bun.spawn([binary, "test", ...own.map((file) => `./${file}`)], {
      env: { ...process.env, BUN_BE_BUN: "1" },
      stdio: ["ignore", "inherit", "inherit"],
    });
    return child.exited;
  }),
);
process.exitCode = Math.max(...codes);
