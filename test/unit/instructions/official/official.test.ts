/** Download and cache, against a local server that plays GitHub and fails in every way it can. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { builtinInstructions } from "../../../../src/instructions/builtin.ts";
import {
  createInstructions,
  createInstructionsMemory,
} from "../../../../src/instructions/sources.ts";
import { createJsonCache } from "../../../../src/json-cache.ts";
import {
  createGitHub,
  createTruncating,
  type GitHub,
  longText,
  modelsPath,
  modelsText,
  newerText,
  olderModelsPath,
  pinnedTag,
  promptPath,
  promptPaths,
  promptText,
  releasePath,
} from "../github.ts";
import { createMachine, day, type Machine, minute, until } from "../setup.ts";

const model = "gpt-5.1-codex";
/** The prompts, and the newest release. */
const downloads = promptPaths.length + 1;
const path = promptPath(model);
const official = promptText(path);
const failuresFile = "codex-download-failures.json";
const everything = [...promptPaths, releasePath, modelsPath].sort();

let github: GitHub;
let machine: Machine;
beforeEach(async () => {
  github = createGitHub();
  machine = await createMachine();
});
afterEach(async () => {
  await machine[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
});

const cached = (file: string): string => join(machine.cacheFolder, file);
const cacheFileOf = (promptPath: string): string =>
  cached(`codex-${pinnedTag}-${promptPath.split("/").at(-1)}.json`);
const files = (): Promise<string[]> => readdir(machine.cacheFolder).catch(() => []);
/** Everything is there, and nothing is being written. */
const complete = async (): Promise<boolean> => {
  const names = await files();
  const prompts = promptPaths.every((path) =>
    names.some((name) => cacheFileOf(path).endsWith(name)),
  );
  return prompts && names.includes("codex-models.json") && isQuiet(names);
};
const isQuiet = (names: readonly string[]): boolean =>
  names.length > 0 && names.every((name) => name.endsWith(".json"));
const failureNoted = async (): Promise<boolean> =>
  isQuiet(await files()) && (await files()).includes(failuresFile);

/** Everything downloaded and cached, and the server's list of requests empty again. */
async function fillCache(): Promise<void> {
  machine.start(github).start();
  await until(complete);
  github.asked.length = 0;
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

describe("download and cache", () => {
  test("begins with the plugin, once for each family and the catalogue", async () => {
    const instructions = machine.start(github);
    instructions.start();
    instructions.start();
    await until(complete);
    expect(github.asked.toSorted()).toEqual(everything);
    expect(machine.log).toEqual([]);
  });

  test("files are 0600 in a folder of 0700, and nothing else is left there", async () => {
    await mkdir(machine.cacheFolder, { recursive: true, mode: 0o755 });
    await fillCache();
    // A note of what failed may still be being written, under its lock.
    await until(async () => isQuiet(await files()));
    const names = (await files()).filter((name) => name.endsWith(".json"));
    if (process.platform === "win32") return;
    expect((await stat(machine.cacheFolder)).mode & 0o777).toBe(0o700);
    for (const name of names) expect((await stat(cached(name))).mode & 0o777).toBe(0o600);
  });

  test("a cached prompt is never asked for again, and is there at once", async () => {
    await fillCache();
    machine.time += 400 * day;
    github.respond = github.hang;
    const instructions = machine.start(github, { waitMs: 5_000 });
    expect(await elapsed(() => instructions.resolve(model))).toBeLessThan(2_000);
    expect(await instructions.resolve(model)).toBe(official);
    expect(github.asked.filter((asked) => asked.startsWith("/raw"))).toEqual([]);
  });

  const damaged: Record<string, (text: string) => string | Uint8Array> = {
    "cut off by a crash": (text) => text.slice(0, text.length / 2),
    emptied: () => "",
    "with an empty text": () => '{"text":" "}',
    "with a web page": () => '{"text":"<html><body>Sign in</body></html>"}',
    "not JSON": () => official,
    binary: () => new Uint8Array([0, 1, 2, 255]),
  };
  for (const [how, damage] of Object.entries(damaged)) {
    test(`a cached prompt that is damaged (${how}) is downloaded again`, async () => {
      await fillCache();
      const file = cacheFileOf(path);
      await writeFile(file, damage(await readFile(file, "utf8")));
      expect(await machine.start(github).resolve(model)).toBe(official);
      expect(github.asked).toEqual([path]);
      expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ text: official });
    });
  }

  // Root may write everywhere, so there it is a file that stands where the folder should be.
  test("a disk that cannot be written to costs the cache, not the prompt", async () => {
    await writeFile(join(machine.home, ".opencode"), "in the way");
    const instructions = machine.start(github);
    expect(await instructions.resolve(model)).toBe(official);
    expect(machine.log.every((line) => line.startsWith("could not write"))).toBe(true);
  });

  test("a request waits for a download that is under way", async () => {
    github.respond = (_, asked) =>
      asked === path ? Bun.sleep(50).then(() => undefined) : undefined;
    expect(await machine.start(github).resolve(model)).toBe(official);
  });

  test("what is asked of GitHub holds no key and names no user", async () => {
    const seen: string[] = [];
    github.respond = (request) => {
      seen.push(...request.headers.keys());
      return undefined;
    };
    await fillCache();
    const known = ["accept", "accept-encoding", "connection", "host", "user-agent"];
    expect([...new Set(seen)].sort()).toEqual(known);
  });
});

describe("failures", () => {
  const huge = new Uint8Array(10 * 1024 * 1024).fill(0x61);
  /** Of whichever fails first: the catalogue may be longer than a prompt. */
  const tooLong =
    /\(models\.json: longer than 4096 KiB\)|\((?!models\.json)\S+: longer than 256 KiB\)/;
  const failures: Record<string, [reason: string | RegExp, respond: () => Response]> = {
    "403": ["HTTP 403", () => new Response("rate limit exceeded", { status: 403 })],
    "404": ["HTTP 404", () => new Response("404: Not Found", { status: 404 })],
    "500": ["HTTP 500", () => new Response("oops", { status: 500 })],
    "a 304 nobody asked for": ["HTTP 304", () => new Response(null, { status: 304 })],
    "206, a part": ["HTTP 206", () => new Response("You are", { status: 206 })],
    "a web page": ["it is a web page", () => new Response("<!doctype html><title>Blocked</title>")],
    "an empty body": ["it is empty", () => new Response("")],
    "a binary body": [
      "binary data",
      () => new Response(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1])),
    ],
    "NUL in a text": ["it is not text but binary data", () => new Response("You\0are")],
    "10 MB": [tooLong, () => new Response(huge)],
    "10 MB without a length": [tooLong, () => new Response(endless())],
  };

  for (const [name, [reason, respond]] of Object.entries(failures)) {
    test(`${name}: built-in text, one line, nothing cached`, async () => {
      github.respond = respond;
      const instructions = machine.start(github);
      expect(await instructions.resolve(model)).toBe(builtinInstructions);
      await until(() => machine.log.length > 0);
      await until(failureNoted);
      expect(await files()).toEqual([failuresFile]);
      expect(machine.log).toHaveLength(1);
      expect(machine.log[0]).toStartWith(`${downloads} of ${downloads} downloads`);
      expect(machine.log[0]).toMatch(reason);
    });
  }

  test("a body shorter than its content-length", async () => {
    using server = await createTruncating();
    const instructions = machine.start({ rawURL: server.url, apiURL: server.url });
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    await until(() => machine.log.length === 1);
    expect(await files()).not.toContain(cacheFileOf(path));
  });

  test("a runtime that does not notice a body that is too short", async () => {
    const fetch = async () =>
      new Response("You are a prompt that ends in mid", { headers: { "content-length": "5000" } });
    const instructions = machine.start(github, { fetch });
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    await until(() => machine.log.length === 1);
    expect(machine.log[0]).toContain("cut off after 33 of 5000 bytes");
  });

  test("no network", async () => {
    await github[Symbol.asyncDispose]();
    const instructions = machine.start(github);
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    await until(() => machine.log.length === 1);
  });

  test("a fetch that throws", async () => {
    const fetch = () => {
      throw "no";
    };
    const instructions = machine.start(github, { fetch });
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    await until(() => machine.log.length === 1);
  });

  test("one that fails does not take the others with it", async () => {
    github.respond = (_, asked) =>
      asked === path || asked === releasePath ? new Response(null, { status: 403 }) : undefined;
    const instructions = machine.start(github);
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    expect(await instructions.resolve("gpt-5.1")).toBe(promptText(promptPath("gpt-5.1")));
    await until(() => machine.log.length === 1);
    expect(machine.log[0]).toStartWith(`2 of ${downloads} downloads`);
  });

  test("are not tried again before 10 minutes have passed, in this process and in others", async () => {
    github.respond = () => new Response(null, { status: 503 });
    const first = machine.start(github);
    expect(await first.resolve(model)).toBe(builtinInstructions);
    await until(failureNoted);
    const asked = github.asked.length;
    github.respond = () => undefined;

    machine.time += 10 * minute - 1;
    const second = machine.start(github, { waitMs: 5_000 });
    second.start();
    expect(await elapsed(() => second.resolve(model))).toBeLessThan(2_000);
    expect(await second.resolve(model)).toBe(builtinInstructions);
    expect(await first.resolve("gpt-5.1")).toBe(builtinInstructions);
    expect(github.asked).toHaveLength(asked);

    machine.time += 1;
    expect(await machine.start(github).resolve(model)).toBe(official);
    // What could be had again is no failure any more.
    await until(complete);
    await until(async () => {
      const text = await readFile(cached(failuresFile), "utf8").catch(() => "{}");
      return text.trim() === "{}";
    });
  });

  test("are tried again in a process that lasts, and nothing waits for that", async () => {
    github.respond = () => new Response(null, { status: 503 });
    const instructions = machine.start(github);
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    await until(() => machine.log.length === 1);
    machine.time += 10 * minute;
    github.respond = () => Bun.sleep(30).then(() => undefined);
    expect(await instructions.official(model)).toBeUndefined();
    await until(async () => (await instructions.official(model)) === official);
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
  });

  test("of a clock that ran ahead do not count", async () => {
    github.respond = () => new Response(null, { status: 503 });
    machine.time += 30 * day;
    await machine.start(github).resolve(model);
    await until(failureNoted);
    machine.time -= 30 * day;
    github.respond = () => undefined;
    expect(await machine.start(github).resolve(model)).toBe(official);
  });

  test("are remembered without a disk", async () => {
    await writeFile(join(machine.home, ".opencode"), "in the way");
    github.respond = () => new Response(null, { status: 503 });
    const instructions = machine.start(github);
    await instructions.resolve(model);
    await until(() => machine.log.some((line) => line.includes("downloads")));
    const asked = github.asked.length;
    await instructions.resolve("gpt-5.1");
    expect(github.asked).toHaveLength(asked);
  });
});

describe("a server that hangs", () => {
  /** Ten bytes, then nothing. */
  const silent = () => new Response(drip(), { headers: { "content-type": "text/plain" } });
  const hanging = {
    "before it answers": () => github.hang(),
    "in the body": silent,
  };

  for (const [where, respond] of Object.entries(hanging)) {
    test(`${where}: all requests together wait for the limit, once`, async () => {
      github.respond = respond;
      const memory = createInstructionsMemory();
      // The real clock, as it is the wait that is measured.
      const change = { now: Date.now, waitMs: 1_000, memory };
      const instructions = machine.start(github, change);
      instructions.start();
      await Bun.sleep(500);
      const models = [model, "gpt-5.1", "gpt-5.2", "gpt-9"];
      const waited = await elapsed(() => Promise.all(models.map((id) => instructions.resolve(id))));
      expect(waited).toBeGreaterThan(200);
      expect(waited).toBeLessThan(950);
      expect(await elapsed(() => instructions.resolve("gpt-5.2-codex"))).toBeLessThan(700);
      await until(() => machine.log.length === 1);
      expect(machine.log[0]).toContain("not there after 1 s");

      // The limit is for ever: a plugin started again in the same process does not wait anew,
      await until(failureNoted);
      await instructions.stop();
      const again = machine.start(github, change);
      expect(await elapsed(() => again.resolve("gpt-5.2-codex"))).toBeLessThan(700);
      // and another process not at all, although the download was never given up.
      const next = machine.start(github, { now: Date.now, waitMs: 5_000 });
      expect(await elapsed(() => next.resolve(model))).toBeLessThan(2_000);
    }, 15_000);
  }

  test("is given up, with no second line in the log", async () => {
    let aborted = 0;
    github.respond = (request) => {
      request.signal.addEventListener("abort", () => aborted++);
      return github.hang();
    };
    machine.start(github, { waitMs: 20, timeoutMs: 100 }).start();
    await until(() => aborted === downloads);
    await Bun.sleep(20);
    expect(machine.log).toHaveLength(1);
  });

  test("by default a request waits 2 s and no longer", async () => {
    github.respond = github.hang;
    const { home, cacheFolder } = machine;
    const { rawURL, apiURL } = github;
    const instructions = createInstructions({
      ...{ rawURL, apiURL, home, directory: home },
      cache: createJsonCache({ folder: cacheFolder, debug: () => {} }),
      memory: createInstructionsMemory(),
      fetch: (url, init) => fetch(url, init),
      debug: () => {},
    });
    const waited = await elapsed(() => instructions.resolve(model));
    await instructions.stop();
    expect(waited).toBeGreaterThan(1_900);
    expect(waited).toBeLessThan(4_000);
  });

  test("is left alone as soon as the plugin stops: no line, and no failure to remember", async () => {
    let aborted = 0;
    github.respond = (request) => {
      request.signal.addEventListener("abort", () => aborted++);
      return github.hang();
    };
    const instructions = machine.start(github);
    instructions.start();
    await until(() => github.asked.length === downloads);
    await instructions.stop();
    await until(() => aborted === downloads);
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    expect(machine.log).toEqual([]);
    expect(await files()).toEqual([]);
  });

  test("nothing is asked for once the plugin has stopped, nor where that came first", async () => {
    let asked = 0;
    const fetch = async () => {
      asked++;
      return new Response("no", { status: 500 });
    };
    const instructions = machine.start(github, { fetch });
    // It still looks into the cache when it is stopped.
    instructions.start();
    await instructions.stop();
    instructions.start();
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    expect(asked).toBe(0);
  });

  test("does not lengthen the wait when the clock is set back", async () => {
    github.respond = github.hang;
    const instructions = machine.start(github, { waitMs: 1_000 });
    await instructions.resolve(model);
    machine.time -= day;
    expect(await elapsed(() => instructions.resolve("gpt-5.1"))).toBeLessThan(700);
  });
});

describe("the catalogue of newer models", () => {
  test("is asked about once a day at most, and costs no second download", async () => {
    await fillCache();
    machine.time += day - 1;
    const instructions = machine.start(github);
    expect(await instructions.resolve("gpt-9")).toBe(newerText);
    expect(github.asked).toEqual([]);

    machine.time += 1;
    const answers: number[] = [];
    github.respond = (request) => {
      if (request.headers.get("if-none-match") === null) return undefined;
      answers.push(304);
      return new Response(null, { status: 304 });
    };
    machine.start(github).start();
    await until(() => answers.length === 1);
    expect(github.asked).toEqual([releasePath]);
    const file = cached("codex-models.json");
    await until(async () => JSON.parse(await readFile(file, "utf8")).checkedAt === machine.time);
    // It counts as new for another day.
    machine.start(github).start();
    await Bun.sleep(20);
    expect(github.asked).toEqual([releasePath]);
  });

  test("a release whose name did not change is not downloaded again", async () => {
    await fillCache();
    machine.time += day;
    github.respond = (_, asked) =>
      asked === releasePath ? Response.json({ tag_name: "rust-v0.150.0" }) : undefined;
    machine.start(github).start();
    await until(() => github.asked.length === 1);
    await Bun.sleep(20);
    expect(github.asked).toEqual([releasePath]);
  });

  test("its release is known from the cache, and asked of nobody", async () => {
    expect(await machine.start(github).release()).toBeUndefined();
    expect(github.asked).toEqual([]);
    await fillCache();
    github.asked.length = 0;
    expect((await machine.start(github).release())?.tag).toBe("rust-v0.150.0");
    expect(github.asked).toEqual([]);
  });

  test("a new release replaces it in the background; requests take what is there", async () => {
    await fillCache();
    machine.time += day;
    github.respond = async (_, asked) => {
      await Bun.sleep(30);
      if (asked === releasePath) return Response.json({ tag_name: "rust-v0.151.0" });
      const models = [{ slug: "gpt-9", base_instructions: longText("Newer.") }];
      return asked.includes("rust-v0.151.0") ? Response.json({ models }) : undefined;
    };
    const instructions = machine.start(github, { waitMs: 5_000 });
    expect(await instructions.resolve("gpt-9")).toBe(newerText);
    await until(async () => (await instructions.official("gpt-9")) === longText("Newer."));
    expect(await instructions.resolve("gpt-9")).toBe(newerText);
    const file = cached("codex-models.json");
    await until(async () => (await readFile(file, "utf8")).includes("Newer."));
    expect(await machine.start(github).resolve("gpt-9")).toBe(longText("Newer."));
  });

  test("stands elsewhere in older releases", async () => {
    github.respond = (_, asked) => {
      if (asked === modelsPath) return new Response(null, { status: 404 });
      return asked === olderModelsPath ? new Response(modelsText) : undefined;
    };
    const instructions = machine.start(github);
    expect(await instructions.resolve("gpt-9")).toBe(newerText);
  });

  test("may be larger than a prompt, up to 4 MiB", async () => {
    const filler = Array.from({ length: 40 }, (_, i) => ({
      slug: `gpt-9-${i}`,
      base_instructions: "x".repeat(50_000),
    }));
    const models = [...filler, { slug: "gpt-10", base_instructions: longText("Ten.") }];
    github.respond = (_, asked) => (asked === modelsPath ? Response.json({ models }) : undefined);
    expect(await machine.start(github).resolve("gpt-10")).toBe(longText("Ten."));
  });

  const useless: Record<string, (asked: string) => Response | undefined> = {
    "the release is a web page": (asked) =>
      asked === releasePath ? new Response("<!doctype html>") : undefined,
    "the release's name leads elsewhere": (asked) =>
      asked === releasePath ? Response.json({ tag_name: "../../evil/main" }) : undefined,
    "the catalogue is no catalogue": (asked) =>
      asked === modelsPath ? Response.json([1, 2]) : undefined,
    "the catalogue is in neither place": (asked) =>
      asked === modelsPath ? new Response(null, { status: 404 }) : undefined,
    "the catalogue has 10 MB": (asked) =>
      asked === modelsPath ? new Response(endless()) : undefined,
  };
  for (const [name, respond] of Object.entries(useless)) {
    test(`${name}: built-in text, one line, and what was cached stays`, async () => {
      github.respond = (_, asked) => respond(asked);
      const instructions = machine.start(github);
      expect(await instructions.resolve("gpt-9")).toBe(builtinInstructions);
      await until(() => machine.log.length === 1);
      expect(machine.log[0]).toStartWith(`1 of ${downloads} downloads`);
      expect(github.asked.filter((asked) => asked.includes("evil"))).toEqual([]);

      machine.time += day;
      github.respond = () => undefined;
      machine.start(github).start();
      await until(complete);
      machine.time += day;
      github.respond = (_, asked) => respond(asked);
      const later = machine.start(github);
      expect(await later.resolve("gpt-9")).toBe(newerText);
    });
  }
});

test("permissions of a cache that others could read are put right", async () => {
  if (process.platform === "win32") return;
  await fillCache();
  await chmod(machine.cacheFolder, 0o777);
  await writeFile(cacheFileOf(path), "");
  await machine.start(github).resolve(model);
  expect((await stat(machine.cacheFolder)).mode & 0o777).toBe(0o700);
});

/** Ten bytes and an open end. */
function drip(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("You are a ")),
  });
}

/** 10 MiB in pieces of 64 KiB. */
function endless(): ReadableStream<Uint8Array> {
  let left = 160;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(64 * 1024).fill(0x61));
      else controller.close();
    },
  });
}
