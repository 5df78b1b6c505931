/** Answers of relays, as their sources write them, and such that say nothing or nonsense. */
import { describe, expect, test } from "bun:test";
import { describeRemaining } from "../../../src/balance/describe.ts";
import {
  parseClaudeRelay,
  parseNewApi,
  parseOneApi,
  parseSub2api,
} from "../../../src/balance/relays.ts";

const subscription = {
  daily_usage_usd: 1.5,
  weekly_usage_usd: 6,
  monthly_usage_usd: 20,
  daily_limit_usd: 10,
  weekly_limit_usd: 0,
  monthly_limit_usd: null,
  expires_at: "2027-01-31T12:00:00.123456+08:00",
};
const quota = { limit: 50, used: 12.5, remaining: 37.5, unit: "USD" };
const limited = { mode: "quota_limited", isValid: true, status: "active", unit: "USD" };
const open = { mode: "unrestricted", isValid: true, unit: "USD" };

describe("sub2api", () => {
  const window = { window: "5h", limit: 5, used: 1.25, remaining: 3.75, window_start: null };
  test.each<[string, object, string, number]>([
    ["a key with a quota", { ...limited, quota, remaining: 37.5 }, "$37.50 of $50.00 left", 0],
    [
      "its windows",
      { ...limited, quota, rate_limits: [{ ...window, reset_at: "2026-09-28T19:23:26+08:00" }] },
      "$37.50 of $50.00 left",
      1,
    ],
    ["windows alone", { ...limited, rate_limits: [{ ...window, reset_at: null }] }, "not known", 1],
    [
      "a wallet",
      { ...open, planName: "钱包余额", remaining: 24.8, balance: 24.8 },
      "$24.80 left",
      0,
    ],
    ["an overdrawn wallet", { ...open, remaining: -3, balance: -3 }, "-$3.00 left", 0],
    ["a subscription", { ...open, remaining: 8.5, subscription }, "$8.50 left", 1],
    [
      "one without limits",
      { ...open, remaining: -1, subscription: { expires_at: "2027-01-01T00:00:00Z" } },
      "no limit",
      0,
    ],
    ["a sum that does not fit", { ...limited, quota: { ...quota, remaining: 50 } }, "not known", 0],
    ["points of another kind", { ...limited, quota: { ...quota, unit: "POINTS" } }, "not known", 0],
    ["a text for a number", { ...open, balance: "24.8" }, "not known", 0],
    ["infinity", { ...open, balance: Number.POSITIVE_INFINITY }, "not known", 0],
    [
      "a key that was disabled",
      { ...limited, isValid: false, status: "disabled" },
      "the gateway says the key does not work (disabled)",
      0,
    ],
  ])("%s", (_, body, told, windows) => {
    const balance = parseSub2api(body);
    expect(balance && describeRemaining(balance)).toBe(told);
    expect(balance?.windows.length).toBe(windows);
  });

  test("the end of a subscription, and when a window opens again", () => {
    expect(parseSub2api({ ...open, remaining: 8.5, subscription })).toMatchObject({
      expiresAt: Date.UTC(2027, 0, 31, 4, 0, 0, 123),
    });
    const reset_at = "2026-09-28T19:23:26+08:00";
    expect(parseSub2api({ ...limited, rate_limits: [{ ...window, reset_at }] })?.windows).toEqual([
      {
        name: "5h",
        used: { value: 1.25, unit: "USD" },
        limit: { value: 5, unit: "USD" },
        resetsAt: Date.UTC(2026, 8, 28, 11, 23, 26),
      },
    ]);
  });
});

describe("new-api", () => {
  const status = { success: true, data: { quota_per_unit: 500_000 } };
  const data = (change: object) => ({
    code: true,
    message: "ok",
    data: {
      object: "token_usage",
      name: "mine",
      total_granted: 1_500_000,
      total_used: 250_000,
      total_available: 1_250_000,
      unlimited_quota: false,
      expires_at: 0,
      ...change,
    },
  });
  test.each<[string, object, unknown, string | undefined]>([
    ["points with a price", data({}), status, "$2.50 of $3.00 left"],
    ["without one", data({}), undefined, "1,250,000 points of 1,500,000 points left"],
    [
      "a price of nothing",
      data({}),
      { data: { quota_per_unit: 0 } },
      "1,250,000 points of 1,500,000 points left",
    ],
    [
      "no limit",
      data({ unlimited_quota: true, total_available: -9 }),
      status,
      "no limit, $0.50 used",
    ],
    [
      "a sum that does not fit",
      data({ total_available: 9 }),
      status,
      "$0.50 used, the rest is not known",
    ],
    ["an error with 200", { success: false, message: "无效的令牌" }, status, undefined],
  ])("%s", (_, body, price, told) => {
    const balance = parseNewApi(body, price);
    expect(balance && describeRemaining(balance)).toBe(told);
  });

  test("a key's end; -1 is none", () => {
    expect(parseNewApi(data({ expires_at: 1_800_000_000 }), status)?.expiresAt).toBe(1.8e12);
    expect(parseNewApi(data({ expires_at: -1 }), status)).not.toHaveProperty("expiresAt");
  });
});

describe("one-api", () => {
  const limit = (hard_limit_usd: unknown) => ({
    object: "billing_subscription",
    has_payment_method: true,
    hard_limit_usd,
    access_until: 0,
  });
  const usage = (total_usage: unknown) => ({ object: "list", total_usage });
  const error = { error: { message: "no such token", type: "one_api_error" } };
  const site = "(in the unit of the site)";
  test.each<[string, unknown, unknown, string | undefined]>([
    ["limit and usage", limit(10), usage(250), `7.50 ${site} of 10.00 ${site} left`],
    ["all used up", limit(10), usage(1_000), `0.00 ${site} of 10.00 ${site} left`],
    ["no limit", limit(100_000_000), usage(250), `no limit, 2.50 ${site} used`],
    ["more used than there was", limit(1), usage(250), `2.50 ${site} used, the rest is not known`],
    ["an error in place of the usage", limit(10), error, "not known"],
    ["an error with 200", error, usage(0), undefined],
    ["a text", limit("10"), usage(0), undefined],
  ])("%s", (_, subscription, used, told) => {
    const balance = parseOneApi(subscription, used);
    expect(balance && describeRemaining(balance)).toBe(told);
  });
});

describe("claude-relay-service", () => {
  const info = (token_limit: unknown, tokens_used: unknown, tokens_remaining: unknown) => ({
    id: "1",
    token_limit,
    tokens_used,
    tokens_remaining,
    rate_limit: { window: 60, requests: 100 },
    usage: { total: {}, daily: {}, monthly: {} },
  });
  test.each<[string, object, string | undefined]>([
    ["a limit", info(1_000_000, 250_000, 750_000), "750,000 tokens of 1,000,000 tokens left"],
    ["none", info(0, 250_000, null), "no limit, 250,000 tokens used"],
    ["more than allowed", info(10, 15, 0), "0 tokens of 10 tokens left"],
    ["a sum that does not fit", info(10, 5, 9), "5 tokens used, the rest is not known"],
    ["another answer", { usage: {} }, undefined],
  ])("%s", (_, body, told) => {
    const balance = parseClaudeRelay(body);
    expect(balance && describeRemaining(balance)).toBe(told);
  });
});

test("what is nobody's balance", () => {
  for (const body of [null, undefined, "", 7, [], {}, { data: null }, { mode: "new_mode" }]) {
    const all = [parseSub2api, parseClaudeRelay].map((parse) => parse(body));
    expect([...all, parseNewApi(body, body), parseOneApi(body, body)]).toEqual(
      Array(4).fill(undefined),
    );
  }
});
