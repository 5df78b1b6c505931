/** Places that are named to the user. Pure. */
import { dirname, join } from "node:path";
import { dataFolder } from "../../settings/credential.ts";
import { about } from "../about.ts";
import type { World } from "../types.ts";

/** What a user writes to have this very copy loaded: its folder, which every OpenCode takes. */
export function pluginSpec(bundle: string | undefined): string {
  // A copy below node_modules is npm's, and may be gone tomorrow.
  const own = bundle !== undefined && !/[\\/]node_modules[\\/]/.test(bundle);
  return own ? dirname(bundle) : about.name;
}

export function pluginLine(bundle: string | undefined): string {
  return `"plugin": [${JSON.stringify(pluginSpec(bundle))}]`;
}

/** What OpenCode keeps of sessions, and OpenCode 2 of accounts too. */
export function databaseFile(world: Pick<World, "env" | "home">): string {
  return join(dataFolder(world), "opencode.db");
}

/** OpenCode's own log. */
export function logFile(world: Pick<World, "env" | "home">): string {
  return join(dataFolder(world), "log");
}
