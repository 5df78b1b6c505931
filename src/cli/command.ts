/** What every command of the program gets, and how it heads what it prints. */
import { about } from "./about.ts";
import type { Line } from "./line.ts";
import type { Progress } from "./progress.ts";
import type { Look } from "./render.ts";
import { createStyle } from "./style.ts";
import type { World } from "./types.ts";

export const exitCodes = { ok: 0, failed: 1, misused: 2, stopped: 130 } as const;

export type CommandOptions = Line & { readonly progress: Progress };

/** @returns the exit code. */
export type Command = (world: World, options: CommandOptions) => Promise<number>;

export function lookOf({ stdout, env, home, words }: World): Look {
  const width = stdout.isTTY ? stdout.columns : undefined;
  return { style: createStyle(stdout, env), words, home, width };
}

/** The beginning of every JSON document. */
export function head(command: string, { runtime }: World) {
  return { program: about.name, version: about.version, command, runtime };
}
