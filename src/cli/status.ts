/** The command `status`: which gateway answers, and which ones rest. */
import { createFailoverState, type Resting } from "../failover/state.ts";
import { createJsonCache } from "../json-cache.ts";
import { words } from "../words/current.ts";
import { type CommandOptions, exitCodes, head, lookOf } from "./command.ts";
import { cacheFolder } from "./instructions.ts";
import { renderJson, renderStatus } from "./render.ts";
import { loadSetup } from "./setup.ts";
import type { World } from "./types.ts";

export type StatusRow = {
  readonly name: string;
  readonly baseURL: string;
  /** `first`: the next turn goes to it. */
  readonly state: "first" | "ready" | "resting" | "no key" | "off";
  readonly why?: string;
  /** When it is asked again, Unix milliseconds. */
  readonly until?: number;
  /** When it answered last, if it was the last of all to answer. */
  readonly answeredAt?: number;
};

export async function status(world: World, { json }: CommandOptions): Promise<number> {
  const rows = await readStatus(world);
  world.stdout.write(
    json
      ? renderJson({ ...head("status", world), gateways: rows })
      : renderStatus(rows, lookOf(world), world.now()),
  );
  return rows.some(({ state }) => state === "first") ? exitCodes.ok : exitCodes.failed;
}

async function readStatus(world: World): Promise<StatusRow[]> {
  const { resolved } = await loadSetup(world);
  const { gateways, settings } = resolved;
  const cache = createJsonCache({ folder: cacheFolder(world), debug: () => {} });
  const state = createFailoverState(cache, world.now);
  const members = gateways.flatMap(({ name, resolved: { settings: own }, key }) =>
    key === undefined || own.baseURL === undefined
      ? []
      : [{ name, baseURL: own.baseURL, key: key.value }],
  );
  // Alone it is asked whatever it said.
  const several = members.length > 1 && settings.failover !== false;
  const none: ReadonlyMap<string, Resting> = new Map();
  const resting = several ? await state.resting(members) : none;
  const last = await state.lastAnswer(members);
  const well = members.find(({ name }) => !resting.has(name)) ?? members[0];
  return gateways.map(({ name, resolved: { settings: own }, key }): StatusRow => {
    const row = { name, baseURL: own.baseURL ?? "" };
    const answered = last?.name === name ? { answeredAt: last.at } : {};
    const rest = resting.get(name);
    if (key === undefined) return { ...row, state: "no key" };
    if (rest !== undefined) {
      const { until, why } = rest;
      return { ...row, ...answered, state: "resting", why: words().failover.why[why], until };
    }
    if (name === well?.name) return { ...row, ...answered, state: "first" };
    return { ...row, ...answered, state: several ? "ready" : "off" };
  });
}
