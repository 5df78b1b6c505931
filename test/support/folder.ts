/** Folders of a test's own, filled with files and removed after it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Folders {
  /** A new folder with these files: path → text, or a value that is written as JSON. */
  make(files?: Readonly<Record<string, unknown>>): string;
  /** Removes them all: for `afterEach`. */
  clean(): void;
}

export function createFolders(): Folders {
  const made: string[] = [];
  return {
    make(files = {}) {
      const folder = mkdtempSync(join(tmpdir(), "codex-key-test-"));
      made.push(folder);
      for (const [path, content] of Object.entries(files)) {
        const target = join(folder, path);
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content));
      }
      return folder;
    },
    clean() {
      for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
    },
  };
}
