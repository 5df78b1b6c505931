/** What was downloaded, on disk: `~/.opencode/cache`, files 0600 in a folder of 0700. */
import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../json.ts";
import { writeAtomically } from "../../settings/store.ts";
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
  /** Slug → text. */
  instructions: v.record(v.string(), TextSchema),
});

const FailuresSchema = v.record(v.string(), v.number());

export type CachedCatalogue = v.InferOutput<typeof CatalogueSchema>;

/** What could not be had → when that was seen, milliseconds since 1970. */
export type Failures = v.InferOutput<typeof FailuresSchema>;

export type Cache = ReturnType<typeof createCache>;

export type CacheOptions = {
  readonly folder: string;
  readonly debug: (message: string) => void;
};

/**
 * Reading gives nothing for a file that is missing, cut off or not what it should be: it is then
 * fetched again. Writing never throws: without a disk everything lasts as long as the process.
 *
 * JSON for the prompts too, because a text that a crash cut off still looks like a text, and JSON
 * that was cut off does not parse.
 */
export function createCache({ folder, debug }: CacheOptions) {
  const catalogueFile = "codex-models.json";
  const failuresFile = "codex-download-failures.json";
  /** A tag's files never change, so the tag in the name makes each entry final. */
  const promptFile = (tag: string, file: string): string => `codex-${tag}-${file}.json`;

  async function load<T>(
    name: string,
    schema: v.GenericSchema<unknown, T>,
  ): Promise<T | undefined> {
    // Whatever keeps it from being read, it is as good as missing.
    const text = await readFile(join(folder, name), "utf8").catch(() => "");
    const result = v.safeParse(schema, parseJson(text));
    return result.success ? result.output : undefined;
  }

  async function save(name: string, value: unknown): Promise<void> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      await writeAtomically(join(folder, name), `${JSON.stringify(value)}\n`);
    } catch (error) {
      debug(`could not write ${name} into the cache: ${String(error)}`);
    }
  }

  return {
    loadPrompt: async (tag: string, file: string) =>
      (await load(promptFile(tag, file), PromptSchema))?.text,
    savePrompt: (tag: string, file: string, text: string) => save(promptFile(tag, file), { text }),
    loadCatalogue: () => load(catalogueFile, CatalogueSchema),
    saveCatalogue: (catalogue: CachedCatalogue) => save(catalogueFile, catalogue),
    loadFailures: async (): Promise<Failures> => (await load(failuresFile, FailuresSchema)) ?? {},
    saveFailures: (failures: Readonly<Record<string, number | undefined>>) =>
      save(failuresFile, failures),
  };
}
