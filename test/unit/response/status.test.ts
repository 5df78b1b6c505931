import { describe, expect, test } from "bun:test";
import type { ErrorDetails } from "../../../src/response/errors.ts";
import {
  isRetried,
  retryAfterSeconds,
  retryHeadersOf,
  statusOf,
  validStatus,
  waitOf,
} from "../../../src/response/status.ts";

const error = (change: Partial<ErrorDetails>): ErrorDetails => ({
  message: "It broke.",
  type: "gateway_error",
  code: null,
  raw: {},
  ...change,
});

describe("an error with a status of its own keeps it", () => {
  test.each([400, 401, 402, 403, 405, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529])(
    "%d",
    (status) => {
      expect(statusOf(error({}), status, 400)).toBe(status);
      expect(statusOf(error({ code: "boom", type: "boom" }), status, 500)).toBe(status);
    },
  );
  test.each([
    ["a 429 that is about money is not retried", 429, "insufficient_quota", 402],
    ["the same by type", 429, "billing_hard_limit_reached", 402],
    ["a 429 about a rate", 429, "rate_limit_exceeded", 429],
    ["a 429 about a window", 429, "usage_limit_reached", 429],
    ["a 403 about money", 403, "insufficient_quota", 403],
    ["a 500 about the context", 500, "context_length_exceeded", 400],
    ["a 429 about a policy", 429, "cyber_policy", 400],
    ["a 503 about a policy", 503, "bio_policy", 400],
    ["a 500 about money", 500, "insufficient_balance", 402],
    ["a 413 about the context", 413, "context_length_exceeded", 400],
    ["a 403 about a policy", 403, "misalignment_policy_violation", 403],
    ["a 500 that names the request", 500, "invalid_request_error", 500],
    ["a prototype's name", 429, "constructor", 429],
  ])("%s", (_, status, code, expected) => {
    expect(statusOf(error({ code }), status, 400)).toBe(expected);
    expect(statusOf(error({ type: code }), status, 400)).toBe(expected);
  });
});

describe("money is final, whatever the status and in any language", () => {
  test.each([
    [429, "用户额度不足, 剩余额度: ¥0.00"],
    [500, "pre-consume: 余额不足"],
    [429, "Insufficient account balance"],
    [404, "insufficient credits"],
    [undefined, "token quota is not enough"],
  ])("%p %s", (status, message) => {
    expect(statusOf(error({ message }), status, 500)).toBe(402);
  });
  test("a refusal that is shown once anyway keeps its status", () => {
    expect(statusOf(error({ message: "余额不足" }), 403, 400)).toBe(403);
  });
});

describe("a 404 never stays one: the host would retry it without end", () => {
  test.each<[string, Partial<ErrorDetails>, number]>([
    ["of no known code", {}, 400],
    ["a model that is not there", { code: "model_not_found" }, 400],
    ["usage limit, by code", { code: "usage_limit_reached" }, 429],
    ["usage limit, by type", { type: "usage_limit_reached" }, 429],
    ["usage limit, in words", { message: "You have hit your usage limit." }, 429],
    ["usage-limit, in words", { message: "USAGE-LIMIT" }, 429],
    ["rate limit, in words", { message: "Rate limited" }, 429],
    ["usage_limit_exceeded", { code: "usage_limit_exceeded" }, 429],
    ["no plan", { code: "usage_not_included" }, 402],
    ["a wrong key", { code: "invalid_api_key" }, 401],
    ["a code that is a number", { code: "503" }, 400],
    ["a limit of something else", { message: "The limit of tokens" }, 400],
  ])("%s", (_, change, status) => {
    expect(statusOf(error(change), 404, 400)).toBe(status);
  });
});

describe("an error within a 200", () => {
  test.each<[Partial<ErrorDetails>, number]>([
    [{}, 500],
    [{ code: "boom" }, 500],
    [{ code: "context_length_exceeded" }, 400],
    [{ code: "invalid_prompt" }, 400],
    [{ type: "invalid_request_error" }, 400],
    [{ type: "invalid_request_error", code: "rate_limit_exceeded" }, 429],
    [{ code: "invalid_api_key" }, 401],
    [{ type: "authentication_error" }, 401],
    [{ code: "insufficient_quota" }, 402],
    [{ code: "insufficient_user_quota" }, 402],
    [{ code: "usage_not_included" }, 402],
    [{ type: "permission_error" }, 403],
    [{ code: "usage_limit_reached" }, 429],
    [{ code: "rate_limit_exceeded" }, 429],
    [{ type: "rate_limit_error" }, 429],
    [{ code: "server_error" }, 500],
    [{ code: "server_is_overloaded" }, 503],
    [{ type: "overloaded_error" }, 503],
    [{ code: "slow_down" }, 503],
    [{ code: "429" }, 429],
    [{ code: "503" }, 503],
    [{ code: "599" }, 599],
    [{ code: "404" }, 400],
    [{ code: "200" }, 500],
    [{ code: "600" }, 500],
    [{ code: "429.5" }, 500],
    [{ code: "" }, 500],
    [{ code: "toString" }, 500],
  ])("%j → %d", (change, status) => {
    expect(statusOf(error(change), undefined, 500)).toBe(status);
  });
});

describe("seconds until a retry", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const at = now / 1000;
  test.each<[Partial<ErrorDetails>, number | undefined]>([
    [{}, undefined],
    [{ raw: { resets_in_seconds: 30 } }, 30],
    [{ raw: { resets_in_seconds: 0 } }, 0],
    [{ raw: { resets_in_seconds: -1 } }, undefined],
    [{ raw: { resets_in_seconds: null } }, undefined],
    [{ raw: { resets_at: at + 90 } }, 90],
    [{ raw: { resets_at: at - 90 } }, 0],
    [{ raw: { resets_at: 0 } }, undefined],
    [{ raw: { resets_at: "soon" } }, undefined],
    [{ raw: { resets_at: at + 90, resets_in_seconds: 30 } }, 30],
    [{ raw: { resets_in_seconds: 30 }, message: "try again in 5s" }, 30],
    [{ message: "Please try again in 1.5s." }, 1.5],
    [{ message: "TRY AGAIN IN 20 seconds" }, 20],
    [{ message: "try again in 250ms" }, 0.25],
    [{ message: "try again in 250 milliseconds" }, 0.25],
    [{ message: "try again in 2 minutes" }, 120],
    [{ message: "try again in 2m" }, 120],
    [{ message: "try again in 1 hour" }, 3600],
    [{ message: "try again in 0s" }, 0],
    [{ message: "try again in a moment" }, undefined],
    [{ message: "try again in 1.2.3s" }, undefined],
    [{ message: "try again in ...s" }, undefined],
    [{ message: "try again in 3 days" }, undefined],
    [{ message: "try again later" }, undefined],
  ])("%j → %p", (change, seconds) => {
    expect<unknown>(retryAfterSeconds(error(change), now)).toBe(seconds);
  });
});

test("what the host asks again for", () => {
  const statuses = [400, 401, 402, 403, 404, 405, 408, 409, 413, 422, 429, 499, 500, 503, 529, 599];
  expect(statuses.filter(isRetried)).toEqual([404, 408, 409, 429, 500, 503, 529, 599]);
});

test.each([
  [400, 400],
  [599, 599],
  [200, 502],
  [399, 502],
  [600, 502],
  [999, 502],
])("%d goes to the host as %d", (status, valid) => expect(validStatus(status)).toBe(valid));

describe("the wait that headers ask for", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  test.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ "retry-after": "7" }, 7],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after-ms": "1500" }, 1.5],
    [{ "retry-after": "2", "retry-after-ms": "1500" }, 1.5],
    [{ "retry-after": "2", "retry-after-ms": "soon" }, 2],
    [{ "retry-after": "Thu, 01 Jan 2026 00:01:30 GMT" }, 90],
    [{ "retry-after": "Wed, 31 Dec 2025 23:59:00 GMT" }, undefined],
    [{ "retry-after-ms": "-5", "retry-after": "3" }, 3],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "1e308" }, undefined],
    [{ "retry-after": "9999999999999999" }, undefined],
    [{ "retry-after-ms": "1e300", "retry-after": "3" }, 3],
    [{ "retry-after": "Wed, 21 Oct 2099 07:28:00 GMT" }, undefined],
  ])("%j → %p s", (headers, seconds) => expect<unknown>(waitOf(headers, now)).toBe(seconds));
});

describe("the headers for a retry", () => {
  const limited = error({ message: "try again in 1.2s" });
  test.each([
    ["the gateway's", { "retry-after": "7" }, limited, { "retry-after": "7" }],
    [
      "a date",
      { "retry-after": "Thu, 01 Jan 1970 00:01:30 GMT" },
      limited,
      { "retry-after": "Thu, 01 Jan 1970 00:01:30 GMT" },
    ],
    ["in milliseconds", { "retry-after-ms": "1500" }, limited, { "retry-after-ms": "1500" }],
    ["nonsense: from the error", { "retry-after": "1e308" }, limited, { "retry-after": "2" }],
    ["nonsense in words", {}, error({ message: "Try again in 999999999999h" }), {}],
    [
      "both",
      { "retry-after": "2", "retry-after-ms": "1500" },
      limited,
      { "retry-after": "2", "retry-after-ms": "1500" },
    ],
    ["from the error, whole seconds", {}, limited, { "retry-after": "2" }],
    ["none", { "x-other": "1" }, error({}), {}],
  ])("%s", (_, headers, details, expected) => {
    expect<unknown>(retryHeadersOf(new Headers(headers), details, 0)).toEqual(expected);
  });
});
