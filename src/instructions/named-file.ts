/** Instructions in a file of the user's own. */
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { errorCode } from "../error-code.ts";
import { decodeText, findImplausible, maxInstructionsBytes } from "./plausible.ts";

export type InstructionsUnreadable = {
  readonly type: "instructions_unreadable";
  /** Absolute. */
  readonly path: string;
  /** End of a sentence: "it does not exist". */
  readonly reason: string;
};

export type NamedFileOptions = {
  /** What `~` stands for. */
  readonly home?: string;
  /** Where a relative path starts. */
  readonly directory: string;
};

/**
 * The text of the file, or why it cannot be used. Never falls back to another text: who names a file
 * wants that one, and would otherwise not notice a mistyped path.
 */
export async function readNamedFile(
  name: string,
  { home = homedir(), directory }: NamedFileOptions,
): Promise<string | InstructionsUnreadable> {
  const path = /^~(?:[/\\]|$)/.test(name) ? join(home, name.slice(1)) : resolve(directory, name);
  const unreadable = (reason: string): InstructionsUnreadable => ({
    type: "instructions_unreadable",
    path,
    reason,
  });
  try {
    // Before it is opened: opening a pipe waits for somebody to write into it.
    const found = await stat(path);
    if (found.isDirectory()) return unreadable("it is a folder");
    if (!found.isFile()) return unreadable("it is not a regular file");
    if (found.size > maxInstructionsBytes) {
      return unreadable(`it is longer than ${maxInstructionsBytes / 1024} KiB`);
    }
    const text = decodeText(await readFile(path));
    if (text === undefined) return unreadable("it is not UTF-8 text");
    const problem = findImplausible(text);
    return problem === undefined ? text : unreadable(problem);
  } catch (error) {
    return unreadable(describe(error));
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  ENOTDIR: "it does not exist",
  EACCES: "reading it is not permitted",
  EPERM: "reading it is not permitted",
};

function describe(error: unknown): string {
  const code = errorCode(error) ?? String(error);
  return reasons[code] ?? `it cannot be read (${code})`;
}
