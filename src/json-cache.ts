/**
 * Small JSON files that may be lost: `~/.opencode/cache`, 0600 in a folder of 0700. Several processes
 * share them, so a change is a function of what is there, and is made under a lock.
 */
import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "./json.ts";
import { withLock } from "./lock.ts";
import { writeAtomically } from "./settings/store.ts";

export type JsonCacheOptions = {
  readonly folder: string;
  readonly debug: (message: string) => void;
};

export type JsonFile<T> = {
  /** What is there; nothing for a file that is missing, cut off or not what it should be. */
  load(): Promise<T | undefined>;
  /**
   * Changes what is there; the same value again, or nothing, is not written. One change after the
   * other, in this process and in others. Never rejects: without a disk everything lasts as long as
   * the process.
   */
  update(change: (current: T | undefined) => T | undefined): Promise<void>;
  /** When every change so far is written. */
  settled(): Promise<void>;
};

export type JsonCache = {
  /** The same name must come with the same schema. */
  file<T>(name: string, schema: v.GenericSchema<unknown, T>): JsonFile<T>;
};

export function createJsonCache({ folder, debug }: JsonCacheOptions): JsonCache {
  /** One after the other for each file, so that the last word on disk is the last that was said. */
  const changes = new Map<string, Promise<void>>();

  async function makeFolder(): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }

  return {
    file(name, schema) {
      const path = join(folder, name);
      async function load() {
        // Whatever keeps it from being read, it is as good as missing.
        const text = await readFile(path, "utf8").catch(() => "");
        const result = v.safeParse(schema, parseJson(text));
        return result.success ? result.output : undefined;
      }

      async function change(make: (current: Awaited<ReturnType<typeof load>>) => unknown) {
        try {
          await makeFolder();
          await withLock(`${path}.lock`, async () => {
            const current = await load();
            const next = make(current);
            if (next === undefined || next === current) return;
            await writeAtomically(path, `${JSON.stringify(next)}\n`);
          });
        } catch (error) {
          debug(`could not write ${name} into the cache: ${String(error)}`);
        }
      }

      const settled = (): Promise<void> => changes.get(name) ?? Promise.resolve();

      return {
        load,
        update(make) {
          const done = settled().then(() => change(make));
          changes.set(name, done);
          return done;
        },
        settled,
      };
    },
  };
}
