/** What every command of the program gets, and how it heads what it prints. */
import { about } from "./about.ts";
import type { Progress } from "./progress.ts";
import type { Look } from "./render.ts";
import { createStyle } from "./style.ts";
import type { World } from "./types.ts";

export const exitCodes = { ok: 0, failed: 1, misused: 2, stopped: 130 } as const;

export type CommandOptions = {
  /** Words behind the command's name. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly model: string | undefined;
  /** Name of the gateway to look at. */
  readonly gateway: string | undefined;
  readonly keyEnv: string | undefined;
  readonly yes: boolean;
  readonly progress: Progress;
};

/** @returns the exit code. */
export type Command = (world: World, options: CommandOptions) => Promise<number>;

export function lookOf({ stdout, env, home }: World): Look {
  return { style: createStyle(stdout, env), home };
}

/** The beginning of every JSON document. */
export function head(command: string, { runtime }: World) {
  return { program: about.name, version: about.version, command, runtime };
}
