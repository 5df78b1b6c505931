/**
 * Reads a recorded stream in chunks of 64 KB, `drain` for its bytes alone or `collect` for its final
 * response as JSON: `collect.ts <drain|collect> <file>`. Prints milliseconds, the peak of the
 * resident memory in MB and the size of what came out.
 */
import { open, readFile } from "node:fs/promises";
import { createPipeline, readChunks, requestOf } from "../pipeline.ts";

const [mode, path = ""] = process.argv.slice(2);
const file = await open(path);
const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
  {
    async pull(controller) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(64 * 1024));
      if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
      await file.close();
      controller.close();
    },
  },
  { highWaterMark: 0 },
);

const start = performance.now();
let size = 0;
if (mode === "drain") {
  await readChunks(body, (chunk) => {
    size += chunk.length;
  });
} else {
  const { handle } = createPipeline(async () => new Response(body));
  const request = { model: "gpt-5.1-codex", input: "?", stream: false };
  const response = await handle(requestOf(JSON.stringify(request)));
  if (!response.ok) throw new Error(await response.text());
  size = (await response.arrayBuffer()).byteLength;
}
const ms = performance.now() - start;
console.log(ms, await peakMB(), size);
process.exit();

/** On Linux, `maxRSS` begins with the size of the process that started this one. */
async function peakMB(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const peak = /VmHWM:\s*(\d+) kB/.exec(status)?.[1];
  return (peak === undefined ? process.resourceUsage().maxRSS : Number(peak)) / 1024;
}
