/** The program and the process it runs in. */
import { fileURLToPath } from "node:url";
import { homeOf } from "../home.ts";
import { runCli } from "./main.ts";
import { createPrompt } from "./prompt.ts";
import type { Output, Runtime } from "./types.ts";

/** Milliseconds until connections that are still open are given up at the end. */
const lingerMs = 1_000;

/**
 * Runs the command line of this process to its end and sets the exit code. Never rejects.
 *
 * @param plugin URL of the plugin's file.
 */
export async function start(plugin: URL): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => {
    // A second Ctrl-C finds no listener and ends the process at once.
    stop.abort(new Error("stopped"));
  });
  const { env } = process;
  const prompt = createPrompt({
    input: process.stdin,
    output: process.stderr,
    signal: stop.signal,
  });
  const code = await runCli(process.argv.slice(2), {
    env,
    home: homeOf(env, process.platform),
    directory: process.cwd(),
    platform: process.platform,
    runtime: currentRuntime(),
    bundle: fileURLToPath(plugin),
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    ask: prompt.ask,
    signal: stop.signal,
    fetch: (target, init) => fetch(target, init),
    now: Date.now,
    timeouts: { network: 10_000, answer: 60_000 },
  });
  prompt.close();
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
