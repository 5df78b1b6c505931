/**
 * Moves the program into the Bun inside OpenCode: proxies, certificates and names are then looked at
 * the way OpenCode does, whatever this program was started with.
 */
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import type { Surroundings } from "../types.ts";
import { findHost } from "./facts.ts";
import type { HostProgram } from "./programs.ts";
import { runHost } from "./run.ts";

/** What a moved program is told: the version of OpenCode and the folder, with a space between. */
const moveVariable = "OPENCODE_CODEX_MOVED";

export type Move = {
  /** Of OpenCode. */
  readonly version: string;
  /** Where the user started the program. */
  readonly directory: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment as the user has it, and what the program that moved said. */
export function takeMove(env: Environment): { readonly env: Environment; readonly move?: Move } {
  const { [moveVariable]: text, ...rest } = env;
  if (!text) return { env };
  const [version = "", ...path] = text.split(" ");
  // It was set for this process, and no child of it may become a Bun by it.
  const { BUN_BE_BUN: _, ...own } = rest;
  return { env: own, move: { version, directory: path.join(" ") } };
}

export function isOnHost({ runtime }: Pick<Surroundings, "runtime">): boolean {
  return runtime.host !== undefined;
}

/** @returns the exit code, or nothing where there is no such runtime to move into. */
export async function moveToHost(
  program: string,
  args: readonly string[],
  world: Surroundings,
): Promise<number | undefined> {
  // The other commands ask one list at most, and are not worth the start.
  if (!args.includes("doctor") || world.signal.aborted) return undefined;
  const host = await findHost(world);
  if (host === undefined || !(await isBun(host, world))) return undefined;
  const move = { [moveVariable]: `${host.version} ${world.directory}` };
  const child = spawn(host.program, [program, ...args], {
    // Bun obeys `bunfig.toml` and `.env` of the folder it starts in, which OpenCode does not.
    cwd: dirname(program),
    env: { ...world.env, BUN_BE_BUN: "1", ...move },
    stdio: "inherit",
    windowsHide: true,
  });
  return new Promise((resolve) => {
    child.once("error", () => resolve(undefined));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** Whether the program turns into its Bun when it is told to: both answer this, and differently. */
async function isBun({ program, version }: HostProgram, world: Surroundings): Promise<boolean> {
  const { stdout } = await runHost(program, ["--version"], world, {
    limit: world.timeouts.network,
    env: { BUN_BE_BUN: "1" },
  });
  const said = stdout.trim();
  return /^\d{1,3}\.\d{1,3}\.\d{1,3}(?:-\S{1,40})?$/.test(said) && said !== version;
}
