/** Renames over a file that another program may hold for a moment. */
import { rename } from "node:fs/promises";
import { errorCode } from "./error-code.ts";

/** What Windows answers while a virus scanner, an indexer or a reader has the target open. */
const heldCodes = ["EPERM", "EBUSY", "EACCES"];

/** Milliseconds before each further try: 0.6 s in all. */
const pauses = [10, 30, 60, 100, 200, 200];

export type RenameOptions = {
  /** `process.platform`. */
  readonly platform?: string;
  readonly move?: (from: string, to: string) => Promise<void>;
  readonly wait?: (ms: number) => Promise<unknown>;
};

/**
 * Elsewhere these codes are about rights, which no waiting changes, so the first answer counts.
 *
 * @throws the file system's error of the last try.
 */
export async function renameOver(
  from: string,
  to: string,
  { platform = process.platform, move = rename, wait = pause }: RenameOptions = {},
): Promise<void> {
  for (const ms of platform === "win32" ? pauses : []) {
    try {
      return await move(from, to);
    } catch (error) {
      if (!heldCodes.includes(errorCode(error) ?? "")) throw error;
    }
    await wait(ms);
  }
  await move(from, to);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
