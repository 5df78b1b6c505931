/** Order and default. What a picker makes of it is in `shown.test.ts`. */
import { describe, expect, test } from "bun:test";
import { defaultModel, lineDates, unknownDate } from "../../../src/models/order.ts";

const ranked = (...ids: string[]) => ids.map((id) => ({ id }));

describe("lineDates", () => {
  test("one for a line, that of its newest model", () => {
    const dates = lineDates(ranked("gpt-5.1", "gpt-5.1-codex", "lab/gpt-5.1-codex-max"));
    expect(new Set(dates.values())).toEqual(new Set(["2025-11-19"]));
  });

  test.each([
    ["gpt-9", undefined, "2026-11-21"],
    ["gpt-9", "2027-03-01", "2027-03-01"],
    ["gpt-5.7-sol", undefined, "2026-07-10"],
    ["gpt-4.1", "2025-04-14", "2025-04-14"],
    ["gpt-4.1", undefined, unknownDate],
    ["house", undefined, unknownDate],
    ["o3", "2025-04-16", "2025-04-16"],
    ["o3", "", unknownDate],
    // The table's date of its line stays.
    ["gpt-5.1-codex", "2030-01-01", "2025-11-19"],
  ])("%s, known as of %s: %s", (id, releaseDate, date) => {
    expect(lineDates([{ id, releaseDate }]).get(id)).toBe(date);
  });
});

describe("defaultModel", () => {
  test.each([
    ["gpt-5.1 gpt-5.1-codex gpt-5.2 gpt-5.2-codex gpt-5.1-codex-mini", "gpt-5.2-codex"],
    ["gpt-5.1-codex-max gpt-5.1-codex", "gpt-5.1-codex-max"],
    ["gpt-6-luna gpt-6-sol gpt-6-astra gpt-5.6-sol", "gpt-6-sol"],
    ["gpt-5.6-terra gpt-5.6-sol gpt-5.6-luna gpt-5.5", "gpt-5.6-sol"],
    ["gpt-9-mini gpt-5.2-codex", "gpt-5.2-codex"],
    ["gpt-9 gpt-5.2-codex", "gpt-9"],
    ["gpt-5.1-codex-mini", "gpt-5.1-codex-mini"],
    ["lab/gpt-5.1 lab/gpt-5.2", "lab/gpt-5.2"],
    ["claude-sonnet-5 house", undefined],
    ["", undefined],
  ])("%s → %s", (ids, expected) => {
    const models = ranked(...ids.split(" ").filter(Boolean));
    expect(defaultModel(models)).toBe(expected);
    expect(defaultModel(models.toReversed())).toBe(expected);
  });

  test("the gateway's own word comes first", () => {
    const models = [
      { id: "gpt-6-sol", priority: 3 },
      { id: "claude-x", priority: 1 },
      { id: "gpt-9" },
    ];
    expect(defaultModel(models)).toBe("claude-x");
  });
});
