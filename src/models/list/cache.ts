/** The model list on disk: one file per base URL, without the key. */
import { createHash, randomBytes } from "node:crypto";
import * as v from "valibot";
import type { JsonCache, JsonFile } from "../../json-cache.ts";
import { RemoteModelSchema } from "./parse.ts";

const CachedListSchema = v.object({
  version: v.literal(1),
  /** When to ask the gateway again, in milliseconds since the epoch. */
  nextCheck: v.number(),
  /** How often in a row it was down or too slow to say. */
  failures: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** Who was told that there is no list. Missing where the gateway could not say. */
  refused: v.optional(v.object({ salt: v.string(), seal: v.string() })),
  /** Missing when the gateway gave no list the last time, and had never given one. */
  list: v.optional(
    v.object({
      url: v.string(),
      etag: v.optional(v.string()),
      models: v.pipe(v.array(RemoteModelSchema), v.minLength(1)),
    }),
  ),
});

export type CachedList = v.InferOutput<typeof CachedListSchema>;

/**
 * A mark of whom the gateway refused a list: another key, or another endpoint, may well have one.
 * Sixteen bits of a salted hash tell two keys apart, and are too few to find one by.
 *
 * @param asker endpoint and headers of the request.
 */
export function createRefusal(
  asker: string,
  salt = randomBytes(8).toString("hex"),
): NonNullable<CachedList["refused"]> {
  const seal = createHash("sha256").update(`${salt}\n${asker}`).digest("hex").slice(0, 4);
  return { salt, seal };
}

export function isRefusalOf(asker: string, refused: CachedList["refused"]): boolean {
  return refused !== undefined && createRefusal(asker, refused.salt).seal === refused.seal;
}

/** Base URLs are no secret, but they are no file names either. */
export function cachedListOf(cache: JsonCache, baseURL: string): JsonFile<CachedList> {
  const name = createHash("sha256").update(baseURL).digest("hex");
  return cache.file(`models-${name}.json`, CachedListSchema);
}
