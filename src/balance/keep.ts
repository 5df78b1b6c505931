/** What was last heard of a gateway's balance, on disk: one file per base URL, without the key. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { JsonCache } from "../json-cache.ts";
import { createRefusal, isRefusalOf } from "../models/list/cache.ts";
import { type Balance, BalanceSchema } from "./balance.ts";
import { type Probed, type ProbeOptions, probe, probeKinds } from "./probe.ts";

const KeptSchema = v.object({
  /** A mark of the key it is the balance of, too short to find a key by. */
  asker: v.object({ salt: v.string(), seal: v.string() }),
  /** Who answered the last time. Missing where nobody did. */
  kind: v.optional(v.picklist(probeKinds)),
  /** Not to be asked again before, Unix milliseconds. */
  nextProbe: v.optional(v.number()),
  /** The last answer of each source, and when it came. */
  probed: v.optional(v.object({ at: v.number(), balance: BalanceSchema })),
  codex: v.optional(v.object({ at: v.number(), balance: BalanceSchema })),
});

type Kept = v.InferOutput<typeof KeptSchema>;

/** How long an answer is good enough, and how long a gateway of no known kind is left alone. */
const freshMs = 10 * 60_000;
const unknownMs = 24 * 3_600_000;

export type Balances = {
  /** What is known without asking, the newest first. */
  recall(): Promise<readonly { readonly at: number; readonly balance: Balance }[]>;
  /** An answer said something about the account's limits. */
  keepCodex(balance: Balance): Promise<void>;
  /**
   * Asks the gateway, unless it was asked a little while ago. Never rejects.
   *
   * @param fresh ask in any case.
   */
  ask(options: Omit<ProbeOptions, "known" | "key" | "baseURL">, fresh?: boolean): Promise<Probed>;
};

export type BalancesOptions = {
  readonly cache: JsonCache;
  readonly baseURL: string;
  readonly key: string;
  /** Unix milliseconds. */
  readonly now?: () => number;
};

export function createBalances(options: BalancesOptions): Balances {
  const { cache, baseURL, key, now = Date.now } = options;
  const name = createHash("sha256").update(baseURL).digest("hex").slice(0, 16);
  const file = cache.file(`balance-${name}.json`, KeptSchema);
  /** Two keys may be used at one gateway, and the balance of one is wrong for the other. */
  const mine = (kept: Kept | undefined) => (isRefusalOf(key, kept?.asker) ? kept : undefined);
  const change = (make: (kept: Kept) => Kept): Promise<void> =>
    file.update((kept) => make(mine(kept) ?? { asker: createRefusal(key) }));

  return {
    async recall() {
      const { probed, codex } = mine(await file.load()) ?? {};
      return [probed, codex].filter((one) => one !== undefined).sort((a, b) => b.at - a.at);
    },
    keepCodex: (balance) => change((kept) => ({ ...kept, codex: { at: now(), balance } })),
    async ask(how, fresh = false) {
      const kept = mine(await file.load());
      if (!fresh && isAhead(kept?.nextProbe, now())) {
        const balance = kept?.probed?.balance;
        return balance === undefined ? { type: "unknown" } : { type: "balance", balance };
      }
      const asked = { ...how, baseURL, key };
      const probed = await probe({ ...asked, known: kept?.kind });
      // Another relay may run there by now.
      const moved = kept?.kind !== undefined && probed.type === "unknown";
      const result = moved ? await probe(asked) : probed;
      await change((current) => note(current, result, now()));
      return result;
    },
  };
}

/** A time further away was written by a clock that was wrong. */
function isAhead(time: number | undefined, now: number): boolean {
  return time !== undefined && time > now && time <= now + unknownMs;
}

function note(kept: Kept, probed: Probed, now: number): Kept {
  switch (probed.type) {
    case "balance": {
      const { balance } = probed;
      const kind = probeKinds.find((one) => one === balance.kind);
      return { ...kept, kind, nextProbe: now + freshMs, probed: { at: now, balance } };
    }
    case "unknown": {
      const { asker, codex } = kept;
      return { asker, codex, nextProbe: now + unknownMs };
    }
    case "failed":
      return { ...kept, nextProbe: now + freshMs };
  }
}
