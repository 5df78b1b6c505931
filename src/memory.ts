/** What was learned about a gateway, per base URL: in memory, and in the cache folder. */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { withLock } from "./lock.ts";
import { loadJsonFile, writeAtomically } from "./settings/store.ts";

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
  readonly folder: string;
  readonly baseURL: string;
  readonly debug: (message: string) => void;
};

/** The file's name holds no part of the URL: relays put account names into their paths. */
export function createMemory({ folder, baseURL, debug }: MemoryOptions): GatewayMemory {
  const id = createHash("sha256").update(baseURL).digest("hex").slice(0, 16);
  const path = join(folder, `gateway-${id}.json`);
  let known: Promise<GatewayFacts> | undefined;
  /** One write after the other, so that the last word on disk is the last that was said. */
  let saving = Promise.resolve();

  /** What is on disk. A damaged file costs one round of learning, so it counts as none. */
  async function load(): Promise<GatewayFacts | undefined> {
    const file = await loadJsonFile(path);
    const facts = v.safeParse(FactsSchema, file.type === "loaded" ? file.values : undefined);
    return facts.success ? facts.output : undefined;
  }

  /**
   * Makes the change to what is on disk now: another process may have learned something since this
   * one looked. `before` stands in where nothing can be read.
   */
  async function save(change: Change, before: GatewayFacts): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await withLock(`${path}.lock`, async () => {
        const facts = withoutRepeats(change((await load()) ?? before));
        await writeAtomically(path, `${JSON.stringify(facts, null, 2)}\n`);
      });
    } catch (error) {
      // A read-only disk: what was learned then lasts as long as the process.
      const names = Object.keys(change(before)).join(", ");
      debug(`could not remember ${names} of the gateway: ${String(error)}`);
    }
  }

  function recall(): Promise<GatewayFacts> {
    known ??= load().then((facts) => facts ?? {});
    return known;
  }

  return {
    recall,
    learn(change) {
      const before = recall();
      known = before.then(change);
      saving = saving.then(async () => save(change, await before));
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
