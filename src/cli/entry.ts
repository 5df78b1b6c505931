/** Starts the program when this file is one, and does nothing when it is a plugin. */
import { homedir } from "node:os";
import { runCli } from "./main.ts";
import type { Output, Runtime } from "./types.ts";

/** Milliseconds until connections that are still open are given up at the end. */
const lingerMs = 1_000;

/** Where Bun keeps the files of a compiled program, which OpenCode is. */
const insideBinary = /[/\\](?:\$bunfs|~BUN)[/\\]/;

/**
 * Runs the command line if the module at `url` is what was started, and not a library of another
 * program. Never rejects.
 *
 * Compares files: `import.meta.main` is missing in Node 20, and Bun's bundler turns it into an
 * expression that is true in every module it bundles for Node. The paths are resolved because
 * package managers start programs through a link.
 *
 * A plugin's start must not pay for the program, so its files import only what the plugin itself
 * does. Modules such as `node:tls` take OpenCode 10 ms each: they are loaded where they are needed.
 * (The program's own files are imported at once: loading them late would make the bundler wrap
 * every file of the plugin as well.)
 */
export async function startIfMain(url: string): Promise<void> {
  const started = process.argv[1];
  // A module that is no file cannot be what was started.
  if (started === undefined || insideBinary.test(started) || !url.startsWith("file:")) return;
  const [{ realpath }, { fileURLToPath }] = await Promise.all([
    import("node:fs/promises"),
    import("node:url"),
  ]);
  const bundle = fileURLToPath(url);
  // A started file that is not on the disk is not ours.
  const [ours, theirs] = await Promise.all(
    [bundle, started].map((path) => realpath(path).catch(() => undefined)),
  );
  if (ours !== undefined && ours === theirs) await start(bundle);
}

/** Runs the command line of this process to its end and sets the exit code. */
async function start(bundle: string): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => {
    // A second Ctrl-C finds no listener and ends the process at once.
    stop.abort(new Error("stopped"));
  });
  const { env } = process;
  const code = await runCli(process.argv.slice(2), {
    env,
    home: env.HOME || homedir(),
    directory: process.cwd(),
    platform: process.platform,
    runtime: currentRuntime(),
    bundle,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    signal: stop.signal,
    fetch: (target, init) => fetch(target, init),
    now: Date.now,
    timeouts: { network: 10_000, answer: 60_000 },
  });
  // A process that ends by itself has written all it printed, which `exit` in Bun 1.3 does not wait
  // for. What a dead network still holds open must not keep it for long, though.
  process.exitCode = code;
  setTimeout(() => process.exit(code), lingerMs).unref();
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
