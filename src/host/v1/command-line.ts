/**
 * How OpenCode was started. It tells a plugin nothing of it; but a model that the user names there
 * has to be known by the time the models are listed, or OpenCode refuses the name without asking.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { isMainThread } from "node:worker_threads";
import { nameIn } from "../../settings/model-names.ts";

export type CommandLine = {
  /**
   * Where a person picks a model from a list: the terminal screen, or an editor through the Agent
   * Client Protocol. Anywhere else names are written.
   */
  readonly picker?: "screen" | "editor";
  /** Models of `openai` that stand there, without the provider. */
  readonly named: readonly string[];
};

/**
 * @param args without the program; nothing where they cannot be known, and then any name may be among
 *   them.
 * @param main whether this is the process's main thread: the terminal screen has plugins in another.
 */
export function parseCommandLine(args: readonly string[] | undefined, main: boolean): CommandLine {
  if (args === undefined) return { named: [] };
  const named = args.flatMap((arg) => nameIn(arg.replace(/^--?m(odel)?=/, "")) ?? []);
  if (!main) return { picker: "screen", named };
  const command = args.find((arg) => !arg.startsWith("-"));
  return command === "acp" ? { picker: "editor", named } : { named };
}

/** Never rejects, and waits for half a second at most. */
export async function readCommandLine(): Promise<CommandLine> {
  const args = isMainThread ? process.argv.slice(2) : await readArguments();
  return parseCommandLine(args, isMainThread);
}

/** A thread of its own is not told the arguments of the process. */
async function readArguments(): Promise<string[] | undefined> {
  try {
    switch (process.platform) {
      case "linux":
        return (await readFile("/proc/self/cmdline", "utf8")).split("\0").slice(1);
      case "darwin":
        // Split at every space, an argument of several words too; no model's name has one.
        return (await runPs()).trim().split(/\s/).slice(1);
      default:
        return undefined;
    }
  } catch {
    // Not to be had here: then every name is listed.
    return undefined;
  }
}

function runPs(): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ["-ww", "-o", "args=", "-p", String(process.pid)];
    execFile("ps", args, { timeout: 500 }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
  });
}
