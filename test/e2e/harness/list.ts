import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { killGroup, trackGroup } from "./processes.ts";
import { plain, type RunOptions } from "./run.ts";

export type ListOptions = Omit<RunOptions, "args">;

const prefix = "openai/";

/** Names that `opencode models openai` prints, without the provider's, in its order. */
export async function listModels(options: ListOptions): Promise<string[]> {
  const lines = (await print(options)).split("\n");
  return lines.flatMap((line) => (line.startsWith(prefix) ? [line.slice(prefix.length)] : []));
}

/**
 * Printed into a file: into a pipe, OpenCode 1.18 now and then ends before all of a longer list is
 * written (seen with 193 models, cut after 3,242 of 4,614 bytes), with exit code 0.
 *
 * @throws when OpenCode does not end with 0 in time.
 */
async function print(options: ListOptions): Promise<string> {
  const { home, cwd, env = {}, timeoutMs = 45_000 } = options;
  const file = join(home.path, `models-${crypto.randomUUID()}.txt`);
  const child = Bun.spawn([home.binary, "models", "openai"], {
    cwd,
    env: { ...home.env, ...env },
    stdin: "ignore",
    stdout: Bun.file(file),
    stderr: "pipe",
    detached: true,
  });
  trackGroup(child.pid);
  const timer = setTimeout(killGroup, timeoutMs, child.pid);
  const stderr = child.stderr.text();
  await child.exited;
  clearTimeout(timer);
  killGroup(child.pid);
  if (child.exitCode !== 0) {
    throw new Error(`opencode models: exit code ${child.exitCode}\n${plain(await stderr)}`);
  }
  return plain(await readFile(file, "utf8"));
}
