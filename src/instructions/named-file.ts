/** Instructions in a file of the user's own. */
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { errorCode } from "../error-code.ts";
import { words } from "../words/current.ts";
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
    if (found.isDirectory()) return unreadable(words().prompt.folder);
    if (!found.isFile()) return unreadable(words().prompt.notRegular);
    if (found.size > maxInstructionsBytes) {
      return unreadable(words().prompt.longerThan(maxInstructionsBytes / 1024));
    }
    const text = decodeText(await readFile(path));
    if (text === undefined) return unreadable(words().prompt.notUtf8);
    const problem = findImplausible(text);
    return problem === undefined ? text : unreadable(problem);
  } catch (error) {
    return unreadable(describe(error));
  }
}

const reasons: Readonly<Record<string, "missing" | "forbidden">> = {
  ENOENT: "missing",
  ENOTDIR: "missing",
  EACCES: "forbidden",
  EPERM: "forbidden",
};

function describe(error: unknown): string {
  const code = errorCode(error) ?? String(error);
  const reason = reasons[code];
  return reason === undefined ? words().prompt.unreadable(code) : words().prompt[reason];
}
