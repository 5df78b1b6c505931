/** Answers as a real backend streams them, of any size: deltas mostly, then the whole response. */
import { encodeEach } from "../../gateway/encode.ts";
import { eventsOf } from "../../gateway/events.ts";
import type { ResponseEvent, Step } from "../../gateway/types.ts";
import { createRandom, type Random } from "../../support/random.ts";
import { createText } from "./text.ts";

export type StreamOptions = {
  readonly seed: number;
  /** Met exactly; at least 4,096. */
  readonly bytes: number;
};

export type Stream = {
  readonly bytes: Uint8Array;
  /** JSON of the final response. */
  readonly response: string;
};

/** Most characters of one item. A stream of 100 MB then has a final response of about 5 MB. */
const longestItem = 4_000;

const frame = eventsOf({ kind: "text", text: "" }, { tag: "bench", createdAt: 1_760_000_000 });

export function createStream({ seed, bytes }: StreamOptions): Stream {
  const random = createRandom(seed);
  const output: unknown[] = [];
  const pieces = encodeEach(frame.slice(0, 2));
  let left = bytes - sizeOf(pieces) - sizeOf(encodeEach([completed(output)]));
  for (;;) {
    // A character costs some 25 bytes in deltas, and is said four times more.
    const length = Math.min(longestItem, Math.floor((left - 3_000) / 50));
    if (length < 20) break;
    const { item, events } = createItem(random, length, output.length);
    const added = encodeEach(events);
    output.push(item);
    pieces.push(...added);
    left -= sizeOf(added) + Buffer.byteLength(JSON.stringify(item)) + ",".length;
  }
  const end = completed(output);
  // The comma that the first item does not have, and what was left over: a comment fills it up.
  left += output.length > 0 ? 1 : 0;
  pieces.push(Buffer.from(`:${".".repeat(left - 3)}\n\n`), ...encodeEach([end]));
  return { bytes: new Uint8Array(Buffer.concat(pieces)), response: JSON.stringify(end.response) };
}

/** One event of exactly this size: an answer's whole text, as `response.output_text.done` says it. */
export function createLargeEvent({ seed, bytes }: StreamOptions): Uint8Array {
  const text = createText(createRandom(seed), bytes / 3);
  const event = { type: "response.output_text.done", sequence_number: 4, text: "" };
  const bare = { ...event, text: "." };
  let left = bytes - sizeOf(encodeEach([bare])) + 1;
  const kept: string[] = [];
  for (const point of text) {
    const size = Buffer.byteLength(JSON.stringify(point)) - 2;
    if (size > left) break;
    kept.push(point);
    left -= size;
  }
  const whole = kept.join("") + ".".repeat(left);
  return new Uint8Array(Buffer.concat(encodeEach([{ ...event, text: whole }])));
}

/** The bytes in pieces of one size, each with memory of its own, as from a socket. */
export function cutEvenly(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.slice(index * size, (index + 1) * size));
}

function createItem(random: Random, length: number, index: number) {
  const text = createText(random, length);
  const steps: readonly Step[] = [
    { kind: "text", text },
    { kind: "tools", calls: [{ name: "bash", arguments: { command: text } }] },
    { kind: "tools", calls: [{ name: "apply_patch", input: text }] },
  ];
  const whole = eventsOf(random.pick(steps), { tag: `bench_${index}` });
  const events = whole.slice(2, -1);
  return {
    item: events.at(-1)?.item,
    events: events.map((event) => ({ ...event, output_index: index })),
  };
}

function completed(output: readonly unknown[]): ResponseEvent & { response: object } {
  const last = frame.at(-1);
  const response = { ...Object(last?.response), output };
  return { type: "response.completed", sequence_number: 999_999, response };
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
