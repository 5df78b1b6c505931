/**
 * What a host that cannot show notices is not told: lines of a file, for the user to look at. Nothing
 * that goes wrong here reaches anybody.
 */
import { appendFile, chmod, mkdir, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Bytes from which on the file is put aside; the one put aside before that goes. */
const longest = 1024 * 1024;

export type Notices = {
  /** Written once a day for each `id`. */
  readonly notice: (id: string, message: string) => void;
  readonly debug: (message: string) => void;
  /** Until everything is written. */
  readonly flush: () => Promise<void>;
};

/** `~/.opencode/logs/opencode-openai-codex-key.log`. */
export function noticesPath(home: string): string {
  return join(home, ".opencode", "logs", "opencode-openai-codex-key.log");
}

/** @param now Unix milliseconds. */
export function createNotices(path: string, now: () => number = Date.now): Notices {
  let writing: Promise<void> = Promise.resolve();
  let day = "";
  const told = new Set<string>();

  function write(kind: string, message: string): void {
    const line = `${new Date(now()).toISOString()} ${kind}: ${message.replaceAll("\n", " ")}\n`;
    // A full or read-only disk: there is nobody to tell.
    writing = writing.then(() => append(path, line)).catch(() => {});
  }

  return {
    notice(id, message) {
      const today = new Date(now()).toISOString().slice(0, 10);
      if (today !== day) told.clear();
      day = today;
      if (told.has(id)) return;
      told.add(id);
      write("notice", message);
    },
    debug: (message) => write("debug", message),
    flush: () => writing,
  };
}

async function append(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > longest) await rename(path, `${path}.old`);
  await appendFile(path, line, { mode: 0o600 });
  // It may have been there before, and open to others.
  await chmod(path, 0o600);
}
