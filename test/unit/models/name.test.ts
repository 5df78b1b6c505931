import { describe, expect, test } from "bun:test";
import { catalog, type Effort, efforts } from "../../../src/models/catalog.ts";
import { catalogEfforts, clampEffort, resolveModel } from "../../../src/models/name.ts";

describe("a name", () => {
  test.each([
    ["gpt-5.2", { id: "gpt-5.2" }],
    ["gpt-5.1-codex", { id: "gpt-5.1-codex" }],
    ["openai/gpt-5.1-codex", { id: "gpt-5.1-codex" }],
    ["openai/gpt-5.1-codex-high", { id: "gpt-5.1-codex", effort: "high" }],
    ["gpt-5.1-codex-high", { id: "gpt-5.1-codex", effort: "high" }],
    ["gpt-5.2-xhigh", { id: "gpt-5.2", effort: "xhigh" }],
    ["gpt-5.2-none", { id: "gpt-5.2", effort: "none" }],
    ["gpt-5.1-minimal", { id: "gpt-5.1", effort: "minimal" }],
    // An effort the model does not take is clamped later, so the name still resolves.
    ["gpt-5.1-codex-mini-low", { id: "gpt-5.1-codex-mini", effort: "low" }],
    ["gpt-5.1-codex-ultra", { id: "gpt-5.1-codex", effort: "ultra" }],
    // A model of its own comes first.
    ["gpt-5.1-codex-max", { id: "gpt-5.1-codex-max" }],
    ["gpt-5.1-codex-max-max", { id: "gpt-5.1-codex-max", effort: "max" }],
    ["gpt-5.1-codex-max-high", { id: "gpt-5.1-codex-max", effort: "high" }],
    ["gpt-5.1-codex-mini", { id: "gpt-5.1-codex-mini" }],
    ["gpt-5.2-max", { id: "gpt-5.2", effort: "max" }],
    // Retired names.
    ["gpt-5-codex", { id: "gpt-5.1-codex" }],
    ["gpt-5-codex-mini", { id: "gpt-5.1-codex-mini" }],
    ["codex-mini-latest", { id: "gpt-5.1-codex-mini" }],
    ["gpt-5", { id: "gpt-5.1" }],
    ["openai/gpt-5", { id: "gpt-5.1" }],
    ["gpt-5-codex-low", { id: "gpt-5.1-codex", effort: "low" }],
    ["gpt-5-codex-mini-high", { id: "gpt-5.1-codex-mini", effort: "high" }],
    ["codex-mini-latest-medium", { id: "gpt-5.1-codex-mini", effort: "medium" }],
    ["gpt-5-minimal", { id: "gpt-5.1", effort: "minimal" }],
    ["gpt-5-codex-max", { id: "gpt-5.1-codex", effort: "max" }],
    // Names nobody described.
    ["gpt-9-codex", { id: "gpt-9-codex" }],
    ["gpt-9-codex-high", { id: "gpt-9-codex-high" }],
    ["gpt-6-sol", { id: "gpt-6-sol" }],
    ["gpt-5-mini", { id: "gpt-5-mini" }],
    ["gpt-5.1-codex-turbo", { id: "gpt-5.1-codex-turbo" }],
    ["gpt-5.1-codex--high", { id: "gpt-5.1-codex--high" }],
    ["gpt-5.1-codex-high-high", { id: "gpt-5.1-codex-high-high" }],
    ["GPT-5.1-Codex", { id: "GPT-5.1-Codex" }],
    ["my-relay-high", { id: "my-relay-high" }],
    ["vendor/gpt-5.1-codex-high", { id: "vendor/gpt-5.1-codex-high" }],
    ["high", { id: "high" }],
    ["-high", { id: "-high" }],
    ["", { id: "" }],
    ["constructor", { id: "constructor" }],
    ["constructor-high", { id: "constructor-high" }],
    ["__proto__", { id: "__proto__" }],
    ["toString-low", { id: "toString-low" }],
  ])("%j", (name, model) => {
    expect<unknown>(resolveModel(name)).toEqual(model);
  });

  test("models that a gateway describes are split too", () => {
    const effortsOf = (id: string): readonly Effort[] | undefined =>
      id === "my-relay" ? ["low", "high"] : catalogEfforts(id);
    expect(resolveModel("my-relay-high", { effortsOf })).toEqual({
      id: "my-relay",
      effort: "high",
    });
    expect(resolveModel("gpt-5.1-high", { effortsOf })).toEqual({ id: "gpt-5.1", effort: "high" });
    expect(resolveModel("other-high", { effortsOf })).toEqual({ id: "other-high" });
  });

  const names = [...catalog.keys()].flatMap((id) => efforts.map((effort) => ({ id, effort })));
  test.each(names)("$id-$effort", ({ id, effort }) => {
    const expected =
      `${id}-${effort}` === "gpt-5.1-codex-max" ? { id: "gpt-5.1-codex-max" } : { id, effort };
    expect<unknown>(resolveModel(`${id}-${effort}`)).toEqual(expected);
  });
});

describe("clamp", () => {
  test.each<[Effort, readonly Effort[], Effort]>([
    ["none", ["medium", "high"], "medium"],
    ["low", ["medium", "high"], "medium"],
    ["xhigh", ["medium", "high"], "high"],
    ["ultra", ["none", "low"], "low"],
    // As near above as below: the weaker one costs less.
    ["medium", ["low", "high"], "low"],
    ["xhigh", ["medium", "max"], "max"],
    ["medium", ["none", "high"], "high"],
    ["high", ["low", "max"], "low"],
    ["max", ["low", "ultra"], "ultra"],
    ["none", ["none", "low"], "none"],
    ["minimal", ["none", "low", "medium"], "low"],
    ["minimal", ["none", "medium"], "medium"],
    ["minimal", ["minimal", "low"], "minimal"],
    ["minimal", ["medium"], "medium"],
    ["high", [], "high"],
  ])("%s of %j → %s", (asked, allowed, effort) => {
    expect(clampEffort(asked, allowed)).toBe(effort);
  });
});
