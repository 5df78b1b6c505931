import { afterEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createJsonCache } from "../../src/json-cache.ts";
import { createMemory, type GatewayFacts } from "../../src/memory.ts";
import { createFolders } from "../support/folder.ts";
import { until } from "../support/relay.ts";

const folders = createFolders();
afterEach(folders.clean);

const baseURL = "https://gateway.example/accounts/secret-name";
const facts: GatewayFacts = {
  endpoint: `${baseURL}/v1/responses`,
  unsupported: [{ path: "text.verbosity" }, { path: "reasoning.effort", model: "gpt-5.1" }],
};

function open(folder: string, url = baseURL) {
  const debug: string[] = [];
  const cache = createJsonCache({ folder, debug: (line) => debug.push(line) });
  return { ...createMemory({ cache, baseURL: url }), debug };
}
/** Without what a write under way leaves there for a moment. */
const names = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => !/\.(?:lock|tmp)$/.test(name)) : [];
const isStored = (folder: string) => names(folder).some((name) => name.endsWith(".json"));

describe("what was learned", () => {
  test("is there at once, and in the next process", async () => {
    const folder = join(folders.make(), "not", "yet");
    const memory = open(folder);
    expect(await memory.recall()).toEqual({});
    memory.learn(() => facts);
    expect(await memory.recall()).toEqual(facts);
    await until(() => isStored(folder));
    expect(await open(folder).recall()).toEqual(facts);
    expect(memory.debug).toEqual([]);
  });

  test("two who learn at the same time lose nothing", async () => {
    const folder = folders.make();
    const memory = open(folder);
    memory.learn((known) => ({ ...known, endpoint: "here" }));
    memory.learn((known) => ({ ...known, unsupported: [{ path: "text" }] }));
    const both = { endpoint: "here", unsupported: [{ path: "text" }] };
    expect(await memory.recall()).toEqual(both);
    await until(
      () =>
        isStored(folder) &&
        readFileSync(join(folder, names(folder)[0] ?? ""), "utf8").includes("text"),
    );
    expect(await open(folder).recall()).toEqual(both);
  });

  test("belongs to one base URL, whose name is not on the disk", async () => {
    const folder = folders.make();
    open(folder).learn(() => ({ endpoint: "/kept/elsewhere" }));
    await until(() => isStored(folder));
    expect(await open(folder, "https://gateway.example").recall()).toEqual({});
    expect(names(folder).join()).toMatch(/^gateway-[0-9a-f]{16}\.json$/);
  });

  test("is the user's alone", async () => {
    const folder = join(folders.make(), "cache");
    open(folder).learn(() => facts);
    await until(() => isStored(folder));
    const modes = [folder, join(folder, names(folder).join())].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600]);
  });

  test("the newest counts", async () => {
    const folder = folders.make();
    const memory = open(folder);
    memory.learn(() => ({ endpoint: "old" }));
    await until(() => isStored(folder));
    memory.learn(() => ({ endpoint: "new" }));
    const read = () => readFileSync(join(folder, names(folder)[0] ?? ""), "utf8");
    await until(() => names(folder).length === 1 && read().includes("new"));
    expect(await open(folder).recall()).toEqual({ endpoint: "new" });
  });
});

describe("two processes that learn at once", () => {
  const learn = (path: string) => (facts: GatewayFacts) => ({
    ...facts,
    unsupported: [...(facts.unsupported ?? []), { path }],
  });
  const pathsOf = async (folder: string): Promise<string[]> =>
    ((await open(folder).recall()).unsupported ?? []).map(({ path }) => path).sort();

  test("neither takes away what the other one learned meanwhile", async () => {
    const folder = folders.make();
    const [one, other] = [open(folder), open(folder)];
    expect([await one.recall(), await other.recall()]).toEqual([{}, {}]);
    one.learn(learn("a"));
    await until(() => isStored(folder));
    other.learn((facts) => ({ ...facts, endpoint: "here" }));
    other.learn(learn("b"));
    one.learn(learn("b"));
    const read = () => readFileSync(join(folder, names(folder).join()), "utf8");
    await until(() => isStored(folder) && /"b"/.test(read()));
    await Bun.sleep(50);
    expect(await pathsOf(folder)).toEqual(["a", "b"]);
    expect((await open(folder).recall()).endpoint).toBe("here");
  });

  test("real ones, all at the same time", async () => {
    const folder = join(folders.make(), "cache");
    const groups = Array.from({ length: 4 }, (_, process) =>
      Array.from({ length: 8 }, (_, index) => `p${process}.${index}`),
    );
    const script = join(import.meta.dir, "../support/learner.ts");
    const children = groups.map((paths) =>
      Bun.spawn([process.execPath, script, folder, baseURL, ...paths], {
        // The OpenCode program is a Bun only if it is told so.
        env: { ...process.env, BUN_BE_BUN: "1" },
        stderr: "pipe",
      }),
    );
    const said = await Promise.all(children.map((child) => new Response(child.stderr).text()));
    expect(said.join("")).toBe("");
    expect(await pathsOf(folder)).toEqual(groups.flat().sort());
    expect(readdirSync(folder)).toHaveLength(1);
  }, 30_000);

  test("one that died while it wrote holds up nobody for long", async () => {
    const folder = folders.make();
    const memory = open(folder);
    memory.learn(() => facts);
    await until(() => isStored(folder));
    const lock = join(folder, `${names(folder).join()}.lock`);
    await until(() => !existsSync(lock));
    writeFileSync(lock, "");
    const old = new Date(Date.now() - 60_000);
    utimesSync(lock, old, old);
    memory.learn(learn("late"));
    const read = () => readFileSync(join(folder, names(folder).join()), "utf8");
    await until(() => read().includes("late") && !existsSync(lock));
    expect(memory.debug).toEqual([]);
  });

  test("where the file was damaged meanwhile, what is known is written anew", async () => {
    const folder = folders.make();
    const memory = open(folder);
    memory.learn(() => facts);
    await until(() => isStored(folder));
    const file = join(folder, names(folder).join());
    writeFileSync(file, "{");
    memory.learn(learn("more"));
    await until(() => readFileSync(file, "utf8").includes("more"));
    expect(await open(folder).recall()).toEqual({
      ...facts,
      unsupported: [...(facts.unsupported ?? []), { path: "more" }],
    });
  });
});

describe("a file that is damaged counts as none", () => {
  test.each([
    "",
    "{",
    "[]",
    "null",
    "7",
    '{"endpoint": 7}',
    '{"unsupported": "text"}',
    '{"unsupported": ["text"]}',
    '{"unsupported": [{"path": 5}]}',
    '{"unsupported": [{"path": "text", "model": 5}]}',
    `{"endpoint": "${"x".repeat(20)}`,
  ])("%j", async (content) => {
    const folder = folders.make();
    open(folder).learn(() => facts);
    await until(() => isStored(folder));
    writeFileSync(join(folder, names(folder)[0] ?? ""), content);
    expect(await open(folder).recall()).toEqual({});
  });
});

test("a folder that cannot be written: it lasts as long as the process", async () => {
  const folder = join(folders.make({ file: "in the way" }), "file");
  const memory = open(folder);
  memory.learn(() => facts);
  await until(() => memory.debug.length > 0);
  expect(memory.debug.join()).toContain("could not write gateway-");
  expect(await memory.recall()).toEqual(facts);
});

test("a file that cannot be read counts as none", async () => {
  const folder = folders.make();
  open(folder).learn(() => facts);
  await until(() => isStored(folder));
  const file = join(folder, names(folder)[0] ?? "");
  chmodSync(file, 0);
  // The super user reads it all the same.
  const readable = process.getuid?.() === 0;
  expect(await open(folder).recall()).toEqual(readable ? facts : {});
});
