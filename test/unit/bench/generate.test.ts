import { describe, expect, test } from "bun:test";
import { createSseParser } from "../../../src/response/sse.ts";
import { createHistory } from "../../bench/generate/history.ts";
import { createLargeEvent, createStream, cutEvenly } from "../../bench/generate/stream.ts";
import { eventsIn, isCompletion } from "../../support/answers.ts";

const sizes = [4_096, 28_000, 100_000, 1_000_000];

describe("a history", () => {
  test.each(sizes)("of %d bytes has that size, and the same seed gives the same bytes", (bytes) => {
    const body = createHistory({ seed: 1, bytes });
    expect(Buffer.byteLength(body)).toBe(bytes);
    expect(createHistory({ seed: 1, bytes })).toBe(body);
    if (bytes > 20_000) expect(createHistory({ seed: 2, bytes })).not.toBe(body);
  });

  test("holds every kind of item the host sends, most of it tool output and reasoning", () => {
    const { input } = JSON.parse(createHistory({ seed: 1, bytes: 1_000_000 }));
    const kinds = new Set(
      input.map((item: { type?: string; role?: string }) => item.type ?? item.role),
    );
    expect([...kinds].sort()).toEqual([
      "assistant",
      "developer",
      "function_call",
      "function_call_output",
      "reasoning",
      "user",
    ]);
    // What fills it up to the byte is no large part of it.
    expect(input.at(-1).content[0].text.length).toBeLessThan(50_000);
  });
});

describe("a stream", () => {
  test.each(sizes)("of %d bytes has that size, and the same seed gives the same bytes", (bytes) => {
    const stream = createStream({ seed: 1, bytes });
    expect(stream.bytes.length).toBe(bytes);
    expect(Buffer.compare(createStream({ seed: 1, bytes }).bytes, stream.bytes)).toBe(0);
  });

  test("is events of the API that end with the final response", () => {
    const { bytes, response } = createStream({ seed: 1, bytes: 1_000_000 });
    const events = eventsIn(bytes);
    expect(events.length).toBeGreaterThan(2_000);
    expect(events.findIndex(isCompletion)).toBe(events.length - 1);
    expect(JSON.stringify(events.at(-1)?.response)).toBe(response);
    const deltas = events.filter(({ type }) => type.endsWith(".delta"));
    expect(deltas.length / events.length).toBeGreaterThan(0.9);
    const items = events.filter(({ type }) => type === "response.output_item.done");
    expect(items.map(({ item }) => item)).toEqual(JSON.parse(response).output);
  });
});

test("a large event has its size, and is one event", () => {
  const bytes = createLargeEvent({ seed: 1, bytes: 100_000 });
  expect(bytes.length).toBe(100_000);
  let text = "";
  const parser = createSseParser(({ data }) => {
    text += JSON.parse(data).text;
  });
  parser.feed(bytes);
  expect(text.length).toBeGreaterThan(50_000);
});

test("pieces are of one size, but for the last, and joined they are the whole", () => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => index);
  const pieces = cutEvenly(bytes, 300);
  expect(pieces.map(({ length }) => length)).toEqual([300, 300, 300, 100]);
  expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0);
  // Memory of their own: a parser that keeps a view must not be seen to be fast by it.
  expect(new Set(pieces.map(({ buffer }) => buffer)).size).toBe(4);
});
