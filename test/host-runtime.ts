/** Runs every test but the end-to-end ones on the runtime users have: the Bun inside OpenCode. */
import { Glob } from "bun";
import { openCodeBinary } from "./e2e/harness/binary.ts";

const files = [...new Glob("test/**/*.test.ts").scanSync(".")]
  .filter((file) => !file.startsWith("test/e2e/"))
  .sort();
const child = Bun.spawn([await openCodeBinary(), "test", ...files.map((file) => `./${file}`)], {
  env: { ...process.env, BUN_BE_BUN: "1" },
  stdio: ["ignore", "inherit", "inherit"],
});
process.exitCode = await child.exited;
