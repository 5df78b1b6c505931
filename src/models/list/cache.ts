/** The model list on disk: one file per base URL, without the key. */
import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../json.ts";
import { writeAtomically } from "../../settings/store.ts";
import { RemoteModelSchema } from "./parse.ts";

const CachedListSchema = v.object({
  version: v.literal(1),
  /** When to ask the gateway again, in milliseconds since the epoch. */
  nextCheck: v.number(),
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
export function cachePath(cacheFolder: string, baseURL: string): string {
  const name = createHash("sha256").update(baseURL).digest("hex");
  return join(cacheFolder, `models-${name}.json`);
}

/** What is in the file; nothing when it is missing, unreadable or not of our making. */
export async function loadCachedList(path: string): Promise<CachedList | undefined> {
  // A cache that cannot be read is as good as none: the next list replaces it.
  const text = await readFile(path, "utf8").catch(() => "");
  const parsed = v.safeParse(CachedListSchema, parseJson(text));
  return parsed.success ? parsed.output : undefined;
}

/**
 * Mode 0600 in a folder of mode 0700.
 * @throws the file system's error; the old file is then still in place.
 */
export async function saveCachedList(path: string, cached: CachedList): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await chmod(dirname(path), 0o700);
  await writeAtomically(path, JSON.stringify(cached));
}
