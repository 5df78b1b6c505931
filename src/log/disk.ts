/** The log's folder: the only place that writes it. Everything here may throw the disk's error. */
import { appendFile, chmod, lstat, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export type LogDisk = {
  /** Makes a request's folder, and those above it, for the user alone. */
  makeFolder(name: string): Promise<void>;
  write(name: string, file: string, text: string): Promise<void>;
  append(name: string, file: string, text: string): Promise<void>;
  /** The folders of requests, in no order; whatever else lies there is not ours. */
  list(): Promise<StoredRequest[]>;
  remove(name: string): Promise<void>;
};

export type StoredRequest = { readonly name: string; readonly bytes: number };

export type LogLimits = {
  readonly requests: number;
  readonly bytes: number;
};

/** Time, number in the process, and a random end: sorted by name is sorted by time. */
const ownName = /^\d{8}T\d{9}Z-\d{4,}-[0-9a-f]{8}$/;

export function requestName(start: Date, number: number, random: string): string {
  const time = start.toISOString().replace(/[-:.]/g, "");
  return `${time}-${String(number).padStart(4, "0")}-${random}`;
}

export function createDisk(folder: string): LogDisk {
  return {
    async makeFolder(name) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // It may have been there before, and open to others.
      await chmod(folder, 0o700);
      await mkdir(join(folder, name), { mode: 0o700 });
    },
    write: (name, file, text) => writeFile(join(folder, name, file), text, { mode: 0o600 }),
    append: (name, file, text) => appendFile(join(folder, name, file), text, { mode: 0o600 }),
    async list() {
      const entries = await readdir(folder, { withFileTypes: true });
      // A link of that name is no folder here, so nothing outside is ever removed.
      const own = entries.filter((entry) => entry.isDirectory() && ownName.test(entry.name));
      return Promise.all(
        own.map(async ({ name }) => ({ name, bytes: await sizeOf(join(folder, name)) })),
      );
    },
    remove: (name) => rm(join(folder, name), { recursive: true, force: true }),
  };
}

async function sizeOf(folder: string): Promise<number> {
  try {
    const files = await readdir(folder);
    const stats = await Promise.all(files.map((file) => lstat(join(folder, file))));
    return stats.reduce((sum, { size }) => sum + size, 0);
  } catch {
    // Another process removes old requests too, and was faster.
    return 0;
  }
}

/** The oldest requests that must go to stay within the limits. `open` ones are still written to. */
export function selectOldest(
  stored: readonly StoredRequest[],
  limits: LogLimits,
  open: ReadonlySet<string> = new Set(),
): string[] {
  const oldestFirst = stored.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  let requests = stored.length;
  let bytes = stored.reduce((sum, request) => sum + request.bytes, 0);
  const selected: string[] = [];
  for (const request of oldestFirst) {
    if (requests <= limits.requests && bytes <= limits.bytes) break;
    if (open.has(request.name)) continue;
    selected.push(request.name);
    requests -= 1;
    bytes -= request.bytes;
  }
  return selected;
}
