/** Failover before real servers: who is asked, how often, and what the host gets to see. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createFolders } from "../../support/folder.ts";
import { createRandom } from "../../support/random.ts";
import { createStand, type Mode, Relay, type Seen, say, step } from "./stand.ts";

const folders = createFolders();
const seen: Seen[] = [];
const relays = ["a", "b", "c"].map((name) => new Relay(name, seen));
const [a, b, c] = relays as [Relay, Relay, Relay];
afterAll(async () => {
  await Promise.all(relays.map(({ server }) => server.stop(true)));
});
afterEach(folders.clean);
beforeEach(() => {
  seen.length = 0;
  for (const relay of relays) relay.mode = "well";
});

const order = () => seen.map(({ relay }) => relay).join(" ");
const start = (count: number, change = {}) =>
  createStand({ relays: relays.slice(0, count), folder: folders.make(), ...change });

/** Mode of the first and of all others → with two and with three gateways: who is asked, what is shown. */
type Row = readonly [first: Mode, others: Mode, two: string, three: string, shown: RegExp];

const answer = /^<[bc] \d+>$/;

describe("the first fails before it has answered", () => {
  test.each<Row>([
    ["well", "well", "a", "a", /^<a \d+>$/],
    ["401", "well", "a b", "a b", answer],
    ["402", "well", "a b", "a b", answer],
    ["403", "well", "a b", "a b", answer],
    ["408", "well", "a b", "a b", answer],
    ["429", "well", "a b", "a b", answer],
    ["500", "well", "a b", "a b", answer],
    ["503", "well", "a b", "a b", answer],
    ["page", "well", "a b", "a b", answer],
    ["redirect", "well", "a b", "a b", answer],
    ["quotaInStream", "well", "a b", "a b", answer],
    ["failInStream", "well", "a b", "a b", answer],
    ["reset", "well", "a b", "a b", answer],
    ["resetAtHead", "well", "a b", "a b", answer],
    ["silent", "well", "a b", "a b", answer],
    // Never: another gateway would say the same, or must not be asked.
    ["400", "well", "a", "a", /refused by a/],
    ["413", "well", "a", "a", /takes less \(413\)/],
    ["422", "well", "a", "a", /refused by a/],
    ["policy", "well", "a", "a", /failed at a/],
    // After output nobody is asked but by the host itself, which has dropped what it had.
    ["cutText", "well", "a b", "a b", answer],
    ["failAfterText", "well", "a b", "a b", answer],
    // All fail: each once, then what is left of three tries.
    ["401", "401", "a b", "a b c", /All gateways failed: a \(its key was refused\), b/],
    ["402", "401", "a b", "a b c", /All gateways failed: a \(its balance or quota is used up\)/],
    [
      "503",
      "503",
      "a b a",
      "a b c",
      /Given up after 3 tries\. All gateways failed: a \(.*\), b \(/,
    ],
    [
      "429",
      "503",
      "a b b",
      "a b c",
      /Given up after 3 tries\. All gateways failed: a \(.*\), b \(/,
    ],
    ["503", "400", "a b", "a b", /refused by b/],
    ["cutText", "cutText", "a b a", "a b c", /partial of/],
  ])("%s, then %s", async (first, others, two, three, shown) => {
    for (const [count, asked] of [
      [2, two],
      [3, three],
    ] as const) {
      seen.length = 0;
      a.mode = first;
      b.mode = others;
      c.mode = others;
      const { gateway } = start(count);
      const told = await step(gateway, [say("hello")]);
      expect(order()).toBe(asked);
      expect(told.text).toMatch(shown);
    }
  });

  test("with more gateways than tries there are else: each is asked once, and the count is right", async () => {
    const d = new Relay("d", seen);
    for (const relay of [...relays, d]) relay.mode = "503";
    const { gateway } = createStand({ relays: [...relays, d], folder: folders.make() });
    const told = await step(gateway, [say("hello")]);
    await d.server.stop(true);
    expect(order()).toBe("a b c d");
    expect(told.text).toMatch(/Given up after 4 tries/);
  });

  test("a connection that is refused", async () => {
    const gone = new Relay("gone", seen);
    const { gateway, moves } = createStand({ relays: [gone, b], folder: folders.make() });
    await gone.server.stop(true);
    expect((await step(gateway, [say("hello")])).text).toMatch(/^<b/);
    expect(moves).toEqual([{ from: "gone", to: "b", why: "unreachable" }]);
  });

  test("silence of the only one that is left is waited for by the host, not by us", async () => {
    b.mode = "401";
    const { gateway } = start(2, { firstByteTimeoutMs: 200 });
    await step(gateway, [say("hello")]);
    a.mode = "silent";
    const patient = step(gateway, [say("another")], { session: "ses_2" });
    // b rests, and is asked all the same before nothing is answered; then nobody is left.
    const told = await patient;
    expect(told.text).toContain("All gateways failed: a (it said nothing for too long), b");
    b.mode = "silent";
    seen.length = 0;
    const other = await step(gateway, [say("a third")], { session: "ses_3" });
    // Both rest: the sooner well again first, and the other for as long as a stream may be silent.
    expect(order()).toBe("a b");
    expect(other.status).toBe(-1);
  });
});

describe("which one is next", () => {
  test("the one that serves the model", async () => {
    a.mode = "503";
    const serves = { a: ["m"], b: ["other"], c: ["m"] };
    const { gateway } = start(3, { serves });
    await step(gateway, [say("hello")], { model: "m" });
    expect(order()).toBe("a c");
  });

  test("a model that the first does not serve goes to the one that does, without a word", async () => {
    const { gateway, moves } = start(2, { serves: { a: ["x"], b: ["m"] } });
    await step(gateway, [say("hello")], { model: "m" });
    await step(gateway, [say("hello")], { model: "x" });
    expect([order(), moves]).toEqual(["b a", []]);
  });

  test("a model that nobody serves: the first says so", async () => {
    const { gateway } = start(2, { serves: { a: ["x"], b: ["y"] } });
    await step(gateway, [say("hello")], { model: "m" });
    expect(order()).toBe("a");
  });
});

describe("the order's first comes back", () => {
  test("when it is well, at a turn's start, and not inside a turn", async () => {
    let time = 1_000_000;
    const { gateway, moves } = start(2, { now: () => time });
    a.mode = "503";
    const turn = [say("first turn")];
    const one = await step(gateway, turn);
    a.mode = "well";
    time += 16_000;
    await step(gateway, [...turn, ...one.output]);
    expect(order()).toBe("a b b");
    await step(gateway, [...turn, ...one.output, say("second turn")]);
    expect(order()).toBe("a b b a");
    expect(moves).toEqual([
      { from: "a", to: "b", why: "outage" },
      { from: "b", to: "a", why: "back" },
    ]);
  });

  test("and rests longer each time it fails again", async () => {
    let time = 1_000_000;
    const { gateway } = start(2, { now: () => time });
    a.mode = "503";
    const asked = async (text: string, after: number) => {
      time += after;
      seen.length = 0;
      await step(gateway, [say(text)]);
      return order();
    };
    expect(await asked("1", 0)).toBe("a b");
    expect(await asked("2", 14_000)).toBe("b");
    expect(await asked("3", 2_000)).toBe("a b");
    expect(await asked("4", 29_000)).toBe("b");
    expect(await asked("5", 2_000)).toBe("a b");
  });

  test("as the gateway asks: retry-after", async () => {
    let time = 1_000_000;
    const limited = Bun.serve({
      port: 0,
      fetch: () =>
        Response.json(
          { error: { message: "slow" } },
          { status: 429, headers: { "retry-after": "100" } },
        ),
    });
    const relay = Object.assign(new Relay("limited", seen), {});
    await relay.server.stop(true);
    Object.defineProperty(relay, "url", { value: `http://127.0.0.1:${limited.port}/responses` });
    const { gateway, debug } = createStand({
      relays: [relay, b],
      folder: folders.make(),
      now: () => time,
    });
    const tried = async (text: string) => {
      debug.length = 0;
      await step(gateway, [say(text)]);
      return debug.includes("asking gateway limited");
    };
    expect(await tried("1")).toBe(true);
    time += 99_000;
    expect(await tried("2")).toBe(false);
    time += 2_000;
    expect(await tried("3")).toBe(true);
    await limited.stop(true);
  });
});

describe("what belongs to an account stays with it", () => {
  test("encrypted reasoning and turn-state", async () => {
    let time = 1_000_000;
    const { gateway } = start(2, { now: () => time });
    const first = [say("one")];
    const one = await step(gateway, first);
    a.mode = "503";
    const two = await step(gateway, [...first, ...one.output]);
    a.mode = "well";
    time += 60_000;
    await step(gateway, [...first, ...one.output, ...two.output, say("two")]);
    expect(order()).toBe("a a b a");
    const carried = seen.map(({ body, headers }) => [
      [...new Set(body.match(/encrypted-by-\w/g) ?? [])].join(),
      headers["x-codex-turn-state"]?.slice(0, 10) ?? "",
    ]);
    expect(carried).toEqual([
      ["", ""],
      ["encrypted-by-a", "state-of-a"],
      ["", ""],
      ["encrypted-by-a", ""],
    ]);
  });

  test("a session that goes on in another process", async () => {
    const folder = folders.make();
    a.mode = "503";
    const one = await step(createStand({ relays: [a, b], folder }).gateway, [say("one")]);
    // It is written behind the answer.
    await Bun.sleep(100);
    a.mode = "well";
    seen.length = 0;
    const later = () => Date.now() + 20_000;
    const next = createStand({ relays: [a, b], folder, now: later });
    await step(next.gateway, [say("one"), ...one.output, say("two")]);
    expect(order()).toBe("a");
    expect(seen[0]?.body).not.toContain("encrypted-by-b");
  });
});

describe("two processes", () => {
  test("what one has met, the other knows", async () => {
    const folder = folders.make();
    a.mode = "401";
    await step(createStand({ relays: [a, b], folder }).gateway, [say("one")]);
    seen.length = 0;
    const other = createStand({ relays: [a, b], folder });
    await step(other.gateway, [say("two")], { session: "ses_2" });
    expect([order(), other.moves]).toEqual(["b", [{ from: "a", to: "b", why: "key" }]]);
  });

  test("but another key is another try", async () => {
    const folder = folders.make();
    a.mode = "401";
    await step(createStand({ relays: [a, b], folder }).gateway, [say("one")]);
    seen.length = 0;
    const mended = Object.assign(Object.create(a), { key: "sk-mended-0123456789" });
    await step(createStand({ relays: [mended, b], folder }).gateway, [say("two")]);
    expect(order()).toBe("a b");
  });

  test("a disk that takes nothing: it lasts as long as the process", async () => {
    a.mode = "503";
    const { gateway } = start(2, { folder: "/dev/null/no" });
    await step(gateway, [say("one")]);
    await step(gateway, [say("two")]);
    expect(order()).toBe("a b b");
  });
});

test("the host that leaves ends it: nobody else is asked", async () => {
  a.mode = "silent";
  const { gateway } = start(2, { firstByteTimeoutMs: 5_000 });
  const leaving = new AbortController();
  const asked = gateway.handle({
    url: "https://api.openai.com/v1/responses",
    headers: {},
    body: JSON.stringify({ model: "gpt-5.1-codex", input: [say("x")], stream: true }),
    signal: leaving.signal,
  });
  setTimeout(() => leaving.abort(new Error("left")), 30);
  expect(asked).rejects.toThrow("left");
  await asked.catch(() => {});
  await Bun.sleep(20);
  expect(order()).toBe("a");
});

/** A thousand take half a minute: `FAILOVER_SEQUENCES=1000 bun test test/unit/failover`. */
const sequences = Number(process.env.FAILOVER_SEQUENCES ?? 200);

describe(`${sequences} random sequences over three gateways`, () => {
  const broken: readonly Mode[] = [
    "401",
    "402",
    "403",
    "408",
    "429",
    "500",
    "503",
    "page",
    "redirect",
    "quotaInStream",
    "failInStream",
    "reset",
    "resetAtHead",
    "cutText",
    "failAfterText",
  ];

  /** Three turns of two steps; each gateway's state is drawn anew for each step. */
  async function sequence(seed: number): Promise<void> {
    const random = createRandom(seed);
    let time = 1_000_000;
    const { gateway } = createStand({
      relays,
      folder: folders.make(),
      now: () => time,
      firstByteTimeoutMs: 300,
    });
    let history: unknown[] = [];
    let ended = true;
    for (let number = 0; number < 6; number++) {
      // A turn that ended in an error is over: the user says something.
      if (ended || number % 2 === 0) history = [...history, say(`turn ${number} of ${seed}`)];
      for (const relay of relays) {
        const modes = seed % 20 === 0 ? [...broken, "silent" as const] : broken;
        relay.mode = random.int(3) === 0 ? "well" : random.pick(modes);
      }
      time += random.int(40_000);
      seen.length = 0;
      let whenOutputBegan = 0;
      const shown = await step(gateway, history, {
        session: `ses_${seed}`,
        onOutput: () => {
          whenOutputBegan = seen.length;
        },
      });
      const context = `seed ${seed}, step ${number}: ${relays.map(({ mode }) => mode)}: ${order()}`;
      const well = relays.filter(({ mode }) => mode === "well");
      if (well.length > 0) {
        const names = well.map(({ name }) => name).join("");
        // Whole, once, and of a gateway that is well.
        expect([context, shown.text]).toEqual([
          context,
          expect.stringMatching(new RegExp(`^<[${names}] \\d+>$`)),
        ]);
        // Once output began nobody was asked but for the host itself.
        expect([context, seen.length]).toEqual([context, whenOutputBegan]);
      }
      expect([context, seen.length <= 3]).toEqual([context, true]);
      for (const { relay, headers, body } of seen) {
        const own = relays.find(({ name }) => name === relay);
        expect(headers.authorization).toBe(`Bearer ${own?.key}`);
        expect(headers["x-own"]).toBe(`header-of-${relay}`);
        const all = JSON.stringify(headers) + body;
        const foreign = relays.filter(({ name }) => name !== relay);
        for (const { name, key } of foreign) {
          for (const part of [
            key,
            `header-of-${name}`,
            `encrypted-by-${name}`,
            `state-of-${name}`,
          ]) {
            expect([context, all.includes(part)]).toEqual([context, false]);
          }
        }
      }
      history = [...history, ...shown.output];
      ended = shown.status !== 200;
    }
    folders.clean();
  }

  for (let first = 1; first <= sequences; first += 100) {
    const last = Math.min(first + 99, sequences);
    test(`${first} to ${last}`, async () => {
      for (let seed = first; seed <= last; seed++) await sequence(seed);
    }, 120_000);
  }
});
