import { describe, expect, test } from "bun:test";
import type { HostModel, HostModels } from "../../../src/host/model.ts";
import { pickModelOptions } from "../../../src/host/model-options.ts";
import { createHostModels, hostEffortsIn } from "../../../src/host/models.ts";
import { fillUserModels } from "../../../src/host/v1/options.ts";
import { catalog } from "../../../src/models/catalog.ts";
import { closestModels } from "../../../src/models/closest.ts";
import { createEffortsOf } from "../../../src/models/efforts.ts";
import type { RemoteModel } from "../../../src/models/list/parse.ts";
import { resolveModel } from "../../../src/models/name.ts";
import { EFFORTS } from "../../gateway/models.ts";

type HostModelChange = Partial<Omit<HostModel, "variants">> & { readonly efforts?: string[] };

/** A model as OpenCode 1.18 hands it to the hook. */
function hostModel(id: string, { efforts = [], ...change }: HostModelChange = {}): HostModel {
  return {
    id,
    providerID: "openai",
    api: { id, url: "", npm: "@ai-sdk/openai" },
    name: id.toUpperCase(),
    family: "gpt",
    capabilities: {
      temperature: false,
      reasoning: efforts.length > 0,
      attachment: true,
      toolcall: true,
      input: { text: true, audio: false, image: true, video: false, pdf: true },
      output: { text: true, audio: false, image: false, video: false, pdf: false },
      interleaved: false,
    },
    cost: { input: 1, output: 2, cache: { read: 3, write: 4 } },
    limit: { context: 400_000, input: 272_000, output: 128_000 },
    status: "active",
    options: {},
    headers: {},
    release_date: "2026-01-01",
    variants: Object.fromEntries(
      efforts.map((reasoningEffort) => [
        reasoningEffort,
        { reasoningEffort, reasoningSummary: "auto", include: ["reasoning.encrypted_content"] },
      ]),
    ),
    ...change,
  };
}

const existing: HostModels = Object.fromEntries(
  [
    hostModel("gpt-5.4", { efforts: ["none", "low", "medium", "high", "xhigh"] }),
    hostModel("gpt-5.4-fast", {
      efforts: ["none", "low"],
      api: { id: "gpt-5.4", url: "", npm: "@ai-sdk/openai" },
      options: { serviceTier: "priority" },
    }),
    hostModel("gpt-5.4-pro", { efforts: ["high", "xhigh"] }),
    hostModel("gpt-5", { efforts: ["minimal", "low"] }),
    hostModel("gpt-6-sol", { efforts: ["low", "max"] }),
    hostModel("gpt-4o"),
    hostModel("o3", { efforts: ["low"], status: "deprecated" }),
    hostModel("text-embedding-3-small"),
  ].map((model) => [model.id, model]),
);

const list = (...ids: string[]): RemoteModel[] => ids.map((id) => ({ id }));
const names = (models: HostModels) => Object.keys(models).toSorted();
const withEfforts = (id: string, ...efforts: string[]) => [
  id,
  ...efforts.map((effort) => `${id}-${effort}`),
];

describe("createHostModels", () => {
  test("shows exactly what the gateway serves, by each of its names", () => {
    const remote = list("gpt-5.4", "gpt-5.1-codex", "gpt-4o", "house-model");
    expect(names(createHostModels(existing, { remote }))).toEqual(
      [
        ...withEfforts("gpt-5.4", "low", "medium", "high", "xhigh"),
        "gpt-5.4-fast",
        ...withEfforts("gpt-5.1-codex", "low", "medium", "high"),
        "gpt-4o",
        "house-model",
        "gpt-5-codex",
      ].toSorted(),
    );
  });

  test("in a picker: the models, and what the user named or picked before", () => {
    const remote = list("gpt-5.4", "gpt-5.1-codex", "house-model");
    const shown = createHostModels(existing, {
      remote,
      everyName: false,
      named: ["gpt-5.1-codex-high", "nobody-heard-of-it"],
      picked: ["gpt-5.4-low", "gpt-4o"],
    });
    expect(names(shown)).toEqual(
      [
        ...["gpt-5.4", "gpt-5.4-fast", "gpt-5.4-low", "gpt-5.1-codex", "gpt-5.1-codex-high"],
        ...["house-model", "nobody-heard-of-it"],
      ].toSorted(),
    );
  });

  test("a name with an effort in it has no variants, a model has them weakest first", () => {
    const remote = list("gpt-5.4", "gpt-5.1-codex");
    for (const [name, { variants }] of Object.entries(createHostModels(existing, { remote }))) {
      const efforts = /^gpt-5.4/.test(name) ? EFFORTS.get("gpt-5.4") : EFFORTS.get("gpt-5.1-codex");
      const expected = /-(low|medium|high|xhigh)$/.test(name) ? [] : [...(efforts ?? [])];
      expect([name, Object.keys(variants ?? {})]).toEqual([name, expected]);
    }
  });

  test("for a host that preselects the first variant, that one says nothing", () => {
    const models = createHostModels({}, { remote: list("gpt-5.1-codex"), neutralVariant: true });
    expect(models["gpt-5.1-codex"]?.variants).toEqual({
      default: {},
      low: { reasoningEffort: "low" },
      medium: { reasoningEffort: "medium" },
      high: { reasoningEffort: "high" },
    });
    expect(models["gpt-5.1-codex-high"]?.variants).toEqual({});
  });

  test("the table's models with all their efforts, whoever describes them", () => {
    const served = list(...EFFORTS.keys());
    for (const options of [{}, { remote: served }]) {
      for (const host of [existing, {}]) {
        const models = createHostModels(host, options);
        for (const [id, efforts] of EFFORTS) {
          expect(Object.keys(models[id]?.variants ?? {})).toEqual([...efforts]);
          for (const effort of efforts) expect(models[`${id}-${effort}`]?.id).toBeDefined();
        }
      }
    }
  });

  test("without a list: the table, and nothing else of OpenCode's catalogue", () => {
    const models = createHostModels(existing);
    for (const id of catalog.keys()) expect(models[id]?.id).toBe(id);
    for (const id of ["text-embedding-3-small", "gpt-4o", "o3", "gpt-5.4-pro"]) {
      expect(models[id]).toBeUndefined();
    }
    expect(models["gpt-5.4-high"]?.api.id).toBe("gpt-5.4-high");
    expect(models["gpt-5"]?.name).toBe("gpt-5 → gpt-5.1");
    expect(models["gpt-5-minimal"]).toBeUndefined();
    expect(names(createHostModels(existing, { everyName: false }))).toEqual(
      [...catalog]
        .flatMap(([id, { fastTier }]) => [id, ...(fastTier ? [`${id}-fast`] : [])])
        .toSorted(),
    );
  });

  test("without the filter: all of it, and the list", () => {
    const remote = list("house-model", "o3");
    const models = createHostModels(existing, { remote, filter: false });
    expect(models["house-model"]).toBeDefined();
    expect(models["gpt-5.2-high"]).toBeDefined();
    expect(models["gpt-5.4-fast"]).toBeDefined();
    expect(models.o3?.status).toBe("active");
    expect(models["text-embedding-3-small"]).toBeUndefined();
  });

  test("a mode of OpenCode's that is not the fast one stays as it is, and only without the filter", () => {
    const mode = hostModel("gpt-5.4-thorough", {
      api: { id: "gpt-5.4", url: "", npm: "@ai-sdk/openai" },
      options: { reasoningMode: "pro" },
    });
    const host = { ...existing, [mode.id]: mode };
    const remote = list("gpt-5.4");
    expect(createHostModels(host, { remote, filter: false })[mode.id]).toBe(mode);
    expect(createHostModels(host, { remote })[mode.id]).toBeUndefined();
  });

  test("a mode's name that the gateway serves itself is a model like any other", () => {
    const model = createHostModels(existing, { remote: list("gpt-5.4-fast") })["gpt-5.4-fast"];
    expect(model?.api.id).toBe("gpt-5.4-fast");
    expect(model?.options).not.toHaveProperty("serviceTier");
  });

  test("metadata: the list's first", () => {
    const remote: RemoteModel[] = [
      {
        id: "gpt-5.4",
        name: "Ours",
        context: 100_000,
        efforts: ["low", "ultra"],
        defaultEffort: "ultra",
        image: false,
        parallelToolCalls: false,
        verbosity: "high",
      },
    ];
    const models = createHostModels(existing, { remote });
    const model = models["gpt-5.4"];
    expect(model?.name).toBe("gpt-5.4 · Ours");
    expect(model?.limit).toEqual({ context: 100_000, output: 50_000 });
    expect(model?.capabilities.input).toMatchObject({ image: false, pdf: false });
    expect(model?.capabilities.attachment).toBe(false);
    expect(model?.variants).toEqual({
      low: { reasoningEffort: "low" },
      ultra: { reasoningEffort: "ultra" },
    });
    expect(model?.options).toEqual({
      reasoningEffort: "ultra",
      reasoningSummary: "auto",
      parallelToolCalls: false,
      textVerbosity: "high",
    });
    expect(model?.cost.input).toBe(1);
    expect(names(models)).toEqual([...["gpt-5.4", "gpt-5.4-fast", "gpt-5.4-low", "gpt-5.4-ultra"]]);
  });

  test("metadata: then the table's, then OpenCode's, then defaults", () => {
    const remote = list("gpt-5.4", "openai/gpt-5.4", "gpt-5.1-codex-mini", "house-model", "o3");
    const models = createHostModels(existing, { remote });
    expect(models["gpt-5.4"]).toMatchObject({ name: "gpt-5.4", limit: { context: 272_000 } });
    expect(models["openai/gpt-5.4"]).toMatchObject({
      api: { id: "openai/gpt-5.4" },
      limit: { context: 272_000 },
    });
    expect(models.o3?.limit).toEqual({ context: 400_000, input: 272_000, output: 128_000 });
    expect(models.o3?.status).toBe("active");
    expect(models["gpt-5.1-codex-mini"]).toMatchObject({
      name: "gpt-5.1-codex-mini",
      limit: { context: 272_000, output: 128_000 },
      release_date: "2025-11-19",
    });
    expect(models["house-model"]).toEqual({
      id: "house-model",
      providerID: "openai",
      api: { id: "house-model", url: "", npm: "@ai-sdk/openai" },
      name: "house-model",
      family: "gpt",
      capabilities: {
        temperature: false,
        reasoning: true,
        attachment: true,
        toolcall: true,
        input: { text: true, audio: false, image: true, video: false, pdf: false },
        output: { text: true, audio: false, image: false, video: false, pdf: false },
        interleaved: false,
      },
      cost: { input: 0, output: 0, cache: { read: 0, write: 0 } },
      limit: { context: 272_000, output: 128_000 },
      status: "active",
      options: {},
      headers: {},
      release_date: "1970-01-01",
      variants: {},
    });
  });

  test.each<[string, RemoteModel, boolean]>([
    ["the list names efforts", { id: "gpt-4o", efforts: ["low"] }, true],
    ["the list names none", { id: "gpt-5.4", efforts: [] }, false],
    ["the catalogue says so", { id: "gpt-5.4" }, true],
    ["the catalogue denies it", { id: "gpt-4o" }, false],
    ["nobody knows", { id: "house-model" }, true],
  ])("reasoning: %s", (_, model, expected) => {
    const models = createHostModels(existing, { remote: [model] });
    expect(models[model.id]?.capabilities.reasoning).toBe(expected);
  });

  test.each<[string, RemoteModel, unknown]>([
    ["left to OpenCode where it asks for medium itself", { id: "gpt-5.4" }, undefined],
    [
      "medium where OpenCode asks for nothing",
      { id: "gpt-7-astra", efforts: ["low", "medium"] },
      "medium",
    ],
    ["the table's", { id: "gpt-6.1-sol" }, "low"],
    ["the strongest below it", { id: "house-sol", efforts: ["low"] }, "low"],
    ["the only one", { id: "gpt-5-pro", efforts: ["high"] }, "high"],
    ["the list's", { id: "gpt-5.4", efforts: ["low", "high"], defaultEffort: "high" }, "high"],
    ["none without known efforts", { id: "house-model" }, undefined],
  ])("default effort: %s", (_, model, expected) => {
    const models = createHostModels(existing, { remote: [model] });
    expect(models[model.id]?.options.reasoningEffort).toBe(expected);
  });

  test("the provider's options lie over defaults and under each model's own", () => {
    const host = {
      "gpt-5.4": hostModel("gpt-5.4", { efforts: ["low"], options: { textVerbosity: "medium" } }),
    };
    const options = { reasoningSummary: "detailed", textVerbosity: "high", include: ["x"] };
    const models = createHostModels(host, { remote: list("gpt-5.4", "house-model"), options });
    const own = { ...options, textVerbosity: "medium" };
    expect(models["gpt-5.4"]?.options).toMatchObject(own);
    expect(models["gpt-5.4-low"]?.options).toMatchObject(own);
    expect(models["house-model"]?.options).toEqual(options);
  });

  test("every name resolves to its model and effort, and OpenCode's record is not changed", () => {
    const before = structuredClone(existing);
    const remote = [
      ...list("gpt-5.4", "openai/gpt-5.2", "gpt-5.1-codex-high", "gpt-5-codex", "a-low", "a"),
      { id: "gpt-5.1-codex", efforts: ["high" as const, "max" as const] },
    ];
    for (const options of [{}, { remote }, { remote, filter: false }]) {
      const effortsOf = createEffortsOf(options.remote, hostEffortsIn(existing));
      for (const [name, model] of Object.entries(createHostModels(existing, options))) {
        const { id, effort } = resolveModel(model.api.id, { effortsOf });
        const says = Object.keys(model.variants ?? {}).length === 0;
        expect([name, effort]).toEqual([name, says ? effort : undefined]);
        if (effort !== undefined) expect(`${id}-${effort}`).toBe(name);
      }
    }
    expect(existing).toEqual(before);
  });

  test("a name of a model that is served too is that model, not a second one", () => {
    const remote = list("gpt-5.1-codex", "gpt-5.1-codex-high", "gpt-5.2-high");
    const models = createHostModels(existing, { remote });
    expect(models["gpt-5.1-codex-high"]?.name).toBe("gpt-5.1-codex-high");
    // Served alone, it goes on the wire as it is, and with the effort it names.
    expect(models["gpt-5.2-high"]?.options.reasoningEffort).toBe("high");
    expect(
      resolveModel("gpt-5.2-high", { effortsOf: createEffortsOf(remote, hostEffortsIn(existing)) }),
    ).toEqual({
      id: "gpt-5.2-high",
    });
  });

  test.each([
    ["what it stands for is served", ["gpt-5.1-codex"], "gpt-5-codex → gpt-5.1-codex"],
    ["it is served itself", ["gpt-5.1-codex", "gpt-5-codex"], "gpt-5-codex"],
    ["neither", ["gpt-5.4"], undefined],
  ])("a retired name when %s", (_, served, expected) => {
    const models = createHostModels(existing, { remote: list(...served) });
    expect(models["gpt-5-codex"]?.name).toBe(expected);
  });

  test("gpt-5.1-codex-max stays a model of its own", () => {
    const remote: RemoteModel[] = [{ id: "gpt-5.1-codex", efforts: ["low", "max"] }];
    expect(names(createHostModels({}, { remote }))).toEqual(
      ["gpt-5-codex", "gpt-5.1-codex", "gpt-5.1-codex-low"].toSorted(),
    );
  });
});

describe("createEffortsOf", () => {
  const remote: RemoteModel[] = [
    { id: "gpt-5.2", efforts: ["max"] },
    { id: "none-at-all", efforts: [] },
    { id: "openai/gpt-5.1" },
    { id: "gpt-5.1-codex" },
    { id: "gpt-5.1-codex-high" },
    { id: "gpt-5-codex" },
    { id: "gpt-5.1-high" },
    { id: "house-high" },
  ];
  test.each<[string, readonly string[] | undefined]>([
    ["gpt-5.2", ["max"]],
    ["none-at-all", []],
    ["openai/gpt-5.1", ["none", "low", "medium", "high"]],
    ["gpt-5.1-codex-mini", ["medium", "high"]],
    ["gpt-5.4", ["low", "medium", "high", "xhigh"]],
    ["gpt-5.4-pro", ["high", "xhigh"]],
    ["gpt-4o", []],
    ["gpt-5.4-fast", undefined],
    ["gpt-5", undefined],
    ["gpt-5-codex", ["low", "medium", "high"]],
    ["gpt-5.1-codex-high", undefined],
    ["gpt-5.1-high", ["high"]],
    ["house-high", []],
    ["never-heard-of", undefined],
    ["constructor", undefined],
  ])("%s", (id, expected) => {
    expect<unknown>(createEffortsOf(remote, hostEffortsIn(existing))(id)).toEqual(expected);
  });

  test.each([
    ["gpt-5.2-max", { id: "gpt-5.2", effort: "max" }],
    ["openai/gpt-5.1", { id: "openai/gpt-5.1" }],
    ["openai/gpt-5.1-high", { id: "openai/gpt-5.1", effort: "high" }],
    ["openai/gpt-5.2-max", { id: "gpt-5.2", effort: "max" }],
    ["gpt-5.1-codex-high", { id: "gpt-5.1-codex", effort: "high" }],
    ["gpt-5.4-xhigh", { id: "gpt-5.4", effort: "xhigh" }],
    ["gpt-4o-high", { id: "gpt-4o-high" }],
    ["house-high", { id: "house-high" }],
    ["gpt-5-codex", { id: "gpt-5-codex" }],
    ["gpt-5", { id: "gpt-5.1" }],
    ["gpt-5-low", { id: "gpt-5.1", effort: "low" }],
    ["never-heard-of-high", { id: "never-heard-of-high" }],
  ])("resolves %s", (name, expected) => {
    expect<unknown>(
      resolveModel(name, { effortsOf: createEffortsOf(remote, hostEffortsIn(existing)) }),
    ).toEqual(expected);
  });
});

describe("options of the provider", () => {
  const options = {
    reasoningEffort: "high",
    reasoningSummary: "detailed",
    textVerbosity: "high",
    include: ["x"],
    serviceTier: "flex",
    parallelToolCalls: false,
  };

  test("are picked from the rest", () => {
    expect(pickModelOptions({ ...options, apiKey: "k", timeout: 5 })).toEqual(options);
    expect(pickModelOptions({ reasoningEffort: undefined, textVerbosity: "low" })).toEqual({
      textVerbosity: "low",
    });
    for (const wrong of [undefined, null, 5, "x", []]) expect(pickModelOptions(wrong)).toEqual({});
  });

  test("lie under the user's own models' options", () => {
    const models = {
      "my-relay": { name: "Mine", options: { textVerbosity: "low", other: 1 } },
      plain: {},
    };
    const before = structuredClone(models);
    expect(fillUserModels(models, options)).toEqual({
      "my-relay": { name: "Mine", options: { ...options, textVerbosity: "low", other: 1 } },
      plain: { options },
    });
    expect(models).toEqual(before);
  });
});

describe("closestModels", () => {
  const served = ["gpt-5.1", "gpt-5.1-codex", "gpt-5.1-codex-max", "gpt-5.2", "o3"];
  test.each([
    ["gpt-5.1-codx", ["gpt-5.1-codex", "gpt-5.1", "gpt-5.1-codex-max"]],
    ["GPT-5.3", ["gpt-5.1", "gpt-5.2"]],
    ["o4", ["o3"]],
    ["claude-opus", []],
    ["", []],
  ])("%s", (asked, expected) => {
    expect(closestModels(asked, served)).toEqual(expected);
  });
});
