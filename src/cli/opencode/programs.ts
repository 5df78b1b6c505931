/** Where the program `opencode` may be. Pure. */
import { posix, win32 } from "node:path";
import type { World } from "../types.ts";

export type HostProgram = { readonly program: string; readonly version: string };

/**
 * The programs to try, in order.
 *
 * On Windows npm's `opencode` is a batch file, which only a shell can start, and a shell would read
 * its words anew. So the program that the batch file starts is named itself. A bare name is not
 * enough there: Windows looks for it in the working directory first, which may be anybody's project.
 */
export function hostPrograms({ env, home, platform }: Pick<World, "env" | "home" | "platform">) {
  // Where OpenCode's own installer puts it, which new shells alone have on their path.
  const own = [home, ".opencode", "bin"] as const;
  if (platform !== "win32") return ["opencode", posix.join(...own, "opencode")];
  const path = (env.PATH ?? env.Path ?? "").split(";").map((folder) => folder.replaceAll('"', ""));
  return [
    ...path
      .filter((folder) => /^(?:[a-z]:)?[/\\]/i.test(folder))
      .flatMap((folder) => [
        win32.join(folder, "opencode.exe"),
        win32.join(folder, "node_modules", "opencode-ai", "bin", "opencode.exe"),
      ]),
    win32.join(...own, "opencode.exe"),
  ];
}
