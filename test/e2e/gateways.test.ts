/** Several gateways before the real OpenCode: who is asked, with which key, and what the user sees. */
import { expect } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startGateway } from "../gateway/server.ts";
import type { Gateway, GatewayOptions, Respond } from "../gateway/types.ts";
import type { Home } from "./harness/home.ts";
import { startServer } from "./harness/serve.ts";
import { openTerminal } from "./harness/terminal.ts";
import { createStage, expectAccepted, mainJob, type Stage, scenario, turnOf } from "./support.ts";

const keyOf = (name: string) => `sk-of-${name}-0123456789`;
const headerOf = (name: string) => `header-of-${name}`;
const model = "gpt-5.1-codex";
const titled = { config: { permission: { "*": "allow" } }, login: false };

type Several = {
  readonly stage: Stage;
  readonly gateways: Readonly<Record<string, Gateway>>;
} & AsyncDisposable;

/** A home in which the program has added these gateways, in this order. */
async function withGateways(
  each: Readonly<Record<string, Partial<GatewayOptions>>>,
  settings: object = {},
): Promise<Several> {
  const stage = await createStage(titled);
  const opened = await openGateways(stage, each, settings);
  return {
    stage,
    gateways: opened.gateways,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await stage[Symbol.asyncDispose]();
    },
  };
}

/** Puts these gateways into the settings of the home, in place of those that were there. */
async function openGateways(
  { home }: Stage,
  each: Readonly<Record<string, Partial<GatewayOptions>>>,
  settings: object = {},
): Promise<Omit<Several, "stage">> {
  const gateways = Object.fromEntries(
    Object.entries(each).map(([name, options]) => [
      name,
      startGateway({ key: keyOf(name), ...options }),
    ]),
  );
  const entries = Object.entries(gateways).map(([name, { url }]) => ({
    name,
    baseURL: url,
    headers: { "x-own": headerOf(name) },
  }));
  await home.writeSettings({ instructions: "builtin", gateways: entries, ...settings });
  await writeKeys(home, gateways);
  return {
    gateways,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(gateways).map((gateway) => gateway.close()));
    },
  };
}

async function writeKeys(home: Home, gateways: Readonly<Record<string, Gateway>>): Promise<void> {
  const keys = Object.entries(gateways).map(([name, { url }]) => [
    name,
    { origin: url, key: keyOf(name) },
  ]);
  const path = join(dirname(home.settingsFile), "openai-codex-auth-keys.json");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify({ keys: Object.fromEntries(keys) }), { mode: 0o600 });
}

/** Each gateway was asked with its own key and headers, and saw nothing of the others. */
function expectApart(gateways: Readonly<Record<string, Gateway>>): void {
  for (const [name, { transcript }] of Object.entries(gateways)) {
    for (const { headers, rawBody } of transcript) {
      expect(headers.authorization).toBe(`Bearer ${keyOf(name)}`);
      expect(headers["x-own"]).toBe(headerOf(name));
      const all = JSON.stringify(headers) + rawBody;
      for (const other of Object.keys(gateways).filter((one) => one !== name)) {
        expect(all).not.toContain(keyOf(other));
        expect(all).not.toContain(headerOf(other));
      }
    }
  }
}

const answering =
  (make: () => Response): Respond =>
  (_, { exchange }) =>
    exchange.kind === "responses" ? make() : undefined;
const refusing = (status: number, message = "no", extra: object = {}): Partial<GatewayOptions> => ({
  respond: answering(() => Response.json({ error: { message, ...extra } }, { status })),
});
const page: Partial<GatewayOptions> = {
  respond: answering(() => new Response("<html><title>Panel</title></html>")),
};

scenario("the first is down: the job is done by the second, with its own key", async () => {
  await using several = await withGateways({ a: refusing(503), b: {} });
  const { stage, gateways } = several;
  const { stdout, stderr, exitCode } = await stage.opencodeWith(
    { DEBUG_CODEX_PLUGIN: "1", ENABLE_PLUGIN_REQUEST_LOGGING: "1" },
    "run",
    mainJob,
    `--model=openai/${model}`,
    "--print-logs",
  );
  expect([exitCode, await Bun.file(join(stage.cwd, "test.txt")).text()]).toEqual([
    0,
    "hello world\n",
  ]);
  expectApart(gateways);
  expectAccepted(gateways.b as Gateway);
  // Once for the turn, and at most once more for the title that is asked for beside it.
  expect(gateways.a?.requests().length).toBeLessThan(3);
  for (const line of [
    "asking gateway a",
    "gateway a failed: outage",
    "gateway b answered 200",
    "Gateway a is left for b: it has trouble.",
  ]) {
    expect(stderr).toContain(line);
  }
  for (const text of [stdout, stderr]) expect(text).not.toContain("sk-of");
  const log = new Bun.Glob("**/timings.json").scan({
    cwd: join(stage.home.path, ".opencode/logs/codex-plugin"),
    absolute: true,
  });
  const asked = await Promise.all(
    (await Array.fromAsync(log)).map((path) => Bun.file(path).json()),
  );
  expect(new Set(asked.map(({ gateway }) => gateway))).toEqual(new Set(["a", "b"]));
});

/** What the first does → how often each is asked, and what OpenCode shows. */
const rows: readonly (readonly [
  string,
  Partial<GatewayOptions>,
  readonly [number, number],
  RegExp,
])[] = [
  ["401", refusing(401), [1, 1], /^Hello/],
  ["402", refusing(402, "余额不足"), [1, 1], /^Hello/],
  ["403 of the account", refusing(403, "group"), [1, 1], /^Hello/],
  ["408", refusing(408), [1, 1], /^Hello/],
  ["429", refusing(429), [1, 1], /^Hello/],
  [
    "429, a window of hours",
    refusing(429, "limit", { type: "usage_limit_reached" }),
    [1, 1],
    /^Hello/,
  ],
  ["500", refusing(500), [1, 1], /^Hello/],
  ["an answer that is no API", page, [6, 1], /^Hello/],
  [
    "a redirect",
    { respond: answering(() => Response.redirect("http://127.0.0.1:9/", 302)) },
    [1, 1],
    /^Hello/,
  ],
  [
    "a connection that breaks",
    {
      respond: answering(
        () => new Response(new ReadableStream({ pull: (to) => to.error(new Error("reset")) })),
      ),
    },
    [1, 1],
    /^Hello/,
  ],
  [
    "a failure in the stream",
    { brain: () => ({ kind: "fail", code: "server_error", message: "upstream" }) },
    [1, 1],
    /^Hello/,
  ],
  // As ever: what stood there stays above the second answer.
  [
    "a failure after text",
    { brain: () => ({ kind: "fail", code: "server_error", message: "upstream", text: "Hel" }) },
    [1, 1],
    /^HelHello from b/,
  ],
  [
    "silence",
    {
      respond: answering(
        () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
      ),
    },
    [1, 1],
    /^Hello/,
  ],
  ["400", refusing(400, "bad parameter x"), [1, 0], /bad parameter x/],
  ["413", refusing(413, "too large"), [1, 0], /takes less \(413\)/],
  ["422", refusing(422, "unprocessable"), [1, 0], /unprocessable/],
  [
    "a policy",
    { brain: () => ({ kind: "fail", code: "cyber_policy", message: "not this" }) },
    [1, 0],
    /not this/,
  ],
];

/** One OpenCode for all of them: it takes up new gateways with its next request. */
scenario("the table of failover, with OpenCode", async () => {
  await using stage = await createStage(titled);
  await using server = await startServer(stage);
  for (const [name, first, [ofA, ofB], shown] of rows) {
    await using several = await openGateways(
      stage,
      { a: first, b: { brain: () => ({ kind: "text", text: "Hello from b." }) } },
      { firstByteTimeout: 3 },
    );
    const { gateways } = several;
    const said = await server.prompt({ model, text: "say hello" }).catch(String);
    const asked = [gateways.a, gateways.b].map(
      (gateway) => gateway?.transcript.filter(({ method }) => method === "POST").length,
    );
    expect([name, ...asked]).toEqual([name, ofA, ofB]);
    expect([name, said]).toEqual([name, expect.stringMatching(shown)]);
    expectApart(gateways);
  }
});

scenario("both fail: three requests in all, and both are named", async () => {
  await using several = await withGateways({ a: refusing(503), b: refusing(500) });
  const { stage, gateways } = several;
  await using server = await startServer(stage);
  const said = await server.prompt({ model, text: "say hello" }).catch(String);
  const asked = Object.values(gateways).map((gateway) => gateway.requests().length);
  expect(asked.reduce((sum, count) => sum + count)).toBe(3);
  expect(said).toContain(
    "Given up after 3 tries. All gateways failed: a (it has trouble), b (it has",
  );
});

scenario("a turn that changes in its middle leaves the other's reasoning behind", async () => {
  let broken = false;
  const dies: Respond = (_, { exchange }) =>
    broken && exchange.kind === "responses"
      ? Response.json({ error: { message: "down" } }, { status: 503 })
      : undefined;
  await using several = await withGateways({
    a: { respond: dies, turnStates: true },
    b: { turnStates: true },
  });
  const { stage, gateways } = several;
  await using server = await startServer(stage);
  const a = gateways.a as Gateway;
  const b = gateways.b as Gateway;
  void a
    .until(({ finished, kind }) => kind === "responses" && finished === true)
    .then(() => {
      broken = true;
    });
  await server.prompt({ model, text: mainJob });
  expect(await Bun.file(join(stage.cwd, "test.txt")).text()).toBe("hello world\n");
  expect(a.turns().map(({ status }) => status)).toEqual([200, 503]);
  expect(b.turns().length).toBeGreaterThan(0);
  expectApart(gateways);
  for (const exchange of b.turns().slice(0, 1)) {
    expect(turnOf(exchange).input.filter(({ type }) => type === "reasoning")).toEqual([]);
    expect(exchange.headers).not.toContainKey("x-codex-turn-state");
  }
});

scenario("on the screen one notice says from where to where, and why", async () => {
  const saying = (text: string): Partial<GatewayOptions> => ({
    brain: () => ({ kind: "text", text }),
  });
  await using several = await withGateways({
    a: refusing(402, "余额不足"),
    b: saying("Here is b."),
  });
  const { stage } = several;
  await using terminal = openTerminal({
    ...stage,
    args: [`--model=openai/${model}`, "--prompt", "who are you"],
    // Wide enough for the notice to stand beside the answer.
    cols: 160,
  });
  const flat = (screen: string) => screen.replace(/[┃│╹╻▏▕]/g, " ").replace(/\s+/g, " ");
  await terminal.waitFor((screen) => /Gateway a is left/.test(flat(screen)), 45_000);
  expect(flat(terminal.visible())).toMatch(/Gateway a is left.*for b/);
  await terminal.waitFor("Here is b.", 30_000);
  expect(terminal.screen()).not.toContain("sk-of");
});

scenario("the program changes what a running OpenCode asks next", async () => {
  const saying = (text: string): Partial<GatewayOptions> => ({
    brain: () => ({ kind: "text", text }),
  });
  await using several = await withGateways({ a: saying("I am a."), b: saying("I am b.") });
  const { stage, gateways } = several;
  await using server = await startServer(stage);
  const program = async (...args: string[]) => {
    const child = Bun.spawn([process.execPath, "dist/cli.js", ...args], {
      env: stage.home.env,
      stdout: "pipe",
      stderr: "inherit",
    });
    return [await child.exited, await child.stdout.text()];
  };
  expect(await server.prompt({ model, text: "who are you" })).toBe("I am a.");
  expect((await program("gateways", "use", "b"))[0]).toBe(0);
  expect(await server.prompt({ model, text: "who are you" })).toBe("I am b.");
  expect((await program("gateways", "remove", "b", "--yes"))[0]).toBe(0);
  expect(await server.prompt({ model, text: "who are you" })).toBe("I am a.");
  expectApart(gateways);
});

scenario("beside each other: a provider of its own for the second gateway", async () => {
  await using stage = await createStage({
    config: { permission: { "*": "allow" } },
  });
  const c = startGateway({ key: keyOf("c") });
  try {
    await stage.home.writeSettings({
      instructions: "builtin",
      baseURL: stage.gateway.url,
      gateways: [{ name: "c", baseURL: c.url, provider: "relay2" }],
    });
    await writeKeys(stage.home, { c });
    const listed = await stage.opencode("models", "relay2");
    expect(listed.stdout.split("\n")).toContain("relay2/gpt-5.1-codex-high");
    const ours = await stage.opencode(
      "run",
      mainJob,
      "--model=relay2/gpt-5.1-codex",
      "--variant",
      "high",
    );
    expect([ours.exitCode, await Bun.file(join(stage.cwd, "test.txt")).text()]).toEqual([
      0,
      "hello world\n",
    ]);
    expectAccepted(c);
    expect(c.turns().map((turn) => turnOf(turn).effort)).toEqual(c.turns().map(() => "high"));
    expect(c.turns().map(({ headers }) => headers.authorization)).toEqual(
      c.turns().map(() => `Bearer ${keyOf("c")}`),
    );
    expect(stage.gateway.turns()).toEqual([]);
    await stage.opencode("run", "say hello", "--model=openai/gpt-5.1-codex");
    expect(stage.gateway.turns().length).toBe(1);
    expect(JSON.stringify(stage.gateway.transcript)).not.toContain(keyOf("c"));
  } finally {
    await c.close();
  }
});

scenario("beside OpenAI itself: nothing of its provider is ours", async () => {
  await using several = await withGateways({});
  const { stage } = several;
  const c = startGateway({ key: keyOf("c") });
  try {
    await stage.home.writeSettings({
      instructions: "builtin",
      gateways: [{ name: "c", baseURL: c.url, provider: "relay2" }],
    });
    await writeKeys(stage.home, { c });
    // ChatGPT's own login, whose tokens go nowhere in this test.
    await stage.home.writeCredential({
      type: "oauth",
      refresh: "r",
      access: "a",
      expires: Date.now() + 3_600_000,
    });
    const openai = await stage.opencode("models", "openai");
    expect(openai.stdout).not.toContain("gpt-5.1-codex-high");
    const ran = await stage.opencode("run", mainJob, "--model=relay2/gpt-5.1-codex-high");
    expect([ran.exitCode, await Bun.file(join(stage.cwd, "test.txt")).text()]).toEqual([
      0,
      "hello world\n",
    ]);
    expectAccepted(c);
  } finally {
    await c.close();
  }
});
