import { describe, expect, test } from "bun:test";
import { readBounded } from "../../../src/response/read.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A body of these chunks, which notes whether it was cancelled. */
function bodyOf(chunks: readonly Uint8Array[], end: "end" | "hang" | "break" = "end") {
  const seen = { cancelled: false, pulled: 0 };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[seen.pulled++];
        if (chunk !== undefined) return controller.enqueue(chunk);
        if (end === "break") return controller.error(new Error("broken"));
        if (end === "hang") return new Promise<void>(() => {});
        return controller.close();
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
}

const roomy = { maxBytes: 1_000, timeoutMs: 60_000 };

describe("reads", () => {
  test("no body", async () => {
    expect(await readBounded(null)).toBe("");
  });

  test("all of it", async () => {
    const { body } = bodyOf([encode("one "), encode(""), encode("two")]);
    expect(await readBounded(body, roomy)).toBe("one two");
  });

  test("characters cut in two", async () => {
    const bytes = encode("a😀b");
    const { body } = bodyOf([...bytes].map((_, index) => bytes.slice(index, index + 1)));
    expect(await readBounded(body, roomy)).toBe("a😀b");
  });

  test.each([
    [9, "a".repeat(9)],
    [10, "a".repeat(10)],
    [11, "a".repeat(11)],
    [20, "a".repeat(20)],
    [1, "a"],
  ])("at most %d bytes, the rest is cancelled", async (maxBytes, text) => {
    const chunk = encode("a".repeat(10));
    const { body, seen } = bodyOf(Array.from({ length: 100 }, () => chunk));
    expect(await readBounded(body, { ...roomy, maxBytes })).toBe(text);
    expect(seen).toEqual({ cancelled: true, pulled: Math.ceil(maxBytes / 10) });
  });

  test("a character at the limit is replaced, not thrown about", async () => {
    const { body } = bodyOf([encode("ab😀")]);
    expect(await readBounded(body, { ...roomy, maxBytes: 4 })).toBe("ab\ufffd");
  });

  test("at most so long: what came until then, and it is cancelled", async () => {
    const { body, seen } = bodyOf([encode("came")], "hang");
    expect(await readBounded(body, { maxBytes: 1_000, timeoutMs: 20 })).toBe("came");
    expect(seen.cancelled).toBe(true);
  });

  test("a body that breaks still has its beginning", async () => {
    const { body } = bodyOf([encode("came")], "break");
    expect(await readBounded(body, roomy)).toBe("came");
  });
});

test("64 KiB by default", async () => {
  const { body, seen } = bodyOf(Array.from({ length: 100 }, () => encode("a".repeat(10_000))));
  expect((await readBounded(body)).length).toBe(65_536);
  expect(seen).toEqual({ cancelled: true, pulled: 7 });
});

describe("from a real server", () => {
  test("a long error page is cut", async () => {
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response("x".repeat(1_000_000), { status: 500 }),
    });
    const response = await fetch(server.url);
    expect((await readBounded(response.body)).length).toBe(65_536);
    await server.stop(true);
  });

  test("a hanging one is given up", async () => {
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(encode('{"error":"slow"}')),
            pull: () => new Promise<void>(() => {}),
          }),
          { status: 500 },
        ),
    });
    const response = await fetch(server.url);
    expect(await readBounded(response.body, { maxBytes: 1_000, timeoutMs: 50 })).toBe(
      '{"error":"slow"}',
    );
    await server.stop(true);
  });
});
