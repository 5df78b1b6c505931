/** Real processes that share a home, as two OpenCodes do. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  createGitHub,
  type GitHub,
  newerText,
  promptPath,
  promptPaths,
  promptText,
} from "./github.ts";
import { createMachine, type Machine } from "./setup.ts";

const TIMEOUT = 20_000;
const model = "gpt-5.1-codex";

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

/** Runs `process.ts`; returns what it printed. */
async function run(...commands: string[]): Promise<string> {
  const { rawURL, apiURL } = github;
  const options = JSON.stringify({ home: machine.home, rawURL, apiURL });
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dir, "process.ts"), options, ...commands],
    // The OpenCode program is a Bun only if it is told so.
    { env: { ...process.env, BUN_BE_BUN: "1" }, stdout: "pipe", stderr: "pipe" },
  );
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(err).toBe("");
  expect(await child.exited).toBe(0);
  return out;
}

test(
  "processes that start together all get the prompt, and leave a cache that is whole",
  async () => {
    const texts = await Promise.all(Array.from({ length: 4 }, () => run("wait", model)));
    expect(texts).toEqual(Array.from({ length: 4 }, () => promptText(promptPath(model))));
    const names = await readdir(machine.cacheFolder);
    expect(names.filter((name) => !name.endsWith(".json"))).toEqual([]);
    expect(names).toHaveLength(promptPaths.length + 1);
    github.asked.length = 0;
    expect(await run("wait", "gpt-9")).toBe(newerText);
    expect(github.asked).toEqual([]);
  },
  TIMEOUT,
);

test(
  "a process that is stopped ends, whatever hangs, and nothing is left unhandled",
  async () => {
    github.respond = github.hang;
    const started = performance.now();
    expect(await run("stop")).toBe("stopped");
    expect(performance.now() - started).toBeLessThan(9_000);
  },
  TIMEOUT,
);
