/** The SSE parser alone. */
import { deepEqual, equal } from "node:assert/strict";
import { createParser } from "eventsource-parser";
import { createSseParser } from "../../../src/response/sse.ts";
import { createLargeEvent, createStream, cutEvenly } from "../generate/stream.ts";
import { compare, median } from "../measure.ts";
import { type Row, sizeName, speed } from "../table.ts";

const chunkSizes = [16, 64, 256, 1_400, 4_096, 65_536];
const largeTarget = 15;

type Chunks = readonly Uint8Array[];
type Reader = (chunks: Chunks, onData: (data: string) => void) => void;

const ours: Reader = (chunks, onData) => {
  const parser = createSseParser(({ data }) => onData(data));
  for (const chunk of chunks) parser.feed(chunk);
  parser.flush();
};

const peer: Reader = (chunks, onData) => {
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent: ({ data }) => onData(data) });
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
};

/** The least one can do with the bytes: characters out of them, and the ends of their lines found. */
function limit(chunks: Chunks): number {
  const decoder = new TextDecoder();
  let lines = 0;
  for (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  }
  return lines;
}

export function checkParser(bytes = 1_000_000): void {
  const stream = createStream({ seed: 6, bytes }).bytes;
  const large = createLargeEvent({ seed: 7, bytes });
  for (const size of chunkSizes) {
    for (const chunks of [cutEvenly(stream, size), cutEvenly(large, size)]) {
      deepEqual(collect(ours, chunks), collect(peer, chunks));
      equal(limit(chunks), limit([Buffer.concat(chunks)]));
    }
  }
}

function collect(read: Reader, chunks: Chunks): string[] {
  const found: string[] = [];
  read(chunks, (data) => found.push(data));
  return found;
}

export async function measureParser(): Promise<Row[]> {
  const bytes = 1_000_000;
  const stream = createStream({ seed: 6, bytes }).bytes;
  const rows: Row[] = [];
  for (const size of chunkSizes) {
    const chunks = cutEvenly(stream, size);
    const [, own, other] = await compare(
      () => limit(chunks),
      () => count(ours, chunks),
      () => count(peer, chunks),
    );
    if (own === undefined || other === undefined) continue;
    rows.push({
      what: `SSE parser, ${sizeName(size)} chunks`,
      limit: "TextDecoder + indexOf",
      figure: `${speed(bytes, own.ms)} MB/s`,
      ratio: own.ratio,
      target: `< ${other.ratio.toFixed(2)} (eventsource-parser)`,
      reached: own.ratio < other.ratio,
    });
  }
  return [...rows, measureLargeEvent()];
}

function count(read: Reader, chunks: Chunks): number {
  let length = 0;
  read(chunks, (data) => {
    length += data.length;
  });
  return length;
}

/** With no warm-up but one run: a stream has such an event once, if at all. */
function measureLargeEvent(): Row {
  const bytes = 2_000_000;
  const chunks = cutEvenly(createLargeEvent({ seed: 7, bytes }), 1_400);
  const half = cutEvenly(createLargeEvent({ seed: 7, bytes: bytes / 2 }), 1_400);
  const time = (of: Chunks): number => {
    const start = performance.now();
    count(ours, of);
    return performance.now() - start;
  };
  const times = Array.from({ length: 21 }, () => ({ half: time(half), whole: time(chunks) }));
  const ms = median(times.map(({ whole }) => whole));
  const growth = ms / median(times.map(({ half }) => half));
  return {
    what: "one 2 MB event, 1,400 B chunks",
    limit: "",
    figure: `${ms.toFixed(1)} ms, ${growth.toFixed(1)} × the time of 1 MB`,
    target: `≤ ${largeTarget} ms, linear`,
    reached: ms <= largeTarget && growth < 3,
  };
}
