/** What is left at each gateway, for the command `usage` and for the doctor. */
import type { Balance } from "../balance/balance.ts";
import { describeDetails, describeRemaining } from "../balance/describe.ts";
import { createBalances } from "../balance/keep.ts";
import { createJsonCache } from "../json-cache.ts";
import type { ConfiguredGateway } from "../settings/gateways.ts";
import { describeAttempt } from "./attempts.ts";
import { cacheFolder } from "./instructions.ts";
import type { World } from "./types.ts";

export type UsageRow = {
  readonly gateway: string;
  /** `headers`: of an answer that OpenCode got; it was not asked for now. */
  readonly source: "asked" | "headers" | "none";
  readonly summary: string;
  readonly details: readonly string[];
  readonly balance?: Balance;
  /** When it was said, Unix milliseconds. */
  readonly at?: number;
};

/** Asks the gateway now. What its last answer said about limits comes after, if anything. */
export async function readUsage(
  world: World,
  { name, resolved, key }: ConfiguredGateway,
): Promise<UsageRow[]> {
  const { baseURL, headers } = resolved.settings;
  const { usage: say } = world.words;
  const none = (summary: string): UsageRow[] => [
    { gateway: name, source: "none", summary, details: [] },
  ];
  if (baseURL === undefined) return none(say.noBaseURL);
  if (key === undefined) return none(say.noKey);
  const { fetch, signal, timeouts, now } = world;
  const cache = createJsonCache({ folder: cacheFolder(world), debug: () => {} });
  const balances = createBalances({ cache, baseURL, key: key.value, now });
  const how = { headers, fetch, signal, timeoutMs: timeouts.network };
  const probed = await balances.ask(how, true);
  signal.throwIfAborted();
  const heard = (await balances.recall()).find(({ balance }) => balance.kind === "codex");
  const limits = heard === undefined ? [] : [row(name, "headers", heard.balance, heard.at, world)];
  switch (probed.type) {
    case "balance":
      return [row(name, "asked", probed.balance, now(), world), ...limits];
    case "unknown":
      return limits.length > 0 ? limits : none(say.noPage);
    case "failed":
      return [
        ...none(say.failed(describeAttempt(baseURL, probed.problem, world.words))),
        ...limits,
      ];
  }
}

/** One line of what is left. An answer says how much of its windows is used, and mostly no more. */
export function summarize(balance: Balance, { words }: World): string {
  return balance.kind === "codex" && balance.remaining === undefined
    ? words.others.balance.limits
    : describeRemaining(balance);
}

function row(
  gateway: string,
  source: UsageRow["source"],
  balance: Balance,
  at: number,
  world: World,
): UsageRow {
  const now = world.now();
  const details = describeDetails(balance, now);
  const minutes = Math.round((now - at) / 60_000);
  const age = source === "headers" ? [world.words.usage.age(minutes)] : [];
  return {
    gateway,
    source,
    summary: summarize(balance, world),
    details: [...details, ...age],
    balance,
    at,
  };
}
