/** The commands `gateways` and `usage`. */
import { maskSecrets } from "../redact.ts";
import { type CommandOptions, exitCodes, head, lookOf } from "./command.ts";
import { changeGateways, listRows } from "./gateways.ts";
import { renderGateways, renderJson, renderUsage } from "./render.ts";
import { findGateway, loadSetup } from "./setup.ts";
import type { World } from "./types.ts";
import { readUsage, type UsageRow } from "./usage.ts";

export async function gateways(world: World, options: CommandOptions): Promise<number> {
  const { rest, json } = options;
  const [action] = rest;
  const done =
    action === undefined || action === "list"
      ? undefined
      : await changeGateways(world, rest, options);
  const rows = await listRows(world);
  world.stdout.write(
    json
      ? renderJson({ ...head("gateways", world), done, gateways: rows })
      : `${done === undefined ? "" : `${done}\n\n`}${renderGateways(rows, lookOf(world))}`,
  );
  return exitCodes.ok;
}

export async function usage(world: World, options: CommandOptions): Promise<number> {
  const { json, gateway, progress } = options;
  const { resolved, secrets } = await loadSetup(world);
  const chosen =
    gateway === undefined ? resolved.gateways : [findGateway(resolved.gateways, gateway, world)];
  const rows: UsageRow[] = [];
  for (const one of chosen) {
    progress.show(world.words.usage.asking(one.name));
    rows.push(...(await readUsage(world, one)));
  }
  progress.clear();
  world.stdout.write(
    maskSecrets(
      json
        ? renderJson({ ...head("usage", world), gateways: rows })
        : renderUsage(rows, lookOf(world)),
      secrets,
    ),
  );
  return rows.some(({ source }) => source !== "none") ? exitCodes.ok : exitCodes.failed;
}
