import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { createJsonCache } from "../../src/json-cache.ts";
import { createFolders } from "../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

const Numbers = v.object({ numbers: v.array(v.number()) });
const add =
  (number: number) =>
  ({ numbers } = { numbers: [] as number[] }) => ({ numbers: [...numbers, number] });

function start(folder = join(folders.make(), "made", "cache")) {
  const debug: string[] = [];
  const cache = createJsonCache({ folder, debug: (message) => debug.push(message) });
  return { folder, debug, cache, file: cache.file("numbers.json", Numbers) };
}

describe("a file", () => {
  test("is missing, then there, for the user alone", async () => {
    const { folder, file } = start();
    expect(await file.load()).toBeUndefined();
    await file.update(add(1));
    expect(await file.load()).toEqual({ numbers: [1] });
    expect(readdirSync(folder)).toEqual(["numbers.json"]);
    if (process.platform === "win32") return;
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "numbers.json")).mode & 0o777).toBe(0o600);
  });

  test.skipIf(process.platform === "win32")("in a folder that was open is closed", async () => {
    const { folder, file } = start(folders.make());
    chmodSync(folder, 0o755);
    await file.update(add(1));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test.each(["", "{", "[]", '{"numbers":["1"]}', "null"])(
    "that holds %p counts as missing",
    async (text) => {
      const { file, folder } = start(folders.make({ "numbers.json": text }));
      expect(await file.load()).toBeUndefined();
      await file.update(add(2));
      expect(JSON.parse(readFileSync(join(folder, "numbers.json"), "utf8"))).toEqual({
        numbers: [2],
      });
    },
  );

  test("is not written where nothing changes", async () => {
    const { file, folder } = start();
    await file.update(() => undefined);
    expect(readdirSync(folder)).toEqual([]);
    await file.update(add(1));
    const { mtimeMs } = statSync(join(folder, "numbers.json"));
    await file.update((current) => current);
    expect(statSync(join(folder, "numbers.json")).mtimeMs).toBe(mtimeMs);
  });

  test("that cannot be written is told, and no more", async () => {
    const { file, debug } = start(join(folders.make({ file: "in the way" }), "file"));
    await file.update(add(1));
    expect(debug.length).toBe(1);
    expect(debug[0]).toContain("could not write numbers.json");
  });
});

describe("changes at the same time", () => {
  const sorted = async (file: ReturnType<typeof start>["file"]) =>
    (await file.load())?.numbers.toSorted((a, b) => a - b);
  const twenty = Array.from({ length: 20 }, (_, index) => index);

  test("of one file are made in order", async () => {
    const { file, cache } = start();
    for (const number of twenty) void cache.file("numbers.json", Numbers).update(add(number));
    await file.settled();
    expect(await file.load()).toEqual({ numbers: twenty });
  });

  test("of two caches lose nothing", async () => {
    const one = start();
    const two = start(one.folder);
    await Promise.all(twenty.map((number) => (number % 2 ? one : two).file.update(add(number))));
    expect(await sorted(one.file)).toEqual(twenty);
  });

  test("of two processes lose nothing", async () => {
    const { folder, file } = start();
    const script = `
      import * as v from "valibot";
      import { createJsonCache } from ${JSON.stringify(join(import.meta.dir, "../../src/json-cache.ts"))};
      const file = createJsonCache({ folder: ${JSON.stringify(folder)}, debug: console.error })
        .file("numbers.json", v.object({ numbers: v.array(v.number()) }));
      for (let i = 0; i < 20; i++) {
        await file.update(({ numbers } = { numbers: [] }) => ({ numbers: [...numbers, Number(process.argv[2]) + i] }));
      }
    `;
    const program = join(import.meta.dir, `.json-cache-${process.pid}.tmp.ts`);
    writeFileSync(program, script);
    try {
      const children = ["0", "20"].map((from) =>
        Bun.spawn([process.execPath, program, from], {
          env: { ...process.env, BUN_BE_BUN: "1" },
          stdio: ["ignore", "ignore", "inherit"],
        }),
      );
      expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0]);
    } finally {
      await Bun.file(program).delete();
    }
    expect(await sorted(file)).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });

  test("a lock that was left behind is broken", async () => {
    const { folder, file } = start(folders.make({ "numbers.json.lock": "" }));
    const past = new Date(Date.now() - 60_000);
    utimesSync(join(folder, "numbers.json.lock"), past, past);
    await file.update(add(1));
    expect(readdirSync(folder)).toEqual(["numbers.json"]);
  });

  test("nor does one from a clock that ran ahead hold anybody up", async () => {
    const { folder, file } = start(folders.make({ "numbers.json.lock": "" }));
    const future = new Date(Date.now() + 3_600_000);
    utimesSync(join(folder, "numbers.json.lock"), future, future);
    await file.update(add(1));
    expect(readdirSync(folder)).toEqual(["numbers.json"]);
  });

  test("a lock that another one keeps is waited for three seconds, and stays", async () => {
    const { folder, file } = start(folders.make({ "numbers.json.lock": "" }));
    const lock = join(folder, "numbers.json.lock");
    const keeping = setInterval(() => utimesSync(lock, new Date(), new Date()), 100);
    const started = performance.now();
    try {
      await file.update(add(1));
    } finally {
      clearInterval(keeping);
    }
    expect(performance.now() - started).toBeGreaterThan(2_900);
    expect(await file.load()).toEqual({ numbers: [1] });
    expect(readdirSync(folder).sort()).toEqual(["numbers.json", "numbers.json.lock"]);
  }, 20_000);

  test("a lock that cannot be made at all is told at once", async () => {
    const { cache, debug } = start(folders.make());
    const started = performance.now();
    await cache.file("missing/numbers.json", Numbers).update(add(1));
    expect(debug).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2_500);
  });
});
