/** What is left at the gateway, and whether the others could take its place. */
import { describeDetails, describeRemaining, isLow } from "../../balance/balance.ts";
import { balanceOfCodex } from "../../balance/codex.ts";
import { readCodexHeaders } from "../../response/codex-limits.ts";
import type { ConfiguredGateway } from "../../settings/gateways.ts";
import { fetchList, type Lab } from "../lab.ts";
import type { Setup } from "../setup.ts";
import type { Finding, World } from "../types.ts";
import { readUsage } from "../usage.ts";

/** By a page for keys, where the gateway has one, and by the headers of the answer just got. */
export async function checkBalance(lab: Lab, setup: Setup, world: World): Promise<Finding> {
  const { settings } = setup.resolved;
  const asked = { name: "", resolved: setup.resolved, key: setup.key, models: undefined };
  const [row] = await readUsage(world, asked);
  const limits = readCodexHeaders(await lab.headers(), world.now());
  const heard = limits && balanceOfCodex(limits, world.now());
  const balance = row?.source === "asked" ? row.balance : (heard ?? row?.balance);
  const details = [
    ...(row?.source === "asked" ? row.details : []),
    ...(heard === undefined ? [] : describeDetails(heard, world.now())),
  ];
  if (balance === undefined)
    return { status: "ok", summary: row?.summary ?? "not known", data: {} };
  const summary =
    balance.kind === "codex" && balance.remaining === undefined
      ? "limits of the account, as its answer says"
      : describeRemaining(balance);
  const data = { balance };
  if (balance.invalid !== undefined) {
    return {
      status: "warn",
      summary,
      details,
      advice: "Look at the gateway's page of keys.",
      data,
    };
  }
  const low = settings.lowBalance;
  const gone = isLow(balance, Number.MIN_VALUE);
  if (gone || (low !== undefined && isLow(balance, low))) {
    return { status: "warn", summary, details, advice: "Top up at your gateway.", data };
  }
  return { status: "ok", summary, details, data };
}

/** Their model lists are asked for, which costs nothing, each with its own key. */
export async function checkOthers(setup: Setup, world: World): Promise<Finding> {
  const { gateways, settings } = setup.resolved;
  const others = gateways.filter(({ resolved }) => resolved.settings !== setup.resolved.settings);
  const apart = others.filter(({ resolved }) => resolved.settings.baseURL !== settings.baseURL);
  if (apart.length === 0) {
    return { status: "ok", summary: "there is only this one", data: { gateways: [] } };
  }
  const found = await Promise.all(apart.map((gateway) => look(gateway, setup, world)));
  const bad = found.filter(({ ok }) => !ok);
  const details = found.map(({ name, said }) => `${name}: ${said}`);
  const data = { gateways: found };
  if (bad.length === 0) {
    const count = found.length === 1 ? "1 more" : `${found.length} more`;
    const off = settings.failover === false ? ', not asked while "failover" is false' : "";
    return { status: "ok", summary: `${count} in place of this one${off}`, details, data };
  }
  const [first] = bad;
  return {
    status: "warn",
    summary: bad.length === 1 ? "one cannot be asked" : `${bad.length} cannot be asked`,
    details,
    advice: `Look closer with --gateway ${first?.name}.`,
    data,
  };
}

type Looked = { readonly name: string; readonly ok: boolean; readonly said: string };

async function look(gateway: ConfiguredGateway, setup: Setup, world: World): Promise<Looked> {
  const { name, resolved, key } = gateway;
  if (key === undefined) return { name, ok: false, said: "no key" };
  const fetched = await fetchList(world, {
    ...setup,
    resolved: { ...setup.resolved, ...resolved },
    key,
  });
  switch (fetched.type) {
    case "list":
      return { name, ok: true, said: `${fetched.models.length} models` };
    case "unchanged":
      return { name, ok: true, said: "answers" };
    case "failed": {
      const refused = /status 40[13]/.exec(fetched.reason);
      if (refused !== null) return { name, ok: false, said: `refused the key (${refused[0]})` };
      // A gateway without a list says so itself, which is an answer.
      return fetched.settled
        ? { name, ok: true, said: "answers, and has no model list" }
        : { name, ok: false, said: fetched.reason };
    }
  }
}
