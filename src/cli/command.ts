/** What every command of the program gets, and how it heads what it prints. */
import { about } from "./about.ts";
import type { Line } from "./line.ts";
import type { Progress } from "./progress.ts";
import type { Look } from "./render.ts";
import { createStyle } from "./style.ts";
import { wrapLines } from "./text-width.ts";
import type { Output, World } from "./types.ts";

export const exitCodes = { ok: 0, failed: 1, misused: 2, stopped: 130 } as const;

export type CommandOptions = Line & { readonly progress: Progress };

/** @returns the exit code. */
export type Command = (world: World, options: CommandOptions) => Promise<number>;

export function lookOf({ stdout, env, home, words }: World): Look {
  const width = stdout.isTTY ? stdout.columns : undefined;
  return { style: createStyle(stdout, env), words, home, width };
}

/** Writes sentences, or a table of two columns, as wide as the terminal is. */
export function print(output: Output, text: string): void {
  output.write(wrapLines(text, output.isTTY ? output.columns : undefined));
}

/** The beginning of every JSON document. */
export function head(command: string, { runtime }: World) {
  return { program: about.name, version: about.version, command, runtime };
}
