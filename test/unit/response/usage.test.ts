import { describe, expect, test } from "bun:test";
import { findUsageWarnings } from "../../../src/response/usage.ts";

const now = Date.UTC(2026, 0, 1, 12);

const warningsFor = (headers: Record<string, string>): (readonly [string, string])[] =>
  findUsageWarnings(new Headers(headers), now).map(({ id, message }) => [id, message] as const);

describe("usage of the account's windows", () => {
  const used = "x-codex-primary-used-percent";
  const silent: readonly (readonly [string, Record<string, string>])[] = [
    ["no headers", {}],
    ["below the first threshold", { [used]: "79.9" }],
    ["no number", { [used]: "lots" }],
    ["empty", { [used]: "" }],
    ["more than anyone can use", { [used]: "1e308" }],
    ["no end of it", { [used]: "Infinity" }],
    ["another window's name", { "x-codex-tertiary-used-percent": "99" }],
  ];
  test.each(silent)("%s: nothing to say", (_, headers) => {
    expect(warningsFor(headers)).toEqual([]);
  });

  const told: readonly (readonly [string, Record<string, string>, string, string])[] = [
    ["at 80", { [used]: "80" }, "usage-primary-80", "80 % of the gateway's usage limit is used."],
    [
      "at 94.6",
      { [used]: "94.6" },
      "usage-primary-80",
      "95 % of the gateway's usage limit is used.",
    ],
    ["at 95", { [used]: "95" }, "usage-primary-95", "95 % of the gateway's usage limit is used."],
    ["over", { [used]: "130" }, "usage-primary-95", "130 % of the gateway's usage limit is used."],
    [
      "a window of hours",
      { [used]: "81", "x-codex-primary-window-minutes": "300" },
      "usage-primary-80",
      "81 % of the gateway's 5-hour limit is used.",
    ],
    [
      "a window of minutes",
      { [used]: "81", "x-codex-primary-window-minutes": "30" },
      "usage-primary-80",
      "81 % of the gateway's 30-minute limit is used.",
    ],
    ...["1e308", "-5", "0", "0.4", "99999999"].map(
      (minutes) =>
        [
          `a window of ${minutes} minutes`,
          { [used]: "81", "x-codex-primary-window-minutes": minutes },
          "usage-primary-80",
          "81 % of the gateway's usage limit is used.",
        ] as const,
    ),
    [
      "a reset beyond all dates",
      { [used]: "81", "x-codex-primary-reset-at": "1e300" },
      "usage-primary-80",
      "81 % of the gateway's usage limit is used.",
    ],
    [
      "the week",
      {
        "x-codex-secondary-used-percent": "96",
        "x-codex-secondary-window-minutes": "10080",
      },
      "usage-secondary-95",
      "96 % of the gateway's 7-day limit is used.",
    ],
  ];
  test.each(told)("%s", (_, headers, id, message) => {
    expect(warningsFor(headers)).toEqual([[id, message]]);
  });

  test("says when the window opens again", () => {
    const [warning] = warningsFor({
      [used]: "96",
      "x-codex-primary-reset-at": String(now / 1000 + 7500),
    });
    expect(warning?.[1]).toEndWith(", in 2 h 5 min.");
  });

  test("both windows at once", () => {
    const headers = { [used]: "96", "x-codex-secondary-used-percent": "81" };
    expect(warningsFor(headers).map(([id]) => id)).toEqual([
      "usage-primary-95",
      "usage-secondary-80",
    ]);
  });
});
