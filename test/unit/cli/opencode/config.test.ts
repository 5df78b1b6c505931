import { describe, expect, test } from "bun:test";
import { parseHostConfig } from "../../../../src/cli/opencode/config.ts";

describe("what OpenCode says of its configuration", () => {
  test("OpenCode 1: one sum, with the places of plugins", () => {
    const printed = JSON.stringify({
      plugin: ["file:///a/index.js"],
      plugin_origins: [
        {
          spec: ["file:///a/index.js", { codexMode: true }],
          source: "/p/opencode.json",
          scope: "local",
        },
      ],
      model: "openai/gpt-5.2",
      small_model: "gpt-5.1",
      agent: { plan: { model: "openai/gpt-9" }, build: { prompt: "x" }, odd: 7 },
      disabled_providers: ["openai"],
    });
    expect(parseHostConfig(printed)).toEqual({
      plugins: [{ value: "file:///a/index.js", source: "/p/opencode.json" }],
      models: [
        { what: "model", value: "openai/gpt-5.2", source: undefined },
        { what: "small_model", value: "gpt-5.1", source: undefined },
        { what: "agent.plan.model", value: "openai/gpt-9", source: undefined },
      ],
      disabled: [{ value: "openai", source: undefined }],
      enabled: undefined,
    });
  });

  test("OpenCode 2: every document, the last wins", () => {
    const document = (path: string, info: object) => ({ type: "document", path, info });
    const printed = JSON.stringify([
      { type: "directory", path: "/c" },
      document("/c/opencode.json", { model: "openai/a", enabled_providers: ["openai"] }),
      document("/p/opencode.json", {
        model: "openai/b",
        plugins: ["/x/dist", { package: "y", options: {} }],
        enabled_providers: ["anthropic"],
      }),
    ]);
    expect(parseHostConfig(printed)).toEqual({
      plugins: [
        { value: "/x/dist", source: "/p/opencode.json" },
        { value: "y", source: "/p/opencode.json" },
      ],
      models: [{ what: "model", value: "openai/b", source: "/p/opencode.json" }],
      disabled: [],
      enabled: { value: ["anthropic"], source: "/p/opencode.json" },
    });
  });

  test.each(["", "no JSON", "7", '"text"', "null"])("%p is none", (printed) => {
    expect(parseHostConfig(printed)).toBeUndefined();
  });

  test.each([{ model: 7 }, { plugin: "x" }, { agent: [] }, { disabled_providers: "openai" }])(
    "a wrong value says nothing: %p",
    (values) => {
      expect(parseHostConfig(JSON.stringify(values))).toEqual({
        plugins: [],
        models: [],
        disabled: [],
        enabled: undefined,
      });
    },
  );
});
