/** What was learned about a gateway, per base URL: in memory, and in the cache folder. */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as v from "valibot";
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
  /** Changes what is known, at once; nobody waits for the disk. */
  learn(change: (facts: GatewayFacts) => GatewayFacts): void;
};

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

  async function load(): Promise<GatewayFacts> {
    const file = await loadJsonFile(path);
    const facts = v.safeParse(FactsSchema, file.type === "loaded" ? file.values : {});
    // A damaged file costs one round of learning, so it counts as none.
    return facts.success ? facts.output : {};
  }

  async function save(facts: GatewayFacts): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeAtomically(path, `${JSON.stringify(facts, null, 2)}\n`);
    } catch (error) {
      // A read-only disk: what was learned then lasts as long as the process.
      debug(`could not remember ${Object.keys(facts).join(", ")} of the gateway: ${String(error)}`);
    }
  }

  function recall(): Promise<GatewayFacts> {
    known ??= load();
    return known;
  }

  return {
    recall,
    learn(change) {
      const facts = recall().then(change);
      known = facts;
      saving = saving.then(async () => save(await facts));
    },
  };
}
