/** Models that the user picked on the screen. */
import { afterEach, describe, expect, test } from "bun:test";
import { loadChoices } from "../../../../src/host/v1/choices.ts";
import { createFolders } from "../../../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

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
