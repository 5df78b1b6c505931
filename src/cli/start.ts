/** The program and the process it runs in. */
import { fileURLToPath } from "node:url";
import { homeOf } from "../home.ts";
import { systemLocale } from "../words/language.ts";
import { runCli } from "./main.ts";
import { isOnHost, moveToHost, takeMove } from "./opencode/runtime.ts";
import { createPrompt } from "./prompt.ts";
import type { Output, Runtime, Surroundings } from "./types.ts";

/** Milliseconds until connections that are still open are given up at the end. */
const lingerMs = 1_000;

/**
 * Runs the command line of this process to its end and sets the exit code. Never rejects.
 *
 * @param program URL of this program's file.
 * @param plugin URL of the plugin's file.
 */
export async function start(program: URL, plugin: URL): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => {
    // A second Ctrl-C finds no listener and ends the process at once.
    stop.abort(new Error("stopped"));
  });
  const { env, move } = takeMove(process.env);
  const args = process.argv.slice(2);
  const prompt = createPrompt({
    input: process.stdin,
    output: process.stderr,
    signal: stop.signal,
  });
  const world: Surroundings = {
    env,
    home: homeOf(env, process.platform),
    directory: move?.directory ?? process.cwd(),
    platform: process.platform,
    runtime: currentRuntime(move?.version),
    bundle: fileURLToPath(plugin),
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    ask: prompt.ask,
    signal: stop.signal,
    fetch: (target, init) => fetch(target, init),
    now: Date.now,
    timeouts: { network: 10_000, answer: 60_000, host: 90_000 },
    locale: systemLocale(),
  };
  const moved = isOnHost(world) ? undefined : await moveToHost(fileURLToPath(program), args, world);
  const code = moved ?? (await runCli(args, world));
  prompt.close();
  // A process that ends by itself has written all it printed, which `exit` in Bun 1.3 does not wait
  // for. What a dead network still holds open must not keep it for long, though.
  process.exitCode = code;
  setTimeout(() => process.exit(code), lingerMs).unref();
}

function currentRuntime(host: string | undefined): Runtime {
  const { bun, node } = process.versions;
  const own = host === undefined ? {} : { host };
  return bun === undefined
    ? { name: "node", version: node, ...own }
    : { name: "bun", version: bun, ...own };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // A reader that went away (`| head`) is no reason for a stack trace.
  stream.on("error", () => {});
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    columns: stream.columns,
  };
}
