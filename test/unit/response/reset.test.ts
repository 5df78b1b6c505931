import { describe, expect, test } from "bun:test";
import { describeReset, resetSeconds } from "../../../src/response/reset.ts";
import { judgeRetry } from "../../../src/response/retry.ts";
import { validStatus } from "../../../src/response/status.ts";

/** A local time, so that the expected texts hold in every time zone. */
const now = new Date(2026, 0, 31, 12, 25, 0).getTime();
const seconds = now / 1000;

describe("resetSeconds", () => {
  test.each([
    ["in seconds", { resets_in_seconds: 90 }, 90],
    ["in seconds, a text", { resets_in_seconds: "90" }, 90],
    ["in no time", { resets_in_seconds: 0 }, 0],
    ["a Unix time", { resets_at: seconds + 60 }, 60],
    ["a Unix time as text", { resets_at: String(seconds + 60) }, 60],
    ["milliseconds", { resets_at: now + 60_000 }, 60],
    ["a date", { resets_at: new Date(now + 60_000).toISOString() }, 60],
    ["in the past", { resets_at: seconds - 60 }, 0],
    ["both: the span, which needs no clock", { resets_in_seconds: 5, resets_at: seconds + 60 }, 5],
    ["negative", { resets_in_seconds: -1 }, undefined],
    ["zero", { resets_at: 0 }, undefined],
    ["null", { resets_at: null, resets_in_seconds: null }, undefined],
    ["no number", { resets_at: "soon", resets_in_seconds: Number.NaN }, undefined],
    ["nothing", {}, undefined],
    ["a year", { resets_in_seconds: 366 * 86_400 }, 366 * 86_400],
    ["longer than any window", { resets_in_seconds: 401 * 86_400 }, undefined],
    ["beyond all dates", { resets_in_seconds: 1e300 }, undefined],
    ["beyond all numbers", { resets_in_seconds: "9".repeat(400) }, undefined],
    ["a time beyond all dates", { resets_at: 1e300 }, undefined],
    ["a time of the wrong unit", { resets_at: now * 1_000 }, undefined],
    ["a date of another age", { resets_at: "9999-12-31" }, undefined],
    ["an absurd span beside a time", { resets_in_seconds: 1e300, resets_at: seconds + 60 }, 60],
  ])("%s", (_name, raw, expected) => {
    expect(resetSeconds(raw, now)).toBe(expected);
  });
});

describe("describeReset", () => {
  test.each([
    [0, "resets at 12:25, in 0 s"],
    [30.2, "resets at 12:25, in 31 s"],
    [60, "resets at 12:26, in 1 min"],
    [61, "resets at 12:26, in 2 min"],
    [3_599, "resets at 13:24, in 1 h"],
    [7_500, "resets at 14:30, in 2 h 5 min"],
    [7_200, "resets at 14:25, in 2 h"],
    [86_400, "resets at 2026-02-01 12:25, in 1 d"],
    [3 * 86_400 + 5 * 3_600 + 60, "resets at 2026-02-03 17:26, in 3 d 5 h"],
  ])("%d s", (within, expected) => {
    expect(describeReset(within, now)).toBe(expected);
  });
});

describe("withReset", () => {
  const error = {
    message: "Limit reached.",
    type: "t",
    code: null,
    raw: { resets_in_seconds: 60 },
  };
  test("adds when the window resets", () => {
    const message = "Limit reached (resets at 12:26, in 1 min).";
    expect(judgeRetry(error, { status: 429, lastTry: false, now }).message).toBe(message);
  });

  test("leaves other errors alone", () => {
    const said = (raw: object, status: number) =>
      judgeRetry({ ...error, raw: { ...raw } }, { status, lastTry: false, now }).message;
    expect(said(error.raw, 402)).toBe(error.message);
    expect(said({}, 429)).toBe(error.message);
  });
});

test.each([
  [400, 400],
  [599, 599],
  [999, 502],
  [600, 502],
])("a status of %d can be answered with %d", (status, expected) => {
  expect(validStatus(status)).toBe(expected);
});
