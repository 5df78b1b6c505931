import { expect, test } from "bun:test";
import { createRepeats } from "../../../../src/host/v2/repeats.ts";

test("the request after the pause is a repetition, once, and of that session", () => {
  let now = 1_000;
  const repeats = createRepeats(() => now);
  expect(repeats.take("ses_1")).toBe(false);
  repeats.expect("ses_1", 2_000);
  expect(repeats.take("ses_2")).toBe(false);
  now += 2_100;
  expect(repeats.take("ses_1")).toBe(true);
  expect(repeats.take("ses_1")).toBe(false);
});

test("what comes long after it is a message of the user's", () => {
  let now = 1_000;
  const repeats = createRepeats(() => now);
  repeats.expect("ses_1", 2_000);
  repeats.expect("ses_2");
  now += 60_000;
  expect(repeats.take("ses_1")).toBe(false);
  repeats.expect("ses_1");
  expect(repeats.take("ses_2")).toBe(false);
  expect(repeats.take("ses_1")).toBe(true);
});
