/** Tells whether this file was started as a program, and starts it. Does nothing when imported. */
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { runCli } from "./main.ts";
import type { Output, Runtime } from "./types.ts";

/**
 * Whether the module at `url` is the program that was started, and not a library of another one.
 *
 * Compares files: `import.meta.main` is missing in Node 20, and Bun's bundler turns it into an
 * expression that is true in every module it bundles for Node. The path is resolved because package
 * managers start programs through a link. Inside OpenCode the started file is in its own binary.
 */
export function isMainProgram(url: string): boolean {
  const started = process.argv[1];
  if (started === undefined) return false;
  try {
    return realpathSync(started) === realpathSync(fileURLToPath(url));
  } catch {
    // No such file on the disk, so it is not ours.
    return false;
  }
}

/** Runs the command line of this process to its end and sets the exit code. */
export async function startCli(url: string): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => {
    // A second Ctrl-C finds no listener and ends the process at once.
    stop.abort(new Error("stopped"));
  });
  const { env } = process;
  const code = await runCli(process.argv.slice(2), {
    env,
    home: env.HOME ?? homedir(),
    directory: process.cwd(),
    platform: process.platform,
    runtime: currentRuntime(),
    bundle: fileURLToPath(url),
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    signal: stop.signal,
    fetch: (target, init) => fetch(target, init),
    now: Date.now,
    timeouts: { network: 10_000, answer: 60_000 },
  });
  // What a dead network still holds open must not keep the process; what was printed must get out.
  process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
}

function currentRuntime(): Runtime {
  const { bun, node } = process.versions;
  return bun === undefined ? { name: "node", version: node } : { name: "bun", version: bun };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // A reader that went away (`| head`) is no reason for a stack trace.
  stream.on("error", () => {});
  return { write: (text) => void stream.write(text), isTTY: stream.isTTY === true };
}
