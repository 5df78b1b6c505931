/** Runs the program `opencode` for an answer. */
import { execFile } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import type { World } from "../types.ts";

export type HostRun = {
  /** Of the process; nothing where it did not start or was killed. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
};

/** Longest output that is read, in bytes. */
const outputLimit = 16 * 1024 * 1024;

export type HostRunOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly limit: number;
};

/** Never rejects. What it prints comes without terminal sequences. */
export function runHost(
  program: string,
  args: readonly string[],
  { env, directory, signal }: Pick<World, "env" | "directory" | "signal">,
  { env: more, limit }: HostRunOptions,
): Promise<HostRun> {
  // With the first OpenCode would be its own Bun, and a look at it is no time for an update.
  const { BUN_BE_BUN: _, ...own } = env;
  const options = {
    env: { ...own, OPENCODE_DISABLE_AUTOUPDATE: "1", ...more },
    cwd: directory,
    signal,
    timeout: limit,
    killSignal: "SIGKILL",
    windowsHide: true,
    maxBuffer: outputLimit,
    encoding: "utf8",
  } as const;
  return new Promise((resolve) => {
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      const { code, killed = false } = error ?? { code: 0 };
      resolve({
        code: typeof code === "number" ? code : undefined,
        stdout: stripVTControlCharacters(stdout),
        stderr: stripVTControlCharacters(stderr),
        timedOut: killed && !signal.aborted,
      });
    });
    // Some commands wait for what is typed.
    child.stdin?.end();
  });
}
