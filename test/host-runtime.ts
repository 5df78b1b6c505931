/**
 * Runs the plugin's tests on the runtime users have: the Bun inside OpenCode. Not the end-to-end
 * tests, and not those of the test tools, which run on the developer's Bun only.
 */
import { Glob } from "bun";
import { openCodeBinary } from "./e2e/harness/binary.ts";

const files = [...new Glob("test/**/*.test.ts").scanSync(".")]
  .filter((file) => !/^test\/(?:bench|config|docs|e2e|gateway)\//.test(file))
  .sort();
const child = Bun.spawn([await openCodeBinary(), "test", ...files.map((file) => `./${file}`)], {
  env: { ...process.env, BUN_BE_BUN: "1" },
  stdio: ["ignore", "inherit", "inherit"],
});
process.exitCode = await child.exited;
