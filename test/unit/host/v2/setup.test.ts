/** `setup` with a host that is made up: whose a request is, and what happens when something fails. */
import { afterEach, describe, expect, test } from "bun:test";
import type { SessionDependencies } from "../../../../src/host/session.ts";
import { setup } from "../../../../src/host/v2/setup.ts";
import type {
  Connection,
  HostContext,
  IntegrationEditor,
  IntegrationMethod,
  Model,
  ModelRequestEvent,
  Provider,
  ProviderEditor,
  SessionHooks,
} from "../../../../src/host/v2/types.ts";
import { createInstructionsMemory } from "../../../../src/instructions/sources.ts";
import { noRequestLog } from "../../../../src/log/request-log.ts";
import { createFolders } from "../../../support/folder.ts";

const folders = createFolders();
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  folders.clean();
});

const key = "sk-gateway-0123456789";
const gatewayURL = "http://127.0.0.1:1";

type Hooks = { [Name in keyof SessionHooks]?: (event: SessionHooks[Name]) => unknown };

type Start = {
  connection?: Connection;
  stored?: unknown;
  env?: Record<string, string>;
  settings?: object;
  active?: () => Connection | undefined;
  agents?: readonly object[];
  /** `config.toml` of the Codex CLI. */
  codexCLI?: string;
  /** A provider that the host has beside OpenAI's. */
  known?: Provider;
  /** What the host knows of OpenAI. */
  openai?: Partial<Provider>;
  /** A preview: one catalogue, and no hook before a request. */
  preview?: boolean;
};

async function start({ preview = false, ...options }: Start) {
  const {
    connection,
    stored,
    env = {},
    settings,
    active,
    agents,
    codexCLI,
    known,
    openai,
  } = options;
  const home = folders.make({
    ...(settings && { ".opencode/openai-codex-auth-config.json": JSON.stringify(settings) }),
    ...(codexCLI && { ".codex/config.toml": codexCLI }),
  });
  const hooks: Hooks = {};
  const told: string[] = [];
  const methods: IntegrationMethod[] = [{ type: "env", names: ["OPENAI_API_KEY"] }];
  const models = new Map<string, Model>();
  const host = { connection, stored };
  const provider: Provider = { id: "openai", name: "openai", ...openai };
  const added = new Map<string, { provider: Provider; models: Map<string, Model> }>();
  const providerOf = (id: string) => {
    if (id === "openai") return { provider, models };
    const fresh = known?.id === id ? { ...known } : { id, name: id, package: "" };
    const own = added.get(id) ?? { provider: fresh, models: new Map() };
    added.set(id, own);
    return own;
  };
  let changeLogin: (editor: IntegrationEditor) => void = () => {};
  let changeModels: (editor: ProviderEditor) => void = () => {};
  const integrations: IntegrationEditor = {
    get: () => ({}),
    update() {},
    method: {
      list: () => methods,
      update({ method }) {
        const index = methods.findIndex(({ type }) => type === method.type);
        if (index === -1) methods.push(method);
        else methods[index] = method;
      },
    },
  };
  const providers: ProviderEditor = {
    get: (id) => (id === "openai" || added.has(id) ? providerOf(id) : undefined),
    update: (id, change) => change(providerOf(id).provider),
    models: {
      update(of, id, change) {
        const { models } = providerOf(of);
        const model = models.get(id) ?? {
          id,
          name: id,
          capabilities: { tools: true, input: ["text", "image"], output: ["text"] },
          limit: { context: 200_000, output: 32_000 },
        };
        change(model);
        models.set(id, model);
      },
      remove: (of, id) => void providerOf(of).models.delete(id),
    },
  };
  const ctx: HostContext = {
    session: {
      hook(name, handle) {
        hooks[name] = handle as never;
      },
    },
    integration: {
      transform(change) {
        changeLogin = change;
        change(integrations);
      },
      reload: () => changeLogin(integrations),
      connection: {
        active: active ?? (() => host.connection),
        resolve: () => host.stored,
      },
    },
    agent: { list: () => ({ data: agents ?? [] }) },
    provider: {
      transform(change) {
        changeModels = change;
        change(providers);
      },
      reload: () => {
        models.clear();
        added.clear();
        changeModels(providers);
      },
    },
  };
  const deps: SessionDependencies = {
    env: { HOME: home, ...env },
    home,
    directory: home,
    worktree: home,
    pluginOptions: undefined,
    fetch: () => Promise.reject(new Error("no network")),
    instructionsMemory: createInstructionsMemory(),
    requestLog: noRequestLog,
    toast: (id, message) => void told.push(`${id}: ${message}`),
    debug() {},
  };
  const { provider: later, ...others } = ctx;
  const catalog: HostContext["catalog"] = {
    reload: () => later?.reload(),
    transform: (change) =>
      later?.transform((editor) => change({ provider: editor, model: editor.models })),
  };
  const cleanup = await setup(preview ? { ...others, catalog } : ctx, deps);
  if (cleanup !== undefined) cleanups.push(cleanup);

  async function request(change: Partial<ModelRequestEvent> = {}): Promise<ModelRequestEvent> {
    const event: ModelRequestEvent = {
      kind: "primary",
      sessionID: "ses_1",
      model: { providerID: "openai", id: "gpt-5.2", variant: "default" },
      baseURL: "https://api.openai.com/v1",
      headers: {},
      ...change,
    };
    await hooks["model.request"]?.(event);
    return event;
  }
  return { home, hooks, methods, models, host, request, provider, added, told };
}

const account: Connection = { type: "credential", id: "cred_1" };
const ours = /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/v1$/;
const official = "https://api.openai.com/v1";

test("a host without the hooks of OpenCode 2 is left alone", async () => {
  const touched = (): never => {
    throw new Error("touched");
  };
  const integration = {
    transform: touched,
    reload: touched,
    connection: { active: touched, resolve: touched },
  };
  const deps = {} as SessionDependencies;
  expect(await setup({ integration }, deps)).toBeUndefined();
  expect(await setup({ integration, session: {} }, deps)).toBeUndefined();
});

describe("a request goes", () => {
  const lastLogin = { baseURL: gatewayURL, lastLogin: { baseURL: `${gatewayURL}/` } };
  const several = {
    ...lastLogin,
    gateways: [{ name: "b", baseURL: "http://127.0.0.2:1", keyEnv: "KEY_OF_B" }],
  };
  test.each<readonly [string, Start, "gateway" | "OpenAI"]>([
    ["nowhere without an account", {}, "OpenAI"],
    ["an official key", { connection: account, stored: { type: "key", key } }, "OpenAI"],
    [
      "an official key beside a login for a gateway",
      { connection: account, stored: { type: "key", key }, settings: lastLogin },
      "OpenAI",
    ],
    [
      "an official key beside that and a gateway with a key of its own",
      {
        connection: account,
        stored: { type: "key", key },
        settings: { ...several, gatewayOrder: ["b"] },
        env: { KEY_OF_B: "sk-of-b-0123456789" },
      },
      "OpenAI",
    ],
    [
      "a key, and a base URL somebody wrote into the file",
      { connection: account, stored: { type: "key", key }, settings: { baseURL: gatewayURL } },
      "gateway",
    ],
    [
      "a key of our form",
      { connection: account, stored: { type: "key", key, configuration: { baseURL: gatewayURL } } },
      "gateway",
    ],
    [
      "a key that OpenCode 1 stored",
      { connection: account, stored: { type: "key", key, metadata: { baseURL: gatewayURL } } },
      "gateway",
    ],
    [
      "ChatGPT's login, whatever the settings",
      {
        connection: account,
        stored: { type: "oauth", access: "a", refresh: "r", expires: 1 },
        settings: { baseURL: gatewayURL },
      },
      "OpenAI",
    ],
    [
      "OpenAI's own variable, whatever the settings",
      { connection: { type: "env", name: "OPENAI_API_KEY" }, settings: { baseURL: gatewayURL } },
      "OpenAI",
    ],
    ["our variable", { env: { OPENCODE_CODEX_API_KEY: key } }, "gateway"],
    [
      "a key with settings that cannot be read, which is told",
      { connection: account, stored: { type: "key", key }, settings: { baseURL: "not a url" } },
      "gateway",
    ],
    [
      "a key whose offered URL was kept, after that URL went from the settings",
      {
        connection: account,
        stored: { type: "key", key, configuration: { "opencode-openai-codex-key": gatewayURL } },
      },
      "gateway",
    ],
    [
      "a key that OpenCode 1 stored with a kept URL, which is nowhere now",
      { connection: account, stored: { type: "key", key, metadata: { baseURL: "" } } },
      "gateway",
    ],
    ["what no host has stored yet", { connection: account, stored: { type: "new" } }, "OpenAI"],
  ])("%s", async (_, options, to) => {
    const { request } = await start(options);
    const { baseURL, headers } = await request();
    if (to === "gateway") expect(baseURL).toMatch(ours);
    else expect([baseURL, headers]).toEqual([official, {}]);
  });

  const keysOf = async (home: string): Promise<Record<string, { origin: string; key: string }>> => {
    const file = Bun.file(`${home}/.opencode/openai-codex-auth-keys.json`);
    return (await file.exists()) ? (await file.json()).keys : {};
  };

  test("to OpenAI with its own key, which is kept for no gateway", async () => {
    const stored = { type: "key", key };
    const { request, home } = await start({ connection: account, stored, settings: several });
    expect((await request()).baseURL).toBe(official);
    expect(await keysOf(home)).toEqual({});
  });

  test("of a kept URL with a key that is kept for that URL alone", async () => {
    const other = "http://127.0.0.3:1";
    const { request, home } = await start({
      connection: account,
      stored: { type: "key", key, configuration: { "opencode-openai-codex-key": other } },
      settings: several,
    });
    await request();
    await request();
    const keys = Object.values(await keysOf(home));
    expect(keys).toEqual([{ origin: other, key }]);
  });

  test("of another provider is not looked at", async () => {
    const { request } = await start({ env: { OPENCODE_CODEX_API_KEY: key } });
    const event = await request({ model: { providerID: "other", id: "m" } });
    expect([event.baseURL, event.headers]).toEqual([official, {}]);
  });

  test("by the account in force when it is made", async () => {
    const { request, host } = await start({ connection: account, stored: { type: "key", key } });
    expect((await request()).baseURL).toBe(official);
    host.stored = { type: "key", key, configuration: { baseURL: gatewayURL } };
    // The first one writes the login into the settings file, which is then read anew.
    await request();
    const first = (await request()).baseURL;
    expect(first).toMatch(ours);
    expect((await request()).baseURL).toBe(first);
    host.stored = { type: "key", key: "other", configuration: { baseURL: gatewayURL } };
    const [{ baseURL: second }] = await Promise.all([request(), request()]);
    expect(second).toMatch(ours);
    expect(second).not.toBe(first);
    host.stored = { type: "key", key: "official" };
    expect((await request()).baseURL).toBe(official);
  });

  test("nowhere when we fail: the key of a gateway must not reach OpenAI", async () => {
    let broken = false;
    const { request } = await start({
      env: { OPENCODE_CODEX_API_KEY: key },
      active() {
        if (broken) throw new Error(`store is locked (${key})`);
        return undefined;
      },
    });
    broken = true;
    const error: unknown = await request().catch((cause: unknown) => cause);
    expect(String(error)).toContain(
      "opencode-openai-codex-key could not take the request: store is locked",
    );
    expect(String(error)).not.toContain(key);
  });

  test("nowhere, with an error, where another account's URL took the place of a kept one", async () => {
    const { request } = await start({
      connection: account,
      stored: { type: "key", key, metadata: { baseURL: "" } },
      settings: lastLogin,
    });
    await expect(request()).rejects.toThrow("which gateway this account's key is for is not known");
  });

  test("of a kept URL to that one, and not to another account's", async () => {
    const other = "http://127.0.0.2:1";
    const { request, home } = await start({
      connection: account,
      stored: { type: "key", key, configuration: { "opencode-openai-codex-key": other } },
      settings: lastLogin,
    });
    expect((await request()).baseURL).toMatch(ours);
    const file = await Bun.file(`${home}/.opencode/openai-codex-auth-config.json`).json();
    expect(file.baseURL).toBe(other);
  });

  test("to what the file says after an edit, from the next one on", async () => {
    const { request, home } = await start({
      connection: account,
      stored: { type: "key", key },
      settings: { baseURL: gatewayURL },
    });
    const first = (await request()).baseURL;
    expect((await request()).baseURL).toBe(first);
    const path = `${home}/.opencode/openai-codex-auth-config.json`;
    await Bun.write(path, JSON.stringify({ baseURL: gatewayURL, codexMode: false }));
    expect((await request()).baseURL).not.toBe(first);
    await Bun.file(path).delete();
    expect((await request()).baseURL).toBe(official);
  });

  test("with what is wrong with the settings told, and the rest of them in force", async () => {
    const { request, told } = await start({
      connection: account,
      stored: { type: "key", key },
      settings: { baseURL: gatewayURL, codexMode: "perhaps" },
    });
    expect((await request()).baseURL).not.toBe(official);
    expect(told).toEqual([expect.stringMatching(/^settings: .*codexMode.*perhaps/)]);
  });

  test("is marked where the host repeats it", async () => {
    const { request, hooks } = await start({ env: { OPENCODE_CODEX_API_KEY: key } });
    const retry = (providerID: string, decision: { retry: boolean }) =>
      hooks.retry?.({ sessionID: "ses_1", model: { providerID, id: "m" }, decision });
    retry("other", { retry: true });
    retry("openai", { retry: false });
    expect((await request()).headers).toEqual({});
    retry("openai", { retry: true });
    expect((await request({ sessionID: "ses_2" })).headers).toEqual({});
    expect((await request()).headers).toEqual({ "x-opencode-repeats": "1" });
    expect((await request()).headers).toEqual({});
  });

  test("with a mark for a title, for which nobody named a model", async () => {
    const { request } = await start({ env: { OPENCODE_CODEX_API_KEY: key } });
    const title = { "x-opencode-small-task": "1", "x-opencode-any-model": "1" };
    for (const id of ["gpt-5.1-codex-high", "gpt-5.2", "someone-elses"]) {
      const { headers } = await request({ kind: "title", model: { providerID: "openai", id } });
      expect(headers).toEqual(title);
    }
    expect((await request({ kind: "compaction" })).headers).toEqual({});
  });

  test("with the user's own model for titles as it is", async () => {
    const agents = [{ id: "title", model: { providerID: "openai", id: "gpt-5.2" } }];
    const { request } = await start({ env: { OPENCODE_CODEX_API_KEY: key }, agents });
    const model = { providerID: "openai", id: "gpt-5.2" };
    expect((await request({ kind: "title", agent: "title", model })).headers).toEqual({
      "x-opencode-small-task": "1",
    });
  });
});

describe("login and models", () => {
  test("the form asks for a URL; our variable comes before the host's", async () => {
    const { methods, models } = await start({});
    expect(methods).toEqual([
      { type: "env", names: ["OPENCODE_CODEX_API_KEY", "OPENAI_API_KEY"] },
      {
        type: "key",
        label: "Third-party Codex API (API Key + URL)",
        form: [expect.objectContaining({ key: "baseURL", format: "uri", required: false })],
      },
    ]);
    // No gateway: the host's models are none of ours.
    expect(models.size).toBe(0);
  });

  test("the gateway of the Codex CLI is named, and not filled in: an empty answer is none of ours", async () => {
    const codexCLI = `openai_base_url = "${gatewayURL}"\n`;
    const formOf = async (change: Start) => {
      const { methods } = await start({ codexCLI, ...change });
      const method = methods.find(({ type }) => type === "key");
      return method?.type === "key" ? method.form : undefined;
    };
    expect(await formOf({})).toMatchObject([
      {
        title: expect.stringContaining(`the Codex CLI here uses ${gatewayURL}`),
        placeholder: gatewayURL,
      },
    ]);
    expect((await formOf({}))?.[0]).not.toHaveProperty("default");
    const settings = { baseURL: "http://127.0.0.1:2" };
    const configured = await formOf({
      connection: account,
      stored: { type: "key", key },
      settings,
    });
    expect(configured?.[0]).toMatchObject({ placeholder: "http://127.0.0.1:2" });
  });

  test("with a gateway: its URL is there to edit, and the models have names and variants", async () => {
    const settings = { baseURL: gatewayURL };
    const { methods, models } = await start({
      connection: account,
      stored: { type: "key", key },
      settings,
    });
    const method = methods.find(({ type }) => type === "key");
    expect(method).toMatchObject({
      form: [{ default: gatewayURL }, { hidden: true, default: gatewayURL }],
    });
    expect(models.get("gpt-5.1-codex")?.variants?.map(({ id }) => id)).toEqual([
      "low",
      "medium",
      "high",
    ]);
    expect(models.get("gpt-5.1-codex-high")?.modelID).toBe("gpt-5.1-codex-high");
    // The picker's order, newest first.
    const released = (id: string) => models.get(id)?.time?.released ?? 0;
    expect(released("gpt-5.2")).toBeGreaterThan(released("gpt-5.1-codex"));
    expect(models.get("gpt-5.2")?.cost).toEqual([
      { input: expect.any(Number), output: expect.any(Number), cache: expect.any(Object) },
    ]);
  });
});

describe("gateways whose keys are ours, without an account", () => {
  const settings = { gateways: [{ name: "b", baseURL: gatewayURL, keyEnv: "KEY_OF_B" }] };
  const env = { KEY_OF_B: key };
  const post = (baseURL: unknown) =>
    fetch(`${baseURL}/responses`, { method: "POST", body: "{}" }).then((answer) => answer.json());

  test("are shown and asked all the same", async () => {
    const { provider, models, request } = await start({ settings, env });
    expect(provider.activation).toBe("enabled");
    expect(models.has("gpt-5.1-codex-high")).toBe(true);
    expect((await request()).baseURL).toMatch(ours);
  });

  test("that are gone: nothing goes to OpenAI, where nobody has an account", async () => {
    const { request, home, host } = await start({ settings, env });
    await Bun.write(`${home}/.opencode/openai-codex-auth-config.json`, "{}");
    const { baseURL } = await request();
    expect(await post(baseURL)).toMatchObject({ error: { code: "key_missing" } });
    host.connection = account;
    host.stored = { type: "key", key: "official" };
    expect((await request()).baseURL).toBe(official);
  });

  test("are none to show where OpenAI is switched off, or somebody else's", async () => {
    const off = await start({ settings, env, openai: { activation: "disabled" } });
    expect(off.provider.activation).toBe("disabled");
    const stored = { type: "oauth", access: "a" };
    const chatGPT = await start({ settings, env, connection: account, stored });
    expect(chatGPT.provider.activation).toBeUndefined();
  });
});

describe("a preview with a catalogue", () => {
  const post = (baseURL: unknown) =>
    fetch(`${baseURL}/responses`, { method: "POST", body: "{}" }).then((answer) => answer.json());

  test("has our address in it, and the gateway is found for each request", async () => {
    const stored = { type: "key", key, configuration: { baseURL: gatewayURL } };
    const { provider, models, host } = await start({ preview: true, connection: account, stored });
    expect(models.has("gpt-5.1-codex-high")).toBe(true);
    expect(provider.settings?.baseURL).toMatch(ours);
    expect(await post(provider.settings?.baseURL)).toMatchObject({
      error: { message: expect.stringContaining("names no model") },
    });
    host.stored = { type: "key", key: "official" };
    expect(await post(provider.settings?.baseURL)).toMatchObject({
      error: { code: "key_missing" },
    });
  });

  test("is left alone without a gateway", async () => {
    const stored = { type: "key", key };
    const { provider, models } = await start({ preview: true, connection: account, stored });
    expect([provider.settings, models.size]).toEqual([undefined, 0]);
  });
});

describe("a gateway with a provider of its own", () => {
  const settings = {
    gateways: [{ name: "b", baseURL: gatewayURL, keyEnv: "KEY_OF_B", provider: "relay2" }],
  };
  const env = { KEY_OF_B: key };
  const model = { providerID: "relay2", id: "gpt-5.1-codex" };

  test("is one more, and OpenAI's own stays as it is", async () => {
    const { added, models, request } = await start({ settings, env });
    const own = added.get("relay2");
    expect(own?.provider).toMatchObject({
      name: "b",
      package: "@opencode/ai/providers/openai",
      settings: { transport: "http", baseURL: gatewayURL },
    });
    expect(JSON.stringify(own?.provider)).not.toContain(key);
    expect(own?.models.has("gpt-5.1-codex-high")).toBe(true);
    expect(models.size).toBe(0);
    expect((await request()).baseURL).toBe(official);
    expect((await request({ model })).baseURL).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}/);
    expect((await request({ model: { ...model, providerID: "other" } })).baseURL).toBe(official);
  });

  const post = (baseURL: unknown) =>
    fetch(`${baseURL}/responses`, { method: "POST", body: "{}" }).then((answer) => answer.json());

  test.each<readonly [string, Start]>([
    ["no account", {}],
    ["a key of OpenAI's own", { connection: account, stored: { type: "key", key } }],
    ["ChatGPT's login", { connection: account, stored: { type: "oauth", access: "a" } }],
    [
      "an account whose gateway is not known",
      {
        connection: account,
        stored: { type: "key", key, metadata: { baseURL: "" } },
        settings: { ...settings, baseURL: gatewayURL, lastLogin: { baseURL: gatewayURL } },
      },
    ],
    [
      "a store that fails",
      {
        active() {
          throw new Error("locked");
        },
      },
    ],
  ])("is shown and asked beside %s", async (_, options) => {
    const { added, request, hooks } = await start({ settings, ...options, env });
    expect([...added.keys()]).toEqual(["relay2"]);
    const { baseURL } = await request({ model });
    expect(baseURL).toMatch(ours);
    expect((await request({ model })).baseURL).toBe(baseURL);
    expect(await post(baseURL)).toMatchObject({
      error: { message: expect.stringContaining("names no model") },
    });
    hooks.retry?.({ sessionID: "ses_1", model, decision: { retry: true } });
    expect((await request({ model })).headers).toEqual({ "x-opencode-repeats": "1" });
  });

  test("of the origin of a login has no key of OpenAI's account, and is not shown", async () => {
    const { added } = await start({
      connection: account,
      stored: { type: "key", key },
      settings: {
        baseURL: gatewayURL,
        lastLogin: { baseURL: gatewayURL },
        gateways: [{ name: "b", baseURL: `${gatewayURL}/b`, provider: "relay2" }],
      },
    });
    expect([...added.keys()]).toEqual([]);
  });

  test("whose name the host knows for another: nothing of that one is left", async () => {
    const { added } = await start({
      settings,
      env,
      known: { id: "relay2", name: "Relay", package: "another", integrationID: "relay2" },
    });
    expect(added.get("relay2")?.provider).toMatchObject({
      name: "Relay",
      package: "@opencode/ai/providers/openai",
      activation: "enabled",
      integrationID: undefined,
    });
  });

  test("that is gone, or stands in settings with a mistake, is told as that", async () => {
    const { home, request, told } = await start({ settings, env });
    const { baseURL } = await request({ model });
    const path = `${home}/.opencode/openai-codex-auth-config.json`;
    await Bun.write(path, JSON.stringify({ ...settings, codexMode: "perhaps" }));
    expect(await post(baseURL)).toMatchObject({ error: { code: "settings_invalid" } });
    expect(told.join()).toContain("codexMode");
    await Bun.write(path, "{}");
    expect(await post(baseURL)).toMatchObject({ error: { code: "beside_missing" } });
  });

  test("to which a key goes in the clear is told, as the first one is", async () => {
    const gateways = [
      { name: "b", baseURL: "http://b.example", keyEnv: "KEY_OF_B", provider: "relay2" },
      { name: "c", baseURL: "http://c.example", keyEnv: "KEY_OF_B" },
      { name: "d", baseURL: "http://d.example", keyEnv: "KEY_OF_D" },
    ];
    const { request, told } = await start({ settings: { gateways }, env });
    await request();
    // The one without a key is not asked.
    expect(told.map((line) => /http:\S+example/.exec(line)?.[0]).toSorted()).toEqual([
      "http://b.example",
      "http://c.example",
    ]);
  });

  test("is not shown by a preview, which could not lead its requests here", async () => {
    const { added } = await start({ settings, env, preview: true });
    expect([...added.keys()]).toEqual([]);
  });
});
