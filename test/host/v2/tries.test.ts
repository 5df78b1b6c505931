import { expect, test } from "bun:test";
import type { AnswerEnd } from "../../../src/host/v2/ending.ts";
import { createTries } from "../../../src/host/v2/tries.ts";

test.each<readonly [string, readonly AnswerEnd[], boolean]>([
  ["nothing is known", [], true],
  ["an error with a status of its own", ["whole"], true],
  ["an error that stays", ["final"], false],
  ["broken once", ["broken"], true],
  ["broken twice", ["broken", "broken"], true],
  ["broken three times", ["broken", "broken", "broken"], false],
  ["a whole answer between", ["broken", "broken", "whole", "broken"], true],
])("%s", (_, ends, may) => {
  const tries = createTries();
  for (const end of ends) tries.note("ses_1", end);
  expect(tries.mayRetry("ses_1")).toBe(may);
});

test("each session for itself", () => {
  const tries = createTries();
  tries.note("ses_1", "final");
  expect(tries.mayRetry("ses_2")).toBe(true);
});

test("the next turn has its own tries", () => {
  const tries = createTries();
  for (let n = 0; n < 3; n += 1) tries.note("ses_1", "broken");
  expect(tries.mayRetry("ses_1")).toBe(false);
  tries.note("ses_1", "broken");
  expect(tries.mayRetry("ses_1")).toBe(true);
});
