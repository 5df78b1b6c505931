import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createBlockDecoder,
  createEventCutter,
  createSseParser,
  parseEvents,
  type SseEvent,
  SseLimitError,
} from "../../../src/response/sse.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Everything that the parser delivers for these chunks, the end of the stream included. */
function parse(chunks: Uint8Array[], maxEventBytes?: number): SseEvent[] {
  const events: SseEvent[] = [];
  const options = maxEventBytes === undefined ? {} : { maxEventBytes };
  const parser = createSseParser((event) => events.push(event), options);
  for (const chunk of chunks) parser.feed(chunk);
  parser.flush();
  return events;
}

/** Pieces of `size` bytes; copies, as a socket would hand them over. */
function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const list: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    list.push(bytes.slice(start, start + size));
  }
  return list;
}

/** The expected event with the fields that a case does not mention left empty. */
function event(fields: Partial<SseEvent> & { data: string }): SseEvent {
  return { event: undefined, id: undefined, retry: undefined, ...fields };
}

interface Case {
  name: string;
  stream: string;
  events: SseEvent[];
}

const data = (...values: string[]): SseEvent[] => values.map((value) => event({ data: value }));

const cases: Case[] = [
  // Line terminators
  { name: "LF", stream: "data: a\n\ndata: b\n\n", events: data("a", "b") },
  { name: "CR", stream: "data: a\r\rdata: b\r\r", events: data("a", "b") },
  { name: "CRLF", stream: "data: a\r\n\r\ndata: b\r\n\r\n", events: data("a", "b") },
  { name: "LF then CR", stream: "data: a\n\rdata: b\n\r", events: data("a", "b") },
  { name: "LF then CRLF", stream: "data: a\n\r\ndata: b\n\r\n", events: data("a", "b") },
  { name: "CR then CRLF", stream: "data: a\r\r\ndata: b\r\r\n", events: data("a", "b") },
  { name: "CRLF then LF", stream: "data: a\r\n\ndata: b\r\n\n", events: data("a", "b") },
  { name: "CRLF then CR", stream: "data: a\r\n\rdata: b\r\n\r", events: data("a", "b") },
  { name: "CRLF is one terminator", stream: "data: a\r\ndata: b\r\n\r\n", events: data("a\nb") },
  { name: "CR between fields", stream: "data: a\rdata: b\r\r", events: data("a\nb") },
  {
    name: "mixed within one event",
    stream: "data: a\rdata: b\ndata: c\r\n\n",
    events: data("a\nb\nc"),
  },
  {
    name: "other Unicode line breaks are text",
    stream: "data: a\u2028b\u0085c\vd\n\n",
    events: data("a\u2028b\u0085c\vd"),
  },
  {
    name: "many blank lines",
    stream: "\n\r\n\r\r\ndata: a\n\n\n\r\n\r\rdata: b\n\n\n",
    events: data("a", "b"),
  },
  { name: "nothing", stream: "", events: [] },
  { name: "blank lines only", stream: "\n\n\r\n\r\r", events: [] },

  // Byte order mark
  { name: "mark at the start", stream: "\uFEFFdata: a\n\n", events: data("a") },
  {
    name: "only one mark is dropped",
    stream: "\uFEFF\uFEFFdata: a\n\ndata: b\n\n",
    events: data("b"),
  },
  { name: "mark before a blank line", stream: "\uFEFF\ndata: a\n\n", events: data("a") },
  {
    name: "mark at the start of a later event",
    stream: "data: a\n\n\uFEFFdata: b\n\n",
    events: data("a"),
  },
  { name: "mark inside data", stream: "data: \uFEFFa\n\n", events: data("\uFEFFa") },
  { name: "mark after a first blank line", stream: "\n\n\uFEFFdata: a\n\n", events: [] },
  { name: "mark alone", stream: "\uFEFF", events: [] },

  // Comments
  { name: "comment", stream: ": ping\n\n:\n\n::x\n\ndata: a\n\n", events: data("a") },
  {
    name: "comment inside an event",
    stream: "data: a\n:data: no\ndata: b\n\n",
    events: data("a\nb"),
  },

  // data
  { name: "without a space", stream: "data:a\n\n", events: data("a") },
  { name: "one space is dropped, not two", stream: "data:  a\n\n", events: data(" a") },
  { name: "a trailing space stays", stream: "data: a \n\n", events: data("a ") },
  { name: "a tab is not a space", stream: "data:\ta\n\n", events: data("\ta") },
  { name: "colons in the value", stream: "data:: a:b\n\n", events: data(": a:b") },
  { name: "three lines", stream: "data: a\ndata:b\ndata: c\n\n", events: data("a\nb\nc") },
  {
    name: "empty lines inside",
    stream: "data: a\ndata\ndata:\ndata: b\n\n",
    events: data("a\n\n\nb"),
  },
  {
    name: "an empty one dispatches",
    stream: "data:\n\ndata: \n\ndata\n\n",
    events: data("", "", ""),
  },
  {
    name: "the standard's example of empty data",
    stream: "data\n\ndata\ndata\n\n",
    events: data("", "\n"),
  },
  { name: "a NUL is data", stream: "data: a\0b\n\n", events: data("a\0b") },

  // event
  { name: "event", stream: "event: x\ndata: a\n\n", events: [event({ event: "x", data: "a" })] },
  {
    name: "event after data",
    stream: "data: a\nevent:x\n\n",
    events: [event({ event: "x", data: "a" })],
  },
  {
    name: "the last event name wins",
    stream: "event: x\nevent: y\ndata: a\n\n",
    events: [event({ event: "y", data: "a" })],
  },
  {
    name: "an empty event name is none",
    stream: "event: x\nevent:\ndata: a\n\n",
    events: data("a"),
  },
  {
    name: "event without data does not dispatch, nor last",
    stream: "event: x\n\ndata: a\n\n",
    events: data("a"),
  },

  // id
  { name: "id", stream: "id: 7\ndata: a\n\n", events: [event({ id: "7", data: "a" })] },
  {
    name: "id without a colon is empty",
    stream: "id\ndata: a\n\n",
    events: [event({ id: "", data: "a" })],
  },
  {
    name: "id with NUL is ignored",
    stream: "id: 7\nid: 8\0\ndata: a\n\n",
    events: [event({ id: "7", data: "a" })],
  },
  {
    name: "id is not inherited",
    stream: "id: 7\ndata: a\n\ndata: b\n\n",
    events: [event({ id: "7", data: "a" }), ...data("b")],
  },

  // retry
  { name: "retry", stream: "retry: 0150\ndata: a\n\n", events: [event({ retry: 150, data: "a" })] },
  {
    name: "retry takes ASCII digits only",
    stream:
      "retry: 1.5\nretry: -1\nretry: 1e3\nretry: ٣\nretry: 0x1\nretry:  1\nretry: 1 \nretry:\nretry\ndata: a\n\n",
    events: data("a"),
  },
  {
    name: "a bad retry leaves the good one",
    stream: "retry: 9\nretry: x\ndata: a\n\n",
    events: [event({ retry: 9, data: "a" })],
  },
  {
    name: "retry without data does not last",
    stream: "retry: 9\n\ndata: a\n\n",
    events: data("a"),
  },

  // Unknown fields
  {
    name: "unknown",
    stream: "foo: x\ndatas: x\ndat\nda: x\nDATA: x\n data: x\ndata : x\ndata: a\n\n",
    events: data("a"),
  },
  { name: "only unknown", stream: "foo: x\n\nbar\n\n", events: [] },

  // The end of the stream inside an event: delivered, unlike in the standard
  {
    name: "end after a line",
    stream: "data: a\n\nevent: x\ndata: b\n",
    events: [...data("a"), event({ event: "x", data: "b" })],
  },
  { name: "end after a CR", stream: "data: a\r", events: data("a") },
  { name: "end after a CRLF", stream: "data: a\r\n", events: data("a") },
  { name: "end inside a line", stream: "data: a\ndata: b", events: data("a\nb") },
  { name: "end inside a field name", stream: "data: a\nda", events: data("a") },
  { name: "end without data", stream: "event: x\nid: 1", events: [] },
  { name: "end after the field name", stream: "data", events: data("") },

  // UTF-8
  {
    name: "CJK and emoji",
    stream: "event: 测试\ndata: 你好，世界 🎉👩‍💻 é\n\n",
    events: [event({ event: "测试", data: "你好，世界 🎉👩‍💻 é" })],
  },
];

describe("the standard's rules", () => {
  test.each(cases)("$name", ({ stream, events }) => {
    const bytes = encode(stream);
    expect(parse([bytes])).toEqual(events);
    expect(parse(pieces(bytes, 1))).toEqual(events);
    for (let at = 0; at <= bytes.length; at++) {
      expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(events);
    }
  });

  test("invalid UTF-8 becomes U+FFFD and does not swallow the end of the line", () => {
    const start = encode("data: ");
    const end = encode("\n\ndata: b\n\n");
    for (const [bad, text] of [
      [[0xff], "\uFFFD"],
      [[0xe4, 0xbd], "\uFFFD"],
      [[0xf0, 0x9f, 0x8e], "\uFFFD"],
      [[0xed, 0xa0, 0x80], "\uFFFD\uFFFD\uFFFD"],
      [[0x80, 0x61], "\uFFFDa"],
    ] satisfies [number[], string][]) {
      const bytes = new Uint8Array([...start, ...bad, ...end]);
      expect(parse([bytes])).toEqual(data(text, "b"));
      expect(parse(pieces(bytes, 1))).toEqual(data(text, "b"));
    }
  });
});

describe("parseEvents", () => {
  test("takes a remainder that ends anywhere", () => {
    const events: SseEvent[] = [];
    parseEvents("data: a\n\nid: 3\ndata: b", (event) => events.push(event));
    expect(events).toEqual([event({ data: "a" }), event({ data: "b", id: "3" })]);
  });

  test("keeps nothing from one call to the next", () => {
    const events: SseEvent[] = [];
    parseEvents("event: x\nid: 1\nretry: 2", (event) => events.push(event));
    parseEvents("data: a\n\n", (event) => events.push(event));
    expect(events).toEqual(data("a"));
  });

  test("lets an error of the listener through", () => {
    expect(() =>
      parseEvents("data: a\n\n", ({ data }) => {
        throw new RangeError(`listener: ${data}`);
      }),
    ).toThrow(new RangeError("listener: a"));
  });
});

describe("createEventCutter", () => {
  test("returns a view of the chunk, up to the last blank line", () => {
    const chunk = encode("data: a\n\ndata: b\n\ndata: c");
    const block = createEventCutter().feed(chunk);
    expect(block?.buffer).toBe(chunk.buffer);
    expect(block?.byteOffset).toBe(chunk.byteOffset);
    expect(block?.length).toBe(18);
  });

  test("returns the whole of an event that came in parts, and what is left at the end", () => {
    const cutter = createEventCutter();
    expect(cutter.feed(encode("data: a\n"))).toBeUndefined();
    expect(cutter.feed(new Uint8Array(0))).toBeUndefined();
    expect(cutter.feed(encode("\ndata: b\n\nda"))).toEqual(encode("data: a\n\ndata: b\n\n"));
    expect(cutter.feed(encode("ta: c\n"))).toBeUndefined();
    expect(cutter.end()).toEqual(encode("data: c\n"));
    expect(cutter.end()).toBeUndefined();
  });

  test("does not overwrite a block that it has returned", () => {
    const cutter = createEventCutter();
    cutter.feed(encode("data: first"));
    const block = cutter.feed(encode("\n\ndata: other"));
    cutter.feed(encode(" text\n\n"));
    expect(block).toEqual(encode("data: first\n\n"));
  });

  test("finds a blank line on either side of a chunk boundary", () => {
    for (const [first, second, block] of [
      ["data: a\n", "\n", "data: a\n\n"],
      ["data: a\r", "\r", "data: a\r\r"],
      ["data: a\n", "\rx", "data: a\n\r"],
      ["data: a\n", "\r\nx", "data: a\n\r\n"],
      ["data: a\r", "\n\r\nx", "data: a\r\n\r\n"],
      ["data: a\r\n", "\r\nx", "data: a\r\n\r\n"],
      ["data: a\r", "\r\nx", "data: a\r\r\n"],
    ] satisfies [string, string, string][]) {
      const cutter = createEventCutter();
      expect(cutter.feed(encode(first))).toBeUndefined();
      expect(cutter.feed(encode(second))).toEqual(encode(block));
    }
  });

  test("a CRLF that is split by a chunk boundary is not a blank line", () => {
    const cutter = createEventCutter();
    expect(cutter.feed(encode("data: a\r"))).toBeUndefined();
    expect(cutter.feed(encode("\ndata: b\r"))).toBeUndefined();
    expect(cutter.end()).toEqual(encode("data: a\r\ndata: b\r"));
  });

  test("does not wait for the LF of a blank line's CR", () => {
    const cutter = createEventCutter();
    expect(cutter.feed(encode("data: a\r\n\r"))).toEqual(encode("data: a\r\n\r"));
    expect(cutter.feed(encode("\ndata: b\r\n\r\n"))).toEqual(encode("\ndata: b\r\n\r\n"));
  });

  test("an event of 2 MB in chunks of 1,400 bytes arrives whole", () => {
    const value = "abc 你好 🎉 ".repeat(130_000);
    const bytes = encode(`event: big\ndata: ${value}\n\ndata: next\n\n`);
    expect(bytes.length).toBeGreaterThan(2_000_000);
    expect(parse(pieces(bytes, 1400))).toEqual([
      event({ event: "big", data: value }),
      event({ data: "next" }),
    ]);
  });
});

describe("the limit", () => {
  test("an unfinished event may be as long as the limit and not one byte longer", () => {
    const cutter = createEventCutter({ maxEventBytes: 10 });
    expect(cutter.feed(encode("data: 6789"))).toBeUndefined();
    expect(() => cutter.feed(encode("x"))).toThrow(SseLimitError);
  });

  test("says what happened", () => {
    const error = new SseLimitError(1024);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("SseLimitError");
    expect(error.type).toBe("sse_event_too_large");
    expect(error.limit).toBe(1024);
    expect(error.message).toBe("The stream sent more than 1024 bytes without finishing an event.");
  });

  test("holds for one large chunk, and for the parser", () => {
    expect(() => parse([encode(`data: ${"x".repeat(100)}`)], 50)).toThrow(new SseLimitError(50));
    expect(() => parse(pieces(encode(`data: ${"x".repeat(100)}\n\n`), 7), 50)).toThrow(
      new SseLimitError(50),
    );
  });

  test("counts one event, not the stream or the chunk", () => {
    const bytes = encode("data: 1234\n\n".repeat(50));
    for (const size of [1, 5, 12, 17, 400, bytes.length]) {
      expect(parse(pieces(bytes, size), 12)).toHaveLength(50);
    }
  });

  test("is 16 MiB by default", () => {
    const cutter = createEventCutter();
    const mebibyte = new Uint8Array(1024 * 1024).fill(0x61);
    for (let count = 0; count < 16; count++) expect(cutter.feed(mebibyte)).toBeUndefined();
    expect(() => cutter.feed(encode("x"))).toThrow(new SseLimitError(16 * 1024 * 1024));
  });
});

describe("createBlockDecoder", () => {
  test("drops the mark of the first block only", () => {
    const decodeBlock = createBlockDecoder();
    expect(decodeBlock(encode("\uFEFF\uFEFFa"))).toBe("\uFEFFa");
    expect(decodeBlock(encode("\uFEFFb"))).toBe("\uFEFFb");
  });

  test("an empty first block does not count", () => {
    const decodeBlock = createBlockDecoder();
    expect(decodeBlock(new Uint8Array(0))).toBe("");
    expect(decodeBlock(encode("\uFEFFa"))).toBe("a");
  });
});

describe("recorded streams", () => {
  const folder = join(import.meta.dir, "../../fixtures/streams");
  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
  const types = (events: SseEvent[]): string[] =>
    events.map(({ data }) => /^\{"type":"([a-z_.]+)"/.exec(data)?.[1] ?? data);
  const deltas = (events: SseEvent[], type: string): string =>
    events
      .map(({ data }): { type: string; delta?: string } => JSON.parse(data))
      .map((payload) => (payload.type === type ? payload.delta : ""))
      .join("");

  test("a text answer with CJK and emoji", () => {
    const events = parse([read("text-cjk-emoji.sse")]);
    expect(events).toHaveLength(25);
    expect(events.map(({ event }) => event)).toEqual(types(events));
    expect(events[0]?.event).toBe("response.created");
    expect(events[24]?.event).toBe("response.completed");
    expect(deltas(events, "response.output_text.delta")).toBe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code inside the recorded answer.
      "好的，我来解释这个函数：\n\n```ts\nconst greet = (name: string) => `你好, ${name}! 👋`;\n```\n\nDone ✅ — naïve café, ありがとう、감사합니다 👩‍💻🇨🇳.",
    );
  });

  test("tool calls after reasoning", () => {
    const events = parse([read("tools-reasoning.sse")]);
    expect(events).toHaveLength(26);
    expect(events.map(({ event }) => event)).toEqual(types(events));
    expect(deltas(events, "response.reasoning_summary_text.delta")).toBe(
      "**Looking at the tests**\n\nI should read the failing file first.",
    );
    expect(deltas(events, "response.function_call_arguments.delta")).toBe(
      '{"filePath":"/repo/测试/a.test.ts"}{"command":"grep -n \\"a\\\\nb\\" *.ts","description":"Search 🔍"}',
    );
  });

  test("CRLF with pings and without event lines", () => {
    const events = parse([read("crlf-pings-no-event.sse")]);
    expect(events.map(({ event }) => event)).toEqual(Array(16).fill(undefined));
    expect(types(events).slice(-2)).toEqual(["response.completed", "[DONE]"]);
    expect(deltas(events.slice(0, -1), "response.output_text.delta")).toBe(
      "Running the 测试 now… 🚀 ok",
    );
  });

  test.each(readdirSync(folder).filter((name) => name.endsWith(".sse")))(
    "%s, cut at every byte",
    (name) => {
      const bytes = read(name);
      const whole = parse([bytes]);
      expect(parse(pieces(bytes, 1))).toEqual(whole);

      // Compared as text: thousands of deep comparisons would be most of the run.
      const expected = JSON.stringify(whole);
      for (let at = 1; at < bytes.length; at++) {
        const first = bytes.subarray(0, at);
        const second = bytes.subarray(at);
        if (JSON.stringify(parse([first, second])) !== expected) {
          expect({ at, events: parse([first, second]) }).toEqual({ at, events: whole });
        }
        const cutter = createEventCutter();
        const blocks = [cutter.feed(first), cutter.feed(second), cutter.end()];
        if (blocks.map((block) => (block ? decode(block) : "")).join("") !== decode(bytes)) {
          expect({ at, blocks }).toEqual({ at, blocks: [bytes] });
        }
      }
    },
    30_000,
  );
});
