import { describe, expect, test } from "bun:test";
import type { ErrorDetails } from "../../../src/response/errors.ts";
import { judgeRetry, type RetryFacts } from "../../../src/response/retry.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const judge = (error: Partial<ErrorDetails>, facts: Partial<RetryFacts> = {}) =>
  judgeRetry(
    { message: "It broke.", type: "gateway_error", code: null, raw: {}, ...error },
    { status: 503, lastTry: false, now, ...facts },
  );

const window = "usage_limit_reached";

describe("whether the host may ask again", () => {
  test.each<[string, Partial<ErrorDetails>, Partial<RetryFacts>, boolean]>([
    ["an outage", {}, {}, false],
    ["a request that is wrong", {}, { status: 400 }, true],
    ["a wait of five minutes", {}, { retryAfter: 300 }, false],
    ["a longer one", {}, { retryAfter: 301 }, true],
    ["a longer one, in the error", { raw: { resets_in_seconds: 301 } }, { status: 429 }, true],
    [
      "the header counts before the error",
      { raw: { resets_in_seconds: 9_000 } },
      { retryAfter: 1 },
      false,
    ],
    ["a window of no known end", { code: window }, { status: 429 }, true],
    ["a window of no known end, by type", { type: window }, { status: 429 }, true],
    ["another name of it", { code: "usage_limit_exceeded" }, { status: 429 }, true],
    ["a window that opens soon", { code: window }, { status: 429, retryAfter: 20 }, false],
    ["a rate of no known end", { code: "rate_limit_exceeded" }, { status: 429 }, false],
  ])("%s", (_name, error, facts, final) => {
    expect(judge(error, facts)).toMatchObject({ final, gaveUp: false });
  });

  test("the last try is final, and said to be given up only where it would not be otherwise", () => {
    expect(judge({}, { lastTry: 3 })).toMatchObject({ final: true, gaveUp: 3 });
    for (const facts of [{ status: 400 }, { retryAfter: 301 }]) {
      expect(judge({}, { ...facts, lastTry: 3 })).toMatchObject({ final: true, gaveUp: false });
    }
  });
});

describe("when it resets", () => {
  const reset = /^It broke \(resets at \d\d:\d\d, in 10 min\)\.$/;
  test.each<[string, Partial<ErrorDetails>, Partial<RetryFacts>]>([
    ["of a limit", { raw: { resets_in_seconds: 600 } }, { status: 429 }],
    [
      "of a limit worth waiting for",
      { raw: { resets_in_seconds: 600 } },
      { status: 429, retryAfter: 5 },
    ],
    ["of an outage that lasts", { raw: { resets_in_seconds: 600 } }, { status: 503 }],
    ["from the headers alone", {}, { status: 429, retryAfter: 600 }],
    ["behind words without a full stop", { message: "It broke" }, { status: 503, retryAfter: 600 }],
  ])("is told: %s", (_name, error, facts) => {
    expect(judge(error, facts).message).toMatch(reset);
  });

  test.each<[string, Partial<ErrorDetails>, Partial<RetryFacts>]>([
    ["of a short wait that the headers ask for", {}, { status: 429, retryAfter: 20 }],
    ["of an outage that passes", { raw: { resets_in_seconds: 20 } }, { status: 503 }],
    ["of what no time mends", { raw: { resets_in_seconds: 600 } }, { status: 400 }],
  ])("is not told: %s", (_name, error, facts) => {
    expect(judge(error, facts).message).toBe("It broke.");
  });
});
