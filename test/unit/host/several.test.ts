/** Several gateways in one session: as the settings say, also when they change while it runs. */
import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createBalances } from "../../../src/balance/keep.ts";
import { createSession, type SessionDependencies } from "../../../src/host/session.ts";
import { createInstructionsMemory } from "../../../src/instructions/sources.ts";
import { createJsonCache } from "../../../src/json-cache.ts";
import { noRequestLog } from "../../../src/log/request-log.ts";
import { changeKeys, keysPath, withKey } from "../../../src/settings/keys.ts";
import { changeSettings, settingsPath } from "../../../src/settings/store.ts";
import { sampleBody, userMessage } from "../../gateway/sample.ts";
import { startGateway } from "../../gateway/server.ts";
import type { Gateway, GatewayOptions } from "../../gateway/types.ts";
import { eventsIn, textIn } from "../../support/answers.ts";
import { createFolders } from "../../support/folder.ts";

const folders = createFolders();
const open: { dispose(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.dispose()));
  folders.clean();
});

const keyOf = (name: string) => `sk-of-${name}-0123456789`;

function relay(name: string, options: Partial<GatewayOptions> = {}): Gateway {
  const gateway = startGateway({
    key: keyOf(name),
    strict: false,
    brain: () => ({ kind: "text", text: `I am ${name}.` }),
    ...options,
  });
  open.push({ dispose: gateway.close });
  return gateway;
}

async function start(gateways: Readonly<Record<string, Gateway>>, settings: object = {}) {
  const entries = Object.entries(gateways).map(([name, { url }]) => ({ name, baseURL: url }));
  const home = folders.make({
    ".opencode/openai-codex-auth-config.json": {
      instructions: "builtin",
      gateways: entries,
      ...settings,
    },
  });
  for (const [name, { url }] of Object.entries(gateways)) {
    await changeKeys(keysPath(home), (keys) => withKey(keys, name, url, keyOf(name)));
  }
  const toasts: string[] = [];
  const deps: SessionDependencies = {
    env: {},
    home,
    directory: home,
    worktree: home,
    pluginOptions: undefined,
    fetch: (url, init) => fetch(url, init),
    instructionsMemory: createInstructionsMemory(),
    requestLog: noRequestLog,
    toast: (_, message) => void toasts.push(message),
    debug: () => {},
  };
  const session = createSession(deps);
  open.push(session);
  let turns = 0;
  async function ask(): Promise<string> {
    const { gateway } = await session.upToDate();
    turns += 1;
    const response = await gateway.handle({
      url: "https://api.openai.com/v1/responses",
      headers: {},
      body: JSON.stringify(sampleBody({ input: [userMessage(`turn ${turns}`)] })),
      signal: undefined,
    });
    return response.ok ? textIn(eventsIn(await response.bytes())) : await response.text();
  }
  return { home, session, toasts, ask };
}

const down: Partial<GatewayOptions> = {
  respond: (_, { exchange }) =>
    exchange.kind === "responses" ? new Response(null, { status: 503 }) : undefined,
};

test("the second answers for the first, and one notice says so", async () => {
  const { ask, toasts } = await start({ a: relay("a", down), b: relay("b") });
  expect([await ask(), await ask()]).toEqual(["I am b.", "I am b."]);
  expect(toasts.filter((toast) => toast.includes("is left for"))).toEqual([
    "Gateway a is left for b: it has trouble.",
  ]);
});

test("failover switched off: the first alone is asked", async () => {
  const b = relay("b");
  const { ask } = await start({ a: relay("a", down), b }, { failover: false });
  expect(await ask()).toContain("503");
  expect(b.requests()).toEqual([]);
});

test("what the program changes counts with the next request", async () => {
  const { home, ask } = await start({ a: relay("a"), b: relay("b") });
  expect(await ask()).toBe("I am a.");
  await changeSettings(settingsPath(home), () => [{ path: ["gatewayOrder"], value: ["b"] }]);
  expect(await ask()).toBe("I am b.");
  await changeKeys(keysPath(home), (keys) => ({
    ...keys,
    keys: { a: keys.keys.a ?? { origin: "", key: "" } },
  }));
  expect(await ask()).toBe("I am a.");
});

test("models: those of all that can be asked, each once", async () => {
  const list = (...models: string[]) => ({ models: { shape: "openai" as const, models } });
  const { session } = await start({
    a: relay("a", list("gpt-5.2", "of-a")),
    b: relay("b", list("gpt-5.2", "of-b")),
  });
  const models = await session.loadModels();
  expect(models?.map(({ id }) => id)).toEqual(["gpt-5.2", "of-a", "of-b"]);
});

describe("what is left", () => {
  const wallet = (balance: number, asked: string[] = []): Partial<GatewayOptions> => ({
    respond(_, { exchange }) {
      if (exchange.path !== "/v1/usage") return undefined;
      asked.push(exchange.path);
      return Response.json({ mode: "unrestricted", isValid: true, remaining: balance, balance });
    },
  });

  test("a low balance is told once, and asked for once", async () => {
    const asked: string[] = [];
    const { ask, toasts } = await start({ a: relay("a", wallet(1.5, asked)) }, { lowBalance: 5 });
    await ask();
    await ask();
    for (let waited = 0; toasts.length === 0 && waited < 100; waited++) await Bun.sleep(20);
    await ask();
    expect(toasts).toEqual(["Little is left at gateway a: $1.50 left."]);
    expect(asked).toEqual(["/v1/usage"]);
  });

  test("enough of it: nothing is told; without the setting nothing is asked", async () => {
    const [rich, unasked]: [string[], string[]] = [[], []];
    const one = await start({ a: relay("a", wallet(50, rich)) }, { lowBalance: 5 });
    const two = await start({ a: relay("a", wallet(0, unasked)) });
    await Promise.all([one.ask(), two.ask()]);
    for (let waited = 0; rich.length === 0 && waited < 100; waited++) await Bun.sleep(20);
    await Bun.sleep(50);
    expect([one.toasts, two.toasts, unasked]).toEqual([[], [], []]);
  });

  test("limits that an answer names, in headers and in an event, are kept for the program", async () => {
    const event = {
      type: "codex.rate_limits",
      rate_limits: { primary: { used_percent: 42, window_minutes: 300 } },
    };
    const gateway = relay("a", {
      respond(_, context) {
        if (context.exchange.kind !== "responses") return undefined;
        const events = [event, ...context.events({ kind: "text", text: "I am a." })];
        return new Response(events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(""), {
          headers: { "content-type": "text/event-stream" },
        });
      },
    });
    const { ask, home } = await start({ a: gateway });
    expect(await ask()).toBe("I am a.");
    const cache = createJsonCache({ folder: join(home, ".opencode/cache"), debug: () => {} });
    const balances = createBalances({ cache, baseURL: gateway.url, key: keyOf("a") });
    let known = await balances.recall();
    for (let waited = 0; known.length === 0 && waited < 100; waited++) {
      await Bun.sleep(20);
      known = await balances.recall();
    }
    expect(known.map(({ balance }) => balance.windows)).toEqual([
      [{ name: "5-hour", usedPercent: 42 }],
    ]);
  });
});

describe("a provider of its own", () => {
  test("is apart from the others, and its gateways stand in for each other", async () => {
    const [a, c, d] = [relay("a"), relay("c", down), relay("d")];
    const { home, session, ask } = await start({ a, c, d });
    await changeSettings(settingsPath(home), () => [
      { path: ["gateways", 1, "provider"], value: "relay2" },
      { path: ["gateways", 2, "provider"], value: "relay2" },
    ]);
    expect(await ask()).toBe("I am a.");
    const { beside } = await session.upToDate();
    const response = await beside.get("relay2")?.gateway.handle({
      url: "https://api.openai.com/v1/responses",
      headers: {},
      body: JSON.stringify(sampleBody()),
      signal: undefined,
    });
    expect(textIn(eventsIn((await response?.bytes()) ?? new Uint8Array()))).toBe("I am d.");
    expect(a.requests().length).toBe(1);
  });
});
