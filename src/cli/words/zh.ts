/** Simplified Chinese. */
import type { CliWords } from "./words.ts";
import { several } from "./zh/gateways.ts";
import { machine } from "./zh/machine.ts";
import { network } from "./zh/network.ts";
import { opencode } from "./zh/opencode.ts";
import { others } from "./zh/others.ts";
import { program } from "./zh/program.ts";
import { requests } from "./zh/requests.ts";

export const zh = {
  ...program,
  ...several,
  machine,
  opencode,
  network,
  requests,
  others,
} satisfies CliWords;
