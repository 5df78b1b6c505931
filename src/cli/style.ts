/** Colours, for a terminal only. */
import type { Output, World } from "./types.ts";

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;
export type Colour = keyof typeof codes;

export type Style = (colour: Colour, text: string) => string;

/**
 * `FORCE_COLOR` and `NO_COLOR` in the form of force-color.org and no-color.org: an empty variable
 * counts as none, and who forces colours gets them, but for `0` and `false`.
 */
export function createStyle(output: Output, env: World["env"]): Style {
  return wantsColour(output, env)
    ? (colour, text) => (text === "" ? "" : `\u001b[${codes[colour]}m${text}\u001b[0m`)
    : (_, text) => text;
}

function wantsColour({ isTTY }: Output, env: World["env"]): boolean {
  const { FORCE_COLOR: force, NO_COLOR: never, TERM: term } = env;
  if (force) return force !== "0" && force.toLowerCase() !== "false";
  if (never) return false;
  return isTTY && term !== "dumb";
}
