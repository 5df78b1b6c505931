/** Asks the user for a line, hidden where it is a key. */
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import type { World } from "./types.ts";

export type PromptStreams = {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
};

/**
 * Questions go to `output`, which should be stderr: what is piped elsewhere holds results alone. Where
 * the input is no terminal its lines are the answers, one after the other.
 */
export function createPrompt({ input, output, signal }: PromptStreams): {
  readonly ask: World["ask"];
  readonly close: () => void;
} {
  let muted = false;
  let lines: AsyncIterator<string> | undefined;
  let open: Interface | undefined;
  // Readline echoes what is typed into its output; the question itself is written past it.
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (!muted) output.write(chunk);
      done();
    },
  });

  return {
    async ask(question, { hidden }) {
      signal.throwIfAborted();
      open ??= createInterface({ input, output: echo, terminal: input.isTTY === true });
      open.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
      lines ??= open[Symbol.asyncIterator]();
      output.write(question);
      muted = hidden;
      try {
        const stopped = new Promise<never>((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
        const next = await Promise.race([lines.next(), stopped]);
        return next.done === true ? undefined : next.value;
      } finally {
        muted = false;
        // The user's own line end was not shown, or there was none.
        if (hidden || input.isTTY !== true || signal.aborted) output.write("\n");
      }
    },
    close() {
      open?.close();
    },
  };
}
