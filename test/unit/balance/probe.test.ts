/** Asking relays that are real servers: which paths, how often, and never another origin. */
import { afterEach, describe, expect, test } from "bun:test";
import { createBalances } from "../../../src/balance/keep.ts";
import { type Probed, probe, rootOf } from "../../../src/balance/probe.ts";
import { createJsonCache } from "../../../src/json-cache.ts";
import { createFolders } from "../../support/folder.ts";

const key = "sk-balance-0123456789";
const folders = createFolders();
const servers: ReturnType<typeof Bun.serve>[] = [];
afterEach(async () => {
  folders.clean();
  await Promise.all(servers.splice(0).map((server) => server.stop(true)));
});

type Paths = Readonly<Record<string, unknown>>;

/** Answers these paths with JSON (a number is a status), everything else with 404. */
function relay(paths: Paths) {
  const asked: string[] = [];
  const keys = new Set<string | null>();
  const server = Bun.serve({
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      keys.add(request.headers.get("authorization"));
      const answer = paths[pathname];
      if (typeof answer === "string") return Response.redirect(answer, 307);
      if (typeof answer === "number") return new Response("{}", { status: answer });
      return answer === undefined
        ? Response.json({ error: { message: "Invalid URL" } }, { status: 404 })
        : Response.json(answer);
    },
  });
  servers.push(server);
  const url = `http://127.0.0.1:${server.port}`;
  return { url, asked, keys };
}

const how = {
  fetch: (url: string, init: RequestInit) => fetch(url, init),
  signal: new AbortController().signal,
  timeoutMs: 2_000,
};

const wallet = { mode: "unrestricted", isValid: true, unit: "USD", remaining: 8, balance: 8 };
const points = {
  data: {
    total_granted: 1_000_000,
    total_used: 0,
    total_available: 1_000_000,
    unlimited_quota: false,
    expires_at: 0,
  },
};
const bill = { object: "billing_subscription", hard_limit_usd: 3, access_until: 0 };
const info = { token_limit: 10, tokens_used: 4, tokens_remaining: 6, usage: {} };

const remaining = (probed: Probed) =>
  probed.type === "balance" ? [probed.balance.kind, probed.balance.remaining] : probed;

describe("detected by asking", () => {
  const [sub2api, newApi, oneApi] = [
    "/v1/usage",
    "/api/usage/token/",
    "/v1/dashboard/billing/subscription",
  ];
  test.each<[string, Paths, ReturnType<typeof remaining>, readonly string[]]>([
    ["sub2api", { [sub2api]: wallet }, ["sub2api", { value: 8, unit: "USD" }], [sub2api]],
    [
      "new-api",
      { [newApi]: points, "/api/status": { data: { quota_per_unit: 500_000 } } },
      ["new-api", { value: 2, unit: "USD" }],
      [sub2api, newApi, "/api/status"],
    ],
    [
      "one-api",
      { [oneApi]: bill, "/v1/dashboard/billing/usage": { total_usage: 100 } },
      ["one-api", { value: 2, unit: "site" }],
      [sub2api, newApi, oneApi, "/v1/dashboard/billing/usage"],
    ],
    [
      "claude-relay-service",
      { "/openai/key-info": info },
      ["claude-relay-service", { value: 6, unit: "tokens" }],
      [sub2api, newApi, oneApi, "/openai/key-info"],
    ],
    ["none of them", {}, { type: "unknown" }, [sub2api, newApi, oneApi, "/openai/key-info"]],
    [
      "a limit",
      { [sub2api]: 429 },
      { type: "failed", problem: { type: "status", status: 429 } },
      [sub2api],
    ],
    [
      "an outage",
      { [sub2api]: 502 },
      { type: "failed", problem: { type: "status", status: 502 } },
      [sub2api],
    ],
  ])("%s", async (_, paths, told, asked) => {
    const gateway = relay(paths);
    expect(remaining(await probe({ ...how, baseURL: `${gateway.url}/v1`, key }))).toEqual(told);
    expect(gateway.asked).toEqual([...asked]);
    expect([...gateway.keys]).toEqual([`Bearer ${key}`]);
  });

  test("a redirect is not followed: the key belongs to this origin", async () => {
    const other = relay({ "/v1/usage": wallet });
    const elsewhere = `${other.url}${sub2api}`;
    const gateway = relay({ [sub2api]: elsewhere, [newApi]: elsewhere });
    expect(await probe({ ...how, baseURL: gateway.url, key })).toEqual({ type: "unknown" });
    expect(other.asked).toEqual([]);
  });

  test("nobody there, and nobody who answers", async () => {
    const { url } = relay({});
    await servers.splice(0)[0]?.stop(true);
    expect(await probe({ ...how, baseURL: url, key })).toEqual({
      type: "failed",
      // Bun 1.3 does not tell a refusal from an unknown host.
      problem: { type: "unreachable", kind: expect.stringMatching(/^refused/) },
    });
    const silent = Bun.serve({ port: 0, fetch: () => new Promise<Response>(() => {}) });
    servers.push(silent);
    const baseURL = `http://127.0.0.1:${silent.port}`;
    expect(await probe({ ...how, baseURL, key, timeoutMs: 50 })).toEqual({
      type: "failed",
      problem: { type: "unreachable", kind: "timed_out" },
    });
  });
});

test.each([
  ["https://g.example", "https://g.example"],
  ["https://g.example/v1", "https://g.example"],
  ["https://g.example/openai", "https://g.example"],
  ["https://g.example/openai/v1/responses", "https://g.example"],
  ["https://g.example/backend-api/codex", "https://g.example"],
  ["https://g.example:8443/team-a/v1", "https://g.example:8443/team-a"],
])("the root of %s is %s", (baseURL, root) => {
  expect(rootOf(baseURL)).toBe(root);
});

describe("kept on disk", () => {
  function open(baseURL: string, now: () => number, asker = key) {
    const cache = createJsonCache({ folder, debug: () => {} });
    return createBalances({ cache, baseURL, key: asker, now });
  }
  let folder = "";
  let time = 1_000_000;
  const now = () => time;

  test("asked once in ten minutes, then the known kind alone; another key is asked for itself", async () => {
    folder = folders.make({});
    const gateway = relay({ "/openai/key-info": info });
    const first = open(gateway.url, now);
    expect(remaining(await first.ask(how))).toEqual([
      "claude-relay-service",
      { value: 6, unit: "tokens" },
    ]);
    expect(gateway.asked.length).toBe(4);
    expect((await open(gateway.url, now).ask(how)).type).toBe("balance");
    expect(gateway.asked.length).toBe(4);
    time += 11 * 60_000;
    await open(gateway.url, now).ask(how);
    expect(gateway.asked.slice(4)).toEqual(["/openai/key-info"]);
    expect(await open(gateway.url, now, "sk-other-0123456789").recall()).toEqual([]);
    const text = await Bun.file(`${folder}/${(await list(folder))[0]}`).text();
    expect(text).not.toContain(key);
  });

  test("no known kind: left alone for a day; asked anew when the user asks", async () => {
    folder = folders.make({});
    const gateway = relay({});
    await open(gateway.url, now).ask(how);
    time += 3_600_000;
    expect(await open(gateway.url, now).ask(how)).toEqual({ type: "unknown" });
    expect(gateway.asked.length).toBe(4);
    await open(gateway.url, now).ask(how, true);
    expect(gateway.asked.length).toBe(8);
  });

  test("another relay runs there by now", async () => {
    folder = folders.make({});
    const paths: Record<string, unknown> = { "/openai/key-info": info };
    const gateway = relay(paths);
    await open(gateway.url, now).ask(how);
    delete paths["/openai/key-info"];
    paths["/v1/usage"] = wallet;
    expect(remaining(await open(gateway.url, now).ask(how, true))).toEqual([
      "sub2api",
      { value: 8, unit: "USD" },
    ]);
  });

  test("what an answer said about the limits stands beside it, the newest first", async () => {
    folder = folders.make({});
    const gateway = relay({ "/v1/usage": wallet });
    const balances = open(gateway.url, now);
    await balances.keepCodex({ kind: "codex", windows: [{ name: "5-hour", usedPercent: 3 }] });
    time += 1_000;
    await balances.ask(how);
    const known = await balances.recall();
    expect(known.map(({ balance }) => balance.kind)).toEqual(["sub2api", "codex"]);
  });
});

async function list(folder: string): Promise<string[]> {
  return Array.fromAsync(new Bun.Glob("balance-*.json").scan(folder));
}
