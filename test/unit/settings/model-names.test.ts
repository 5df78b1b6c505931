/** Models that the configuration names. */
import { describe, expect, test } from "bun:test";
import { nameIn, namesInConfig } from "../../../src/settings/model-names.ts";

describe("namesInConfig", () => {
  test("finds them wherever a model can stand, each once", () => {
    const config = {
      model: "openai/a",
      small_model: "openai/b",
      agent: { one: { model: "openai/c" }, two: { model: "anthropic/d" }, three: {}, four: null },
      mode: { build: { model: "openai/e" } },
      command: { test: { model: "openai/a", template: "openai/x" } },
      provider: {
        openai: { models: { f: {}, "lab/g": { name: "G" }, mine: { id: "f" } } },
        other: { models: { h: {} } },
      },
    };
    expect(namesInConfig(config)).toEqual(["a", "b", "c", "e", "f", "lab/g"]);
  });

  test("finds none in what is no configuration", () => {
    for (const config of [undefined, null, 5, [], {}, { agent: 5, provider: [] }, { model: {} }]) {
      expect(namesInConfig(config)).toEqual([]);
    }
  });
});

test.each<[unknown, string | undefined]>([
  ["openai/gpt-5.1", "gpt-5.1"],
  ["openai/lab/gpt-5.1", "lab/gpt-5.1"],
  ["openai/", undefined],
  ["openai/two words", undefined],
  [`openai/${"x".repeat(201)}`, undefined],
  ["openai/\u001b[2J", undefined],
  ["gpt-5.1", undefined],
  [5, undefined],
  [undefined, undefined],
])("nameIn %j", (text, name) => expect(nameIn(text)).toBe(name));
