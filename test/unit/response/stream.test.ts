import { describe, expect, test } from "bun:test";
import { SseLimitError } from "../../../src/response/sse.ts";
import {
  createEventStream,
  createSource,
  createTrustedStream,
  readHead,
} from "../../../src/response/stream.ts";
import { StreamError } from "../../../src/response/stream-error.ts";
import {
  bodyOf,
  type Collected,
  collect,
  decode,
  encode,
  eventsIn,
  isCompletion,
  judgeChunks,
  recorded,
  responseOf,
  wholeLength,
} from "../../support/answers.ts";

const data = (...values: unknown[]) =>
  encode(values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join(""));
const created = data({ type: "response.created", response: { id: "r" } });
const delta = data({ type: "response.output_text.delta", delta: "a" });
const usage = { input_tokens: 1, output_tokens: 1 };
const completed = data({ type: "response.completed", response: { output: [1], usage } });

function errorType(error: unknown): string | undefined {
  return error instanceof StreamError ? error.type : undefined;
}

/** What the host gets of these chunks; an answer that breaks off in its head is an error like another. */
async function hostGets(chunks: readonly Uint8Array[]): Promise<Collected> {
  try {
    return await collect(responseOf(await judgeChunks(chunks)).body);
  } catch (error) {
    return { bytes: new Uint8Array(0), error };
  }
}

/** The source alone, with a record of what it does to the request. */
function sourceOf(body: ReadableStream<Uint8Array> | null, idleTimeoutMs = 5_000) {
  let aborts = 0;
  const source = createSource({
    body,
    idleTimeoutMs,
    abort: () => {
      aborts++;
    },
  });
  return { source, aborts: () => aborts };
}

/** A stream for each of thousands of bytes takes more than the usual 5 s on a loaded machine. */
const everyByteMs = 30_000;

describe.each(recorded)("%s", (_name, bytes) => {
  const whole = wholeLength(bytes);

  test(
    "arrives untouched, cut in two at every byte",
    async () => {
      for (let at = 1; at < bytes.length; at++) {
        const got = await hostGets([bytes.subarray(0, at), bytes.subarray(at)]);
        // What follows the terminal event is not waited for.
        const same = Buffer.compare(got.bytes, bytes.subarray(0, got.bytes.length)) === 0;
        if (!same || got.bytes.length < whole || got.error !== undefined) {
          expect({ at, text: decode(got.bytes), error: got.error }).toEqual({
            at,
            text: decode(bytes),
            error: undefined,
          });
        }
      }
    },
    everyByteMs,
  );

  test("arrives untouched, byte by byte", async () => {
    const got = await hostGets(Array.from(bytes, (byte) => Uint8Array.of(byte)));
    expect(got.error).toBeUndefined();
    expect(decode(got.bytes)).toBe(decode(bytes.subarray(0, got.bytes.length)));
    expect(got.bytes.length).toBeGreaterThan(whole);
  });

  test(
    "truncated at every byte is an error, and no completion before the terminal event is whole",
    async () => {
      for (let length = 0; length <= bytes.length; length++) {
        const { bytes: out, error } = await hostGets([bytes.subarray(0, length)]);
        const complete = eventsIn(out).some(isCompletion);
        const expected = length >= whole;
        if (complete !== expected || (error === undefined) !== expected) {
          expect({ length, complete, error }).toEqual({
            length,
            complete: expected,
            error: expected ? undefined : expect.any(StreamError),
          });
        }
        if (error !== undefined && !(error instanceof StreamError)) {
          expect({ length, error }).toEqual({ length, error: expect.any(StreamError) });
        }
      }
    },
    everyByteMs,
  );
});

describe("errors of a stream", () => {
  test("are such that the AI SDK in the host retries them", () => {
    const error = new StreamError("stream_truncated", "m");
    const mark = Symbol.for("vercel.ai.error.AI_APICallError");
    expect(Object.getOwnPropertySymbols(error)).toContain(mark);
    expect(error).toMatchObject({ [mark]: true, isRetryable: true, name: "StreamError" });
  });

  test.each([
    ["nothing at all", [], "stream_truncated"],
    ["greetings alone", [created], "stream_truncated"],
    ["output alone", [created, delta], "stream_truncated"],
    ["pings alone", [encode(": ping\n\n")], "stream_truncated"],
    ["[DONE] without an ending", [delta, encode("data: [DONE]\n\n")], "stream_truncated"],
    [
      "an ending without a response",
      [delta, data({ type: "response.completed" })],
      "stream_truncated",
    ],
    ["garbled JSON", [delta, encode('data: {"type":!\n\n'), completed], "stream_damaged"],
    ["garbled JSON in the head", [created, encode('data: {"type":!\n\n')], "stream_damaged"],
  ])("%s", async (_name, chunks, type) => {
    const { bytes, error } = await hostGets(chunks);
    expect(errorType(error)).toBe(type);
    expect(eventsIn(bytes).some(isCompletion)).toBe(false);
  });

  test("a connection that breaks", async () => {
    const cause = Object.assign(new Error("socket closed"), { code: "ECONNRESET" });
    const outcome = await judgeChunks([created, delta], { finish: cause });
    const { error } = await collect(responseOf(outcome).body);
    expect(error).toMatchObject({ name: "StreamError", type: "stream_broken", cause });
    expect(String(error)).toContain("ECONNRESET");
    const early = judgeChunks([created], { finish: cause });
    await expect(early).rejects.toMatchObject({ type: "stream_broken" });
  });

  test("a body that ends because of an abort is an abort, and no answer that was cut off", async () => {
    const abort = new AbortController();
    const outcome = await judgeChunks([created, delta], { signal: abort.signal });
    abort.abort();
    expect((await collect(responseOf(outcome).body)).error).toBe(abort.signal.reason);
    for (const chunks of [[], [created], [encode("{")]]) {
      const judged = judgeChunks(chunks, { signal: abort.signal });
      expect(await judged.catch((error) => error)).toBe(abort.signal.reason);
    }
  });

  test("an abort stays what it is", async () => {
    const abort = new DOMException("gone", "AbortError");
    const outcome = await judgeChunks([created, delta], { finish: abort });
    expect((await collect(responseOf(outcome).body)).error).toBe(abort);
    await expect(judgeChunks([created], { finish: abort })).rejects.toBe(abort);
  });
});

describe("silence", () => {
  test("is an error that names the timeout, and breaks off the request", async () => {
    let aborted = 0;
    let cancelled = 0;
    const outcome = await judgeChunks([created, delta], {
      finish: "hang",
      idleTimeoutMs: 30,
      abort: () => {
        aborted++;
      },
      onCancel: () => {
        cancelled++;
      },
    });
    const started = performance.now();
    const { error } = await collect(responseOf(outcome).body);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(errorType(error)).toBe("stream_idle");
    expect(String(error)).toContain("nothing for 0.03 s (streamIdleTimeout)");
    expect(aborted).toBeGreaterThan(0);
    expect(cancelled).toBe(1);
  });

  test("in the head, and before the first byte", async () => {
    for (const chunks of [[], [created], [encode("{")], [encode(" \n")]]) {
      const judged = judgeChunks(chunks, { finish: "hang", idleTimeoutMs: 20, headHoldMs: 1_000 });
      await expect(judged).rejects.toMatchObject({ type: "stream_idle" });
    }
  });

  test("is counted anew from each chunk, and not while the host does not read", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          await Bun.sleep(80);
          sent++;
          if (sent < 8) controller.enqueue(encode(`${sent}`));
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const { source } = sourceOf(body, 400);
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
      if (sent === 3) await Bun.sleep(500);
    }
    expect(sent).toBe(8);
  });

  test("a body that errors when it is cancelled, and one that never answers the cancel", async () => {
    for (const cancel of [
      () => Promise.reject(new Error("late")),
      () => new Promise<void>(() => {}),
    ]) {
      const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}), cancel });
      const { source, aborts } = sourceOf(body, 10);
      // Not with `rejects`, which would report the late rejection before anyone can handle it.
      expect(errorType(await source.read().catch((error) => error))).toBe("stream_idle");
      expect(aborts()).toBe(1);
    }
  });
});

describe("the head", () => {
  const streamOf = (body: ReadableStream<Uint8Array>) => createEventStream(sourceOf(body).source);

  test("is let go with the event that decides", async () => {
    const events = streamOf(bodyOf([created, delta, completed]));
    const head = await readHead(events, 1_000);
    expect(head).toEqual({ held: [created, delta], ended: false, pending: undefined });
  });

  test("is let go when it takes too long; nothing is lost, and a late break is no unhandled rejection", async () => {
    const late = Promise.withResolvers<void>();
    const chunks = [created];
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const chunk = chunks.shift();
          if (chunk !== undefined) return controller.enqueue(chunk);
          await late.promise;
          controller.error(Object.assign(new Error("x"), { code: "ECONNRESET" }));
        },
      },
      { highWaterMark: 0 },
    );
    const events = streamOf(body);
    const started = performance.now();
    const head = await readHead(events, 20);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(head.held).toEqual([created]);
    expect(head.pending).toBeInstanceOf(Promise);
    late.resolve();
    // Nobody reads it yet.
    await Bun.sleep(5);
    const { error } = await collect(createTrustedStream(events, head));
    expect(errorType(error)).toBe("stream_broken");
  });

  test("a read that was under way is not lost", async () => {
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(created);
        await Bun.sleep(40);
        controller.enqueue(delta);
        controller.enqueue(completed);
        controller.close();
      },
    });
    const events = streamOf(body);
    const head = await readHead(events, 10);
    const { bytes, error } = await collect(createTrustedStream(events, head));
    expect(error).toBeUndefined();
    expect(decode(bytes)).toBe(decode(created) + decode(delta) + decode(completed));
  });

  test("is let go when it is long", async () => {
    const ping = encode(`: ${"x".repeat(300_000)}\n\n`);
    const events = streamOf(bodyOf(Array.from({ length: 50 }, () => ping)));
    const head = await readHead(events, 10_000);
    expect(head.held.length).toBeLessThan(6);
    expect(head.ended).toBe(false);
  });
});

describe("one event", () => {
  test("of more than 16 MiB is an error, and memory stays bounded", async () => {
    const mebibyte = new Uint8Array(1024 * 1024).fill(0x61);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          sent++;
          controller.enqueue(sent === 1 ? delta : sent === 2 ? encode("data: ") : mebibyte);
        },
      },
      { highWaterMark: 0 },
    );
    const { source, aborts } = sourceOf(body);
    const events = createEventStream(source);
    const head = await readHead(events, 1_000);
    const { error } = await collect(createTrustedStream(events, head));
    expect(error).toBeInstanceOf(SseLimitError);
    // A retry would bring the same again.
    expect(error).not.toHaveProperty("isRetryable");
    expect(sent).toBeLessThan(22);
    expect(aborts()).toBe(1);
  });
});

describe("after the terminal event", () => {
  test("the host's stream closes, whether or not the gateway's does", async () => {
    const outcome = await judgeChunks([delta, completed], { finish: "hang" });
    const started = performance.now();
    const { bytes, error } = await collect(responseOf(outcome).body);
    expect(error).toBeUndefined();
    expect(decode(bytes)).toBe(decode(delta) + decode(completed));
    // Later the gateway is broken off.
    expect(performance.now() - started).toBeLessThan(900);
  });

  test("a gateway that ends in its own way is not broken off", async () => {
    let cancelled = 0;
    const body = bodyOf([delta, completed, encode("data: [DONE]\n\n")], {
      onCancel: () => {
        cancelled++;
      },
    });
    const { source, aborts } = sourceOf(body);
    const events = createEventStream(source);
    await collect(createTrustedStream(events, await readHead(events, 1_000)));
    await Bun.sleep(1_100);
    expect([cancelled, aborts()]).toEqual([0, 0]);
  });

  test("a gateway that keeps the connection open is broken off after a second", async () => {
    const { source, aborts } = sourceOf(bodyOf([delta, completed], { finish: "hang" }));
    const events = createEventStream(source);
    await collect(createTrustedStream(events, await readHead(events, 1_000)));
    expect(aborts()).toBe(0);
    await Bun.sleep(1_100);
    expect(aborts()).toBe(1);
  });

  test("a break is of no interest", async () => {
    const body = bodyOf([delta, completed], { finish: new Error("reset") });
    const events = createEventStream(sourceOf(body).source);
    const { error } = await collect(createTrustedStream(events, await readHead(events, 1_000)));
    await Bun.sleep(5);
    expect(error).toBeUndefined();
  });

  test("a lone CR after it does not keep the host waiting for an LF", async () => {
    const text = decode(delta) + decode(completed);
    const { bytes } = await hostGets([encode(text.replaceAll("\n", "\r"))]);
    expect(eventsIn(bytes).some(isCompletion)).toBe(true);
  });

  test("an event without its last blank line gets one", async () => {
    const { bytes } = await hostGets([delta, completed.subarray(0, completed.length - 2)]);
    expect(eventsIn(bytes).some(isCompletion)).toBe(true);
  });
});

describe("the host leaves", () => {
  test("while a read is under way: the request is broken off in the same tick", async () => {
    let cancelled = 0;
    const { source, aborts } = sourceOf(
      bodyOf([delta], {
        finish: "hang",
        onCancel: () => {
          cancelled++;
        },
      }),
    );
    const events = createEventStream(source);
    const stream = createTrustedStream(events, await readHead(events, 1_000));
    const reader = stream.getReader();
    await reader.read();
    const pending = reader.read();
    void reader.cancel("gone");
    expect([cancelled, aborts()]).toEqual([1, 1]);
    expect(await pending).toEqual({ value: undefined, done: true });
  });

  test("before it read anything", async () => {
    const { source, aborts } = sourceOf(bodyOf([delta, delta], { finish: "hang" }));
    const events = createEventStream(source);
    await createTrustedStream(events, await readHead(events, 1_000)).cancel();
    expect(aborts()).toBe(1);
  });
});
