/**
 * The keys of the gateways that OpenCode has no place for: a file of ours beside the settings, mode
 * 0600, which the program and the login write. Each stands with the origin it was entered for.
 */
import { createHash } from "node:crypto";
import { chmod, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { withLock } from "../lock.ts";
import { words } from "../words/current.ts";
import type { Unreadable } from "./jsonc.ts";
import { loadJsonFile, writeAtomically } from "./store.ts";

const KeysSchema = v.object({
  /** By the gateway's name. */
  keys: v.record(v.string(), v.object({ origin: v.string(), key: v.string() })),
  /** A mark of the login whose key was taken over last: a later change here is not undone by it. */
  login: v.optional(v.string()),
});

export type StoredKeys = v.InferOutput<typeof KeysSchema>;

const none: StoredKeys = { keys: {} };

/** `~/.opencode/openai-codex-auth-keys.json`. */
export function keysPath(home: string): string {
  return join(home, ".opencode", "openai-codex-auth-keys.json");
}

export type LoadedKeys =
  | { readonly type: "loaded"; readonly stored: StoredKeys }
  | { readonly type: "unreadable"; readonly why: Unreadable };

export async function loadKeys(path: string): Promise<LoadedKeys> {
  const file = await loadJsonFile(path);
  if (file.type === "missing") return { type: "loaded", stored: none };
  if (file.type === "unreadable") return { type: "unreadable", why: file.why };
  const read = v.safeParse(KeysSchema, file.values);
  return read.success
    ? { type: "loaded", stored: read.output }
    : { type: "unreadable", why: { type: "other_content" } };
}

/**
 * Changes the file: one change after the other, in this process and in others. A reader sees the old
 * file or the new one, whenever the writer is killed.
 *
 * @param change the same value again is not written.
 * @throws the file system's error, and one for a file that cannot be read: there may be keys in it.
 */
export async function changeKeys(
  path: string,
  change: (stored: StoredKeys) => StoredKeys,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await chmod(dirname(path), 0o700);
  await withLock(`${path}.lock`, async () => {
    const loaded = await loadKeys(path);
    if (loaded.type === "unreadable") {
      throw new Error(words().setting.mendKeys(path, loaded.why));
    }
    const next = change(loaded.stored);
    if (next === loaded.stored) return;
    await writeAtomically(path, `${JSON.stringify(next, null, 2)}\n`);
  });
}

export function withKey(stored: StoredKeys, name: string, origin: string, key: string): StoredKeys {
  return { ...stored, keys: { ...stored.keys, [name]: { origin, key } } };
}

export function withoutKey(stored: StoredKeys, name: string): StoredKeys {
  const { [name]: gone, ...keys } = stored.keys;
  return gone === undefined ? stored : { ...stored, keys };
}

/** What tells two logins apart. */
export function markOf(key: string, baseURL: string | undefined): string {
  return createHash("sha256")
    .update(JSON.stringify([key, baseURL]))
    .digest("hex")
    .slice(0, 32);
}

/** The key of a gateway, if it was entered for this origin. */
export function storedKey(stored: StoredKeys, name: string, origin: string): string | undefined {
  const found = Object.hasOwn(stored.keys, name) ? stored.keys[name] : undefined;
  return found?.origin === origin ? found.key : undefined;
}
