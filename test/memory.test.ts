import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMemory, type GatewayFacts } from "../src/memory.ts";
import { createFolders } from "./support/folder.ts";
import { until } from "./support/relay.ts";

const folders = createFolders();
afterEach(folders.clean);

const baseURL = "https://gateway.example/accounts/secret-name";
const facts: GatewayFacts = {
  endpoint: `${baseURL}/v1/responses`,
  unsupported: [{ path: "text.verbosity" }, { path: "reasoning.effort", model: "gpt-5.1" }],
};

function open(folder: string, url = baseURL) {
  const debug: string[] = [];
  return { ...createMemory({ folder, baseURL: url, debug: (line) => debug.push(line) }), debug };
}
const names = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
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
  expect(memory.debug.join()).toContain("could not remember endpoint, unsupported of the gateway");
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
