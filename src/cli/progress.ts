/** A line that says what is being done and is gone when it is done. On a terminal only. */
import type { World } from "./types.ts";

const erase = "\r\u001b[2K";

export type Progress = { readonly show: (text: string) => void; readonly clear: () => void };

/** On stderr, so that what is piped elsewhere holds results alone. */
export function createProgress({ stderr, env }: Pick<World, "stderr" | "env">): Progress {
  if (!stderr.isTTY || env.TERM === "dumb") return { show() {}, clear() {} };
  let shown = false;
  return {
    show(text) {
      shown = true;
      stderr.write(`${erase}  ${text} …`);
    },
    clear() {
      if (shown) stderr.write(erase);
      shown = false;
    },
  };
}
