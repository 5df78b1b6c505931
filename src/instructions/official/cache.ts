/** What was downloaded, on disk. */
import * as v from "valibot";
import type { JsonCache } from "../../json-cache.ts";
import { RemoteModelSchema } from "../../models/list/parse.ts";
import { findUnlikely } from "../plausible.ts";

const TextSchema = v.pipe(
  v.string(),
  v.check((text) => findUnlikely(text) === undefined),
);

const PromptSchema = v.object({ text: TextSchema });

const CatalogueSchema = v.object({
  /** When it was last known to be the newest, milliseconds since 1970. */
  checkedAt: v.number(),
  tag: v.string(),
  /** Of the answer that named the tag. */
  etag: v.optional(v.string()),
  /** What it says of each model, its instructions included. */
  models: v.pipe(v.array(RemoteModelSchema), v.minLength(1)),
});

/** What could not be had → when that was seen last, milliseconds since 1970, and how often in a row. */
const FailuresSchema = v.record(
  v.string(),
  v.object({ at: v.number(), times: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
);

export type CachedCatalogue = v.InferOutput<typeof CatalogueSchema>;

export type Cache = ReturnType<typeof createCache>;

/** JSON for the prompts too: a text that a crash cut off still looks like a text. */
export function createCache(cache: JsonCache) {
  const catalogue = cache.file("codex-models.json", CatalogueSchema);
  /** A tag's files never change, so the tag in the name makes each entry final. */
  const prompt = (tag: string, file: string) =>
    cache.file(`codex-${tag}-${file}.json`, PromptSchema);

  return {
    loadPrompt: async (tag: string, file: string) => (await prompt(tag, file).load())?.text,
    savePrompt: (tag: string, file: string, text: string) =>
      prompt(tag, file).update(() => ({ text })),
    loadCatalogue: catalogue.load,
    saveCatalogue: (next: CachedCatalogue) => catalogue.update(() => next),
    failures: cache.file("codex-download-failures.json", FailuresSchema),
  };
}
