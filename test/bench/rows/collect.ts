/** A stream to the JSON of its final response, as for a host that asked for no stream. */
import { equal } from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodyOf } from "../../support/answers.ts";
import { runChild } from "../child.ts";
import { createStream, cutEvenly, type Stream } from "../generate/stream.ts";
import { median } from "../measure.ts";
import { createPipeline, requestOf } from "../pipeline.ts";
import { type Row, speed } from "../table.ts";

const targetSpeed = 400;
const targetMB = 40;

export async function checkCollect(bytes = 1_000_000): Promise<void> {
  const stream = createStream({ seed: 8, bytes });
  const { handle } = createPipeline(
    async () => new Response(bodyOf(cutEvenly(stream.bytes, 4_096))),
  );
  const response = await handle(requestOf('{"model":"gpt-5.1-codex","input":"?","stream":false}'));
  equal(response.headers.get("content-type"), "application/json");
  equal(await response.text(), stream.response);
}

export async function measureCollect(pairs = 7): Promise<Row[]> {
  const stream = createStream({ seed: 8, bytes: 100_000_000 });
  const folder = await mkdtemp(join(tmpdir(), "codex-key-bench-"));
  try {
    const path = join(folder, "stream.sse");
    await writeFile(path, stream.bytes);
    return await measureFile(path, stream, pairs);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureFile(path: string, stream: Stream, pairs: number): Promise<Row[]> {
  const run = async (mode: string) => {
    const [ms = 0, peak = 0, size = 0] = await runChild("collect.ts", [mode, path]);
    equal(size, mode === "drain" ? stream.bytes.length : Buffer.byteLength(stream.response));
    return { ms, peak };
  };
  const results: { ms: number; ratio: number; drainPeak: number; over: number }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const drain = await run("drain");
    const ours = await run("collect");
    const over = ours.peak - drain.peak;
    results.push({ ms: ours.ms, ratio: ours.ms / drain.ms, drainPeak: drain.peak, over });
  }
  const reached = speed(stream.bytes.length, median(results.map(({ ms }) => ms)));
  const over = median(results.map(({ over }) => over));
  return [
    {
      what: "SSE → JSON, 100 MB stream",
      limit: "draining the same body",
      figure: `${reached} MB/s`,
      ratio: median(results.map(({ ratio }) => ratio)),
      target: `≥ ${targetSpeed} MB/s`,
      reached: reached >= targetSpeed,
    },
    {
      what: "SSE → JSON, peak memory",
      limit: `draining the same body, ${median(results.map(({ drainPeak }) => drainPeak)).toFixed(0)} MB`,
      figure: `+ ${over.toFixed(0)} MB`,
      target: `≤ ${targetMB} MB over it`,
      reached: over <= targetMB,
    },
  ];
}
