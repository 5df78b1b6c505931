/** What is left at the gateway, and whether the others could take its place. */
import { isLow } from "../../balance/balance.ts";
import { balanceOfCodex } from "../../balance/codex.ts";
import { describeDetails } from "../../balance/describe.ts";
import { readCodexHeaders } from "../../response/codex-limits.ts";
import type { ConfiguredGateway } from "../../settings/gateways.ts";
import { describeAttempts } from "../attempts.ts";
import type { Case } from "../case.ts";
import { fetchList } from "../lab.ts";
import type { Setup } from "../setup.ts";
import type { Finding, World } from "../types.ts";
import { readUsage, summarize } from "../usage.ts";

/** By a page for keys, where the gateway has one, and by the headers of the answer just got. */
export async function checkBalance({ lab, setup, world, words: all }: Case): Promise<Finding> {
  const { balance: words } = all.others;
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
    return { status: "ok", summary: row?.summary ?? words.unknown, data: {} };
  const summary = summarize(balance, world);
  const data = { balance };
  if (balance.invalid !== undefined) {
    return {
      status: "warn",
      summary,
      details,
      advice: words.invalidAdvice,
      data,
    };
  }
  const low = settings.lowBalance;
  const gone = isLow(balance, Number.MIN_VALUE);
  if (gone || (low !== undefined && isLow(balance, low))) {
    return { status: "warn", summary, details, advice: words.lowAdvice, data };
  }
  return { status: "ok", summary, details, data };
}

/** Their model lists are asked for, which costs nothing, each with its own key. */
export async function checkOthers({ setup, world, words: all }: Case): Promise<Finding> {
  const { gateways: words } = all.others;
  const { gateways, settings } = setup.resolved;
  const others = gateways.filter(({ resolved }) => resolved.settings !== setup.resolved.settings);
  const apart = others.filter(({ resolved }) => resolved.settings.baseURL !== settings.baseURL);
  if (apart.length === 0) {
    return { status: "ok", summary: words.only, data: { gateways: [] } };
  }
  const found = await Promise.all(apart.map((gateway) => look(gateway, setup, world)));
  const bad = found.filter(({ ok }) => !ok);
  const details = found.map(({ name, said }) => words.line(name, said));
  const data = { gateways: found };
  if (bad.length === 0) {
    const summary = words.more(found.length, settings.failover === false);
    return { status: "ok", summary, details, data };
  }
  const [first] = bad;
  return {
    status: "warn",
    summary: words.bad(bad.length),
    details,
    advice: words.badAdvice(first?.name ?? ""),
    data,
  };
}

type Looked = { readonly name: string; readonly ok: boolean; readonly said: string };

async function look(gateway: ConfiguredGateway, setup: Setup, world: World): Promise<Looked> {
  const { name, resolved, key } = gateway;
  const { gateways: words } = world.words.others;
  if (key === undefined) return { name, ok: false, said: words.noKey };
  const fetched = await fetchList(world, {
    ...setup,
    resolved: { ...setup.resolved, ...resolved },
    key,
  });
  switch (fetched.type) {
    case "list":
      return { name, ok: true, said: words.models(fetched.models.length) };
    case "unchanged":
      return { name, ok: true, said: words.answers };
    case "failed": {
      const { attempts, settled } = fetched;
      const statuses = attempts.map(({ problem }) => problem.type === "status" && problem.status);
      const refused = statuses.find((status) => status === 401 || status === 403);
      if (refused) return { name, ok: false, said: words.refused(refused) };
      // A gateway without a list says so itself, which is an answer.
      return settled
        ? { name, ok: true, said: words.noList }
        : { name, ok: false, said: describeAttempts(attempts, world.words).join(" ") };
    }
  }
}
