/** Instructions with a cache folder of their own, a clock that stands still and a debug log. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createInstructions,
  createInstructionsMemory,
  type Instructions,
  type InstructionsDependencies,
} from "../../../src/instructions/sources.ts";
import { createJsonCache } from "../../../src/json-cache.ts";

/** One machine: a home, a clock, and what stands in the debug log of all its processes. */
export interface Machine extends AsyncDisposable {
  readonly home: string;
  readonly cacheFolder: string;
  /** Milliseconds since 1970. */
  time: number;
  readonly log: string[];
  /** A fresh process: nothing in memory. Waits 4 s, so that nothing is late on a slow machine. */
  start(
    github: { readonly rawURL: string; readonly apiURL: string },
    change?: Partial<InstructionsDependencies>,
  ): Instructions;
}

export const minute = 60_000;
export const day = 24 * 60 * minute;

export async function createMachine(): Promise<Machine> {
  const home = await mkdtemp(join(tmpdir(), "codex-instructions-"));
  const running: Instructions[] = [];
  const machine: Machine = {
    home,
    cacheFolder: join(home, ".opencode", "cache"),
    time: Date.UTC(2026, 0, 1),
    log: [],
    start({ rawURL, apiURL }, change = {}) {
      const instructions = createInstructions({
        rawURL,
        apiURL,
        home,
        directory: home,
        cache: createJsonCache({
          folder: machine.cacheFolder,
          debug: (message) => machine.log.push(message),
        }),
        memory: createInstructionsMemory(),
        fetch: (url, init) => fetch(url, init),
        now: () => machine.time,
        debug: (message) => machine.log.push(message),
        waitMs: 4_000,
        ...change,
      });
      running.push(instructions);
      return instructions;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map((instructions) => instructions.stop()));
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return machine;
}

/** Waits for what happens in the background; fails after four seconds. */
export async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 4_000;
  while (!(await happened())) {
    if (performance.now() > end) throw new Error(`did not happen: ${happened}`);
    await Bun.sleep(2);
  }
}
