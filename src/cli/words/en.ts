/** English. Its shape is what every language must have. */
import { several } from "./en/gateways.ts";
import { machine } from "./en/machine.ts";
import { network } from "./en/network.ts";
import { opencode } from "./en/opencode.ts";
import { others } from "./en/others.ts";
import { program } from "./en/program.ts";
import { requests } from "./en/requests.ts";

export const en = { ...program, ...several, machine, opencode, network, requests, others };
