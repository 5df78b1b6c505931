/** Which models OpenCode shows, and what reaches the wire, for each list a gateway may have. */
import { describe, expect } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { demoBrain } from "../gateway/brains.ts";
import { EFFORTS } from "../gateway/models.ts";
import type { Brain, Gateway, GatewayOptions, ModelsOption } from "../gateway/types.ts";
import { createGitHub } from "./github.ts";
import { listModels } from "./harness/list.ts";
import {
  createStage,
  expectAccepted,
  firstOf,
  modelsOnTheWire,
  type SharedStage,
  type Stage,
  scenario,
  shareServer,
  turnOf,
} from "./support.ts";

/** Codex's list with models that OpenCode does not know, that it knows otherwise, and no text. */
const codexList = {
  shape: "codex",
  models: [
    { slug: "gpt-5.2-codex" },
    { slug: "gpt-5.1", efforts: ["low", "high"] },
    { slug: "gpt-9-mini", efforts: ["low", "medium", "max", "ultra"] },
    { slug: "text-embedding-3-large" },
  ],
} as const satisfies ModelsOption;

/** What it makes OpenCode show: `gpt-5` stands for gpt-5.1, which is served. */
const codexNames = [
  ...withEfforts("gpt-5.2-codex", ["low", "medium", "high", "xhigh"]),
  ...withEfforts("gpt-5.1", ["low", "high"]),
  ...withEfforts("gpt-9-mini", ["low", "medium", "max", "ultra"]),
  "gpt-5",
];

/**
 * Names alone, as relays have them: with a copy of a model for an effort, with no text, and with
 * other vendors' models, which answer elsewhere.
 */
const openaiList = {
  shape: "openai",
  models: [
    ...["gpt-5.4", "gpt-5.1-codex", "gpt-5.1-codex-high", "gpt-4.1", "my-relay", "whisper-1"],
    ...["claude-sonnet-4-5", "gemini-2.5-pro", "deepseek-v3"],
  ],
} as const satisfies ModelsOption;

/** Efforts are those of the plugin's table; the fast mode is gpt-5.4's. */
const openaiNames = [
  ...withEfforts("gpt-5.4", ["low", "medium", "high", "xhigh"]),
  "gpt-5.4-fast",
  ...withEfforts("gpt-5.1-codex", ["low", "medium", "high"]),
  "gpt-4.1",
  "my-relay",
  "gpt-5-codex",
];

/** One start for all that asks for nothing of the command line or of the user's own files. */
const shared = shareServer();

describe("the gateway's list decides what OpenCode shows", () => {
  scenario("in Codex's shape", async () => {
    await using stage = await shared.createStage({ gateway: titled({ models: codexList }) });
    await expectShown(stage, codexNames);
    await expectTurn(stage, "gpt-9-mini-ultra", {
      // What the Codex CLI sends for it.
      turn: "gpt-9-mini max",
      title: "gpt-9-mini low",
    });
    expectAccepted(stage.gateway);
  });

  scenario("in OpenAI's shape", async () => {
    await using stage = await shared.createStage({ gateway: titled({ models: openaiList }) });
    await expectShown(stage, openaiNames);
    await expectTurn(stage, "gpt-5.4-xhigh", { turn: "gpt-5.4 xhigh", title: "gpt-5.4 low" });
    expectAccepted(stage.gateway);
  });

  scenario('"models": "all" adds everything that is known', async () => {
    const settings = { models: "all" };
    await using stage = await shared.createStage({ gateway: { models: codexList }, settings });
    const shown = await stage.loadModels();
    expect(shown).toEqual(expect.arrayContaining([...codexNames, "gpt-5.4-pro", "gpt-4o", "o3"]));
    // The list names the efforts of gpt-5.1, and these two are not among them.
    const gone = ["gpt-5.1-none", "gpt-5.1-medium"];
    const missing = tableNames.filter((name) => !shown.includes(name));
    expect(missing.toSorted()).toEqual(gone.toSorted());
    expect(shown.filter((name) => /embed|image|realtime|tts/.test(name))).toEqual([]);
  });

  scenario("and still does from the cache, when the gateway does not answer", async () => {
    await using stage = await createStage({ gateway: titled({ models: codexList }) });
    const { gateway } = stage;
    expect(await listModels(stage)).toEqual(codexNames.toSorted());

    await makeStale(stage);
    gateway.options.models = "slow";
    await expectRun(stage, "gpt-9-mini-max", { turn: "gpt-9-mini max", title: "gpt-9-mini low" });
    // Asked again, in the background.
    expect(gateway.transcript.filter(({ kind }) => kind === "models").length).toBe(2);

    await makeStale(stage);
    await gateway.close();
    expect(await listModels(stage)).toEqual(codexNames.toSorted());
  });
});

describe("the list is asked for as the newest Codex CLI that is known", () => {
  scenario("so that nothing is hidden, at every place", async () => {
    await using github = createGitHub();
    await using stage = await createStage({ gateway: { modelsPath: "/v1/models" } });
    const { gateway, opencodeWith } = stage;
    const asked = () =>
      gateway.transcript.flatMap(({ method, path, query }) =>
        method === "GET" ? path + query : [],
      );
    const places = ["/backend-api/codex/models", "/v1/models"];
    await opencodeWith(github.env, "run", "hello", "--model=openai/gpt-5.2");
    expect(asked()).toEqual(places.map((path) => `${path}?client_version=0.169.0`));

    gateway.transcript.length = 0;
    await makeStale(stage);
    await opencodeWith(github.env, "run", "hello", "--model=openai/gpt-5.2");
    // The release that this server names.
    expect(asked()).toEqual(["/v1/models?client_version=0.200.0"]);
  });
});

describe("without a list there are the models of the plugin's table, and none else", () => {
  const rows = [
    // Ten seconds: longer than a start waits, and longer than is waited at all.
    ["slow", "gpt-5.1-codex-max-xhigh", "gpt-5.1-codex-max xhigh"],
    ["404", "gpt-5.6-luna-max", "gpt-5.6-luna max"],
    ["html", "gpt-5.2-none", "gpt-5.2 none"],
  ] as const;
  for (const [models, name, turn] of rows) {
    scenario(`${models}`, async () => {
      await using stage = await shared.createStage({ gateway: titled({ models }) });
      await expectShown(stage, tableNames);
      await expectTurn(stage, name, { turn, title: "gpt-5.1-codex-mini medium" });
      if (models === "slow")
        await stage.gateway.until(({ closedByClient }) => closedByClient === true);
    });
  }

  scenario("no gateway at all", async () => {
    await using stage = await shared.createStage({});
    await stage.gateway.close();
    await expectShown(stage, tableNames);
  });
});

describe("options of the user's opencode.json", () => {
  const atProvider = {
    reasoningEffort: "low",
    reasoningSummary: "concise",
    textVerbosity: "high",
    include: ["file_search_call.results"],
    parallelToolCalls: false,
    serviceTier: "flex",
  };
  const atModel = {
    reasoningEffort: "high",
    reasoningSummary: "detailed",
    textVerbosity: "medium",
    include: ["message.output_text.logprobs"],
    parallelToolCalls: true,
    serviceTier: "priority",
  };
  const providerWire = {
    reasoning: { effort: "low", summary: "concise" },
    text: { verbosity: "high" },
    include: ["file_search_call.results", "reasoning.encrypted_content"],
    parallel_tool_calls: false,
    service_tier: "flex",
  };
  const modelWire = {
    reasoning: { effort: "high", summary: "detailed" },
    text: { verbosity: "medium" },
    include: ["message.output_text.logprobs", "reasoning.encrypted_content"],
    parallel_tool_calls: true,
    service_tier: "priority",
  };

  scenario("reach the wire; variant, name, model, provider is their order", async () => {
    const models = {
      "gpt-5.1": { options: atModel },
      "gpt-5.1-low": { options: { reasoningEffort: "high" } },
      "gpt-5.1-codex-max": { options: { textVerbosity: "low", parallelToolCalls: true } },
      "my-relay": {},
    };
    const config = { provider: { openai: { options: atProvider, models } } };
    const served = ["gpt-5.2", "gpt-5.1", "gpt-5.1-codex-max", "gpt-5.4"];
    await using stage = await shared.createStage({
      config,
      gateway: { models: { shape: "openai", models: served } },
    });
    const ask = async (model: string, variant?: string): Promise<Wire> => {
      await stage.prompt({ model, text: "hello", ...(variant && { variant }) });
      return v.parse(WireSchema, stage.gateway.turns().at(-1)?.body);
    };
    const effort = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).reasoning;

    // The table's, and one that only the user knows.
    expect(await ask("gpt-5.2")).toEqual({ model: "gpt-5.2", ...providerWire });
    expect(await ask("gpt-5.4")).toEqual({ model: "gpt-5.4", ...providerWire });
    expect(await ask("my-relay")).toMatchObject({ model: "my-relay", ...providerWire });
    expect(await ask("gpt-5.1")).toEqual({ model: "gpt-5.1", ...modelWire });
    // Takes no verbosity, whoever asks for one.
    const { text: _none, ...withoutText } = providerWire;
    expect(await ask("gpt-5.1-codex-max")).toEqual({
      model: "gpt-5.1-codex-max",
      ...withoutText,
      parallel_tool_calls: true,
    });

    expect(await effort("gpt-5.2-none")).toEqual({ effort: "none", summary: "concise" });
    expect(await effort("gpt-5.1-low")).toEqual({ effort: "low", summary: "concise" });
    expect(await effort("gpt-5.1", "none")).toEqual({ effort: "none", summary: "detailed" });
    expect(await effort("gpt-5.1-low", "none")).toEqual({ effort: "none", summary: "concise" });
    expectAccepted(stage.gateway);
  });
});

describe("an effort that the model does not take is the nearest, however it is asked for", () => {
  scenario("by variant, name and option, whoever knows the model", async () => {
    const models: Record<string, object> = {};
    for (const [model, effort] of [
      ["gpt-5.1-codex", "xhigh"],
      ["gpt-5.4", "max"],
      ["gpt-9-mini", "xhigh"],
      ["gpt-9-mini", "ultra"],
    ] as const) {
      models[`${model}-${effort}`] = {};
      models[`my-${model}-${effort}`] = { id: model, options: { reasoningEffort: effort } };
    }
    const efforts = ["low", "max"];
    await using stage = await shared.createStage({
      config: { provider: { openai: { models } } },
      settings: { models: "all" },
      gateway: {
        models: {
          shape: "codex",
          models: [
            { slug: "gpt-9-mini", efforts },
            { slug: "gpt-5.1-codex", efforts: ["low", "medium", "high"] },
          ],
        },
      },
    });
    const effort = async (model: string, variant?: string): Promise<string | undefined> => {
      await stage.prompt({ model, text: "hello", ...(variant && { variant }) });
      const [exchange] = stage.gateway.turns().slice(-1);
      return exchange && turnOf(exchange).effort;
    };
    // The gateway's list; the table alone; the gateway's list alone.
    for (const [model, asked, sent] of [
      ["gpt-5.1-codex", "xhigh", "high"],
      ["gpt-5.4", "max", "xhigh"],
      ["gpt-9-mini", "xhigh", "max"],
      ["gpt-9-mini", "ultra", "max"],
    ] as const) {
      const got = [
        await effort(model, asked),
        await effort(`${model}-${asked}`),
        await effort(`my-${model}-${asked}`),
      ];
      expect({ model, asked, got }).toEqual({ model, asked, got: [sent, sent, sent] });
    }
    expectAccepted(stage.gateway);
  });
});

describe("titles", () => {
  scenario("go to the small model of the settings", async () => {
    const settings = { smallModel: "gpt-5.1-codex" };
    await using stage = await shared.createStage({ gateway: titled(), settings });
    // Nobody asked for an effort of the turn: the default.
    await expectTurn(stage, "gpt-5.2", { turn: "gpt-5.2 medium", title: "gpt-5.1-codex low" });
    expectAccepted(stage.gateway);
  });

  scenario("or of opencode.json, which comes first", async () => {
    const config = { small_model: "openai/gpt-5.1" };
    const settings = { smallModel: "gpt-5.1-codex" };
    await using stage = await shared.createStage({ config, gateway: titled(), settings });
    await expectTurn(stage, "gpt-5.2-high", { turn: "gpt-5.2 high", title: "gpt-5.1 none" });
    expectAccepted(stage.gateway);
  });

  scenario("that fail do not fail the turn", async () => {
    const gateway = titled(undefined, () => ({ kind: "error", status: 500, error: "no titles" }));
    await using stage = await shared.createStage({ gateway });
    await expectTurn(stage, "gpt-5.2", {
      turn: "gpt-5.2 medium",
      title: "gpt-5.1-codex-mini medium",
    });
    expect(stage.gateway.titles().map(({ status }) => status)).toContain(500);
  });

  scenario("that do not come do not delay the turn", async () => {
    await using stage = await shared.createStage({});
    // No title before the turn is over: if the turn waited for its title, this would not end.
    stage.gateway.options.brain = async (request, context) => {
      if (request.tools.length === 0) {
        await stage.gateway.until(({ finished }) => finished === true);
      }
      return demoBrain(request, context);
    };
    const session = await stage.createSession();
    expect(await stage.prompt({ model: "gpt-5.2", session, text: "hello" })).toContain("hello");
  });
});

describe("a model that the list lacks", () => {
  const rows = [
    ["on the command line", {}, ["--model=openai/gpt-9-mni"]],
    ["on the command line, in two words", {}, ["-m", "openai/gpt-9-mni"]],
    ["as model of opencode.json", { model: "openai/gpt-9-mni" }, []],
    ["as an agent's", { agent: { build: { model: "openai/gpt-9-mni" } } }, []],
  ] as const;
  for (const [where, config, args] of firstOf(rows)) {
    scenario(`named ${where}: it is tried, and the refusal names close ones`, async () => {
      const gateway = { models: codexList, serves: ["gpt-9-mini", "gpt-5.2-codex"] } as const;
      await using stage = await createStage({ gateway, config });
      const result = await stage.opencode("run", "hello", ...args);
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toContain("The model 'gpt-9-mni' is not served here.");
      expect(result.stderr).toContain("gpt-9-mini");
      expect(stage.gateway.turns().length).toBe(1);
    });
  }

  scenario("is served all the same", async () => {
    await using stage = await createStage({ gateway: titled({ models: codexList }) });
    await expectRun(stage, "gpt-9-codex", {
      turn: "gpt-9-codex undefined",
      title: "gpt-9-mini low",
    });
    expectAccepted(stage.gateway);
  });

  scenario("is listed with a vendor in front", async () => {
    const models = { shape: "openai", models: ["lab/gpt-5.1-codex", "lab/gpt-5.2"] } as const;
    await using stage = await shared.createStage({ gateway: { models } });
    for (const [name, wire] of [
      ["gpt-5.1-codex", "lab/gpt-5.1-codex medium"],
      ["gpt-5.1-codex-high", "lab/gpt-5.1-codex high"],
      ["lab/gpt-5.2-low", "lab/gpt-5.2 low"],
    ] as const) {
      stage.gateway.transcript.length = 0;
      await stage.prompt({ model: name, text: "hello" });
      expect(modelsOnTheWire(stage.gateway)).toEqual([wire]);
    }
  });
});

describe("nobody names a model", () => {
  for (const [what, models, turn] of [
    ["the newest Codex model of the list", "codex", "gpt-5.2-codex medium"],
    ["the newest of the table, without a list", "404", "gpt-6.2-sol low"],
  ] as const) {
    scenario(`${what}, at its default effort`, async () => {
      await using stage = await createStage({ gateway: { models } });
      expect(await stage.opencode("run", "hello")).toMatchObject({ exitCode: 0 });
      expect(modelsOnTheWire(stage.gateway)).toEqual([turn]);
    });
  }

  scenario("but picked one before: that one", async () => {
    await using stage = await createStage();
    const recent = [{ providerID: "openai", modelID: "gpt-5.1" }];
    await Bun.write(
      join(stage.home.path, ".local/state/opencode/model.json"),
      JSON.stringify({ recent, favorite: [], variant: {} }),
    );
    expect(await stage.opencode("run", "hello")).toMatchObject({ exitCode: 0 });
    expect(modelsOnTheWire(stage.gateway)).toEqual(["gpt-5.1 medium"]);
  });
});

describe("a model that is not there", () => {
  scenario("the gateway refuses it: the message names what it serves", async () => {
    const config = { provider: { openai: { models: { "gpt-5.1-codx": {} } } } };
    await using stage = await shared.createStage({
      config,
      gateway: { serves: [...EFFORTS.keys()] },
    });
    const said = await stage.prompt({ model: "gpt-5.1-codx", text: "hello" }).catch(String);
    expect(said).toContain(
      "The model 'gpt-5.1-codx' is not served here. The gateway serves: gpt-5.1-codex,",
    );
    expect(stage.gateway.turns().length).toBe(1);
  });
});

const WireSchema = v.object({
  model: v.string(),
  reasoning: v.optional(v.unknown()),
  text: v.optional(v.unknown()),
  include: v.optional(v.array(v.string())),
  parallel_tool_calls: v.optional(v.boolean()),
  service_tier: v.optional(v.string()),
});
type Wire = v.InferOutput<typeof WireSchema>;

/** Models that Codex's catalogue has a priority tier for. */
const fast = [
  ...["gpt-6.2-sol", "gpt-6.2-astra", "gpt-6.1-sol", "gpt-6.1-terra", "gpt-6-sol", "gpt-6-luna"],
  ...["gpt-6-astra", "gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna", "gpt-5.5", "gpt-5.4"],
];

function withEfforts(id: string, efforts: readonly string[]): string[] {
  return [id, ...efforts.map((effort) => `${id}-${effort}`)];
}

/** Every name of the table, as OpenCode prints them. */
const tableNames = [
  ...[...EFFORTS].flatMap(([id, efforts]) => withEfforts(id, efforts)),
  ...fast.map((id) => `${id}-fast`),
  ...["gpt-5-codex", "gpt-5-codex-mini", "codex-mini-latest", "gpt-5"],
].toSorted();

/**
 * A gateway that answers a turn only once it was asked for the title: OpenCode asks for both at the
 * same time, and ends with the turn.
 */
function titled(
  options: Partial<GatewayOptions> = {},
  answerTitle: Brain = demoBrain,
): Partial<GatewayOptions> {
  const asked = Promise.withResolvers<void>();
  return {
    ...options,
    brain: async (request, context) => {
      if (request.tools.length > 0) {
        await asked.promise;
        return demoBrain(request, context);
      }
      asked.resolve();
      return answerTitle(request, context);
    },
  };
}

async function expectShown(stage: SharedStage, names: readonly string[]): Promise<void> {
  expect((await stage.loadModels()).toSorted()).toEqual(names.toSorted());
}

/** A session's first turn with this model, and what the gateway was asked for by it. */
async function expectTurn(stage: SharedStage, model: string, wire: Wired): Promise<void> {
  const session = await stage.createSession();
  expect(await stage.prompt({ model, session, text: "hello" })).toContain("hello");
  expectWire(stage.gateway, wire);
}

/** What a turn and its title ask for, each as model and effort. */
type Wired = { readonly turn: string; readonly title: string };

function expectWire(gateway: Gateway, { turn, title }: Wired): void {
  expect(modelsOnTheWire(gateway)).toEqual([turn]);
  expect(titlesOnTheWire(gateway)).toEqual([title]);
}

/** The same by `opencode run`. */
async function expectRun({ gateway, opencode }: Stage, model: string, wire: Wired): Promise<void> {
  const result = await opencode("run", "hello", `--model=openai/${model}`);
  expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("hello") });
  expectWire(gateway, wire);
}

function titlesOnTheWire(gateway: Gateway): string[] {
  const asked = gateway.titles().map(turnOf);
  return [...new Set(asked.map(({ model, effort }) => `${model} ${effort}`))];
}

/** The plugin's cached list, as if it were more than an hour old. */
async function makeStale({ home }: Stage): Promise<void> {
  const folder = join(home.path, ".opencode", "cache");
  const [name = ""] = (await readdir(folder)).filter((file) => file.startsWith("models-"));
  const file = Bun.file(join(folder, name));
  await file.write(JSON.stringify({ ...(await file.json()), nextCheck: 0 }));
}
