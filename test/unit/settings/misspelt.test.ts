import { describe, expect, test } from "bun:test";
import { findMisspelt } from "../../../src/settings/misspelt.ts";
import { describeProblem, resolveSettings } from "../../../src/settings/resolve.ts";

describe("a name that is nearly one of a setting", () => {
  test.each([
    ["baseUrl", "baseURL"],
    ["baseURl", "baseURL"],
    ["baseurl", "baseURL"],
    ["base_url", "baseURL"],
    ["base-url", "baseURL"],
    ["BASE_URL", "baseURL"],
    ["baseURI", "baseURL"],
    ["basURL", "baseURL"],
    ["url", "baseURL"],
    ["URL", "baseURL"],
    ["responsePath", "responsesPath"],
    ["codexmode", "codexMode"],
    ["header", "headers"],
    ["Headers", "headers"],
    ["instruction", "instructions"],
    ["instrutcions", "instructions"],
    ["model", "models"],
    ["small_model", "smallModel"],
    ["streamidletimeout", "streamIdleTimeout"],
  ])("%s: did you mean %s?", (written, meant) => {
    expect(findMisspelt({ [written]: "x" })).toEqual([{ written, meant }]);
  });

  test.each([
    "baseURL",
    "responsesPath",
    "lastLogin",
    "$schema",
    "schema",
    "mode",
    "name",
    "comment",
    "plugin",
    "provider",
    "apiKey",
    "timeout",
    "ur",
    "curl",
    "",
    "__proto__",
    "x".repeat(100_000),
  ])("%s: of no concern", (written) => {
    expect(findMisspelt(JSON.parse(JSON.stringify({ [written]: "x" })))).toEqual([]);
  });

  test("not where the right one stands beside it: the setting is there", () => {
    expect(findMisspelt({ baseURL: "https://a.example", url: "x", baseUrl: "y" })).toEqual([]);
  });

  test.each([[undefined], [null], ["baseUrl"], [["baseUrl"]], [7]])("%p has no names", (values) => {
    expect(findMisspelt(values)).toEqual([]);
  });
});

describe("the user is told", () => {
  test.each(["file", "settings"] as const)("of a source of the schema %s", (schema) => {
    const values = { baseUrl: "https://a.example", mine: 1 };
    const { settings, problems } = resolveSettings([{ name: "/h/a.json", values, schema }]);
    expect(settings).toEqual({});
    expect(problems.map(describeProblem)).toEqual([
      '/h/a.json: "baseUrl" is no setting; did you mean "baseURL"?',
    ]);
  });

  test("beside a value that is wrong", () => {
    const values = { base_url: "https://a.example", codexMode: "on" };
    const { problems } = resolveSettings([{ name: "/h/a.json", values, schema: "file" }]);
    expect(problems.map(({ field }) => field)).toEqual(["base_url", "codexMode"]);
  });
});
