import { describe, test } from "bun:test";
import { createChecks } from "../../bench/checks.ts";

describe("what the benchmark compares before it times", () => {
  for (const { name, run } of createChecks(40_000)) test(name, async () => void (await run()));
});
