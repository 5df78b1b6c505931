/** The instructions that requests of this program carry, and where they come from. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { builtinInstructions } from "../instructions/builtin.ts";
import {
  createInstructionsMemory,
  createInstructions as createPluginInstructions,
  type InstructionsUnreadable,
  mirrorsOf,
} from "../instructions/sources.ts";
import { createJsonCache } from "../json-cache.ts";
import type { RemoteModel } from "../models/list/parse.ts";
import type { Setup } from "./setup.ts";
import type { World } from "./types.ts";

/** Where a text came from; `file` is the user's own. */
export type InstructionsSource = "none" | "builtin" | "file" | "gateway" | "official";

export type FoundInstructions =
  | { readonly type: "found"; readonly text: string; readonly source: InstructionsSource }
  | InstructionsUnreadable;

export type ProgramInstructions = {
  readonly find: (model: string) => Promise<FoundInstructions>;
  readonly official: (model: string) => Promise<string | undefined>;
  /** Gives up downloads under way. */
  readonly stop: () => void;
};

export type InstructionsOptions = {
  readonly world: World;
  readonly setup: Setup;
  /** The gateway's own list, which may carry instructions. */
  readonly models: () => Promise<readonly RemoteModel[] | undefined>;
};

/** The plugin's own sources, cache and download included. */
export function createInstructions(options: InstructionsOptions): ProgramInstructions {
  const { world, setup, models } = options;
  const setting = setup.resolved.settings.instructions ?? "codex";
  const listed = async (model: string) =>
    (await models())?.find(({ id }) => id === model)?.instructions;
  const { resolve, official, stop } = createPluginInstructions({
    memory: createInstructionsMemory(),
    cache: createJsonCache({ folder: cacheFolder(world), debug: () => {} }),
    home: world.home,
    directory: world.directory,
    fetch: world.fetch,
    now: world.now,
    debug: () => {},
    listed,
    ...mirrorsOf(world.env),
  });

  async function sourceOf(text: string, model: string): Promise<InstructionsSource> {
    if (setting === "none" || setting === "builtin") return setting;
    if (setting !== "codex") return "file";
    if (text === builtinInstructions) return "builtin";
    return text === (await listed(model)) ? "gateway" : "official";
  }

  return {
    official,
    stop,
    async find(model) {
      const text = await resolve(model, setting);
      if (typeof text !== "string") return text;
      return { type: "found", text, source: await sourceOf(text, model) };
    },
  };
}

export function cacheFolder({ home }: Pick<World, "home">): string {
  return join(home, ".opencode", "cache");
}

export type CachedFile = {
  readonly path: string;
  /** Unix milliseconds. */
  readonly modified: number;
};

/** Official instructions on this disk, the newest first. */
export async function findCachedInstructions(world: Pick<World, "home">): Promise<CachedFile[]> {
  const folder = cacheFolder(world);
  // No folder: nothing was ever downloaded.
  const names = await readdir(folder).catch(() => []);
  const wanted = names.filter((name) => /^codex-.*\.json$/.test(name) && !/failures/.test(name));
  const files: CachedFile[] = [];
  for (const name of wanted) {
    const path = join(folder, name);
    // Another process may have replaced it just now.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined) files.push({ path, modified: found.mtimeMs });
  }
  return files.toSorted((a, b) => b.modified - a.modified);
}
