/** What was learned about a gateway, per base URL: in memory, and in the cache folder. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { JsonCache } from "./json-cache.ts";

const FactsSchema = v.object({
  /** The endpoint that answered last. */
  endpoint: v.optional(v.string()),
  /** Body parameters the gateway refuses, as dotted paths; for one model only, where it said so. */
  unsupported: v.optional(
    v.array(v.object({ path: v.string(), model: v.exactOptional(v.string()) })),
  ),
});

export type GatewayFacts = v.InferOutput<typeof FactsSchema>;

export type GatewayMemory = {
  recall(): Promise<GatewayFacts>;
  /**
   * Changes what is known, at once; nobody waits for the disk. The change is made again to what is on
   * disk by then, so it must do nothing but return the new facts.
   */
  learn(change: Change): void;
};

type Change = (facts: GatewayFacts) => GatewayFacts;

export type MemoryOptions = {
  readonly cache: JsonCache;
  readonly baseURL: string;
};

/** The file's name holds no part of the URL: relays put account names into their paths. */
export function createMemory({ cache, baseURL }: MemoryOptions): GatewayMemory {
  const id = createHash("sha256").update(baseURL).digest("hex").slice(0, 16);
  const file = cache.file(`gateway-${id}.json`, FactsSchema);
  let known: Promise<GatewayFacts> | undefined;

  function recall(): Promise<GatewayFacts> {
    known ??= file.load().then((facts) => facts ?? {});
    return known;
  }

  return {
    recall,
    learn(change) {
      const before = recall();
      known = before.then(change);
      // Another process may have learned something since this one looked.
      void before.then((facts) =>
        file.update((current = facts) => withoutRepeats(change(current))),
      );
    },
  };
}

/** Two processes may learn the same. */
function withoutRepeats(facts: GatewayFacts): GatewayFacts {
  const { unsupported } = facts;
  if (unsupported === undefined) return facts;
  const unique = new Map(unsupported.map((known) => [`${known.path}\n${known.model}`, known]));
  return { ...facts, unsupported: [...unique.values()] };
}
