import { afterEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createJsonCache } from "../../../../src/json-cache.ts";
import { clientVersion } from "../../../../src/models/client-version.ts";
import { modelListURLs } from "../../../../src/models/list/fetch.ts";
import { createModelList, type ModelListDependencies } from "../../../../src/models/list/keep.ts";
import { isTextModel, parseModelList } from "../../../../src/models/list/parse.ts";
import { createFolders } from "../../../support/folder.ts";

const ids = (models: readonly { id: string }[] | undefined) => models?.map(({ id }) => id);

describe("modelListURLs", () => {
  const host = "https://gateway.example";
  test.each([
    ["/backend-api/codex/responses", ["/backend-api/codex/models", "/v1/models", "/models"]],
    [
      "/team-a/backend-api/codex/responses?x=1",
      ["/team-a/backend-api/codex/models", "/team-a/v1/models", "/team-a/models"],
    ],
    ["/v1/responses", ["/v1/models", "/models"]],
    ["/openai/v1/responses?api-version=2#top", ["/openai/v1/models", "/openai/models"]],
    ["/codex/responses", ["/codex/models", "/codex/v1/models", "/codex/models"]],
    ["/responses", ["/models", "/v1/models"]],
    ["/api/answer", ["/api/models", "/api/v1/models"]],
  ])("%s", (path, expected) => {
    const urls = new Set(expected.map((candidate) => `${host}${candidate}?client_version=1.2.3`));
    expect(modelListURLs(host + path, "1.2.3")).toEqual([...urls]);
  });
});

/** What hides models: 0.155 is what gpt-6-sol asks for, `0.0.0` hides efforts. */
describe("clientVersion", () => {
  test.each([
    ["nothing known", undefined, "0.169.0"],
    ["an older release", "rust-v0.150.0", "0.169.0"],
    ["a longer number is no larger one", "rust-v0.90.1", "0.169.0"],
    ["the floor itself", "rust-v0.169.0", "0.169.0"],
    ["a newer patch", "rust-v0.169.2", "0.169.2"],
    ["a newer release", "rust-v0.170.0", "0.170.0"],
    ["a newer major", "rust-v1.0.0", "1.0.0"],
    ["not yet released", "rust-v0.171.0-alpha.3", "0.169.0"],
    ["another form", "v0.171.0", "0.169.0"],
    ["no version", "rust-vX", "0.169.0"],
    ["zeros", "rust-v0.0.0", "0.169.0"],
    ["nonsense", "rust-v99999999999999999999.0.0", "0.169.0"],
  ])("%s", (_, tag, version) => expect(clientVersion(tag)).toBe(version));
});

describe("isTextModel", () => {
  const text =
    "gpt-5.2 gpt-5.1-codex-max gpt-5.3-codex-spark gpt-6-sol gpt-4o gpt-4-vision o4-mini codex-mini-latest claude-sonnet-4 deepseek-v3 gemini-2.5-pro grok-4 openai/gpt-5.2 gpt-oss-120b gpt-4o-mini-2024-07-18 o3-deep-research llama-3-70b-instruct";
  const other =
    "text-embedding-3-small text-embedding-ada-002 gpt-image-2 chatgpt-image-latest gpt-image-1-mini dall-e-3 sora-2 sora_video2 whisper-1 tts-1-hd gpt-4o-mini-tts gpt-4o-transcribe gpt-4o-audio-preview gpt-realtime-2.1 omni-moderation-latest bge-m3 BAAI/bge-large jina-embeddings-v3 jina-clip-v2 rerank-v3 qwen3-reranker-8b gemini-2.5-flash-image veo-3 imagen-4 mj_imagine flux-pro suno-v4 stable-diffusion-3 gpt-3.5-turbo-instruct babbage-002 davinci-002 gpt-4o-search-preview";
  test.each(text.split(" "))("%s writes text", (id) => expect(isTextModel(id)).toBe(true));
  test.each(other.split(" "))("%s does not", (id) => expect(isTextModel(id)).toBe(false));
});

describe("parseModelList", () => {
  test("takes everything Codex's catalogue says", () => {
    const models = parseModelList({
      models: [
        {
          slug: "gpt-6-sol",
          display_name: "GPT-6 Sol",
          context_window: 400_000,
          supported_reasoning_levels: [
            { effort: "ultra", description: "most" },
            { effort: "low" },
            { effort: "max" },
            { effort: "galactic" },
            "medium",
          ],
          default_reasoning_level: "low",
          input_modalities: ["text", "image"],
          supports_parallel_tool_calls: true,
          default_verbosity: "low",
          base_instructions: "You are Codex.",
        },
      ],
    });
    expect(models).toEqual([
      {
        id: "gpt-6-sol",
        name: "GPT-6 Sol",
        context: 400_000,
        efforts: ["low", "medium", "max", "ultra"],
        defaultEffort: "low",
        image: true,
        parallelToolCalls: true,
        verbosity: "low",
        instructions: "You are Codex.",
      },
    ]);
  });

  test("takes OpenAI's shape, bare or with what relays add", () => {
    expect(
      parseModelList({
        object: "list",
        data: [
          { id: "gpt-5.2", object: "model", created: 0, owned_by: "gateway" },
          {
            id: "openai/gpt-5.1",
            context_length: 1000,
            architecture: { input_modalities: ["text"] },
          },
          { id: "local", max_model_len: 32_768, name: "Local" },
        ],
      }),
    ).toEqual([
      { id: "gpt-5.2" },
      { id: "openai/gpt-5.1", context: 1000, image: false },
      { id: "local", context: 32_768, name: "Local" },
    ]);
  });

  test.each([
    ["openai", ["openai"], true],
    ["openai and responses", ["openai", "openai-response"], true],
    ["responses only", ["openai-response"], true],
    ["several vendors'", ["anthropic", "openai"], true],
    ["nothing", [], true],
    ["no list", "openai", true],
    ["another vendor's only", ["anthropic"], false],
    ["images", ["image-generation", "openai"], false],
    ["videos", ["openai-video"], false],
    ["rerank", ["jina-rerank"], false],
  ])("endpoint types of a relay: %s", (_, supported_endpoint_types, kept) => {
    const data = [{ id: "other" }, { id: "asked", supported_endpoint_types }];
    expect(ids(parseModelList({ data }))).toEqual(kept ? ["other", "asked"] : ["other"]);
  });

  test.each([
    ["no object", 1],
    ["null", null],
    ["no id", {}],
    ["a number as id", { id: 5 }],
    ["an empty id", { id: "" }],
    ["a blank in it", { id: "gpt 5" }],
    ["a control character in it", { id: "gpt\u001b[31m" }],
    ["a prototype's name", { id: "__proto__" }],
    ["an id without end", { id: "x".repeat(201) }],
    ["no text model", { id: "text-embedding-3-small" }],
    ["the same again", { id: "good" }],
  ])("drops an entry with %s", (_, entry) => {
    expect(ids(parseModelList({ data: [{ id: "good" }, entry, { id: "too" }] }))).toEqual([
      "good",
      "too",
    ]);
  });

  test.each([
    ["name", { display_name: 5 }],
    ["blank name", { display_name: " \n" }],
    ["context", { context_window: "large" }],
    ["negative context", { context_window: -1 }],
    ["fraction", { context_window: 0.5 }],
    ["efforts", { supported_reasoning_levels: "all" }],
    ["unknown efforts", { supported_reasoning_levels: [{ effort: "galactic" }, null] }],
    ["default", { default_reasoning_level: null }],
    ["modalities", { input_modalities: null, architecture: 5 }],
    ["messages", { model_messages: { instructions_template: 7 } }],
  ])("keeps a model whose %s cannot be read", (_, metadata) => {
    expect(parseModelList({ models: [{ slug: "gpt-5.2", ...metadata }] })).toEqual([
      { id: "gpt-5.2" },
    ]);
  });

  test("tells no efforts from efforts nobody named", () => {
    const [model] =
      parseModelList({ models: [{ slug: "a", supported_reasoning_levels: [] }] }) ?? [];
    expect(model?.efforts).toEqual([]);
  });

  test("takes what a terminal would act on out of a name", () => {
    const [model] =
      parseModelList({ models: [{ slug: "a", display_name: "\u001b[31mRed\n" }] }) ?? [];
    expect(model?.name).toBe("[31mRed");
  });

  test.each([
    [
      "filled with the default tone",
      { personality_default: "Be $& kind." },
      "Hi. Be $& kind. Bye.",
    ],
    ["without a tone", undefined, "Hi.  Bye."],
  ])("instructions from the template, %s", (_, instructions_variables, expected) => {
    const model_messages = {
      instructions_template: "Hi. {{ personality }} Bye.",
      instructions_variables,
    };
    const [model] = parseModelList({ models: [{ slug: "a", model_messages }] }) ?? [];
    expect(model?.instructions).toBe(expected);
  });

  test("instructions from the template where the text beside it is a placeholder", () => {
    const instructions_template = "Work with care. ".repeat(40);
    const entry = {
      base_instructions: "You are Codex.",
      model_messages: { instructions_template },
    };
    const [model] = parseModelList({ models: [{ slug: "a", ...entry }] }) ?? [];
    expect(model?.instructions).toBe(instructions_template);
  });

  test("reads `data` where `models` holds nothing it can use", () => {
    const json = { models: [{ name: "x", model: "x" }], data: [{ id: "gpt-5.2" }] };
    expect(ids(parseModelList(json))).toEqual(["gpt-5.2"]);
  });

  test.each([
    "null",
    '"<html>"',
    "[]",
    "{}",
    '{ "data": {} }',
    '{ "data": [], "models": [] }',
    '{ "data": [{ "id": "tts-1" }] }',
    '{ "error": { "message": "no" } }',
  ])("%s is no list", (json) => {
    expect(parseModelList(JSON.parse(json))).toBeUndefined();
  });
});

describe("createModelList", () => {
  const folders = createFolders();
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    folders.clean();
  });

  const codexPath = "/backend-api/codex/models";
  const openaiBody = { object: "list", data: [{ id: "gpt-5.2" }, { id: "tts-1" }] };
  const codexBody = {
    models: [{ slug: "gpt-6-sol", supported_reasoning_levels: [{ effort: "ultra" }] }],
  };
  const html = () =>
    new Response("<!doctype html><title>Console</title>", {
      headers: { "content-type": "text/html" },
    });

  type Answer = (request: Request) => Response | Promise<Response>;

  /** A server with these paths, everything else 404, and what it was asked. */
  function serve(answers: Record<string, Answer>) {
    const requests: { path: string; headers: Headers }[] = [];
    const state = { answers };
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      development: false,
      fetch(request) {
        const { pathname, search } = new URL(request.url);
        requests.push({ path: pathname + search, headers: request.headers });
        return state.answers[pathname]?.(request) ?? Response.json({ error: {} }, { status: 404 });
      },
    });
    const stop = () => server.stop(true);
    stops.push(stop);
    return { url: `http://127.0.0.1:${server.port}`, requests, state, stop };
  }

  const request = (url: string, key = "sk-secret-key", version = "0.170.0") => ({
    baseURL: url,
    clientVersion: version,
    endpoint: `${url}/backend-api/codex/responses`,
    headers: { authorization: `Bearer ${key}`, "x-team": "a" },
  });

  function start(
    url: string,
    options: Partial<ModelListDependencies> & {
      key?: string;
      clientVersion?: string;
      cacheFolder?: string;
    } = {},
  ) {
    const {
      key,
      clientVersion,
      cacheFolder = join(folders.make(), "made", "cache"),
      ...deps
    } = options;
    const clock = { now: 1_000_000_000_000 };
    const debug: string[] = [];
    const list = createModelList({
      cache: createJsonCache({ folder: cacheFolder, debug: (message) => debug.push(message) }),
      fetch: (target, init) => fetch(target, init),
      now: () => clock.now,
      debug: (message) => debug.push(message),
      limits: { waitMs: 1_000, timeoutMs: 1_500 },
      ...deps,
    });
    const load = () => list.load(request(url, key, clientVersion));
    return { load, list, cacheFolder, clock, debug };
  }

  const cacheFiles = (folder: string) =>
    readdirSync(folder)
      .filter((name) => !/\.(tmp|lock)$/.test(name))
      .map((name) => join(folder, name));

  /** The background has no promise to wait for. */
  async function until(condition: () => boolean): Promise<void> {
    const end = performance.now() + 4_000;
    while (!condition()) {
      if (performance.now() > end) throw new Error("it did not come true");
      await Bun.sleep(5);
    }
  }
  const cached = (folder: string, text: string) => () =>
    cacheFiles(folder).some((path) => readFileSync(path, "utf8").includes(text));

  test("the Codex shape, asked with the key and the client's version", async () => {
    const gateway = serve({ [codexPath]: () => Response.json(codexBody) });
    const { load, list, debug } = start(gateway.url);
    expect(list.current()).toBeUndefined();
    expect(await load()).toEqual([{ id: "gpt-6-sol", efforts: ["ultra"] }]);
    expect(ids(list.current())).toEqual(["gpt-6-sol"]);
    expect(gateway.requests.map(({ path }) => path)).toEqual([
      `${codexPath}?client_version=0.170.0`,
    ]);
    const [{ headers } = { headers: new Headers() }] = gateway.requests;
    expect(headers.get("authorization")).toBe("Bearer sk-secret-key");
    expect(headers.get("x-team")).toBe("a");
    expect(headers.get("accept")).toBe("application/json");
    expect(debug.join()).not.toContain("secret");
  });

  test("the OpenAI shape, found at its own path", async () => {
    const gateway = serve({ "/v1/models": () => Response.json(openaiBody) });
    const { load } = start(gateway.url);
    expect(ids(await load())).toEqual(["gpt-5.2"]);
    expect(gateway.requests).toHaveLength(2);
  });

  test.each<[string, Record<string, Answer>]>([
    ["a console's page", { [codexPath]: html }],
    ["an empty list", { [codexPath]: () => Response.json({ models: [] }) }],
    ["a 500", { [codexPath]: () => new Response("no", { status: 500 }) }],
    ["a 403", { [codexPath]: () => new Response("no", { status: 403 }) }],
    ["half a body", { [codexPath]: () => new Response('{"models":[{"slug":"a"}') }],
  ])("after %s the next place is asked", async (_, answers) => {
    const gateway = serve({ ...answers, "/models": () => Response.json(openaiBody) });
    expect(ids(await start(gateway.url).load())).toEqual(["gpt-5.2"]);
  });

  test("files: one per base URL, private, without the key", async () => {
    const gateway = serve({ "/v1/models": () => Response.json(openaiBody) });
    const { load, cacheFolder } = start(gateway.url);
    await load();
    const [file = "", ...others] = cacheFiles(cacheFolder);
    expect(others).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(cacheFolder).mode & 0o777).toBe(0o700);
    expect(readFileSync(file, "utf8")).not.toContain("secret");

    const again = start(gateway.url, { cacheFolder, key: "another-key" });
    expect(ids(await again.load())).toEqual(["gpt-5.2"]);
    expect(cacheFiles(cacheFolder)).toEqual([file]);
    const other = start(gateway.url.replace("127.0.0.1", "localhost"), { cacheFolder });
    await other.load();
    expect(cacheFiles(cacheFolder)).toHaveLength(2);
  });

  test("a fresh cache is the whole answer; a stale one too, and is asked for anew", async () => {
    const gateway = serve({ "/v1/models": () => Response.json(openaiBody) });
    const { load, list, clock, cacheFolder } = start(gateway.url);
    await load();
    const asked = gateway.requests.length;

    gateway.state.answers = { "/v1/models": () => Response.json({ data: [{ id: "gpt-7" }] }) };
    clock.now += 3_599_000;
    expect(ids(await load())).toEqual(["gpt-5.2"]);
    expect(gateway.requests).toHaveLength(asked);

    clock.now += 2_000;
    expect(ids(await load())).toEqual(["gpt-5.2"]);
    await until(cached(cacheFolder, "gpt-7"));
    expect(ids(list.current())).toEqual(["gpt-7"]);
    // The place that had it is asked first.
    expect(gateway.requests.slice(asked).map(({ path }) => path)).toEqual([
      "/v1/models?client_version=0.170.0",
    ]);
    expect(ids(await load())).toEqual(["gpt-7"]);
    expect(gateway.requests).toHaveLength(asked + 1);
  });

  test("a newer client asks the same place first, for the list anew", async () => {
    const list = () => Response.json(openaiBody, { headers: { etag: '"v1"' } });
    const gateway = serve({ "/v1/models": list });
    const { load, cacheFolder, clock } = start(gateway.url);
    await load();
    gateway.requests.length = 0;
    const newer = start(gateway.url, { cacheFolder, clientVersion: "0.171.0" });
    newer.clock.now = clock.now + 3_600_001;
    await newer.load();
    await until(() => gateway.requests.length === 1);
    const [{ path, headers } = { path: "", headers: new Headers() }] = gateway.requests;
    expect(path).toBe("/v1/models?client_version=0.171.0");
    // What the older client was shown is not what this one would be.
    expect(headers.has("if-none-match")).toBe(false);
  });

  test("304 keeps the list for another hour", async () => {
    const gateway = serve({
      [codexPath]: (request) =>
        request.headers.get("if-none-match") === '"v1"'
          ? new Response(null, { status: 304, headers: { etag: '"v1"' } })
          : Response.json(codexBody, { headers: { etag: '"v1"' } }),
    });
    const { load, clock, cacheFolder } = start(gateway.url);
    await load();
    clock.now += 3_600_001;
    const next = clock.now + 3_600_000;
    await load();
    await until(cached(cacheFolder, String(next)));
    expect(ids(await load())).toEqual(["gpt-6-sol"]);
    expect(gateway.requests).toHaveLength(2);
    expect(gateway.requests[0]?.headers.has("if-none-match")).toBe(false);
  });

  test("offline after a list: the list stays, and is asked for again after ten minutes", async () => {
    const gateway = serve({ [codexPath]: () => Response.json(codexBody) });
    const { load, clock, cacheFolder, debug } = start(gateway.url);
    await load();
    await gateway.stop();
    clock.now += 4_000_000;
    expect(ids(await load())).toEqual(["gpt-6-sol"]);
    await until(cached(cacheFolder, String(clock.now + 600_000)));
    expect(ids(await load())).toEqual(["gpt-6-sol"]);
    expect(debug.filter((line) => line.startsWith("no model list"))).toHaveLength(1);
  });

  /** What settles that there is no list for this key at this endpoint. */
  const settled: [string, Record<string, Answer>, number][] = [
    ["404 everywhere", {}, 3],
    ["pages everywhere", { [codexPath]: html, "/v1/models": html, "/models": html }, 3],
    ["401", { [codexPath]: () => new Response("{}", { status: 401 }) }, 1],
    ["403", { [codexPath]: () => new Response("{}", { status: 403 }) }, 3],
  ];
  test.each(settled)("%s: nobody asks again for an hour", async (_, answers, requests) => {
    const gateway = serve(answers);
    const { load, clock, cacheFolder } = start(gateway.url);
    expect(await load()).toBeUndefined();
    expect(await load()).toBeUndefined();
    // Nor do the next starts.
    const next = start(gateway.url, { cacheFolder });
    next.clock.now = clock.now + 3_599_000;
    expect(await next.load()).toBeUndefined();
    await Bun.sleep(20);
    expect(gateway.requests).toHaveLength(requests);

    next.clock.now += 2_000;
    gateway.state.answers = { [codexPath]: () => Response.json(codexBody) };
    expect(ids(await next.load())).toEqual(["gpt-6-sol"]);
  });

  test.each(settled)("%s says nothing about another key or endpoint", async (_, answers) => {
    const gateway = serve(answers);
    const { load, list, cacheFolder } = start(gateway.url);
    expect(await load()).toBeUndefined();
    const [file = ""] = cacheFiles(cacheFolder);
    // Not even the key's hash: it could be compared with that of a guess.
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain("secret");
    expect(text).not.toMatch(/[0-9a-f]{40}/);

    gateway.state.answers = {
      [codexPath]: () => Response.json(codexBody),
      "/openai/models": () => Response.json(openaiBody),
    };
    const other = start(gateway.url, { cacheFolder, key: "another-key" });
    expect(ids(await other.load())).toEqual(["gpt-6-sol"]);
    writeFileSync(file, text);
    const found = await start(gateway.url, { cacheFolder }).list.load({
      ...request(gateway.url),
      endpoint: `${gateway.url}/openai/responses`,
    });
    expect(ids(found)).toEqual(["gpt-5.2"]);
    list.dispose();
  });

  test.each<[string, Answer]>([
    ["429", () => new Response("{}", { status: 429 })],
    ["500", () => new Response("no", { status: 500 })],
    ["503 with a page", () => new Response("<html>", { status: 503 })],
  ])("%s: the next start does not wait, but asks", async (_, answer) => {
    const gateway = serve({ [codexPath]: answer });
    const first = start(gateway.url);
    expect(await first.load()).toBeUndefined();
    expect(await first.load()).toBeUndefined();
    expect(gateway.requests).toHaveLength(3);

    const gate = Promise.withResolvers<Response>();
    gateway.state.answers = { [codexPath]: () => gate.promise };
    const { cacheFolder } = first;
    const second = start(gateway.url, { cacheFolder, limits: { waitMs: 60_000 } });
    expect(await second.load()).toBeUndefined();
    gate.resolve(Response.json(codexBody));
    await until(cached(cacheFolder, "gpt-6-sol"));
    expect(ids(await start(gateway.url, { cacheFolder }).load())).toEqual(["gpt-6-sol"]);
  });

  test("an outage is forgotten after ten minutes", async () => {
    const gateway = serve({ [codexPath]: () => new Response("no", { status: 500 }) });
    const { load, clock } = start(gateway.url);
    expect(await load()).toBeUndefined();
    gateway.state.answers = { [codexPath]: () => Response.json(codexBody) };
    clock.now += 600_001;
    expect(ids(await load())).toEqual(["gpt-6-sol"]);
  });

  test("a list that is gone is kept, and asked for again after an hour", async () => {
    const gateway = serve({ [codexPath]: () => Response.json(codexBody) });
    const { load, clock, cacheFolder } = start(gateway.url);
    await load();
    gateway.state.answers = {};
    clock.now += 3_600_001;
    expect(ids(await load())).toEqual(["gpt-6-sol"]);
    await until(cached(cacheFolder, String(clock.now + 3_600_000)));
    clock.now += 3_599_000;
    expect(ids(await load())).toEqual(["gpt-6-sol"]);
    expect(gateway.requests).toHaveLength(4);
  });

  test("offline from the start", async () => {
    const gateway = serve({});
    await gateway.stop();
    const { load, debug } = start(gateway.url);
    expect(await load()).toBeUndefined();
    expect(debug).toHaveLength(1);
  });

  test("slow: the start goes on without, and the next one has it", async () => {
    const gate = Promise.withResolvers<void>();
    const gateway = serve({
      [codexPath]: async () => {
        await gate.promise;
        return Response.json(codexBody);
      },
    });
    const { load, list, cacheFolder } = start(gateway.url, { limits: { waitMs: 30 } });
    expect(await load()).toBeUndefined();
    expect(cacheFiles(cacheFolder)).toHaveLength(1);
    expect(await load()).toBeUndefined();
    expect(gateway.requests).toHaveLength(1);
    gate.resolve();
    await until(cached(cacheFolder, "gpt-6-sol"));
    expect(ids(list.current())).toEqual(["gpt-6-sol"]);
    expect(ids(await start(gateway.url, { cacheFolder }).load())).toEqual(["gpt-6-sol"]);
    expect(gateway.requests).toHaveLength(1);
  });

  test("hanging: the wait is not paid again and again, and the gateway is asked all the same", async () => {
    const gateway = serve({ [codexPath]: () => new Promise<Response>(() => {}) });
    const cacheFolder = folders.make();
    let time = Date.UTC(2026, 0, 1);
    const waits: number[] = [];
    const again = async () => {
      const limits = { waitMs: 60, timeoutMs: 90 };
      const { load, list } = start(gateway.url, { cacheFolder, limits, now: () => time });
      const begun = performance.now();
      expect(await load()).toBeUndefined();
      waits.push(performance.now() - begun);
      await Bun.sleep(60);
      list.dispose();
    };
    for (const pause of [10, 40, 160]) {
      await again();
      time += pause * 60_000 - 1;
      await again();
      time += 1;
    }
    // The first of each pair waits, the second one does not.
    expect(waits.map((wait) => wait >= 55)).toEqual([true, false, true, false, true, false]);
  });

  /** The list is there in time, the disk is not: the word that it is late must not replace it. */
  test("a disk that is slower than the gateway keeps the list all the same", async () => {
    const gateway = serve({ [codexPath]: () => Response.json(codexBody) });
    const cacheFolder = folders.make();
    const disk = createJsonCache({ folder: cacheFolder, debug: () => {} });
    const gate = Promise.withResolvers<void>();
    let queued = 0;
    const cache: typeof disk = {
      file(name, schema) {
        const file = disk.file(name, schema);
        const update: typeof file.update = async (change) => {
          queued++;
          await gate.promise;
          await file.update(change);
        };
        return { ...file, update };
      },
    };
    const { load } = start(gateway.url, { cacheFolder, cache, limits: { waitMs: 400 } });
    const loading = load();
    await until(() => queued > 0);
    await Bun.sleep(500);
    gate.resolve();
    await loading;
    await until(() => cacheFiles(cacheFolder).length > 0);
    await Bun.sleep(50);
    expect(ids(await start(gateway.url, { cacheFolder }).load())).toEqual(["gpt-6-sol"]);
    expect(gateway.requests).toHaveLength(1);
  });

  test("silence ends with the time limit, headers or not", async () => {
    const silent = () => new Promise<Response>(() => {});
    const hanging = () =>
      new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode("{")) }));
    for (const answer of [silent, hanging]) {
      const gateway = serve({ [codexPath]: answer });
      const { load, debug } = start(gateway.url, { limits: { timeoutMs: 100, waitMs: 1_500 } });
      expect(await load()).toBeUndefined();
      expect(debug).toHaveLength(1);
    }
  });

  test("5 MiB are not read to the end", async () => {
    const data = [{ id: "gpt-5.2", padding: "x".repeat(5 * 1024 * 1024) }];
    const gateway = serve({ [codexPath]: () => Response.json({ data }) });
    expect(await start(gateway.url).load()).toBeUndefined();
    data[0] = { id: "gpt-5.2", padding: "x".repeat(3 * 1024 * 1024) };
    expect(ids(await start(gateway.url).load())).toEqual(["gpt-5.2"]);
  });

  test("a redirect is not followed", async () => {
    const elsewhere = serve({ "/": () => Response.json(openaiBody) });
    const away = () => Response.redirect(elsewhere.url, 307);
    const gateway = serve({ [codexPath]: away, "/v1/models": away, "/models": away });
    expect(await start(gateway.url).load()).toBeUndefined();
    expect(gateway.requests).toHaveLength(3);
    expect(elsewhere.requests).toEqual([]);
  });

  test("a cache that names a place of another host does not send the key there", async () => {
    const elsewhere = serve({ "/v1/models": () => Response.json(openaiBody) });
    const gateway = serve({ [codexPath]: () => Response.json(codexBody) });
    const { load, cacheFolder, clock } = start(gateway.url);
    await load();
    const [file = ""] = cacheFiles(cacheFolder);
    const text = readFileSync(file, "utf8").replace(gateway.url, elsewhere.url);
    writeFileSync(file, text.replace(codexPath, "/v1/models"));
    clock.now += 3_600_001;
    await load();
    await until(() => gateway.requests.length === 2);
    expect(elsewhere.requests).toEqual([]);
  });

  test.each([
    ["no JSON", "{"],
    ["empty", ""],
    ["of another version", '{"version":2,"nextCheck":9e15}'],
    ["without models", '{"version":1,"nextCheck":9e15,"list":{"url":"x","models":[]}}'],
    ["with other models", '{"version":1,"nextCheck":9e15,"list":{"url":"x","models":[{"id":5}]}}'],
    ["from the future", '{"version":1,"nextCheck":9e15}'],
  ])("a cache file that is %s is replaced", async (_, text) => {
    const gateway = serve({ [codexPath]: () => Response.json(codexBody) });
    const { load, cacheFolder } = start(gateway.url);
    await load();
    const [file = ""] = cacheFiles(cacheFolder);
    writeFileSync(file, text);
    expect(ids(await start(gateway.url, { cacheFolder }).load())).toEqual(["gpt-6-sol"]);
    expect(cached(cacheFolder, "gpt-6-sol")()).toBe(true);
  });

  test("a cache that cannot be written costs nothing but the cache", async () => {
    const gateway = serve({ [codexPath]: () => Response.json(codexBody) });
    const cacheFolder = join(folders.make({ file: "x" }), "file", "cache");
    const { load, debug } = start(gateway.url, { cacheFolder });
    expect(ids(await load())).toEqual(["gpt-6-sol"]);
    expect(debug.join()).toContain("could not write models-");
    expect(ids(await load())).toEqual(["gpt-6-sol"]);
  });

  test("loads at the same time share one request", async () => {
    const gateway = serve({ [codexPath]: () => Response.json(codexBody) });
    const { load } = start(gateway.url);
    const both = await Promise.all([load(), load()]);
    expect(both.map(ids)).toEqual([["gpt-6-sol"], ["gpt-6-sol"]]);
    expect(gateway.requests).toHaveLength(1);
  });

  test("dispose gives up what is under way and says nothing about the gateway", async () => {
    const left = Promise.withResolvers<void>();
    const gateway = serve({
      [codexPath]: (request) => {
        const { promise, resolve } = Promise.withResolvers<Response>();
        request.signal.addEventListener("abort", () => {
          left.resolve();
          // OpenCode's Bun does not stop a server while a handler is open.
          resolve(new Response());
        });
        return promise;
      },
    });
    const { load, list, cacheFolder, debug } = start(gateway.url);
    const loading = load();
    await until(() => gateway.requests.length === 1);
    list.dispose();
    expect(await loading).toBeUndefined();
    await left.promise;
    expect(() => cacheFiles(cacheFolder)).toThrow();
    expect(debug).toEqual([]);
    gateway.state.answers = { [codexPath]: () => Response.json(codexBody) };
    expect(ids(await load())).toEqual(["gpt-6-sol"]);
  });

  test("an endpoint that is no URL rejects nothing", async () => {
    const { list } = start("http://127.0.0.1:1");
    expect(
      await list.load({ baseURL: "x", endpoint: "x", headers: {}, clientVersion: "1.0.0" }),
    ).toBeUndefined();
  });
});
