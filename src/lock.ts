/** One process at a time: a file that only one of them can make. */
import { open, rm, stat } from "node:fs/promises";
import { errorCode } from "./error-code.ts";

/** A lock this old is that of a process that died: what is done under one takes milliseconds. */
const staleMs = 2_000;
/** Longest wait. To go on without the lock is then better than not at all. */
const patienceMs = 3_000;

/**
 * Runs `work` while no other process runs its own under the same lock. The folder must be there.
 *
 * @throws the file system's error where no lock can be made, and whatever `work` throws.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const held = await acquireInTime(path);
  try {
    return await work();
  } finally {
    // Another's is not ours to remove.
    if (held) await rm(path, { force: true });
  }
}

async function acquireInTime(path: string): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (!(await acquire(path))) {
    const made = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    // Removed since: try again at once. From the future: by a clock that was wrong.
    if (made === undefined) continue;
    if (Math.abs(Date.now() - made) > staleMs) await rm(path, { force: true });
    if (Date.now() > deadline) return false;
    // Not in step with the others that wait.
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
  }
  return true;
}

async function acquire(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx", 0o600)).close();
    return true;
  } catch (error) {
    // EPERM: on Windows, while the last holder's is being removed.
    const code = errorCode(error);
    if (code === "EEXIST" || (code === "EPERM" && process.platform === "win32")) return false;
    throw error;
  }
}
