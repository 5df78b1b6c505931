import { stripVTControlCharacters } from "node:util";
import { openCodeVersion } from "./binary.ts";
import type { Home } from "./home.ts";
import { killGroup, trackGroup } from "./processes.ts";

export interface RunOptions {
  home: Home;
  /** Working directory, usually from `home.project()`. */
  cwd: string;
  /** Arguments for OpenCode: `["run", "hello", "--model=openai/gpt-5.2"]`. */
  args: readonly string[];
  /** Added to the home's environment. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds until the process and all its children are killed. */
  timeoutMs?: number;
  /** Kills them before that; counts as timed out. */
  signal?: AbortSignal;
}

export interface RunResult {
  /** `null` when it was killed. */
  exitCode: number | null;
  /** With the colour codes still in it, see {@link plain}. */
  stdout: string;
  stderr: string;
  /** Wall-clock time in milliseconds. */
  ms: number;
  timedOut: boolean;
}

/**
 * Runs the real OpenCode to its end and returns what it printed. It gets no standard input: an open
 * one makes `opencode run` wait for more of the message.
 */
export async function runOpenCode(options: RunOptions): Promise<RunResult> {
  const { home, cwd, args, env = {}, timeoutMs = 60_000, signal } = options;
  const started = performance.now();
  const child = Bun.spawn([home.binary, ...args], {
    cwd,
    env: { ...home.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    // Its own process group, so that the timeout reaches its children too.
    detached: true,
  });
  trackGroup(child.pid);
  let timedOut = false;
  const breakOff = (): void => {
    timedOut = true;
    killGroup(child.pid);
  };
  const timer = setTimeout(breakOff, timeoutMs);
  signal?.addEventListener("abort", breakOff);
  const output = Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  clearTimeout(timer);
  signal?.removeEventListener("abort", breakOff);
  // A child that outlives OpenCode would hold the pipes open, and the run would never end.
  killGroup(child.pid);
  const [stdout, stderr] = await output;
  return { exitCode: child.exitCode, stdout, stderr, ms: performance.now() - started, timedOut };
}

/** The exit code of an `opencode run` whose turn failed: 1.14 and 1.15 end with 0 all the same. */
export function exitCodeOfFailure(version = openCodeVersion()): number {
  return /^1\.1[45]\./.test(version) ? 0 : 1;
}

/**
 * Takes colours, cursor movements and every other terminal sequence out of a text, and U+2060: the
 * plugin puts that where a port or a number would look like a passing fault to OpenCode.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\u2060", "");
}
