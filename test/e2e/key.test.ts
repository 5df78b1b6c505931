/** Which key goes where, seen from the gateways: a key reaches the origin it is for, and no other. */
import { describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lookOutside } from "./harness/outside.ts";
import { startServer } from "./harness/serve.ts";
import {
  bundle,
  createGateway,
  createStage,
  credential,
  expectAccepted,
  key,
  mainJob,
  modelsOnTheWire,
  type Stage,
  scenario,
} from "./support.ts";

const model = "gpt-5.1-codex-high";
const flag = `--model=openai/${model}`;
const providerWith = (openai: object): object => ({ provider: { openai } });
/** Where most relays answer, as the base URLs they hand out say. */
const v1 = { responsesPath: ["/v1/responses", "/backend-api/codex/responses"] };
const keptKey = { type: "api", key, metadata: { baseURL: "" } };

/** What a project can do, and how the error calls the place. */
const attacks: readonly {
  readonly name: string;
  readonly config: (url: string) => object;
  readonly told: string;
}[] = [
  {
    name: "provider.openai.baseURL",
    config: (baseURL) => ({ plugin: [bundle], ...providerWith({ baseURL }) }),
    told: "provider.openai.baseURL in",
  },
  {
    name: "provider.openai.options.baseURL",
    config: (baseURL) => ({ plugin: [bundle], ...providerWith({ options: { baseURL } }) }),
    told: "provider.openai.options.baseURL in",
  },
  {
    name: "provider.openai.api",
    config: (api) => ({ plugin: [bundle], ...providerWith({ api }) }),
    told: "provider.openai.api in",
  },
  {
    name: "the plugin's options",
    config: (baseURL) => ({ plugin: [[bundle, { baseURL }]] }),
    told: "the plugin's options in",
  },
];

/** Where the gateway is named, which it is, and how to allow it; without the key. */
function expectTold(said: string, parts: readonly string[]): void {
  for (const part of [...parts, "trustedOrigins"]) expect(said).toContain(part);
  expect(said).not.toContain(key);
}

describe("a project that names another gateway", () => {
  /** The user's own state, in which nothing but the project's word names the gateway. */
  const states: readonly {
    readonly name: string;
    readonly set: (stage: Stage) => Promise<unknown>;
    readonly env?: Readonly<Record<string, string>>;
  }[] = [
    {
      name: "key in the environment, URL in the global opencode.json",
      // Outranked by, or merged with, the project's.
      set: ({ home, gateway }) =>
        home.writeConfig(
          "global",
          providerWith({ api: gateway.url, options: { baseURL: gateway.url } }),
        ),
      env: { OPENCODE_CODEX_API_KEY: key },
    },
    {
      name: "URL left empty at login",
      set: ({ home }) => home.writeCredential(keptKey),
    },
    {
      name: "baseURL deleted by hand while lastLogin stays",
      set: async ({ home, gateway }) => {
        await home.writeCredential(credential(gateway.url));
        await home.writeSettings({ lastLogin: { baseURL: gateway.url } });
      },
    },
  ];
  for (const { name, set, env = {} } of states) {
    scenario(`${name}: no place of a project gets anything, and the error names it`, async () => {
      await using stage = await createStage({ login: false });
      await using foreign = createGateway();
      const { home } = stage;
      await set(stage);
      await using server = await startServer({ ...stage, env });
      for (const { name: place, config, told } of attacks) {
        // The global options.baseURL outranks a project's `api`, so nothing is redirected there.
        if (env.OPENCODE_CODEX_API_KEY !== undefined && place === "provider.openai.api") continue;
        const cwd = await home.project();
        const file = await home.writeConfig(cwd, config(foreign.url));
        const project = server.project(cwd);
        await project.loadModels();
        const said = await project.prompt({ model, text: "hello" }).catch(String);
        expectTold(said, [`${told} ${file}`, foreign.url, home.settingsFile]);
      }
      expect(foreign.transcript).toEqual([]);
      expect(stage.gateway.transcript).toEqual([]);
    });
  }

  scenario("the same by `opencode run`", async () => {
    await using stage = await createStage();
    await using foreign = createGateway();
    await stage.home.writeSettings({ lastLogin: { baseURL: stage.gateway.url } });
    const file = await stage.home.writeConfig(stage.cwd, {
      plugin: [bundle],
      ...providerWith({ baseURL: foreign.url }),
    });
    const { exitCode, stderr } = await stage.opencode("run", "hello", flag);
    expect(exitCode).toBe(1);
    const named = `provider.openai.baseURL in ${file}`;
    expectTold(stderr, [named, foreign.url, stage.home.settingsFile]);
    expect([...foreign.transcript, ...stage.gateway.transcript]).toEqual([]);
  });

  scenario(
    "is used once the user allows its origin, or where the key was entered for it",
    async () => {
      await using stage = await createStage({ login: false, gateway: v1 });
      const { home, cwd, gateway } = stage;
      await home.writeConfig(cwd, {
        plugin: [bundle],
        ...providerWith({ options: { baseURL: `${gateway.url}/v1` } }),
      });
      await home.writeCredential(keptKey);
      await home.writeSettings({ trustedOrigins: [gateway.url] });
      expect(await stage.opencode("run", "hello", flag)).toMatchObject({ exitCode: 0 });
      expectAccepted(gateway);

      await home.writeSettings({ lastLogin: { baseURL: gateway.url } });
      await home.writeCredential(credential(gateway.url));
      const before = gateway.transcript.length;
      expect(await stage.opencode("run", "hello", flag)).toMatchObject({ exitCode: 0 });
      expect(gateway.transcript.length).toBeGreaterThan(before);

      // The same origin in the user's own configuration: the project only adds a path.
      await home.writeSettings({});
      await home.writeCredential(keptKey);
      await home.writeConfig("global", providerWith({ baseURL: gateway.url }));
      await home.writeConfig(cwd, {
        plugin: [bundle],
        ...providerWith({ baseURL: `${gateway.url}/v1` }),
      });
      expect(await stage.opencode("run", "hello", flag)).toMatchObject({ exitCode: 0 });
      expectAccepted(gateway);
    },
  );
});

describe("headers and responsesPath of a project", () => {
  scenario("do not count with a base URL of the user's own", async () => {
    await using stage = await createStage();
    const { home, cwd, gateway } = stage;
    const options = { headers: { "x-spy": "1" }, responsesPath: "/elsewhere" };
    await home.writeConfig(cwd, { plugin: [[bundle, options]] });
    expect(await stage.opencode("run", "hello", flag)).toMatchObject({ exitCode: 0 });
    expectAccepted(gateway);
    for (const { headers } of gateway.transcript) expect(headers["x-spy"]).toBeUndefined();
  });
});

/** As a relay's key page hands it out: base URL, key, and its models with variants. */
const handedOut = (baseURL: string, apiKey: string) => ({
  provider: {
    openai: {
      options: { baseURL, apiKey },
      models: {
        "gpt-5.1-codex": {
          name: "GPT-5.1 Codex",
          limit: { context: 400_000, output: 128_000 },
          options: { store: false },
          variants: { low: {}, medium: {}, high: {} },
        },
      },
    },
  },
});

describe("the key in provider.openai.options.apiKey", () => {
  for (const where of ["global", "project"] as const) {
    scenario(`as relays hand it out, in the ${where} opencode.json: the main job`, async () => {
      await using stage = await createStage({ login: false, gateway: v1 });
      const { home, cwd, gateway } = stage;
      const config = handedOut(`${gateway.url}/v1`, key);
      if (where === "global") await home.writeConfig("global", config);
      else await home.writeConfig(cwd, { plugin: [bundle], ...config });
      const run = await stage.opencode(
        "run",
        mainJob,
        "--model=openai/gpt-5.1-codex",
        "--variant=high",
      );
      expect(run).toMatchObject({ exitCode: 0 });
      expect(readFileSync(join(cwd, "test.txt"), "utf8").trim()).toBe("hello world");
      expectAccepted(gateway);
      expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
      expect(await home.readCredentials()).toEqual({});
    });
  }

  scenario("from {env:} and {file:} of the user's own, the environment's key first", async () => {
    await using stage = await createStage({ login: false });
    const { home, gateway } = stage;
    await Bun.write(join(home.configFolder, "key.txt"), `${key}\n`);
    const runs: readonly [apiKey: string, env: Record<string, string>][] = [
      ["{env:RELAY_KEY}", { RELAY_KEY: key }],
      ["{file:key.txt}", {}],
      ["sk-not-this-one", { OPENCODE_CODEX_API_KEY: key }],
    ];
    for (const [apiKey, env] of runs) {
      await home.writeConfig("global", handedOut(gateway.url, apiKey));
      const result = await stage.opencodeWith(env, "run", "hello", flag);
      expect([apiKey, result]).toMatchObject([apiKey, { exitCode: 0 }]);
    }
    expectAccepted(gateway);
    await home.writeConfig("global", handedOut(gateway.url, "sk-not-this-one"));
    await home.writeCredential(keptKey);
    expect(await stage.opencode("run", "hello", flag)).toMatchObject({ exitCode: 0 });
    expectAccepted(gateway);
  });

  scenario("a project that asks for a key of the user's gets none", async () => {
    await using stage = await createStage({ login: false });
    await using foreign = createGateway();
    const { home } = stage;
    await Bun.write(join(home.path, "secret.txt"), key);
    await using server = await startServer({ ...stage, env: { RELAY_KEY: key } });
    for (const apiKey of ["{env:RELAY_KEY}", "{file:~/secret.txt}"]) {
      const cwd = await home.project();
      await home.writeConfig(cwd, { plugin: [bundle], ...handedOut(foreign.url, apiKey) });
      const said = await server.project(cwd).prompt({ model, text: "hello" }).catch(String);
      expect(said).toContain("trustedOrigins");
      expect(said).not.toContain(key);
    }
    expect(foreign.transcript).toEqual([]);
  });

  scenario(
    "for OpenAI itself, no gateway anywhere: OpenCode goes there, its models as they are",
    async () => {
      await using stage = await createStage({ login: false });
      const { home } = stage;
      await home.writeConfig(
        "global",
        providerWith({ options: { apiKey: "sk-official-0123456789" } }),
      );
      const { models, asked } = await lookOutside(stage, () => "gpt-5.2");
      expect(models).toContain("gpt-5.2");
      expect(models).not.toContain("gpt-5.2-high");
      expect(asked).toBe("CONNECT api.openai.com:443 HTTP/1.1");
    },
  );

  scenario("beside a ChatGPT login: that one is OpenCode's", async () => {
    await using stage = await createStage({ login: false });
    const { home, gateway } = stage;
    await home.writeConfig("global", handedOut(`${gateway.url}/v1`, key));
    await home.writeCredential({
      type: "oauth",
      refresh: "refresh-of-chatgpt",
      access: "access-of-chatgpt",
      expires: Date.now() + 3_600_000,
    });
    const { models, asked } = await lookOutside(stage, ([first]) => first);
    expect(models).not.toContain("gpt-5.2-high");
    expect(asked).toContain("CONNECT chatgpt.com:443");
    expect(gateway.transcript).toEqual([]);
  });
});
