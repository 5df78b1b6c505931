import { describe, expect, test } from "bun:test";
import { createHostModels } from "../../../../src/host/models.ts";
import { createSmallModel } from "../../../../src/host/v1/small-model.ts";
import { createModelKnowledge } from "../../../../src/models/knowledge.ts";
import type { RemoteModel } from "../../../../src/models/list/parse.ts";

const list = (ids: string): RemoteModel[] => ids.split(" ").map((id) => ({ id }));

describe("createSmallModel", () => {
  test("never without reasoning where only OpenCode's or the user's variants say so", () => {
    const [name, variants] = ["house-mini", { none: { reasoningEffort: "none" }, low: {} }];
    const remote = list(name);
    const [shown] = Object.values(createHostModels({}, { remote }));
    if (shown === undefined) throw new Error("not shown");
    const small = createSmallModel({
      models: { [name]: { ...shown, variants } },
      setting: undefined,
      knowledge: createModelKnowledge(remote),
    });
    expect(small.options.reasoningEffort).toBe("low");
  });

  const small = (remote: RemoteModel[] | undefined, setting?: string) =>
    createSmallModel({
      models: createHostModels({}, { remote, options: { reasoningEffort: "high" } }),
      setting,
      knowledge: createModelKnowledge(remote),
    });

  test.each<[string, RemoteModel[] | undefined, string | undefined, string, unknown]>([
    ["no list", undefined, undefined, "gpt-5.1-codex-mini", "medium"],
    ["a list", list("gpt-5.2 gpt-5.1-codex-max"), undefined, "gpt-5.2", "none"],
    ["the list's efforts", [{ id: "a-nano", efforts: ["low", "max"] }], undefined, "a-nano", "low"],
    ["a setting", list("gpt-5.1-codex-mini"), "gpt-5.1", "gpt-5.1", "none"],
    ["a setting with an effort", list("gpt-5.2"), "gpt-5.2-low", "gpt-5.2-low", "low"],
    ["one not shown, with an effort", list("gpt-5.1"), "gpt-5.2-low", "gpt-5.2", "low"],
    ["nothing known of it", list("a-mini"), undefined, "a-mini", "high"],
    ["nobody's model", list("gpt-5.2"), "house-model", "house-model", undefined],
  ])("%s", (_, remote, setting, id, effort) => {
    const model = small(remote, setting);
    expect(model.api.id).toBe(id);
    expect(model.id).toBe(id);
    expect(model.options.reasoningEffort).toBe(effort);
  });

  test("leaves OpenCode's record as it is", () => {
    const models = createHostModels({});
    const before = structuredClone(models);
    const knowledge = createModelKnowledge(undefined);
    createSmallModel({ models, setting: undefined, knowledge });
    expect(models).toEqual(before);
  });
});
