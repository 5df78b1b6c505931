import { describe, expect, test } from "bun:test";
import { createEffortsOf } from "../../src/models/efforts.ts";
import { createHostModels } from "../../src/models/list.ts";
import type { RemoteModel } from "../../src/models/remote.ts";
import { createSmallModel, smallModelName } from "../../src/models/small.ts";

const list = (ids: string): RemoteModel[] => ids.split(" ").map((id) => ({ id }));

describe("smallModelName", () => {
  test.each([
    ["gpt-5.2 gpt-5.1-codex-max gpt-5.1-codex-mini", "gpt-5.1-codex-mini"],
    ["gpt-5.4-mini gpt-5.4-nano gpt-5.4", "gpt-5.4-nano"],
    ["gpt-5.1-codex-mini gpt-5.4-mini gpt-4o-mini", "gpt-5.4-mini"],
    ["gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna", "gpt-5.6-luna"],
    ["gpt-6-sol gpt-6-astra gpt-5.6-terra", "gpt-5.6-terra"],
    ["gpt-5.3-codex gpt-5.3-codex-spark", "gpt-5.3-codex-spark"],
    ["gpt-5.1-codex-max gpt-5.1-codex", "gpt-5.1-codex"],
    ["gpt-5.2-pro gpt-5.1-codex-max", "gpt-5.2-pro"],
    ["gpt-5.2 gpt-5.2-codex", "gpt-5.2"],
    ["gpt-5.4-mini-2026-03-17 gpt-5.4-mini", "gpt-5.4-mini"],
    ["openai/gpt-5.2 openai/gpt-5.4-mini", "openai/gpt-5.4-mini"],
    ["gemini-3-nano gpt-5.2", "gpt-5.2"],
    ["claude-opus claude-mini", "claude-mini"],
    ["gpt-4o-mini-tts gpt-5.2", "gpt-5.2"],
    ["gpt-5.2-geminified gpt-5.2-mini", "gpt-5.2-mini"],
    ["o4-mini gpt-5.2", "o4-mini"],
  ])("of %s", (ids, expected) => {
    expect(smallModelName({ remote: list(ids), setting: undefined })).toBe(expected);
    expect(smallModelName({ remote: list(ids).toReversed(), setting: undefined })).toBe(expected);
  });

  test.each([[undefined], [[]]])("without a list", (remote) => {
    expect(smallModelName({ remote, setting: undefined })).toBe("gpt-5.1-codex-mini");
  });

  test.each(["gpt-5.2", "openai/gpt-5.2"])("%s as the user's own", (setting) => {
    expect(smallModelName({ remote: list("gpt-5-nano"), setting })).toBe("gpt-5.2");
  });
});

describe("createSmallModel", () => {
  test("never without reasoning where only OpenCode's or the user's variants say so", () => {
    const [name, variants] = ["house-mini", { none: { reasoningEffort: "none" }, low: {} }];
    const remote = list(name);
    const [shown] = Object.values(createHostModels({}, { remote }));
    if (shown === undefined) throw new Error("not shown");
    const small = createSmallModel({
      models: { [name]: { ...shown, variants } },
      remote,
      setting: undefined,
      effortsOf: createEffortsOf(remote, {}),
    });
    expect(small.options.reasoningEffort).toBe("low");
  });

  const small = (remote: RemoteModel[] | undefined, setting?: string) =>
    createSmallModel({
      models: createHostModels({}, { remote, options: { reasoningEffort: "high" } }),
      remote,
      setting,
      effortsOf: createEffortsOf(remote, {}),
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
    const effortsOf = createEffortsOf(undefined, {});
    createSmallModel({ models, remote: undefined, setting: undefined, effortsOf });
    expect(models).toEqual(before);
  });
});
