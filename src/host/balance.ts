/** Keeps what a gateway says of its limits, and asks it once a session what is left. */
import { isLow } from "../balance/balance.ts";
import { balanceOfCodex } from "../balance/codex.ts";
import { describeRemaining } from "../balance/describe.ts";
import { createBalances } from "../balance/keep.ts";
import type { Fetch } from "../fetch.ts";
import type { JsonObject } from "../json.ts";
import type { JsonCache } from "../json-cache.ts";
import { type CodexLimits, readCodexEvent, readCodexHeaders } from "../response/codex-limits.ts";
import type { ConfiguredGateway } from "../settings/gateways.ts";
import { words } from "../words/current.ts";

export type BalanceWatchOptions = {
  readonly cache: JsonCache;
  readonly fetch: Fetch;
  readonly configured: ConfiguredGateway;
  /** Gateways that were asked in this session. */
  readonly told: Set<string>;
  readonly toast: (id: string, message: string) => void;
  readonly debug: (message: string) => void;
};

/** The file need not be written with every answer. */
const keepMs = 60_000;
const timeoutMs = 10_000;

export function createBalanceWatch(options: BalanceWatchOptions) {
  const { configured, told, toast, debug } = options;
  const { name, resolved, key } = configured;
  const { baseURL, headers, lowBalance } = resolved.settings;
  if (baseURL === undefined || key === undefined) return { onAnswer() {}, onLimits() {} };
  const balances = createBalances({ cache: options.cache, baseURL, key: key.value });
  let keptAt = Number.NEGATIVE_INFINITY;

  function keep(limits: CodexLimits | undefined): void {
    if (limits === undefined) return;
    const balance = balanceOfCodex(limits, Date.now());
    warn(balance);
    if (performance.now() - keptAt < keepMs) return;
    keptAt = performance.now();
    void balances.keepCodex(balance);
  }

  function warn(balance: Parameters<typeof isLow>[0]): void {
    if (lowBalance === undefined || !isLow(balance, lowBalance)) return;
    toast(`balance ${name}`, words().notice.lowBalance(name, describeRemaining(balance)));
  }

  async function ask(): Promise<void> {
    const signal = new AbortController().signal;
    const probed = await balances.ask({ headers, fetch: options.fetch, signal, timeoutMs });
    debug(`balance of gateway ${name}: ${probed.type}`);
    if (probed.type === "balance") warn(probed.balance);
  }

  return {
    /** Behind an answer, and only for who wants to be told. */
    onAnswer(answer: Headers): void {
      keep(readCodexHeaders(answer, Date.now()));
      const id = `${name} ${baseURL}`;
      if (lowBalance === undefined || told.has(id)) return;
      told.add(id);
      void ask();
    },
    onLimits(event: JsonObject): void {
      keep(readCodexEvent(event, Date.now()));
    },
  };
}
