import { afterEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "@opencode-ai/plugin";
import * as v from "valibot";
import type { SessionDependencies } from "../../../../src/host/session.ts";
import { createHooks } from "../../../../src/host/v1/hooks.ts";
import { createInstructionsMemory } from "../../../../src/instructions/sources.ts";
import { noRequestLog } from "../../../../src/log/request-log.ts";
import { scripted } from "../../../gateway/brains.ts";
import { KEY } from "../../../gateway/sample.ts";
import { startGateway } from "../../../gateway/server.ts";
import type { Gateway, GatewayOptions, Respond } from "../../../gateway/types.ts";
import { createFolders } from "../../../support/folder.ts";

const folders = createFolders();
const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  folders.clean();
});

const settingsFile = ".opencode/openai-codex-auth-config.json";
const label = "Third-party Codex API (API Key + URL)";

function start(options: Partial<GatewayOptions> = {}): Gateway {
  const brain = scripted([], { withoutTools: () => ({ kind: "text", text: "hello" }) });
  const gateway = startGateway({ key: KEY, brain, ...options });
  open.push(gateway);
  return gateway;
}

/** Answers only when the client has gone: Bun 1.3 does not stop a server that still owes an answer. */
const silence: Respond = (_, { signal }) =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(new Response()));
  });

/** The plugin in a home of its own; every request and every message is noted. */
function createHost(
  files: Readonly<Record<string, unknown>> = {},
  change: Partial<SessionDependencies> = {},
) {
  const home = folders.make(files);
  const seen: Record<"urls" | "toasts" | "debug", string[]> = { urls: [], toasts: [], debug: [] };
  const shown = new Set<string>();
  const hooks = createHooks({
    env: {},
    home,
    directory: home,
    worktree: home,
    pluginOptions: undefined,
    fetch: async (url, init) => {
      // GitHub has the instructions; no test asks it.
      if (/github|jsdelivr/.test(url)) throw new Error(`No network: ${url}`);
      seen.urls.push(url);
      return fetch(url, init);
    },
    instructionsMemory: createInstructionsMemory(),
    requestLog: noRequestLog,
    toast: (id, message) => {
      if (shown.has(id)) return;
      shown.add(id);
      seen.toasts.push(message);
    },
    debug: (message) => seen.debug.push(message),
    ...change,
  });
  open.push({ close: () => hooks.dispose?.() });
  return { home, hooks, seen, file: () => readFileSync(join(home, settingsFile), "utf8") };
}
type Host = ReturnType<typeof createHost>;

/** A stored credential, as OpenCode's `auth.json` holds it. */
type Credential =
  | { type: "api"; key: string; metadata?: Record<string, string> }
  | { type: "oauth"; refresh: string; access: string; expires: number };

const Options = v.object({ apiKey: v.string(), fetch: v.function() });
type Answer = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The fetch that the host gets, whichever way. */
function fetchOf(options: unknown): Answer {
  const { fetch } = v.parse(Options, options);
  return async (...args) => {
    const response: unknown = await fetch(...args);
    if (!(response instanceof Response)) throw new Error("No Response");
    return response;
  };
}

/** Calls a hook with what the test has of its arguments: the host's own types ask for far more. */
async function call(target: object, name: string, ...args: unknown[]): Promise<unknown> {
  const hook: unknown = Reflect.get(target, name);
  if (typeof hook !== "function") throw new Error(`No ${name}`);
  return Reflect.apply(hook, target, args);
}

/** Starts as the host does, with this configuration and this credential. */
async function login({ hooks }: Host, credential: Credential | undefined, config: Config = {}) {
  await hooks.config?.(config);
  // The host's own provider is of no interest to the loader.
  return call(hooks.auth, "loader", async () => credential, { id: "openai" });
}

const body = {
  model: "gpt-5.1-codex-high",
  input: [{ role: "user", content: [{ type: "input_text", text: "hi" }] }],
  prompt_cache_key: "ses_1",
  stream: true,
};
const init = (change: RequestInit = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer placeholder" },
  body: JSON.stringify(body),
  ...change,
});
const url = "https://api.openai.com/v1/responses";

const Failed = v.object({ error: v.object({ message: v.string(), code: v.nullable(v.string()) }) });
async function errorOf(response: Response) {
  const { error } = v.parse(Failed, await response.json());
  return { status: response.status, ...error };
}

const api = (baseURL?: string): Credential => ({
  type: "api",
  key: KEY,
  ...(baseURL === undefined ? {} : { metadata: { baseURL } }),
});

describe("who answers for the provider", () => {
  const oauth: Credential = { type: "oauth", refresh: "r", access: "a", expires: 0 };
  test.each([
    ["ChatGPT's login", oauth],
    ["no login", undefined],
  ])("%s: not us, and no settings are written", async (_, credential) => {
    const host = createHost();
    expect(await login(host, credential)).toEqual({});
    expect(host.seen.urls).toEqual([]);
  });

  test("a key: our fetch, and a placeholder in place of the key", async () => {
    const gateway = start();
    const host = createHost();
    const options = await login(host, api(gateway.url));
    expect(Object.keys(Object(options)).sort()).toEqual(["apiKey", "fetch"]);
    expect(JSON.stringify(options)).not.toContain(KEY);
    const response = await fetchOf(options)(url, init());
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('"delta":"hello"');
    expect(gateway.requests()).toMatchObject([
      { headers: { authorization: `Bearer ${KEY}`, session_id: "ses_1" }, status: 200 },
    ]);
  });

  test("ChatGPT's own models are left alone", async () => {
    const { hooks } = createHost();
    const models = {};
    const provider = Object(hooks.provider);
    expect(await call(provider, "models", { models }, { auth: oauth })).toBe(models);
  });
});

describe("the base URL", () => {
  /** Where one request goes. */
  async function target(
    host: Host,
    credential: Credential,
    config: Config = {},
  ): Promise<string[]> {
    const options = await login(host, credential, config);
    await (await fetchOf(options)(url, init())).text();
    return host.seen.urls;
  }
  const provider = (openai: unknown): Config => {
    const config: Config = {};
    Reflect.set(config, "provider", { openai });
    return config;
  };
  const endpoint = "/backend-api/codex/responses";

  test("of the login alone (/connect), which ends up in the file", async () => {
    const gateway = start();
    const host = createHost();
    expect(await target(host, api(`${gateway.url}/`))).toEqual([gateway.url + endpoint]);
    expect(JSON.parse(host.file())).toMatchObject({
      baseURL: gateway.url,
      lastLogin: { baseURL: `${gateway.url}/` },
    });
  });

  test.each([
    ["plugin options", (at: string) => createHost({}, { pluginOptions: { baseURL: at } }), {}],
    ["the settings file", (at: string) => createHost({ [settingsFile]: { baseURL: at } }), {}],
    [
      "the environment",
      (at: string) => createHost({}, { env: { OPENCODE_CODEX_BASE_URL: at } }),
      {},
    ],
    [
      "provider.openai.baseURL as written",
      (at: string) =>
        createHost({
          ".config/opencode/opencode.json": { provider: { openai: { baseURL: at } } },
        }),
      {},
    ],
  ])("of %s", async (_, make) => {
    const gateway = start();
    expect(await target(make(gateway.url), api())).toEqual([gateway.url + endpoint]);
  });

  test.each([
    ["options.baseURL", (at: string) => provider({ options: { baseURL: at } })],
    ["api", (at: string) => provider({ api: at })],
  ])("of provider.openai.%s", async (_, config) => {
    const gateway = start();
    expect(await target(createHost(), api(), config(gateway.url))).toEqual([
      gateway.url + endpoint,
    ]);
  });

  test("the host's own idea of the URL never counts", async () => {
    const gateway = start();
    const host = createHost();
    const answer = fetchOf(await login(host, api(gateway.url)));
    await (await answer("https://elsewhere.invalid/x/responses?a=1", init())).text();
    expect(host.seen.urls).toEqual([`${gateway.url}${endpoint}?a=1`]);
  });

  test("none: an error that says where it was looked for, and no request", async () => {
    const host = createHost();
    const error = await errorOf(await fetchOf(await login(host, api()))(url, init()));
    expect(error).toEqual({
      status: 400,
      code: "base_url_missing",
      message: `No base URL of a Codex gateway is configured, so nothing was sent. Run "opencode auth login" and choose OpenAI. Looked in: environment variable OPENCODE_CODEX_BASE_URL; ${join(host.home, settingsFile)}; the plugin's options in opencode.json; provider.openai.baseURL in opencode.json; provider.openai.options.baseURL in opencode.json; provider.openai.api in opencode.json.`,
    });
    expect(host.seen.urls).toEqual([]);
  });

  test("none: nothing is asked of anybody else either", async () => {
    const urls: string[] = [];
    const host = createHost(
      {},
      {
        fetch: async (url) => {
          urls.push(url);
          throw new Error("No network");
        },
      },
    );
    const answer = fetchOf(await login(host, api()));
    expect((await errorOf(await answer(url, init()))).code).toBe("base_url_missing");
    expect(urls).toEqual([]);
  });

  test.each(["not a url", "https://u:p@h.example", "https://h.example?a", "ftp://h.example"])(
    "%j at /connect: an error, once as a toast, and no request",
    async (typed) => {
      const host = createHost();
      const answer = fetchOf(await login(host, api(typed)));
      for (const n of [1, 2]) {
        const error = await errorOf(await answer(url, init()));
        expect([n, error.status, error.code]).toEqual([n, 400, "settings_invalid"]);
        expect(error.message).toContain("the base URL entered at login");
      }
      expect([host.seen.urls.length, host.seen.toasts.length]).toEqual([0, 1]);
      expect(host.seen.toasts[0]).toStartWith("the base URL entered at login");
    },
  );
});

describe("a wrong setting", () => {
  test("names file, field, what was found and what is allowed: as answer and as one toast", async () => {
    const host = createHost({ [settingsFile]: { baseURL: "https://h.example", codexMode: "on" } });
    const answer = fetchOf(await login(host, api()));
    const line = `${join(host.home, settingsFile)}: "codexMode" is "on"; allowed is true or false.`;
    const error = await errorOf(await answer(url, init()));
    expect(error).toEqual({
      status: 400,
      code: "settings_invalid",
      message: `The settings of opencode-openai-codex-key are not valid. ${line}`,
    });
    await answer(url, init());
    expect(host.seen.toasts).toEqual([line]);
    expect(host.seen.urls).toEqual([]);
  });

  test("the key, pasted where the URL belongs, is shown nowhere", async () => {
    const host = createHost({ [settingsFile]: { baseURL: KEY } });
    const answer = fetchOf(await login(host, api()));
    const { message } = await errorOf(await answer(url, init()));
    const told = [message, ...host.seen.toasts, ...host.seen.debug].join("\n");
    expect(told).not.toContain(KEY);
    expect(told).toContain("[redacted]");
  });
});

test("each setting's source is named in the debug output, its value is not", async () => {
  const gateway = start();
  const host = createHost(
    { [settingsFile]: { headers: { "x-secret": "value-77" } } },
    { env: { OPENCODE_CODEX_BASE_URL: gateway.url, CODEX_MODE: "0" } },
  );
  await login(host, api());
  const debug = host.seen.debug.join("\n");
  expect(debug).toContain("setting baseURL from environment variable OPENCODE_CODEX_BASE_URL");
  expect(debug).toContain("setting codexMode from environment variable CODEX_MODE");
  expect(debug).toContain(`setting headers from ${join(host.home, settingsFile)}`);
  expect(debug).not.toContain("value-77");
});

describe("http: to the internet", () => {
  const noNetwork = { fetch: async () => new Response("no", { status: 400 }) };
  test("is told once", async () => {
    const host = createHost({}, { ...noNetwork, pluginOptions: { baseURL: "http://h.example" } });
    const answer = fetchOf(await login(host, api()));
    await answer(url, init());
    await answer(url, init());
    expect(host.seen.toasts).toEqual([
      "http://h.example has no TLS: your API key and your code travel in clear. Use https:// if the gateway offers it.",
    ]);
  });
  test.each(["https://h.example", "http://127.0.0.1:1", "http://192.168.0.2", "http://nas"])(
    "%s is not",
    async (baseURL) => {
      const host = createHost({}, { ...noNetwork, pluginOptions: { baseURL } });
      await fetchOf(await login(host, api()))(url, init());
      expect(host.seen.toasts).toEqual([]);
    },
  );
});

describe("headless: the key from the environment", () => {
  const withKey = (gateway: Gateway, key = KEY) => ({
    env: { OPENCODE_CODEX_API_KEY: ` ${key} `, OPENCODE_CODEX_BASE_URL: gateway.url },
  });
  async function optionsOf(host: Host): Promise<unknown> {
    const config: Config = {};
    await host.hooks.config?.(config);
    return config.provider?.openai?.options;
  }

  test("works without any login", async () => {
    const gateway = start();
    const host = createHost({}, withKey(gateway));
    const options = await optionsOf(host);
    expect(JSON.stringify(options)).not.toContain(KEY);
    expect((await fetchOf(options)(url, init())).status).toBe(200);
    expect(gateway.requests()[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test("beats a stored credential", async () => {
    const gateway = start();
    const host = createHost({}, withKey(gateway));
    const options = await login(host, { type: "api", key: "another-key-1" });
    expect((await fetchOf(options)(url, init())).status).toBe(200);
    expect(gateway.requests()[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test("what the user configured for the provider stays", async () => {
    const gateway = start();
    const host = createHost({}, withKey(gateway));
    const config: Config = {
      model: "openai/gpt-5.1",
      provider: { openai: { name: "Mine", options: { timeout: 5 } }, other: { name: "Other" } },
    };
    await host.hooks.config?.(config);
    expect(config).toMatchObject({
      model: "openai/gpt-5.1",
      provider: { openai: { name: "Mine", options: { timeout: 5 } }, other: { name: "Other" } },
    });
  });

  test.each(["", "   "])("%j is none: the configuration is left alone", async (key) => {
    const host = createHost({}, { env: { OPENCODE_CODEX_API_KEY: key } });
    expect(await optionsOf(host)).toBeUndefined();
  });
});

describe("the key in provider.openai.options.apiKey", () => {
  const globalFile = ".config/opencode/opencode.json";
  const official = { apiKey: "sk-official-0123456789" };
  const modelsHook = (host: Host, models: object, auth?: Credential) =>
    call(Object(host.hooks.provider), "models", { models }, { auth });

  /** Starts as the host does where nothing is stored, or this. */
  async function begin(options: object, auth?: Credential, change = {}) {
    const written = { provider: { openai: { options, models: { mine: { name: "Mine" } } } } };
    const stored =
      auth === undefined ? {} : { ".local/share/opencode/auth.json": { openai: auth } };
    const host = createHost({ [globalFile]: written, ...stored }, change);
    const config: Config = {};
    Reflect.set(config, "provider", structuredClone(written.provider));
    await host.hooks.config?.(config);
    const models = {};
    const shown = await modelsHook(host, models, auth);
    return { host, config, untouched: shown === models, written };
  }

  test("with a gateway: our fetch, a placeholder for the key, our models", async () => {
    const gateway = start();
    const { config, untouched } = await begin({ apiKey: KEY, baseURL: gateway.url, timeout: 5 });
    const options = config.provider?.openai?.options;
    expect(untouched).toBe(false);
    expect(options).toMatchObject({ baseURL: gateway.url, timeout: 5 });
    expect(JSON.stringify(options)).not.toContain(KEY);
    expect((await fetchOf(options)(url, init())).status).toBe(200);
    expect(gateway.requests()[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test.each<[string, Record<string, unknown>, Credential | undefined]>([
    ["no gateway anywhere", official, undefined],
    ["OpenAI named", { ...official, baseURL: "https://api.openai.com/v1" }, undefined],
    ["no key at all", { baseURL: "https://h.example" }, undefined],
    [
      "ChatGPT's login",
      { apiKey: KEY, baseURL: "https://h.example" },
      { type: "oauth", refresh: "r", access: "a", expires: 0 },
    ],
  ])("%s: configuration and models stay as they are", async (_, options, auth) => {
    const { config, untouched, written, host } = await begin(options, auth);
    expect(untouched).toBe(true);
    expect(config.provider?.openai?.options).toEqual(options);
    if (auth !== undefined) expect(config).toMatchObject(written);
    expect(host.seen.urls).toEqual([]);
    const output = {};
    await call(
      host.hooks,
      "experimental.provider.small_model",
      { provider: { id: "openai", models: {} } },
      output,
    );
    expect(output).toEqual({});
  });

  test("beside a login: that one's key", async () => {
    const gateway = start();
    const login = api(gateway.url);
    const { config } = await begin({ apiKey: "sk-other-0123456789", baseURL: gateway.url }, login);
    const response = await fetchOf(config.provider?.openai?.options)(url, init());
    expect(response.status).toBe(200);
    expect(gateway.requests()[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });
});

describe("a base URL that a project names", () => {
  const project = { "project/opencode.json": { provider: { openai: { options: {} } } } };
  const inProject = (home: string) => ({
    directory: join(home, "project"),
    worktree: join(home, "project"),
  });

  test("is not asked for anything; the answer says what to write, and the login offers it", async () => {
    const gateway = start();
    const { home } = createHost({
      "project/opencode.json": { provider: { openai: { options: { baseURL: gateway.url } } } },
    });
    const host = createHost(project, { home, ...inProject(home) });
    const config: Config = { provider: { openai: { options: { baseURL: gateway.url } } } };
    const options = await login(host, { type: "api", key: KEY, metadata: { baseURL: "" } }, config);
    await call(
      Object(host.hooks.provider),
      "models",
      { models: {} },
      {
        auth: { type: "api", key: KEY, metadata: { baseURL: "" } },
      },
    );
    const error = await errorOf(await fetchOf(options)(url, init()));
    expect(error).toMatchObject({ status: 400, code: "origin_not_trusted" });
    for (const part of [
      gateway.url,
      join(home, "project/opencode.json"),
      join(home, settingsFile),
    ]) {
      expect(error.message.replaceAll("\u2060", "")).toContain(part);
    }
    expect(gateway.transcript).toEqual([]);

    // Keeping what is offered is how the user allows it.
    const [method] = host.hooks.auth.methods;
    expect(method?.prompts[0]?.message).toContain(`empty keeps ${gateway.url} from`);
    await method?.authorize({ baseURL: "" });
    const again = createHost({}, { home, ...inProject(home) });
    const answer = fetchOf(
      await login(again, { type: "api", key: KEY, metadata: { baseURL: "" } }, config),
    );
    expect((await answer(url, init())).status).toBe(200);
  });
});

describe("a login during a load", () => {
  test("key and gateway belong together, and the older login is not written over the newer", async () => {
    const [first, second] = [
      start({ key: "sk-first-0123456789" }),
      start({ key: "sk-second-0123456789" }),
    ];
    const host = createHost();
    await host.hooks.config?.({});
    const loginAs = (gateway: Gateway, key: string) =>
      call(
        host.hooks.auth,
        "loader",
        async () => ({ type: "api", key, metadata: { baseURL: gateway.url } }),
        {},
      );
    const older = loginAs(first, "sk-first-0123456789");
    const newer = loginAs(second, "sk-second-0123456789");
    const answers = await Promise.all(
      [older, newer].map(async (options) => (await fetchOf(await options)(url, init())).status),
    );
    expect(answers).toEqual([200, 200]);
    const keysOf = (gateway: Gateway) =>
      gateway.transcript.map(({ headers }) => headers.authorization);
    expect(keysOf(first).filter((sent) => sent !== "Bearer sk-first-0123456789")).toEqual([]);
    expect([...new Set(keysOf(second))]).toEqual(["Bearer sk-second-0123456789"]);
    expect(JSON.parse(host.file())).toMatchObject({
      baseURL: second.url,
      lastLogin: { baseURL: second.url },
    });
  });

  test("of many in any order the last one counts, also for models", async () => {
    const gateways = [0, 1, 2, 3].map((n) => start({ key: `sk-${n}-0123456789` }));
    const host = createHost();
    await Promise.all([
      host.hooks.config?.({}),
      ...gateways.map((gateway, n) =>
        call(
          Object(host.hooks.provider),
          "models",
          { models: {} },
          {
            auth: { type: "api", key: `sk-${n}-0123456789`, metadata: { baseURL: gateway.url } },
          },
        ),
      ),
    ]);
    for (const [n, gateway] of gateways.entries()) {
      for (const { headers } of gateway.transcript) {
        expect([n, headers.authorization]).toEqual([n, `Bearer sk-${n}-0123456789`]);
      }
    }
    const last = gateways.at(-1);
    expect(JSON.parse(host.file())).toMatchObject({ baseURL: last?.url });
    expect(last?.transcript.length).toBeGreaterThan(0);
  });
});

describe("requests as hosts make them", () => {
  const cases: readonly { name: string; make: () => Parameters<Answer> }[] = [
    { name: "text and init", make: () => [url, init()] },
    { name: "URL and init", make: () => [new URL(url), init()] },
    {
      name: "Headers",
      make: () => [url, init({ headers: new Headers({ "Session-ID": "ses_1" }) })],
    },
    { name: "a Request", make: () => [new Request(url, init())] },
    { name: "a Request and init", make: () => [new Request(url, { method: "POST" }), init()] },
    {
      name: "bytes",
      make: () => [url, init({ body: new TextEncoder().encode(JSON.stringify(body)) })],
    },
  ];
  test.each([...cases])("$name", async ({ make }) => {
    const gateway = start();
    const response = await fetchOf(await login(createHost(), api(gateway.url)))(...make());
    expect(response.status).toBe(200);
    expect(gateway.requests()).toMatchObject([
      { body: { model: "gpt-5.1-codex", reasoning: { effort: "high" } }, status: 200 },
    ]);
  });

  test("no body: an error, and no request", async () => {
    const gateway = start();
    const answer = fetchOf(await login(createHost(), api(gateway.url)));
    expect((await errorOf(await answer(url))).code).toBe("request_unreadable");
    expect(gateway.requests()).toEqual([]);
  });

  test("an abort reaches the gateway, also from a Request", async () => {
    const gateway = start({ respond: silence });
    const answer = fetchOf(await login(createHost(), api(gateway.url)));
    const abort = new AbortController();
    const pending = answer(new Request(url, init({ signal: abort.signal })));
    await gateway.until(({ kind, prefix }) => kind === "responses" && prefix !== undefined);
    abort.abort();
    expect(await pending.catch((error: Error) => error.name)).toBe("AbortError");
    await gateway.until(({ closedByClient }) => closedByClient === true);
  });
});

describe("the variant's header", () => {
  const small = { "x-opencode-small-task": "1", "x-opencode-any-model": "1" };
  type Input = { agent: string; model: unknown; message: unknown };
  const model = {
    providerID: "openai",
    variants: { high: { reasoningEffort: "high" }, plain: {}, odd: { reasoningEffort: 5 } },
  };
  async function headersFor(host: Host, input: Partial<Input>): Promise<unknown> {
    const output = { headers: {} };
    const asked = { agent: "build", model, message: { model: { variant: "high" } }, ...input };
    await call(host.hooks, "chat.headers", asked, output);
    return output.headers;
  }
  const effort = { "x-opencode-variant-effort": "high" };

  test.each<[string, Partial<Input>, Record<string, string>]>([
    ["the variant of the message's model", {}, effort],
    ["the variant of the message", { message: { variant: "high" } }, effort],
    ["no variant", { message: {} }, {}],
    [
      "an effort the model has no variant for",
      { message: { model: { variant: "max" } } },
      { "x-opencode-variant-effort": "max" },
    ],
    ["a variant the model has not", { message: { variant: "fast" } }, {}],
    ["a name of a prototype", { message: { variant: "constructor" } }, {}],
    ["a variant without an effort", { message: { variant: "plain" } }, {}],
    ["an effort of a wrong type", { message: { variant: "odd" } }, {}],
    ["another provider", { model: { ...model, providerID: "other" } }, {}],
    ["a model without variants", { model: { providerID: "openai" } }, effort],
    ["titles go without", { agent: "title" }, small],
    ["summaries go without", { agent: "summary" }, small],
  ])("%s", async (_, input, headers) => {
    const host = createHost({}, { pluginOptions: { baseURL: "https://h.example" } });
    await login(host, api());
    expect(await headersFor(host, input)).toEqual(headers);
  });

  test("an agent with a prompt of the user's is marked", async () => {
    const host = createHost({}, { pluginOptions: { baseURL: "https://h.example" } });
    await login(host, api(), {
      agent: { mine: { prompt: "You are mine." }, plain: { description: "x" } },
    });
    const message = {};
    expect(await headersFor(host, { agent: "mine", message })).toEqual({
      "x-opencode-own-prompt": "1",
    });
    for (const agent of ["plain", "build", "constructor"]) {
      expect(await headersFor(host, { agent, message })).toEqual({});
    }
  });

  test("not with ChatGPT's login or none: nobody would take it out again", async () => {
    for (const credential of [
      undefined,
      { type: "oauth", refresh: "r", access: "a", expires: 0 },
    ] as const) {
      const host = createHost();
      await login(host, credential);
      expect(await headersFor(host, {})).toEqual({});
      expect(await headersFor(host, { agent: "title" })).toEqual({});
    }
  });
});

describe("the login", () => {
  test("one method; the prompt knows what is configured", async () => {
    const host = createHost({ [settingsFile]: { baseURL: "https://old.example" } });
    await host.hooks.config?.({});
    expect(host.hooks.auth.methods.map((method) => method.label)).toEqual([label]);
    expect(host.hooks.auth.methods[0]?.prompts[0]?.message).toBe(
      `Base URL of the Codex gateway (empty keeps https://old.example from ${join(host.home, settingsFile)})`,
    );
  });

  test("login, then the same credential at the next start, then an edit by hand", async () => {
    const [first, second] = [start(), start()];
    const host = createHost();
    await host.hooks.config?.({});
    await host.hooks.auth.methods[0]?.authorize({ baseURL: first.url });
    const again = (): Host => ({ ...host, hooks: createHost({}, { home: host.home }).hooks });
    const ask = async () =>
      (await fetchOf(await login(again(), api(first.url)))(url, init())).text();
    await ask();
    expect([first.requests().length, second.requests().length]).toEqual([1, 0]);
    await Bun.write(
      join(host.home, settingsFile),
      host.file().replace(`"baseURL": "${first.url}",`, `"baseURL": "${second.url}",`),
    );
    await ask();
    expect([first.requests().length, second.requests().length]).toEqual([1, 1]);
  });
});
