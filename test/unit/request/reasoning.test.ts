import { describe, expect, test } from "bun:test";
import type { Effort } from "../../../src/models/catalog.ts";
import { catalogEfforts, resolveModel } from "../../../src/models/name.ts";
import { resolveReasoning } from "../../../src/request/reasoning.ts";

function reason(name: string, requested?: unknown, variantEffort?: string) {
  const model = resolveModel(name);
  const allowed = catalogEfforts(model.id);
  return resolveReasoning({ model, allowed, requested, variantEffort, smallTask: false });
}
const resolved = (reasoning: unknown) => ({ type: "resolved", reasoning });

/** The table: what each asked-for effort becomes. */
const asked = ["none", "minimal", "low", "medium", "high", "xhigh", "max", "ultra"];
const matrix: Readonly<Record<string, readonly string[]>> = {
  "gpt-5.2": ["none", "low", "low", "medium", "high", "xhigh", "xhigh", "xhigh"],
  "gpt-5.2-codex": ["low", "low", "low", "medium", "high", "xhigh", "xhigh", "xhigh"],
  "gpt-5.1-codex-max": ["low", "low", "low", "medium", "high", "xhigh", "xhigh", "xhigh"],
  "gpt-5.1-codex": ["low", "low", "low", "medium", "high", "high", "high", "high"],
  "gpt-5.1-codex-mini": ["medium", "medium", "medium", "medium", "high", "high", "high", "high"],
  "gpt-5.1": ["none", "low", "low", "medium", "high", "high", "high", "high"],
};
const cells = Object.entries(matrix).flatMap(([model, row]) =>
  asked.map((effort, index) => ({ model, effort, wire: row[index] })),
);

describe("every effort of every model, whoever asks", () => {
  test.each(cells)("$model, $effort → $wire", ({ model, effort, wire }) => {
    const expected = resolved({ effort: wire, summary: "auto" });
    expect<unknown>(reason(model, { effort })).toEqual(expected);
    expect<unknown>(reason(model, undefined, effort)).toEqual(expected);
    const name = `${model}-${effort}`;
    // This name is a model of its own.
    if (name !== "gpt-5.1-codex-max") expect<unknown>(reason(name)).toEqual(expected);
  });
});

test.each(Object.keys(matrix))("%s without an effort: medium", (model) => {
  const expected = resolved({ effort: "medium", summary: "auto" });
  for (const requested of [undefined, null, {}, { effort: null }, { effort: 5 }, "high", []]) {
    expect<unknown>(reason(model, requested)).toEqual(expected);
  }
});

describe("the variant beats the name, the name beats the option", () => {
  test.each([
    ["gpt-5.1-codex", { effort: "low" }, undefined, "low"],
    ["gpt-5.1-codex-high", { effort: "low" }, undefined, "high"],
    ["gpt-5.1-codex-high", { effort: "low" }, "medium", "medium"],
    ["gpt-5.1-codex", { effort: "low" }, "high", "high"],
    ["gpt-5.1-codex-mini-high", undefined, "low", "medium"],
    ["gpt-5-codex-low", { effort: "high" }, undefined, "low"],
    ["gpt-5-codex", undefined, "xhigh", "high"],
  ])("%s, %j, %p → %s", (name, requested, variant, effort) => {
    expect<unknown>(reason(name, requested, variant)).toEqual(
      resolved({ effort, summary: "auto" }),
    );
  });
});

describe("summaries", () => {
  test.each([
    ["auto", { summary: "auto" }],
    ["concise", { summary: "concise" }],
    ["detailed", { summary: "detailed" }],
    ["on", { summary: "auto" }],
    ["off", {}],
    ["none", {}],
    [undefined, { summary: "auto" }],
    [null, { summary: "auto" }],
    [true, { summary: "auto" }],
  ])("%p", (summary, wire) => {
    expect<unknown>(reason("gpt-5.1", { effort: "high", summary })).toEqual(
      resolved({ effort: "high", ...wire }),
    );
  });

  test.each(["long", "", "AUTO", "constructor", "__proto__", "toString"])(
    "%j is refused",
    (summary) => {
      expect(reason("gpt-5.1", { summary })).toEqual({
        type: "invalid",
        field: "reasoningSummary",
        found: JSON.stringify(summary),
        allowed: "auto, concise, detailed, on, off, none",
      });
    },
  );
});

describe("an effort that does not exist is refused", () => {
  const allowed = "none, minimal, low, medium, high, xhigh, max, ultra";
  test.each(["turbo", "", "HIGH", "constructor", "__proto__"])("%j", (effort) => {
    const expected = {
      type: "invalid",
      field: "reasoningEffort",
      found: JSON.stringify(effort),
      allowed,
    };
    expect<unknown>(reason("gpt-5.1-codex", { effort })).toEqual(expected);
    expect<unknown>(reason("gpt-5.1-codex", undefined, effort)).toEqual(expected);
  });
  test("not where a better source has one that does", () => {
    expect<unknown>(reason("gpt-5.1-codex-high", { effort: "turbo" })).toEqual(
      resolved({ effort: "high", summary: "auto" }),
    );
  });
});

describe("a model the table does not know", () => {
  test.each([
    ["nothing asked: nothing sent", undefined, undefined, undefined],
    ["no object", "high", undefined, undefined],
    ["an effort of the list", { effort: "xhigh" }, undefined, { effort: "xhigh" }],
    ["an effort of its own", { effort: "turbo" }, undefined, { effort: "turbo" }],
    ["minimal stays", { effort: "minimal" }, undefined, { effort: "minimal" }],
    ["a variant", undefined, "max", { effort: "max" }],
    ["ultra is the Codex CLI's word for max", { effort: "ultra" }, undefined, { effort: "max" }],
    ["ultra as variant", undefined, "ultra", { effort: "max" }],
    ["a variant beats the option", { effort: "low" }, "max", { effort: "max" }],
    ["no summary is added", { effort: "low" }, undefined, { effort: "low" }],
    ["its own summary", { summary: "brief" }, undefined, { summary: "brief" }],
    ["the prototype's names", { summary: "constructor" }, undefined, { summary: "constructor" }],
    ["auto", { summary: "auto" }, undefined, { summary: "auto" }],
    ["on is no word of the wire", { summary: "on" }, undefined, { summary: "auto" }],
    ["nor is off", { effort: "low", summary: "off" }, undefined, { effort: "low" }],
    ["other fields", { effort: "low", mode: "x" }, undefined, { effort: "low", mode: "x" }],
  ])("%s", (_, requested, variant, wire) => {
    for (const name of ["gpt-9-codex", "gpt-7-sol", "my-relay-high", "constructor"]) {
      expect<unknown>(reason(name, requested, variant)).toEqual(resolved(wire));
    }
  });
});

/** What is asked of a model that takes these, by whoever asks. */
describe("the nearest effort, by variant, name and option alike", () => {
  test.each<[string, readonly Effort[], Effort, string]>([
    ["ultra goes out as max", ["low", "max", "ultra"], "ultra", "max"],
    ["ultra where the list names only that", ["low", "ultra"], "ultra", "max"],
    ["max where the list names only ultra", ["low", "ultra"], "max", "max"],
    ["ultra of a model without", ["low", "high", "xhigh"], "ultra", "xhigh"],
    ["above", ["low", "medium", "high"], "xhigh", "high"],
    ["below", ["medium", "high"], "none", "medium"],
    ["between, nearer above", ["none", "high"], "medium", "high"],
    ["between, as near above as below", ["low", "high"], "medium", "low"],
    ["none of one that refuses it", ["low", "max", "ultra"], "none", "low"],
  ])("%s", (_, allowed, effort, wire) => {
    const resolve = (named: Effort | undefined, option?: string, variantEffort?: string) =>
      resolveReasoning({
        model: { id: "m", ...(named && { effort: named }) },
        allowed,
        requested: option && { effort: option },
        variantEffort,
        smallTask: false,
      });
    const expected = resolved({ effort: wire, summary: "auto" });
    expect<unknown>(resolve(effort)).toEqual(expected);
    expect<unknown>(resolve(undefined, effort)).toEqual(expected);
    expect<unknown>(resolve(undefined, undefined, effort)).toEqual(expected);
  });
});

describe("a title is asked without reasoning only of a model that takes that", () => {
  test.each<[string, readonly Effort[] | undefined, string, unknown]>([
    ["it does", ["none", "low"], "none", { effort: "none", summary: "auto" }],
    ["it refuses it", ["low", "max"], "none", { effort: "low", summary: "auto" }],
    ["nobody knows", undefined, "none", {}],
    ["it takes no effort at all", [], "none", {}],
    ["nobody knows, and it is another effort", undefined, "low", { effort: "low" }],
  ])("%s", (_, allowed, effort, wire) => {
    const model = { id: "m" };
    const options = { model, allowed, requested: { effort }, variantEffort: undefined };
    expect<unknown>(resolveReasoning({ ...options, smallTask: true })).toEqual(resolved(wire));
    const turn = resolveReasoning({ ...options, smallTask: false });
    expect<unknown>(turn).toEqual(resolved(allowed?.length ? wire : { effort }));
  });
});

describe("a model that only the gateway describes", () => {
  test.each([
    ["its own default is the gateway's", undefined, { summary: "auto" }],
    ["held to its efforts", { effort: "xhigh" }, { effort: "high", summary: "auto" }],
    ["below them", { effort: "none", summary: "off" }, { effort: "low" }],
    ["within them", { effort: "low", summary: "detailed" }, { effort: "low", summary: "detailed" }],
  ])("%s", (_, requested, wire) => {
    const model = { id: "my-relay" };
    const allowed = ["low", "high"] as const;
    expect<unknown>(
      resolveReasoning({ model, allowed, requested, variantEffort: undefined, smallTask: false }),
    ).toEqual(resolved(wire));
  });

  test("it takes none that we know: untouched", () => {
    const requested = { effort: "turbo" };
    expect<unknown>(
      resolveReasoning({
        model: { id: "my-relay" },
        allowed: [],
        requested,
        variantEffort: undefined,
        smallTask: false,
      }),
    ).toEqual(resolved(requested));
  });
});

test("what was asked for is not changed", () => {
  const requested = Object.freeze({ effort: "xhigh", summary: "off" });
  reason("gpt-5.1-codex", requested);
  reason("unknown", requested);
  expect(requested).toEqual({ effort: "xhigh", summary: "off" });
});
