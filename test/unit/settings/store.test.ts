import { afterEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import {
  loadJsonFile,
  saveJsonFile,
  settingsPath,
  writeAtomically,
} from "../../../src/settings/store.ts";
import { createFolders } from "../../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const read = (path: string): string => readFileSync(path, "utf8");
const now = () => new Date("2026-02-03T04:05:06.789Z");
const root = process.getuid?.() === 0;

test("the settings file's place", () => {
  expect(settingsPath("/home/me")).toBe("/home/me/.opencode/openai-codex-auth-config.json");
});

describe("load", () => {
  test.each([
    ["no file", {}, { type: "missing" }],
    ["JSON", { "a.json": '{"a":1}' }, { type: "loaded", text: '{"a":1}', values: { a: 1 } }],
    [
      "comments",
      { "a.json": '// c\n{"a":1,}' },
      { type: "loaded", text: '// c\n{"a":1,}', values: { a: 1 } },
    ],
    [
      "no JSON",
      { "a.json": "nonsense" },
      { type: "unreadable", why: { type: "syntax", code: "InvalidSymbol", line: 1 } },
    ],
    [
      "empty",
      { "a.json": "" },
      { type: "unreadable", why: { type: "syntax", code: "ValueExpected", line: 1 } },
    ],
    [
      "a folder",
      { "a.json/b": "" },
      { type: "unreadable", why: { type: "not_opened", code: "EISDIR" } },
    ],
  ])("%s", async (_, files, expected) => {
    expect<unknown>(await loadJsonFile(join(folders.make(files), "a.json"))).toEqual(expected);
  });

  test("below a file there is nothing", async () => {
    expect(await loadJsonFile(join(folders.make({ a: "text" }), "a", "b.json"))).toEqual({
      type: "missing",
    });
  });

  test.skipIf(root)("a file without permission", async () => {
    const path = join(folders.make({ "a.json": "{}" }), "a.json");
    chmodSync(path, 0o000);
    expect(await loadJsonFile(path)).toEqual({
      type: "unreadable",
      why: { type: "not_opened", code: "EACCES" },
    });
  });
});

describe("save", () => {
  test("a new file: 0600 in a folder of 0700, nothing else beside it", async () => {
    const path = settingsPath(folders.make());
    expect(await saveJsonFile(path, { baseURL: "https://a.example" })).toEqual({});
    expect(read(path)).toBe('{\n  "baseURL": "https://a.example"\n}\n');
    expect([modeOf(path), modeOf(join(path, ".."))]).toEqual(["600", "700"]);
    expect(readdirSync(join(path, ".."))).toEqual(["openai-codex-auth-config.json"]);
  });

  test("a file and a folder that were open to others are closed", async () => {
    const home = folders.make({ ".opencode/openai-codex-auth-config.json": "{}" });
    const path = settingsPath(home);
    chmodSync(path, 0o666);
    chmodSync(join(path, ".."), 0o755);
    await saveJsonFile(path, { a: 1 });
    expect([modeOf(path), modeOf(join(path, ".."))]).toEqual(["600", "700"]);
  });

  test("unknown keys, their order and comments stay", async () => {
    const text =
      '// mine\n{\n  "later": { "x": [1, 2] }, // why\n  "baseURL": "https://old.example",\n  /* headers */\n  "headers": { "a": "b" },\n}\n';
    const home = folders.make({ ".opencode/openai-codex-auth-config.json": text });
    await saveJsonFile(settingsPath(home), { baseURL: "https://new.example" });
    expect(read(settingsPath(home))).toBe(text.replace("old.example", "new.example"));
  });

  test.each([
    ["no JSON", "not json {"],
    ["cut off", '{"baseURL": "https://a.exa'],
    ["empty", ""],
    ["a list", '["a"]'],
    ["a text", '"https://a.example"'],
    ["null", "null"],
    ["binary", "\u0000\u0001\ufffd"],
  ])("%s is kept beside the new file", async (_, text) => {
    const home = folders.make({ ".opencode/openai-codex-auth-config.json": text });
    const path = settingsPath(home);
    const corruptCopy = `${path}.corrupt-2026-02-03T04-05-06.789Z`;
    expect(await saveJsonFile(path, { a: 1 }, now)).toEqual({ corruptCopy });
    expect(read(corruptCopy)).toBe(text);
    expect(read(path)).toBe('{\n  "a": 1\n}\n');
    expect(readdirSync(join(path, "..")).length).toBe(2);
  });

  test("a folder in the file's place is moved away whole", async () => {
    const home = folders.make({ ".opencode/openai-codex-auth-config.json/inner": "kept" });
    const path = settingsPath(home);
    const { corruptCopy } = await saveJsonFile(path, { a: 1 }, now);
    expect(read(join(corruptCopy ?? "", "inner"))).toBe("kept");
    expect(read(path)).toBe('{\n  "a": 1\n}\n');
  });

  test("a link is followed: the file stays in its dotfiles folder", async () => {
    const home = folders.make({ "dotfiles/codex.json": '{"later":1}', ".opencode/x": "" });
    const path = settingsPath(home);
    symlinkSync(join(home, "dotfiles/codex.json"), path);
    await saveJsonFile(path, { a: 1 });
    expect(readlinkSync(path)).toBe(join(home, "dotfiles/codex.json"));
    expect(JSON.parse(read(join(home, "dotfiles/codex.json")))).toEqual({ later: 1, a: 1 });
    expect(readdirSync(join(home, "dotfiles"))).toEqual(["codex.json"]);
  });

  test("behind a link, what is no JSON is kept beside the new file too", async () => {
    const home = folders.make({ "dotfiles/codex.json": "broken", ".opencode/x": "" });
    const path = settingsPath(home);
    symlinkSync(join(home, "dotfiles/codex.json"), path);
    const { corruptCopy } = await saveJsonFile(path, { a: 1 }, now);
    expect(corruptCopy).toBe(join(home, "dotfiles/codex.json.corrupt-2026-02-03T04-05-06.789Z"));
    expect(read(corruptCopy ?? "")).toBe("broken");
    expect(read(path)).toBe('{\n  "a": 1\n}\n');
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });

  test.each([
    ["absolute", (home: string) => join(home, "dotfiles/deep/codex.json")],
    ["relative", () => "../dotfiles/deep/codex.json"],
  ])("a link to nowhere (%s) is followed as well: the file is made there", async (_, to) => {
    const home = folders.make({ ".opencode/x": "" });
    const path = settingsPath(home);
    symlinkSync(to(home), path);
    await saveJsonFile(path, { a: 1 });
    await saveJsonFile(path, { b: 2 });
    expect(readlinkSync(path)).toBe(to(home));
    expect(JSON.parse(read(join(home, "dotfiles/deep/codex.json")))).toEqual({ a: 1, b: 2 });
    expect(readdirSync(join(home, ".opencode")).toSorted()).toEqual([
      "openai-codex-auth-config.json",
      "x",
    ]);
  });

  test("links in a row, the last to nowhere", async () => {
    const home = folders.make({ ".opencode/x": "", "one/x": "" });
    const path = settingsPath(home);
    symlinkSync("../one/first.json", path);
    symlinkSync("../two/second.json", join(home, "one/first.json"));
    await saveJsonFile(path, { a: 1 });
    expect(JSON.parse(read(join(home, "two/second.json")))).toEqual({ a: 1 });
  });

  test("a ring of links is replaced by a file", async () => {
    const home = folders.make({ ".opencode/x": "" });
    const path = settingsPath(home);
    symlinkSync(path, path);
    await saveJsonFile(path, { a: 1 });
    expect(read(path)).toBe('{\n  "a": 1\n}\n');
  });

  test("many at once: one of them whole, no temporary file left", async () => {
    const path = settingsPath(folders.make());
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => saveJsonFile(path, { n, text: "x".repeat(5000) })),
    );
    expect(JSON.parse(read(path))).toMatchObject({ text: "x".repeat(5000) });
    expect(readdirSync(join(path, ".."))).toEqual(["openai-codex-auth-config.json"]);
  });

  test("a reader sees the old file or the new one, never a part", async () => {
    const path = settingsPath(folders.make());
    const texts = ["a", "b"].map((letter) => letter.repeat(200_000));
    await writeAtomicallyIn(path, `{"text":"${texts[0]}"}`);
    const seen = new Set<string>();
    const writing = (async () => {
      for (let n = 0; n < 40; n++) await saveJsonFile(path, { text: texts[n % 2] });
      return "over";
    })();
    while ((await Promise.race([writing, Promise.resolve("running")])) === "running") {
      const file = await loadJsonFile(path);
      seen.add(file.type === "loaded" ? JSON.stringify(file.values).slice(0, 12) : file.type);
    }
    expect([...seen].filter((part) => !/^\{"text":"[ab]/.test(part))).toEqual([]);
  });

  test("no place for the folder: the file system's error, and nothing is written", async () => {
    const home = folders.make({ ".opencode": "a file" });
    expect(saveJsonFile(settingsPath(home), { a: 1 })).rejects.toThrow("EEXIST");
    expect(read(join(home, ".opencode"))).toBe("a file");
  });

  test.skipIf(root)("a folder that cannot be written: the old file is still in place", async () => {
    const home = folders.make({ "locked/a.json": '{"a":0}' });
    const path = join(home, "link", "a.json");
    mkdirSync(join(home, "link"));
    symlinkSync(join(home, "locked/a.json"), path);
    chmodSync(join(home, "locked"), 0o500);
    expect(saveJsonFile(path, { a: 1 })).rejects.toThrow("EACCES");
    chmodSync(join(home, "locked"), 0o700);
    expect(read(path)).toBe('{"a":0}');
  });
});

async function writeAtomicallyIn(path: string, text: string): Promise<void> {
  mkdirSync(join(path, ".."), { recursive: true });
  await writeAtomically(path, text);
}

describe("write atomically", () => {
  test("a folder that is not there: an error, and nothing is left", async () => {
    const folder = folders.make();
    expect(writeAtomically(join(folder, "no", "a.txt"), "x")).rejects.toThrow("ENOENT");
    expect(existsSync(join(folder, "no"))).toBe(false);
  });

  test("a target that cannot be replaced: the temporary file is taken away", async () => {
    const folder = folders.make({ "a.txt/inner": "" });
    await expect(writeAtomically(join(folder, "a.txt"), "x")).rejects.toThrow(/EISDIR|ENOTEMPTY/);
    expect(readdirSync(folder)).toEqual(["a.txt"]);
  });

  test("bytes", async () => {
    const path = join(folders.make(), "a.bin");
    await writeAtomically(path, new Uint8Array([0, 255, 10]));
    expect([...readFileSync(path)]).toEqual([0, 255, 10]);
    expect(modeOf(path)).toBe("600");
  });
});
