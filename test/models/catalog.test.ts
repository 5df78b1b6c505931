import { expect, test } from "bun:test";
import { catalog, efforts, legacyNames, limits } from "../../src/models/catalog.ts";

test("the six models, as the issue and the recorded CLI have them", () => {
  const facts = [...catalog].map(
    ([id, { efforts, defaultEffort, prompt, parallelToolCalls, verbosity }]) => [
      id,
      efforts.join("/"),
      defaultEffort,
      prompt,
      parallelToolCalls,
      verbosity,
    ],
  );
  expect(facts).toEqual([
    [
      "gpt-5.2-codex",
      "low/medium/high/xhigh",
      "medium",
      "gpt-5.2-codex_prompt.md",
      true,
      undefined,
    ],
    ["gpt-5.2", "none/low/medium/high/xhigh", "medium", "gpt_5_2_prompt.md", true, "low"],
    [
      "gpt-5.1-codex-max",
      "low/medium/high/xhigh",
      "medium",
      "gpt-5.1-codex-max_prompt.md",
      false,
      undefined,
    ],
    ["gpt-5.1-codex", "low/medium/high", "medium", "gpt_5_codex_prompt.md", false, undefined],
    ["gpt-5.1-codex-mini", "medium/high", "medium", "gpt_5_codex_prompt.md", false, undefined],
    ["gpt-5.1", "none/low/medium/high", "medium", "gpt_5_1_prompt.md", true, "low"],
  ]);
});

test("efforts stand weakest first, everywhere", () => {
  for (const model of catalog.values()) {
    const ranks = model.efforts.map((effort) => efforts.indexOf(effort));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(model.efforts).toContain(model.defaultEffort);
  }
});

test("retired names lead to models of the table and are none themselves", () => {
  expect([...legacyNames]).toEqual([
    ["gpt-5-codex", "gpt-5.1-codex"],
    ["gpt-5-codex-mini", "gpt-5.1-codex-mini"],
    ["codex-mini-latest", "gpt-5.1-codex-mini"],
    ["gpt-5", "gpt-5.1"],
  ]);
  expect([...legacyNames.values()].filter((id) => !catalog.has(id))).toEqual([]);
  expect([...legacyNames.keys()].filter((id) => catalog.has(id))).toEqual([]);
});

test("limits", () => {
  expect(limits).toEqual({ context: 272_000, output: 128_000 });
});

test("a name on a prototype is no model", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    expect([catalog.has(name), legacyNames.has(name)]).toEqual([false, false]);
  }
});
