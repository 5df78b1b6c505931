/** The user's home folder, as OpenCode takes it. */
import { homedir } from "node:os";

/**
 * OpenCode asks `os.homedir()`, which is `USERPROFILE` on Windows and `HOME` elsewhere. On Windows
 * `HOME` must not count: Git Bash and Cygwin set it, and OpenCode looks elsewhere. The environment
 * comes first because Bun reads it once, at its start.
 *
 * @param platform `process.platform`.
 */
export function homeOf(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  fallback: () => string = homedir,
): string {
  return (platform === "win32" ? env.USERPROFILE : env.HOME) || fallback();
}
