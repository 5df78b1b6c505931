/** For each kind of list a gateway may have: what is shown, what runs, with which window and price. */
import { describe, expect, test } from "bun:test";
import { catalog } from "../../../src/models/catalog.ts";
import type { HostFacts } from "../../../src/models/facts.ts";
import { createModelKnowledge } from "../../../src/models/knowledge.ts";
import { parseModelList, type RemoteModel } from "../../../src/models/list/parse.ts";
import { resolveModel } from "../../../src/models/name.ts";
import { listModels, type ShownOptions } from "../../../src/models/shown.ts";

/** As models.dev has it: windows of OpenAI's API, where those of Codex are shorter. */
const host = new Map<string, HostFacts>([
  [
    "gpt-5.4",
    {
      context: 1_050_000,
      output: 128_000,
      releaseDate: "2026-03-05",
      price: { input: 2.5, output: 15, cacheRead: 0.25 },
      fastPrice: { input: 5, output: 30, cacheRead: 0.5 },
    },
  ],
  ["gpt-5.5-pro", { context: 1_050_000, output: 128_000, releaseDate: "2026-04-23" }],
  ["text-embedding-3-small", { context: 8_191, output: 1_536 }],
  ["gpt-realtime-2.1", { context: 128_000, output: 4_096 }],
]);

function show(list: unknown, options: Partial<ShownOptions> & { catalogue?: RemoteModel[] } = {}) {
  const { catalogue, ...more } = options;
  const knowledge = createModelKnowledge(parseModelList(list), undefined, catalogue);
  const { models, preferred } = listModels({ knowledge, host, ...more });
  const byId = new Map(models.map((model) => [model.id, model]));
  return {
    models,
    preferred,
    knowledge,
    ids: models.map(({ id }) => id),
    of: (id: string) => byId.get(id),
  };
}

const openai = (...ids: string[]) => ({ data: ids.map((id) => ({ id, object: "model" })) });
const levels = (...efforts: string[]) => efforts.map((effort) => ({ effort }));

const codexForm = {
  models: [
    {
      slug: "gpt-6.1-sol",
      display_name: "GPT-6.1-Sol",
      context_window: 400_000,
      max_context_window: 800_000,
      supported_reasoning_levels: levels("low", "high", "ultra"),
      default_reasoning_level: "high",
      service_tiers: [{ id: "priority", name: "Fast" }],
      visibility: "list",
      priority: 2,
    },
    { slug: "gpt-5.4", service_tiers: [], priority: 1 },
    { slug: "codex-auto-review", visibility: "hide", priority: 0 },
    { slug: "claude-sonnet-5" },
  ],
};

const table: {
  readonly kind: string;
  readonly list: unknown;
  readonly shows: readonly string[];
  readonly preferred: string | undefined;
  /** Written by the user → what goes on the wire. */
  readonly runs: Readonly<Record<string, string>>;
  readonly context: Readonly<Record<string, number>>;
  /** Dollars for a million tokens of input. */
  readonly cost: Readonly<Record<string, number>>;
}[] = [
  {
    kind: "Codex's form",
    list: codexForm,
    shows: ["gpt-6.1-sol", "gpt-5.4", "claude-sonnet-5", "gpt-6.1-sol-fast"],
    preferred: "gpt-5.4",
    runs: {
      "gpt-6.1-sol-ultra": "gpt-6.1-sol ultra",
      "gpt-6.1-sol-fast-low": "gpt-6.1-sol low priority",
      "codex-auto-review": "codex-auto-review",
      // Its list says that there is no faster one.
      "gpt-5.4-fast": "gpt-5.4-fast",
    },
    context: { "gpt-6.1-sol": 400_000, "gpt-5.4": 272_000 },
    cost: { "gpt-5.4": 2.5, "gpt-6.1-sol": 0 },
  },
  {
    kind: "OpenAI's form, names alone",
    list: openai("gpt-5.4", "gpt-5.5", "gpt-5.1-codex", "gpt-5.1-codex-high", "whisper-1"),
    shows: ["gpt-5.4", "gpt-5.5", "gpt-5.1-codex", "gpt-5.4-fast", "gpt-5.5-fast"],
    preferred: "gpt-5.5",
    runs: {
      "gpt-5.1-codex-high": "gpt-5.1-codex high",
      "gpt-5.4-fast": "gpt-5.4 priority",
      "gpt-5-codex": "gpt-5.1-codex",
    },
    context: { "gpt-5.4": 272_000, "gpt-5.5": 272_000 },
    cost: { "gpt-5.4": 2.5, "gpt-5.4-fast": 5, "gpt-5.1-codex": 1.25 },
  },
  {
    kind: "a vendor in front",
    list: openai("lab/gpt-5.1-codex", "lab/gpt-5.4", "a/gpt-5.2", "b/gpt-5.2"),
    shows: ["lab/gpt-5.1-codex", "lab/gpt-5.4", "a/gpt-5.2", "b/gpt-5.2", "lab/gpt-5.4-fast"],
    preferred: "lab/gpt-5.4",
    runs: {
      "gpt-5.1-codex": "lab/gpt-5.1-codex",
      "openai/gpt-5.1-codex-high": "lab/gpt-5.1-codex high",
      "gpt-5-codex": "lab/gpt-5.1-codex",
      "gpt-5.4-fast-xhigh": "lab/gpt-5.4 xhigh priority",
      // Two have this ending: which one is meant, nobody can tell.
      "gpt-5.2": "gpt-5.2",
    },
    context: { "lab/gpt-5.4": 272_000 },
    cost: { "lab/gpt-5.1-codex": 1.25 },
  },
  {
    kind: "filtered by the client's version",
    list: { models: [{ slug: "gpt-5.5" }] },
    shows: ["gpt-5.5", "gpt-5.5-fast"],
    preferred: "gpt-5.5",
    runs: { "gpt-6.1-sol-high": "gpt-6.1-sol high" },
    context: { "gpt-5.5": 272_000 },
    cost: { "gpt-5.5": 5 },
  },
  {
    kind: "other vendors' models among them",
    list: {
      data: [
        ...openai("gpt-5.4", "claude-sonnet-5", "gemini-3-pro", "deepseek/deepseek-v4", "my-relay")
          .data,
        { id: "grok-5", supported_endpoint_types: ["openai", "openai-response"] },
        { id: "kimi-k3", supported_endpoint_types: ["openai"] },
        { id: "qwen-4", pricing: { prompt: "0.0000012", completion: "0.000006" } },
      ],
    },
    shows: ["gpt-5.4", "my-relay", "grok-5", "gpt-5.4-fast"],
    preferred: "gpt-5.4",
    runs: { "claude-sonnet-5": "claude-sonnet-5" },
    context: { "my-relay": 272_000, "claude-sonnet-5": 272_000 },
    cost: { "my-relay": 0, "qwen-4": 1.2 },
  },
  {
    kind: "nothing but other vendors' models",
    list: openai("claude-sonnet-5", "claude-opus-5"),
    shows: ["claude-sonnet-5", "claude-opus-5"],
    preferred: undefined,
    runs: { "claude-sonnet-5": "claude-sonnet-5" },
    context: {},
    cost: { "claude-opus-5": 0 },
  },
  ...["none", "hanging", "401"].map((kind) => ({
    kind,
    list: undefined,
    shows: [
      ...catalog.keys(),
      ...[...catalog].flatMap(([id, { fastTier }]) => (fastTier ? [`${id}-fast`] : [])),
    ],
    preferred: "gpt-6.2-sol",
    runs: {
      "gpt-5.1-codex-high": "gpt-5.1-codex high",
      "gpt-6.2-sol-fast": "gpt-6.2-sol priority",
    },
    context: { "gpt-5.4": 272_000, "gpt-5.1-codex": 272_000, "gpt-5.3-codex-spark": 128_000 },
    cost: { "gpt-5.4": 2.5, "gpt-5.1-codex-mini": 0.25 },
  })),
];

describe.each([...table])("a list: $kind", ({ list, shows, preferred, runs, context, cost }) => {
  test("shows", () => {
    const shown = show(list);
    expect(shown.ids).toEqual([...shows]);
    expect(shown.preferred).toBe(preferred);
  });

  test("everything that is shown has another place in a picker than what only runs", () => {
    const everything = show(list, { everyName: true });
    for (const { id, own, order } of everything.models)
      expect([id, order !== ""]).toEqual([id, own]);
  });

  test("runs", () => {
    const { knowledge } = show(list);
    const sent = Object.keys(runs).map((name) => {
      const { id, effort, tier } = resolveModel(name, knowledge);
      return [name, [id, effort, tier].filter(Boolean).join(" ")];
    });
    expect(Object.fromEntries(sent)).toEqual(runs);
  });

  test("context and cost", () => {
    const { of } = show(list, { named: [...Object.keys(context), ...Object.keys(cost)] });
    for (const [id, tokens] of Object.entries(context)) {
      expect([id, of(id)?.limit.context]).toEqual([id, tokens]);
    }
    for (const [id, dollars] of Object.entries(cost)) {
      expect([id, of(id)?.price.input]).toEqual([id, dollars]);
    }
  });
});

describe("a picker that sorts by date, newest first, then by title", () => {
  const sorted = (list: unknown, typed = "") =>
    show(list)
      .models.filter(({ title }) => title.includes(typed))
      .toSorted((a, b) =>
        a.order === b.order ? (a.title < b.title ? -1 : 1) : a.order < b.order ? 1 : -1,
      )
      .map(({ id }) => id);

  const all = openai(...[...catalog.keys()].toReversed(), "my-relay", "gpt-9-mini");
  test("has the newest line on top, fast modes after all models", () => {
    const order = sorted(all);
    expect(order.slice(0, 3)).toEqual(["gpt-9-mini", "gpt-6.2-astra", "gpt-6.2-sol"]);
    const fast = order.findIndex((id) => id.endsWith("-fast"));
    expect(order.slice(0, fast)).toHaveLength(catalog.size + 2);
    expect(order[fast - 1]).toBe("my-relay");
  });

  test.each([...catalog.keys()])("%s is found by typing it and pressing enter", (id) => {
    expect(sorted(all, id)[0]).toBe(id);
  });
});

describe("names", () => {
  const list = openai("gpt-5.1-codex", "gpt-5.4");

  test("with an effort have no variants, models have theirs weakest first", () => {
    const { models } = show(list, { everyName: true });
    for (const { id, variants } of models) {
      const ends = /-(low|medium|high|xhigh)$/.test(id);
      const of = /5\.4/.test(id) ? ["low", "medium", "high", "xhigh"] : ["low", "medium", "high"];
      expect<unknown>([id, [...variants]]).toEqual([id, ends ? [] : of]);
    }
  });

  test("that the user wrote are shown, whatever they are", () => {
    const named = ["gpt-5.1-codex-high", "gpt-nobody", "gpt-5-codex", "gpt-5.4", ""];
    const shown = show(list, { named });
    expect(shown.ids).toEqual([
      ...["gpt-5.1-codex", "gpt-5.4", "gpt-5.1-codex-high", "gpt-nobody", "gpt-5-codex"],
      "gpt-5.4-fast",
    ]);
    expect(shown.of("gpt-5-codex")?.title).toBe("gpt-5-codex → gpt-5.1-codex");
    // Beside the model that it is one of.
    expect(shown.of("gpt-5.1-codex-high")?.order).toBe(shown.of("gpt-5.1-codex")?.order ?? "-");
  });

  test("that were picked before are shown as long as their model is", () => {
    expect(show(list, { picked: ["gpt-5.1-codex-low", "gpt-4o"] }).ids).toEqual([
      ...["gpt-5.1-codex", "gpt-5.4", "gpt-5.1-codex-low", "gpt-5.4-fast"],
    ]);
  });

  test("the list's own name stands behind the id, if it says more", () => {
    const { of } = show({
      models: [
        { slug: "gpt-5.1-codex", display_name: "GPT-5.1 Codex" },
        { slug: "gpt-5.4", display_name: "Workhorse" },
      ],
    });
    expect(of("gpt-5.1-codex")?.title).toBe("gpt-5.1-codex");
    expect(of("gpt-5.4")?.title).toBe("gpt-5.4 · Workhorse");
  });
});

describe("the window", () => {
  const catalogue: RemoteModel[] = [{ id: "gpt-5.4", context: 300_000, maxContext: 900_000 }];
  const listed = {
    models: [{ slug: "gpt-5.4", context_window: 200_000, max_context_window: 400_000 }],
  };
  test.each<[string, unknown, RemoteModel[] | undefined, number, number]>([
    ["the list's", listed, catalogue, 200_000, 400_000],
    [
      "the list's, which allows no more",
      { data: [{ id: "gpt-5.4", context_length: 50_000 }] },
      catalogue,
      50_000,
      50_000,
    ],
    ["the catalogue's", openai("gpt-5.4"), catalogue, 300_000, 900_000],
    ["the table's", openai("gpt-5.4"), undefined, 272_000, 1_000_000],
    ["the table's, with a vendor in front", openai("lab/gpt-5.4"), undefined, 272_000, 1_000_000],
    ["OpenCode's", openai("gpt-5.5-pro"), undefined, 1_050_000, 1_050_000],
    ["nobody's", openai("house"), undefined, 272_000, 272_000],
  ])("%s", (_, list, known, usual, long) => {
    const options = known === undefined ? {} : { catalogue: known };
    expect(show(list, options).models[0]?.limit.context).toBe(usual);
    expect(show(list, { ...options, long: true }).models[0]?.limit.context).toBe(long);
  });

  test("an answer does not fill it", () => {
    expect(show(listed).models[0]?.limit).toEqual({ context: 200_000, output: 100_000 });
  });
});

describe("what the catalogue says of a model that only it knows", () => {
  const catalogue: RemoteModel[] = [
    {
      id: "gpt-9",
      efforts: ["low", "max"],
      defaultEffort: "max",
      image: false,
      fastTier: "priority",
      verbosity: "low",
      parallelToolCalls: true,
    },
  ];
  test("is shown", () => {
    const { models, of } = show(openai("gpt-9"), { catalogue });
    expect(of("gpt-9")).toMatchObject({
      efforts: ["low", "max"],
      defaultEffort: "max",
      image: false,
      verbosity: "low",
      parallelToolCalls: true,
    });
    expect(models.map(({ id }) => id)).toEqual(["gpt-9", "gpt-9-fast"]);
  });
});

test("the cost: the list's, else OpenAI's times the multiplier, else none", () => {
  const list = {
    data: [
      { id: "gpt-5.4" },
      { id: "gpt-5.1-codex" },
      { id: "house" },
      {
        id: "gpt-5.5",
        pricing: { prompt: 0.000001, completion: "0.000002", input_cache_read: "1e-7" },
      },
    ],
  };
  const prices = (costMultiplier: ShownOptions["costMultiplier"]) =>
    show(list, { costMultiplier })
      .models.filter(({ own }) => own)
      .map(({ price }) => price.input);
  expect(prices(undefined)).toEqual([2.5, 1.25, 0, 1]);
  expect(prices(0.1)).toEqual([0.25, 0.125, 0, 1]);
  expect(prices({ "gpt-5.4": 2, "*": 0.5 })).toEqual([5, 0.625, 0, 1]);
  expect(prices({ "gpt-5.4": 0 })).toEqual([0, 1.25, 0, 1]);
  expect(show(list).of("gpt-5.5")?.price).toEqual({ input: 1, output: 2, cacheRead: 0.1 });
});

test("with everything: the table, the list and the host's models that write text", () => {
  const { ids } = show(openai("house", "claude-x"), { all: true });
  expect(ids).toEqual(
    expect.arrayContaining(["house", "claude-x", "gpt-5.5-pro", "gpt-5.1-codex"]),
  );
  expect(ids.filter((id) => /embedding|realtime/.test(id))).toEqual([]);
});
