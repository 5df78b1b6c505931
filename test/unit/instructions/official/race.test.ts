/** A text that several hosts have: which one gives it, and who is asked at all. */
import { afterEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { downloadFromAny } from "../../../../src/instructions/official/race.ts";
import { catalog, promptHashes } from "../../../../src/models/catalog.ts";
import { longText } from "../github.ts";
import { createMachine, until } from "../setup.ts";

const good = longText("The right text.");
const bad = longText("Another text.");
const file = "gpt_5_codex_prompt.md";

type Host = { url: string; asked: string[]; given: number; stop: () => Promise<void> };
const open: Host[] = [];
afterEach(async () => {
  for (const host of open.splice(0)) await host.stop();
});

type Kind = "good" | "bad" | "404" | "hangs" | "late";

function host(kind: Kind): Host {
  const end = Promise.withResolvers<Response>();
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      self.asked.push(new URL(request.url).pathname);
      request.signal.addEventListener("abort", () => (self.given += 1));
      if (kind === "404") return new Response("no", { status: 404 });
      if (kind === "hangs") return end.promise;
      if (kind === "late") await Bun.sleep(150);
      return new Response(kind === "bad" ? bad : good);
    },
  });
  const self: Host = {
    url: `${server.url.origin}/`,
    asked: [],
    given: 0,
    async stop() {
      end.resolve(new Response(null, { status: 503 }));
      await server.stop(true);
    },
  };
  open.push(self);
  return self;
}

const gone = "http://127.0.0.1:1/";

describe("downloadFromAny", () => {
  const race = (urls: string[], patienceMs = 40) =>
    downloadFromAny(urls, {
      fetch: (url, init) => fetch(url, init),
      maxBytes: 100_000,
      signal: AbortSignal.timeout(3_000),
      patienceMs,
      check: (text) => (text === good ? undefined : "wrong"),
    });

  test.each<[string, (Kind | "gone")[], string, number[]]>([
    ["the first has it: nobody else is asked", ["good", "good"], "text", [1, 0]],
    ["the first has another text", ["bad", "good"], "text", [1, 1]],
    ["the first has none", ["404", "good"], "text", [1, 1]],
    ["the first is gone", ["gone", "good"], "text", [0, 1]],
    ["the first hangs", ["hangs", "good"], "text", [1, 1]],
    ["two hang", ["hangs", "hangs", "good"], "text", [1, 1, 1]],
    ["the first is late, the second hangs", ["late", "hangs"], "text", [1, 1]],
    ["none has it: what the first said", ["404", "bad", "gone"], "HTTP 404", [1, 1, 0]],
    ["one alone has none", ["bad"], "wrong", [1]],
  ])("%s", async (_, kinds, expected, asked) => {
    const hosts = kinds.map((kind) => (kind === "gone" ? undefined : host(kind)));
    const result = await race(hosts.map((one) => one?.url ?? gone));
    expect(result.type === "failed" ? result.reason : result.type).toBe(expected);
    expect(hosts.map((one) => one?.asked.length ?? 0)).toEqual(asked);
  });

  test("a host that hangs is let go of as soon as another has won", async () => {
    const [hanging, winner] = [host("hangs"), host("good")];
    await race([hanging.url, winner.url]);
    await until(() => hanging.given > 0);
  });

  test("all hang: given up with the signal", async () => {
    const hanging = [host("hangs"), host("hangs")];
    const result = await downloadFromAny(
      hanging.map(({ url }) => url),
      {
        fetch: (url, init) => fetch(url, init),
        maxBytes: 1_000,
        signal: AbortSignal.timeout(120),
        patienceMs: 20,
        check: () => undefined,
      },
    );
    expect(result).toMatchObject({ type: "failed", reason: "no answer in time" });
  });
});

describe("a prompt of the table", () => {
  const hashes = new Map([[file, createHash("sha256").update(good).digest("hex")]]);
  const resolve = async (
    hosts: { base: string; trust: "repository" | "hash" | "user" }[],
    known: ReadonlyMap<string, string> = hashes,
  ) => {
    await using machine = await createMachine();
    const github = { rawURL: "", apiURL: gone };
    const instructions = machine.start(github, { hosts, hashes: known });
    return await instructions.official("gpt-5.1-codex");
  };

  test("comes from whichever host has the text with the hash", async () => {
    const [wrong, right] = [host("bad"), host("good")];
    const hosts = [
      { base: `${wrong.url}raw/`, trust: "repository" as const },
      { base: `${right.url}gh/codex@`, trust: "hash" as const },
    ];
    expect(await resolve(hosts)).toBe(good);
    const path = `rust-v0.80.0/codex-rs/core/${file}`;
    expect(wrong.asked).toContain(`/raw/${path}`);
    expect(right.asked).toContain(`/gh/codex@${path}`);
  });

  test("with another hash it is none", async () => {
    expect(await resolve([{ base: host("bad").url, trust: "repository" }])).toBeUndefined();
    expect(await resolve([{ base: host("bad").url, trust: "hash" }])).toBeUndefined();
  });

  test("a mirror of the user's is believed", async () => {
    expect(await resolve([{ base: host("bad").url, trust: "user" }])).toBe(bad);
  });

  test("anybody's is not asked where no hash is known", async () => {
    const anybody = host("good");
    const hosts = [
      { base: gone, trust: "repository" as const },
      { base: anybody.url, trust: "hash" as const },
    ];
    expect(await resolve(hosts, new Map())).toBeUndefined();
    expect(anybody.asked).toEqual([]);
  });

  test("each has a hash", () => {
    const files = [...catalog.values()].flatMap(({ prompt = [] }) => prompt);
    for (const name of files)
      expect([name, promptHashes.get(name)]).toEqual([
        name,
        expect.stringMatching(/^[0-9a-f]{64}$/),
      ]);
    expect(new Set(promptHashes.keys())).toEqual(new Set(files));
  });
});
