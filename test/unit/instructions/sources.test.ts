/** Which source's text is sent, and that it stays. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { builtinInstructions } from "../../../src/instructions/builtin.ts";
import { createInstructionsMemory } from "../../../src/instructions/sources.ts";
import { catalog } from "../../../src/models/catalog.ts";
import {
  createGitHub,
  type GitHub,
  longText,
  newerCodexText,
  newerText,
  promptPath,
  promptText,
} from "./github.ts";
import { createMachine, type Machine, until } from "./setup.ts";

const model = "gpt-5.1-codex";
const official = promptText(promptPath(model));
/** The gateway's. */
const own = longText("From the gateway.");

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

describe("order", () => {
  test("every model of the table gets the prompt of its family", async () => {
    const instructions = machine.start(github);
    for (const [id, { prompt }] of catalog) {
      if (prompt === undefined) continue;
      expect(await instructions.resolve(`lab/${id}`)).toBe(promptText(promptPath(id)));
      expect(await instructions.resolve(id)).toBe(promptText(promptPath(id)));
    }
  });

  test("a model of the catalogue gets what stands there", async () => {
    const instructions = machine.start(github);
    expect(await instructions.resolve("gpt-9")).toBe(newerText);
    expect(await instructions.resolve("gpt-9-codex")).toBe(newerCodexText);
  });

  for (const id of ["my-relay-model", "constructor", "__proto__"]) {
    test(`${id}, which nobody knows, gets the built-in text, and the log says so`, async () => {
      const instructions = machine.start(github);
      expect(await instructions.resolve(id)).toBe(builtinInstructions);
      expect(machine.log).toEqual([
        `release rust-v0.150.0 of the Codex CLI has no instructions for ${id}`,
      ]);
    });
  }

  test("the gateway's own list comes before the official prompt", async () => {
    const listed = async (id: string) => (id === model ? own : undefined);
    const instructions = machine.start(github, { listed });
    expect(await instructions.resolve(model)).toBe(own);
    expect(await instructions.resolve("gpt-5.1")).toBe(promptText(promptPath("gpt-5.1")));
  });

  test.each([
    ["a web page", "<!doctype html><title>Sign in</title>", "it is a web page"],
    ["a placeholder", "You are a helpful coding assistant.", "it has only 35 characters"],
    ["a placeholder with much space", `Codex.${" ".repeat(1_000)}`, "it has only 6 characters"],
  ])("unless what it has is %s", async (_, text, reason) => {
    const instructions = machine.start(github, { listed: () => text });
    expect(await instructions.resolve(model)).toBe(official);
    expect(machine.log).toEqual([
      `the gateway's own instructions for ${model} are not used: ${reason}`,
    ]);
  });

  test("an error in plain words, with status 200, is no prompt either", async () => {
    github.respond = (_, path) =>
      path === promptPath(model) ? new Response("404: Not Found") : undefined;
    expect(await machine.start(github).resolve(model)).toBe(builtinInstructions);
    await until(() => machine.log.length > 0);
    expect(machine.log[0]).toContain("it has only 14 characters");
  });

  test('"none" is an empty text, "builtin" is ours, and neither asks anybody', async () => {
    const listed = () => own;
    const instructions = machine.start(github, { listed });
    expect(await instructions.resolve(model, "none")).toBe("");
    expect(await instructions.resolve(model, "builtin")).toBe(builtinInstructions);
    await Bun.sleep(20);
    expect(github.asked).toEqual([]);
  });

  test("a gateway that takes no other prompt can have the official one all the same", async () => {
    const instructions = machine.start(github, { listed: () => "Other." });
    expect(await instructions.resolve(model, "builtin")).toBe(builtinInstructions);
    expect(await instructions.official(model)).toBe(official);
  });
});

describe("a file the user names", () => {
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(machine.home, name);
    await writeFile(path, content);
    return path;
  };

  test("comes before everything, by ~, absolute or relative path", async () => {
    const path = await write("my-codex.md", "\uFEFFMy own.\r\n");
    const instructions = machine.start(github, { listed: () => own });
    for (const name of ["~/my-codex.md", path, "./my-codex.md", "my-codex.md"]) {
      expect(await instructions.resolve(model, name)).toBe("My own.\r\n");
    }
    expect(github.asked).toEqual([]);
  });

  const unusable: Record<string, [content: string | Uint8Array, reason: string]> = {
    "empty.md": ["", "it is empty"],
    "blank.md": [" \n\t\n", "it is empty"],
    "page.md": ["\n<!DOCTYPE html><html></html>", "it is a web page"],
    "nul.md": ["text\0text", "it is not text but binary data"],
    "latin1.md": [new Uint8Array([0x66, 0xfc, 0x72]), "it is not UTF-8 text"],
    "long.md": ["x".repeat(256 * 1024 + 1), "it is longer than 256 KiB"],
  };
  for (const [name, [content, reason]] of Object.entries(unusable)) {
    test(`${name}: ${reason}`, async () => {
      const path = await write(name, content);
      const result = await machine.start(github).resolve(model, `~/${name}`);
      expect(result).toEqual({ type: "instructions_unreadable", path, reason });
    });
  }

  test("of exactly 256 KiB is taken", async () => {
    await write("full.md", "x".repeat(256 * 1024));
    expect(await machine.start(github).resolve(model, "~/full.md")).toBeString();
  });

  test("that is missing or a folder is an error, and is looked at again", async () => {
    const instructions = machine.start(github);
    const path = join(machine.home, "later.md");
    const missing = { type: "instructions_unreadable" as const, path };
    expect(await instructions.resolve(model, "~/later.md")).toEqual({
      ...missing,
      reason: "it does not exist",
    });
    await mkdir(path);
    expect(await instructions.resolve(model, "~/later.md")).toEqual({
      ...missing,
      reason: "it is a folder",
    });
    await write("now.md", "Here.");
    expect(await instructions.resolve(model, "~/now.md")).toBe("Here.");
  });

  test.skipIf(process.platform === "win32")("that is a pipe does not hang", async () => {
    const path = join(machine.home, "pipe.md");
    expect(await Bun.spawn(["mkfifo", path]).exited).toBe(0);
    expect(await machine.start(github).resolve(model, path)).toMatchObject({
      reason: "it is not a regular file",
    });
  });
});

describe("what was used stays", () => {
  test("when the download finishes in mid session", async () => {
    const held = Promise.withResolvers<undefined>();
    github.respond = () => held.promise;
    const instructions = machine.start(github, { waitMs: 30 });
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    held.resolve(undefined);
    for (const id of [model, "gpt-5.1"]) {
      await until(async () => (await instructions.official(id)) !== undefined);
    }
    expect(await instructions.resolve(model)).toBe(builtinInstructions);
    // Another model was not used yet, and the next process starts with what is cached now.
    expect(await instructions.resolve("gpt-5.1")).toBe(promptText(promptPath("gpt-5.1")));
    await until(async () => (await machine.start(github).resolve(model)) === official);
  });

  test("when the plugin is started again in the same process", async () => {
    const memory = createInstructionsMemory();
    const first = machine.start(github, { memory });
    expect(await first.resolve(model)).toBe(official);
    await first.stop();
    const second = machine.start(github, { memory, listed: () => own });
    expect(await second.resolve(model)).toBe(official);
    expect(await second.resolve("gpt-5.1")).toBe(own);
  });

  test("when the gateway's list or the user's file changes", async () => {
    let text = longText("First.");
    await writeFile(join(machine.home, "own.md"), text);
    const instructions = machine.start(github, { listed: () => text });
    expect(await instructions.resolve(model)).toBe(longText("First."));
    expect(await instructions.resolve(model, "~/own.md")).toBe(longText("First."));
    text = longText("Second.");
    await writeFile(join(machine.home, "own.md"), text);
    expect(await instructions.resolve(model)).toBe(longText("First."));
    expect(await instructions.resolve(model, "~/own.md")).toBe(longText("First."));
  });

  test("for two requests that ask at the same time", async () => {
    const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    let asked = 0;
    const listed = () => answers[asked++]?.promise;
    const instructions = machine.start(github, { listed });
    const both = [instructions.resolve(model), instructions.resolve(model)];
    answers[1]?.resolve(longText("Second."));
    await Bun.sleep(1);
    answers[0]?.resolve(longText("First."));
    expect(await Promise.all(both)).toEqual([longText("Second."), longText("Second.")]);
  });

  test("but another setting takes effect", async () => {
    const instructions = machine.start(github);
    expect(await instructions.resolve(model, "codex")).toBe(official);
    expect(await instructions.resolve(model, "none")).toBe("");
    expect(await instructions.resolve(model, "codex")).toBe(official);
  });
});
