/** The settings file. The only place of the plugin that writes it. */
import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, readFile, readlink, realpath, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errorCode } from "../error-code.ts";
import { isObject, type JsonObject } from "../json.ts";
import { withLock } from "../lock.ts";
import { renameOver } from "../rename-over.ts";
import { parseJsonc, setPath, type Unreadable } from "./jsonc.ts";

export const settingsFileName = "openai-codex-auth-config.json";

/** `~/.opencode/openai-codex-auth-config.json`. */
export function settingsPath(home: string): string {
  return join(home, ".opencode", settingsFileName);
}

export type LoadedFile =
  | { readonly type: "missing" }
  | { readonly type: "loaded"; readonly text: string; readonly values: unknown }
  | {
      readonly type: "unreadable";
      readonly why: Unreadable;
      /** What could be read of it all the same. */
      readonly partial?: unknown;
    };

export type TextFile =
  | { readonly type: "missing" }
  | { readonly type: "read"; readonly text: string }
  | { readonly type: "unreadable"; readonly why: Unreadable };

export async function readTextFile(path: string): Promise<TextFile> {
  try {
    // Editors on Windows put a byte order mark first.
    return { type: "read", text: (await readFile(path, "utf8")).replace(/^\uFEFF/, "") };
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { type: "missing" };
    return { type: "unreadable", why: { type: "not_opened", code } };
  }
}

/** Reads a JSON file; comments and trailing commas are allowed, as in OpenCode's own files. */
export async function loadJsonFile(path: string): Promise<LoadedFile> {
  const file = await readTextFile(path);
  if (file.type !== "read") return file;
  const parsed = parseJsonc(file.text);
  return parsed.type === "parsed"
    ? { type: "loaded", text: file.text, values: parsed.values }
    : { type: "unreadable", why: parsed.why, partial: parsed.partial };
}

export type SavedFile = {
  /** Where a file that could not be read as JSON was moved, if there was one. */
  readonly corruptCopy?: string;
};

/**
 * Sets the given top-level keys and leaves the rest of the file, comments included, as it is.
 *
 * Atomic: written beside the target and renamed over it. Mode 0600 in a folder of mode 0700. A file
 * that is no JSON object is renamed to `<name>.corrupt-<time>` first. A link is followed, so that
 * a file kept in a dotfiles folder stays there.
 *
 * @throws the file system's error; the old file is then still there, if only as the corrupt copy.
 */
export function saveJsonFile(
  path: string,
  changes: Readonly<Record<string, unknown>>,
  now?: () => Date,
): Promise<SavedFile> {
  const all = Object.entries(changes).map(([key, value]): Change => ({ path: [key], value }));
  return changeSettings(path, () => all, now);
}

/** One value in a JSON file; `undefined` takes it out. */
export type Change = {
  readonly path: readonly [string, ...(string | number)[]];
  readonly value: unknown;
};

/**
 * The same for changes that depend on what is there. One change after the other, in this process and
 * in others.
 *
 * @param decide gets the values that are there; no changes, nothing is written. What it throws is
 *   thrown on.
 */
export async function changeSettings(
  path: string,
  decide: (values: JsonObject) => readonly Change[],
  now: () => Date = () => new Date(),
): Promise<SavedFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await chmod(dirname(path), 0o700);
  const target = await followLinks(path);
  return withLock(`${target}.lock`, () => change(target, decide, now));
}

async function change(
  target: string,
  decide: (values: JsonObject) => readonly Change[],
  now: () => Date,
): Promise<SavedFile> {
  const current = await loadJsonFile(target);
  const { values, text: before } =
    current.type === "loaded" && isObject(current.values)
      ? { values: current.values, text: current.text }
      : { values: undefined, text: "{}\n" };
  const intact = values !== undefined;
  const changes = decide(values ?? {});
  if (changes.length === 0) return {};
  const text = changes.reduce((rest, one) => setPath(rest, one.path, one.value), before);

  let corruptCopy: string | undefined;
  if (current.type !== "missing" && !intact) {
    corruptCopy = `${target}.corrupt-${now().toISOString().replaceAll(":", "-")}`;
    await renameOver(target, corruptCopy);
  }
  await writeAtomically(target, text);
  return corruptCopy === undefined ? {} : { corruptCopy };
}

/**
 * Where a file is, or where a link to one that is not there yet points: a dotfiles folder that was
 * cloned without it. Its folder is made.
 */
async function followLinks(path: string): Promise<string> {
  let target = path;
  // As many as Linux follows.
  for (let links = 0; links < 40; links++) {
    const next = await readlink(target).catch(() => undefined);
    if (next === undefined) {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      return target;
    }
    target = resolve(await realpath(dirname(target)), next);
  }
  // A ring of links, which holds no settings: it is replaced.
  return path;
}

/** Writes beside the target and renames over it: a reader sees the old file or the new one. */
export async function writeAtomically(target: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${target}.${process.pid}-${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(data);
      // Without it a power cut after the rename could leave an empty file under the final name.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameOver(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
