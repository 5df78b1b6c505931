/** The limits of a Codex account, in headers and in the event: the same numbers, the same balance. */
import { describe, expect, test } from "bun:test";
import { type Balance, isLow } from "../../../src/balance/balance.ts";
import { balanceOfCodex } from "../../../src/balance/codex.ts";
import { describeDetails, describeRemaining } from "../../../src/balance/describe.ts";
import type { JsonObject } from "../../../src/json.ts";
import { readCodexEvent, readCodexHeaders } from "../../../src/response/codex-limits.ts";

const now = Date.UTC(2026, 10, 27, 12);
const reset = now / 1000 + 3_600;

type Given = Readonly<Record<string, string>>;

/** The headers' names without their beginning → the event that says the same. */
function eventOf(given: Given): JsonObject {
  const group = (name: string) => {
    const fields = Object.entries(given).filter(([key]) => key.startsWith(`${name}-`));
    if (fields.length === 0) return null;
    const named = fields.map(([key, value]) => [
      key.slice(name.length + 1).replaceAll("-", "_"),
      name === "credits"
        ? value === "True"
          ? true
          : value === "False"
            ? false
            : value
        : Number(value),
    ]);
    return Object.fromEntries(named);
  };
  const [primary, secondary, credits] = ["primary", "secondary", "credits"].map(group);
  return {
    type: "codex.rate_limits",
    plan_type: "pro",
    rate_limits: { primary, secondary },
    credits,
  };
}

const cases: readonly (readonly [string, Given, string, readonly string[]])[] = [
  [
    "both windows",
    {
      "primary-used-percent": "12.5",
      "primary-window-minutes": "300",
      "primary-reset-at": String(reset),
      "secondary-used-percent": "40",
      "secondary-window-minutes": "10080",
    },
    "not known",
    [/^5-hour: 13 % used, resets at \d\d:\d\d, in 1 h$/, /^7-day: 40 % used$/].map(String),
  ],
  [
    "seconds until a reset",
    { "primary-used-percent": "1", "primary-reset-after-seconds": "60" },
    "not known",
    [String(/^short window: 1 % used, resets at \d\d:\d\d, in 1 min$/)],
  ],
  [
    "credits",
    { "credits-has-credits": "True", "credits-unlimited": "False", "credits-balance": "9.99" },
    "9.99 credits left",
    [],
  ],
  ["credits without end", { "credits-unlimited": "True" }, "no limit", []],
];

describe.each(cases)("%s", (_name, given, remaining, details) => {
  const headers = new Headers(
    Object.entries(given).map(([key, value]) => [`x-codex-${key}`, value]),
  );
  test.each([
    ["headers", () => readCodexHeaders(headers, now)],
    ["event", () => readCodexEvent(eventOf(given), now)],
  ] as const)("in the %s", (_, read) => {
    const limits = read();
    if (limits === undefined) throw new Error("nothing was read");
    const balance = balanceOfCodex(limits, now);
    expect(describeRemaining(balance)).toBe(remaining);
    const lines = describeDetails(balance, now);
    expect(lines.length).toBe(details.length);
    for (const [index, line] of lines.entries()) {
      expect(line).toMatch(new RegExp((details[index] ?? "").slice(1, -1)));
    }
  });
});

describe("nothing to read", () => {
  const none: readonly Given[] = [
    {},
    { "primary-used-percent": "" },
    { "primary-used-percent": "NaN" },
    { "primary-used-percent": "-1" },
    { "primary-used-percent": "1e9" },
    { "credits-has-credits": "False", "credits-balance": "5" },
    { "credits-has-credits": "maybe", "credits-balance": "5" },
    { "credits-has-credits": "True", "credits-balance": "" },
  ];
  test.each(none)("%j", (given) => {
    const named = Object.entries(given).map(([key, value]) => [`x-codex-${key}`, value]);
    expect(readCodexHeaders(new Headers(Object.fromEntries(named)), now)).toBeUndefined();
  });

  test.each<JsonObject>([
    { type: "response.created" },
    { type: "codex.rate_limits" },
    { type: "codex.rate_limits", rate_limits: { allowed: true, limit_reached: false } },
    { type: "codex.rate_limits", rate_limits: { primary: [], secondary: "no" }, credits: 7 },
  ])("%j", (event) => {
    expect(readCodexEvent(event, now)).toBeUndefined();
  });
});

test("what counts as low: money and credits, never tokens, points, percentages or nothing known", () => {
  const base: Balance = { kind: "sub2api", windows: [] };
  const low = (value: number, unit: "USD" | "CNY" | "tokens" | "credits" | "quota" | "site") =>
    isLow({ ...base, remaining: { value, unit } }, 5);
  expect([low(4.99, "USD"), low(-1, "CNY"), low(0, "site"), low(1, "credits")]).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect([low(5, "USD"), low(1, "tokens"), low(1, "quota")]).toEqual([false, false, false]);
  expect([isLow(base, 5), isLow({ ...base, remaining: "unlimited" }, 5)]).toEqual([false, false]);
});
