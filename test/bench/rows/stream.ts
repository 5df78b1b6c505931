/** The way of an answer's bytes through the trust layer. */
import { deepEqual, equal } from "node:assert/strict";
import { createSseParser } from "../../../src/response/sse.ts";
import { bodyOf, collect, eventsIn } from "../../support/answers.ts";
import { createHistory } from "../generate/history.ts";
import { createStream, cutEvenly } from "../generate/stream.ts";
import { compare } from "../measure.ts";
import { createPipeline, readChunks, requestOf } from "../pipeline.ts";
import { type Row, sizeName, speed } from "../table.ts";

/** Size of a chunk → MB/s to reach under Bun 1.4. */
const targets = new Map([
  [256, 100],
  [4_096, 300],
  [65_536, 450],
]);

const request = requestOf(createHistory({ seed: 5, bytes: 4_096 }));

type Chunks = readonly Uint8Array[];

function answerTo(chunks: Chunks): Promise<Response> {
  return createPipeline(async () => new Response(bodyOf(chunks))).handle(request);
}

async function throughPipeline(chunks: Chunks): Promise<void> {
  await readChunks((await answerTo(chunks)).body, () => {});
}

/** The same body and the same parser, but nobody looks at the events. */
async function parserLoop(chunks: Chunks): Promise<void> {
  const parser = createSseParser(() => {});
  await readChunks(new Response(bodyOf(chunks)).body, parser.feed);
  parser.flush();
}

export async function checkStream(bytes = 1_000_000): Promise<void> {
  const stream = createStream({ seed: 5, bytes });
  for (const size of targets.keys()) {
    const { body } = await answerTo(cutEvenly(stream.bytes, size));
    const read = await collect(body);
    equal(read.error, undefined);
    // A healthy stream is handed on byte for byte.
    equal(Buffer.compare(read.bytes, stream.bytes), 0);
    deepEqual(eventsIn(read.bytes), eventsIn(stream.bytes));
  }
}

export async function measureStream(): Promise<Row[]> {
  const bytes = 4_000_000;
  const stream = createStream({ seed: 5, bytes }).bytes;
  const rows: Row[] = [];
  for (const [size, target] of targets) {
    const chunks = cutEvenly(stream, size);
    const [limit, ours] = await compare(
      () => parserLoop(chunks),
      () => throughPipeline(chunks),
    );
    if (limit === undefined || ours === undefined) continue;
    const reached = speed(bytes, ours.ms);
    rows.push({
      what: `streaming, ${sizeName(size)} chunks`,
      limit: `reader loop + SSE parser, ${speed(bytes, limit.ms)} MB/s`,
      figure: `${reached} MB/s`,
      ratio: ours.ratio,
      target: `≥ ${target} MB/s`,
      reached: reached >= target,
    });
  }
  return rows;
}
