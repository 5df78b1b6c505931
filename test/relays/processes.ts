/** Programs of others, started on this machine for as long as they are needed. */
import { connect } from "node:net";
import { join } from "node:path";
import { killGroup, trackGroup } from "../e2e/harness/processes.ts";

export type Command = {
  readonly argv: readonly string[];
  /** The whole environment beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * Starts a program in this folder, which is its HOME too, and returns when it listens.
 *
 * @throws when it ends, or does not listen in `limitMs`; the message holds the end of its output.
 */
export async function startProgram(
  { argv, env = {} }: Command,
  { folder, port, limitMs = 30_000 }: { folder: string; port: number; limitMs?: number },
): Promise<AsyncDisposable> {
  const log = Bun.file(join(folder, "output.log"));
  const child = Bun.spawn([...argv], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder, TMPDIR: folder, ...env },
    stdin: "ignore",
    stdout: log,
    stderr: log,
    detached: true,
  });
  trackGroup(child.pid);
  const stop = async (): Promise<void> => {
    killGroup(child.pid);
    await child.exited;
  };
  const deadline = performance.now() + limitMs;
  while (!(await listens(port))) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (!ended && performance.now() < deadline) {
      await Bun.sleep(100);
      continue;
    }
    await stop();
    const output = (await log.text()).slice(-2000);
    throw new Error(
      `${argv.join(" ")}: ${ended ? `ended with ${child.exitCode}` : `does not listen after ${limitMs} ms`}\n${output}`,
    );
  }
  return { [Symbol.asyncDispose]: stop };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", settle(true));
    socket.once("error", settle(false));
  });
}
