/** Models that the user named in the configuration, or picked on the screen. */
import { afterEach, describe, expect, test } from "bun:test";
import { loadChoices, namesInConfig } from "../../../src/host/v1/choices.ts";
import { createFolders } from "../../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

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

describe("loadChoices", () => {
  const file = ".local/state/opencode/model.json";
  const one = { providerID: "openai", modelID: "gpt-5.1" };
  test.each<[string, unknown, object]>([
    ["picked", { recent: [one], favorite: [], variant: {} }, { picked: true, names: ["gpt-5.1"] }],
    [
      "another provider's",
      { recent: [{ providerID: "anthropic", modelID: "x" }] },
      { picked: true, names: [] },
    ],
    ["a favourite alone", { favorite: [one] }, { picked: false, names: ["gpt-5.1"] }],
    [
      "entries of another form",
      { recent: [5, one, { providerID: "openai" }] },
      { picked: true, names: ["gpt-5.1"] },
    ],
    ["nothing but entries of another form", { recent: [5] }, { picked: false, names: [] }],
    ["a list", [], { picked: false, names: [] }],
    ["no JSON", "{", { picked: false, names: [] }],
  ])("%s", async (_, content, expected) => {
    const home = folders.make({ [file]: content });
    expect<object>(await loadChoices({ env: {}, home })).toEqual(expected);
  });

  test("nothing there", async () => {
    expect(await loadChoices({ env: {}, home: folders.make({}) })).toEqual({
      picked: false,
      names: [],
    });
  });

  test("where the environment says", async () => {
    const home = folders.make({ "state/opencode/model.json": { recent: [one] } });
    const env = { XDG_STATE_HOME: `${home}/state` };
    expect((await loadChoices({ env, home: "/nowhere" })).names).toEqual(["gpt-5.1"]);
  });
});
