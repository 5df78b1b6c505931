import { heapStats } from "bun:jsc";
import { afterAll, describe, expect, test } from "bun:test";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { judgeAnswer } from "../../../src/response/answer.ts";
import { StreamError } from "../../../src/response/stream-error.ts";
import {
  collect,
  decode,
  defaults,
  encode,
  eventsIn,
  isCompletion,
  judgeURL,
  recorded,
  refusalOf,
  responseOf,
  textIn,
} from "../../support/answers.ts";

/** One server for all: each test registers its answer under a path of its own. */
const answers = new Map<string, (request: Request) => Response | Promise<Response>>();
/** Paths that were asked for. */
const arrived = new Set<string>();
/** Paths whose client went away before the answer was complete. */
const left = new Set<string>();
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  idleTimeout: 0,
  development: false,
  fetch(request) {
    const { pathname } = new URL(request.url);
    arrived.add(pathname);
    request.signal.addEventListener("abort", () => left.add(pathname));
    return answers.get(pathname)?.(request) ?? new Response("no such test", { status: 500 });
  },
});
afterAll(() => server.stop(true));

function serve(answer: (request: Request) => Response | Promise<Response>): string {
  const path = `/${answers.size}`;
  answers.set(path, answer);
  return `http://127.0.0.1:${server.port}${path}`;
}

/** A stream of these pieces, which ends, or else stays open. */
function pieces(texts: readonly string[], stayOpen = false): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const text = texts[next++];
        if (text !== undefined) return controller.enqueue(encode(text));
        if (stayOpen) return new Promise<void>(() => {});
        return controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

async function until(met: () => boolean): Promise<void> {
  const deadline = performance.now() + 4_000;
  while (!met() && performance.now() < deadline) await Bun.sleep(1);
  expect(met()).toBe(true);
}

const [, , [, recording] = ["", new Uint8Array()]] = recorded;
const [, text = ["", new Uint8Array()]] = recorded;
const sse = decode(text[1]);
const finalEvent = eventsIn(text[1]).findLast(isCompletion);
const final = finalEvent?.response;
const data = (...values: unknown[]) =>
  values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");
const created = data({ type: "response.created", response: { id: "r" } });
const delta = data({ type: "response.output_text.delta", item_id: "m", delta: "a" });
const failed = (error: object) => data({ type: "response.failed", response: { error } });

describe("a stream that is well is the answer", () => {
  const withBody = (
    body: ConstructorParameters<typeof Response>[0],
    headers: Record<string, string> = {},
  ) => new Response(body, { headers: { "content-type": "text/event-stream", ...headers } });
  test.each([
    ["as recorded", () => withBody(sse)],
    ["tools and reasoning", () => withBody(recording)],
    ["no content type", () => new Response(encode(sse))],
    ["text/plain", () => withBody(sse, { "content-type": "text/plain" })],
    [
      "application/octet-stream",
      () => withBody(sse, { "content-type": "application/octet-stream" }),
    ],
    ["application/json", () => withBody(sse, { "content-type": "application/json" })],
    ["text/html", () => withBody(sse, { "content-type": "text/html" })],
    ["a byte order mark", () => withBody(`\uFEFF${sse}`)],
    ["CRLF", () => withBody(sse.replaceAll("\n", "\r\n"))],
    ["CR", () => withBody(sse.replaceAll("\n", "\r"))],
    ["no space after the colon", () => withBody(sse.replaceAll("data: ", "data:"))],
    ["no event lines", () => withBody(sse.replaceAll(/^event: .*\n/gm, ""))],
    ["[DONE]", () => withBody(`${sse}data: [DONE]\n\n`)],
    [
      "pings and comments",
      () => withBody(`\n\n: hi\n\n${sse.replaceAll("\n\n", "\n\n: ping\n\n")}`),
    ],
    ["pings in data", () => withBody(`data: ping\n\n${sse.replaceAll("\n\n", "\n\ndata:\n\n")}`)],
    ["pings with a type", () => withBody(sse.replaceAll("\n\n", '\n\ndata: {"type":"ping"}\n\n'))],
    ["no blank line at the end", () => withBody(sse.trimEnd())],
    ["gzip", () => withBody(gzipSync(sse), { "content-encoding": "gzip" })],
    ["br", () => withBody(brotliCompressSync(sse), { "content-encoding": "br" })],
    ["zstd", () => withBody(zstdCompressSync(sse), { "content-encoding": "zstd" })],
    ["response.done", () => withBody(sse.replaceAll("response.completed", "response.done"))],
    ["status 206", () => new Response(sse, { status: 206 })],
  ])("%s", async (_name, answer) => {
    const response = responseOf(await judgeURL(serve(answer)));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    for (const stale of ["content-encoding", "content-length", "transfer-encoding"]) {
      expect(response.headers.get(stale)).toBeNull();
    }
    const { bytes, error } = await collect(response.body);
    expect(error).toBeUndefined();
    const events = eventsIn(bytes);
    expect(events.filter(isCompletion)).toHaveLength(1);
    expect(events.at(-1)?.type).toBe("response.completed");
    const original = _name === "tools and reasoning" ? recording : text[1];
    expect(textIn(events)).toBe(textIn(eventsIn(original)));
  });

  test("other headers of the gateway stay", async () => {
    const url = serve(() => new Response(sse, { headers: { "x-request-id": "7" } }));
    const response = responseOf(await judgeURL(url));
    expect(response.headers.get("x-request-id")).toBe("7");
    await response.body?.cancel();
  });

  test("the first event is handed on when it arrives", async () => {
    const gate = Promise.withResolvers<void>();
    const url = serve(() => {
      const parts = [created, delta];
      return new Response(
        new ReadableStream<Uint8Array>(
          {
            async pull(controller) {
              const part = parts.shift();
              if (part !== undefined) return controller.enqueue(encode(part));
              await gate.promise;
              controller.enqueue(encode(sse));
              controller.close();
            },
          },
          { highWaterMark: 0 },
        ),
      );
    });
    const reader = responseOf(await judgeURL(url)).body?.getReader();
    let seen = "";
    while (!seen.includes("output_text.delta")) {
      seen += decode((await reader?.read())?.value ?? new Uint8Array());
    }
    expect(seen).toBe(created + delta);
    gate.resolve();
    await reader?.cancel();
  });

  test("the head is let go after the time for it, and an error then is one of the stream", async () => {
    const gate = Promise.withResolvers<void>();
    const url = serve(() => {
      let sent = 0;
      return new Response(
        new ReadableStream<Uint8Array>(
          {
            async pull(controller) {
              sent++;
              if (sent === 1) return controller.enqueue(encode(created));
              await gate.promise;
              controller.enqueue(encode(failed({ code: "server_error", message: "m" })));
              controller.close();
            },
          },
          { highWaterMark: 0 },
        ),
      );
    });
    const response = responseOf(await judgeURL(url, { headHoldMs: 30 }));
    gate.resolve();
    const { bytes, error } = await collect(response.body);
    expect(error).toBeUndefined();
    expect(eventsIn(bytes).map(({ type }) => type)).toEqual(["response.created", "error"]);
  });

  test("a connection that stays open after the end is of no interest, and the next turn reuses one that ends", async () => {
    const ports = new Set<number | undefined>();
    const late = (request: Request) => {
      ports.add(server.requestIP(request)?.port);
      let sent = 0;
      return new Response(
        new ReadableStream<Uint8Array>(
          {
            async pull(controller) {
              sent++;
              if (sent === 1) return controller.enqueue(encode(sse));
              await Bun.sleep(5);
              controller.close();
            },
          },
          { highWaterMark: 0 },
        ),
      );
    };
    const url = serve(late);
    for (let turn = 0; turn < 10; turn++) {
      const { error } = await collect(responseOf(await judgeURL(url)).body);
      expect(error).toBeUndefined();
      await Bun.sleep(20);
    }
    expect(ports.size).toBeLessThan(4);

    const open = serve(() => new Response(pieces([sse], true)));
    const started = performance.now();
    await collect(responseOf(await judgeURL(open)).body);
    expect(performance.now() - started).toBeLessThan(900);
    await until(() => left.has(new URL(open).pathname));
  });
});

describe("JSON though a stream was asked for", () => {
  test.each([
    ["a response", JSON.stringify(final)],
    ["wrapped", JSON.stringify({ response: final })],
    ["as the ending event", JSON.stringify(finalEvent)],
    ["with a byte order mark and space", `\uFEFF \n${JSON.stringify(final)}\n`],
  ])("%s is replayed", async (_name, body) => {
    const outcome = await judgeURL(serve(() => new Response(body)));
    const response = responseOf(outcome);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = eventsIn((await collect(response.body)).bytes);
    expect(events.at(-1)).toMatchObject({ type: "response.completed" });
    expect(textIn(events)).toBe(textIn(eventsIn(text[1])));
  });

  test("byte by byte, the mark cut in two", async () => {
    const bytes = encode(`\uFEFF${JSON.stringify(final)}`);
    let at = 0;
    const url = serve(
      () =>
        new Response(
          new ReadableStream<Uint8Array>({
            async pull(controller) {
              // The first bytes each on their own, the rest at once.
              const end = at < 5 ? at + 1 : bytes.length;
              controller.enqueue(bytes.subarray(at, end));
              at = end;
              if (at === bytes.length) controller.close();
              await Bun.sleep(2);
            },
          }),
        ),
    );
    const events = eventsIn((await collect(responseOf(await judgeURL(url)).body)).bytes);
    expect(events.some(isCompletion)).toBe(true);
  });

  test.each([
    ["failed", 500, "failed"],
    ["in_progress", 500, "in_progress"],
    ["queued", 500, "queued"],
  ])("a response that is %s is no answer", async (status, expected, said) => {
    const url = serve(() => Response.json({ id: "r", output: [], error: null, status }));
    const refusal = refusalOf(await judgeURL(url));
    expect(refusal.status).toBe(expected);
    expect(refusal.error.message).toContain(said);
  });
});

describe("an error with status 200", () => {
  test.each([
    ["JSON with a known code", { error: { code: "insufficient_quota", message: "m" } }, 402],
    ["JSON with an unknown code: shown once", { error: { code: "x", message: "m" } }, 400],
    ["JSON without a code: shown once", { error: { message: "m" } }, 400],
    ["JSON, the code a status", { code: 503, msg: "m" }, 503],
    ["a failed response", { output: [], error: { code: "server_error", message: "m" } }, 500],
    ["an error as text", { error: "m" }, 400],
    ["FastAPI", { detail: "m" }, 400],
  ])("%s", async (_name, body, status) => {
    const refusal = refusalOf(await judgeURL(serve(() => Response.json(body))));
    expect(refusal).toMatchObject({ status, httpStatus: 200, notTheApi: false });
    expect(refusal.error.message).toBe("m");
  });

  test.each([
    ["plain text", "upstream is away", "upstream is away", false],
    ["plain text in data", "data: upstream is away\n\n", "upstream is away", false],
    ["an error without a type", 'data: {"code":"x","message":"m"}\n\n', "m", false],
    ["JSON and SSE", `{"message":"m"}\n\n${delta}`, "m", false],
    ["HTML", "<!doctype html><title>Console</title>", 'an HTML page titled "Console"', true],
    ["HTML after a comment", "<!-- x --><html><h1>Login</h1>", 'an HTML page titled "Login"', true],
  ])("%s", async (_name, body, message, notTheApi) => {
    const headers = { "content-type": "text/event-stream" };
    const refusal = refusalOf(await judgeURL(serve(() => new Response(body, { headers }))));
    expect(refusal).toMatchObject({ status: 400, notTheApi });
    expect(refusal.error.message).toBe(message);
  });

  test.each([
    ["nothing", () => new Response(null)],
    ["204", () => new Response(null, { status: 204 })],
    ["blank lines and comments", () => new Response("\n\n: ping\n\n")],
    ["half a field", () => new Response("event: response.cre")],
    ["half a field name", () => new Response("da")],
  ])("%s is an error of the stream, which the host retries", async (_name, answer) => {
    const { error, bytes } = await collect(responseOf(await judgeURL(serve(answer))).body);
    expect(eventsIn(bytes)).toEqual([]);
    expect(error).toMatchObject({ type: "stream_truncated" });
  });
});

describe("an error in the stream before any output", () => {
  const inSeconds = 7_500;
  test.each([
    ["rate_limit_exceeded", { message: "Try again in 1.5s" }, 429, "2"],
    ["usage_limit_reached", { message: "m", resets_in_seconds: 60 }, 429, "60"],
    ["usage_limit_reached", { message: "m", resets_in_seconds: inSeconds }, 400, undefined],
    ["usage_limit_reached", { message: "m" }, 400, undefined],
    ["rate_limit_exceeded", { message: "Try again in 2h" }, 400, undefined],
    ["cyber_policy", { message: "m" }, 400, undefined],
    ["bio_policy", { message: "m" }, 400, undefined],
    ["misalignment_policy_violation", { message: "m" }, 400, undefined],
    ["insufficient_quota", { message: "m" }, 402, undefined],
    ["usage_not_included", { message: "m" }, 402, undefined],
    ["context_length_exceeded", { message: "m" }, 400, undefined],
    ["invalid_prompt", { message: "m" }, 400, undefined],
    ["server_error", { message: "m" }, 500, undefined],
    ["server_is_overloaded", { message: "m" }, 503, undefined],
    ["something_new", { message: "m" }, 500, undefined],
  ])("%s", async (code, error, status, retryAfter) => {
    for (const event of [
      failed({ code, ...error }),
      data({ type: "error", code, ...error }),
      data({ type: "error", error: { code, ...error } }),
      data({ error: { code, ...error } }),
    ]) {
      const refusal = refusalOf(await judgeURL(serve(() => new Response(created + event))));
      expect(refusal).toMatchObject({ status, error: { code }, notTheApi: false });
      expect(refusal.headers).toEqual(
        retryAfter === undefined ? {} : { "retry-after": retryAfter },
      );
    }
  });

  test("says when a usage window resets, and keeps the gateway's own retry-after", async () => {
    const error = { code: "usage_limit_reached", message: "Limit.", resets_in_seconds: inSeconds };
    const headers = { "retry-after": "9" };
    const refusal = refusalOf(
      await judgeURL(serve(() => new Response(failed(error), { headers }))),
    );
    expect(refusal.error.message).toMatch(/^Limit \(resets at \d\d:\d\d, in 2 h 5 min\)\.$/);
    expect(refusal.headers).toEqual({ "retry-after": "9" });
  });

  test("pings and limits do not count as output", async () => {
    const body = `: ping\n\n${created}${data({ type: "codex.rate_limits" })}${failed({ code: "slow_down", message: "m" })}`;
    expect(refusalOf(await judgeURL(serve(() => new Response(body)))).status).toBe(503);
  });

  test("after output it is passed on", async () => {
    const body = created + delta + failed({ code: "server_error", message: "m" });
    const { bytes, error } = await collect(
      responseOf(await judgeURL(serve(() => new Response(body)))).body,
    );
    expect(error).toBeUndefined();
    expect(eventsIn(bytes).at(-1)).toMatchObject({
      type: "error",
      sequence_number: 0,
      error: { code: "server_error", message: "m" },
    });
  });
});

describe("other statuses", () => {
  test.each([
    [429, 'data: {"error":{"message":"m"}}\n\n', 429],
    [502, 'data: {"error":{"message":"m"}}\n\n', 502],
    [502, `{"message":"m"}event: error\ndata: {"type":"error","message":"m"}\n\n`, 502],
    [404, '{"error":{"message":"m","code":"usage_limit_reached"}}', 400],
    [404, '{"error":{"message":"m","code":"rate_limit_exceeded"}}', 429],
    [500, '{"error":{"message":"m","code":"cyber_policy"}}', 400],
    [429, '{"error":{"message":"m","type":"bio_policy"}}', 400],
    [502, '{"error":{"message":"m","code":"insufficient_quota"}}', 402],
    [429, '{"error":{"message":"m","code":"insufficient_quota"}}', 402],
    [520, "m", 520],
  ])("%d %s", async (status, body, expected) => {
    const refusal = refusalOf(await judgeURL(serve(() => new Response(body, { status }))));
    expect(refusal).toMatchObject({ status: expected, httpStatus: status });
    expect(refusal.error.message).toBe("m");
  });

  test.each([
    ["404 without a body", 404, "", true],
    ["405 without a body", 405, "", true],
    ["404 with a page", 404, "<html><title>x</title>", true],
    ["404 of a router", 404, '{"detail":"Not Found"}', true],
    ["405 of a router", 405, '{"detail":"Method Not Allowed"}', true],
    ["404 about a model", 404, '{"error":{"message":"The model x does not exist"}}', false],
    ["404 about usage", 404, '{"error":{"message":"usage limit reached"}}', false],
    ["500 without a body", 500, "", false],
    ["200 with a page", 200, "<html><title>x</title>", true],
    ["405 with a page", 405, "<html><title>x</title>", true],
    ["400 with a page", 400, "<html><title>x</title>", false],
    ["403 with a page", 403, "<html><title>x</title>", false],
    ["413 with a page", 413, "<html><title>x</title>", false],
    ["429 with a page", 429, "<html><title>x</title>", false],
    ["500 with a page", 500, "<html><title>x</title>", false],
    ["502 with a page", 502, "<html><title>x</title>", false],
  ])("%s: not the API? ", async (_name, status, body, notTheApi) => {
    const refusal = refusalOf(await judgeURL(serve(() => new Response(body, { status }))));
    expect(refusal.notTheApi).toBe(notTheApi);
  });

  test("a status that no Response may have", async () => {
    const listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data(socket) {
          socket.end("HTTP/1.1 999 Denied\r\ncontent-length: 1\r\n\r\nm");
        },
      },
    });
    const refusal = refusalOf(await judgeURL(`http://127.0.0.1:${listener.port}/`));
    listener.stop(true);
    expect(refusal).toMatchObject({ status: 502, httpStatus: 999 });
  });

  test.each([301, 302, 303, 307, 308])("%d is named, not followed", async (status) => {
    const location = "http://elsewhere.test/responses";
    const url = serve(() => new Response(null, { status, headers: { location } }));
    expect(await judgeURL(url)).toEqual({ type: "redirected", status, location });
  });

  test("a body that never ends is broken off", async () => {
    const page = "x".repeat(64 * 1024);
    // More than is read, and then silence.
    const url = serve(() => new Response(pieces([page, page, page], true), { status: 500 }));
    const started = performance.now();
    const refusal = refusalOf(await judgeURL(url));
    expect(refusal.error.message).toMatch(/^x{2000,65536}$/);
    expect(performance.now() - started).toBeLessThan(4_000);
    await until(() => left.has(new URL(url).pathname));
  });

  test("nor is JSON with status 200 read without end: 64 MiB, and the request is broken off", async () => {
    const mebibyte = encode("[".padEnd(1024 * 1024));
    let sent = 0;
    let cancelled = 0;
    let aborted = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (++sent > 80) controller.close();
          else controller.enqueue(mebibyte);
        },
        cancel: () => void cancelled++,
      },
      { highWaterMark: 0 },
    );
    const outcome = await judgeAnswer(new Response(body), {
      ...defaults,
      abort: () => void aborted++,
    });
    expect(refusalOf(outcome).status).toBe(400);
    expect([sent, cancelled]).toEqual([64, 1]);
    expect(aborted).toBeGreaterThan(0);
  }, 30_000);
});

describe("white space before the answer", () => {
  const blanks = " \n".repeat(8 * 1024);
  test.each([
    ["a little, then JSON", [" ", "\n", "  ", JSON.stringify(final)]],
    ["a little, then events", ["\n", "\n\n", sse]],
    ["a lot in many chunks, then events", [...Array<string>(8).fill("\n".repeat(16_384)), sse]],
  ])("%s", async (_, texts) => {
    const outcome = await judgeURL(serve(() => new Response(pieces(texts))));
    const { body } = responseOf(outcome);
    const { bytes } = await collect(body);
    expect(textIn(eventsIn(bytes))).toBe(textIn(eventsIn(text[1])));
  });

  test.each([true, false])(
    "without end it is an error, not gathered; stream %p",
    async (stream) => {
      let sent = 0;
      let cancelled = false;
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += blanks.length;
          controller.enqueue(encode(blanks));
          // What would be gathered without end is, after this, an answer of nothing.
          if (sent > 8 * 1024 * 1024) controller.close();
        },
        cancel() {
          cancelled = true;
        },
      });
      const error = await judgeAnswer(new Response(endless), {
        stream,
        idleTimeoutMs: 1_000,
      }).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(StreamError);
      expect(error).toMatchObject({ message: expect.stringContaining("nothing but white space") });
      expect(sent).toBeLessThan(512 * 1024);
      expect(cancelled).toBe(true);
    },
  );
});

describe("a caller that wants no stream", () => {
  const json = { stream: false } as const;

  test.each([
    ["a stream", sse],
    ["response.done", sse.replaceAll("response.completed", "response.done")],
    ["JSON", JSON.stringify(final)],
    ["JSON, wrapped", JSON.stringify({ response: final })],
  ])("gets the final response of %s", async (_name, body) => {
    const response = responseOf(
      await judgeURL(
        serve(() => new Response(body)),
        json,
      ),
    );
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual(final);
  });

  test("gets an error that came after output as an error", async () => {
    const body = created + delta + failed({ code: "slow_down", message: "m" });
    const refusal = refusalOf(
      await judgeURL(
        serve(() => new Response(body)),
        json,
      ),
    );
    expect(refusal).toMatchObject({ status: 503, error: { message: "m" } });
  });

  test.each([
    ["nothing", ""],
    ["a cut stream", created + delta],
  ])("gets an error for %s", async (_name, body) => {
    const judged = judgeURL(
      serve(() => new Response(body)),
      json,
    );
    await expect(judged).rejects.toBeInstanceOf(StreamError);
  });

  test("does not keep the events", async () => {
    const event = encode(data({ type: "response.output_text.delta", delta: "x".repeat(100_000) }));
    const heapMiB = () => {
      Bun.gc(true);
      const { heapSize, extraMemorySize } = heapStats();
      return (heapSize + extraMemorySize) / 2 ** 20;
    };
    let sent = 0;
    let kept = Number.NaN;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          sent++;
          controller.enqueue(sent <= 1_000 ? event.slice() : encode(sse));
          // 100 MB went by.
          if (sent === 1_000) kept = heapMiB() - before;
          if (sent > 1_000) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const before = heapMiB();
    const outcome = await judgeAnswer(new Response(body), { ...defaults, ...json });
    expect(kept).toBeLessThan(10);
    expect(await responseOf(outcome).json()).toEqual(final);
  });
});

describe("the host leaves", () => {
  const moments: readonly (readonly [string, string[]])[] = [
    ["before the first byte", []],
    ["in the head", [created]],
    ["in the middle", [created, delta]],
    ["in the middle of JSON", ["{"]],
  ];
  test.each(moments)("by its signal, %s", async (_name, texts) => {
    const url = serve(() => new Response(pieces(texts, true)));
    const abort = new AbortController();
    const judged = judgeURL(url, { signal: abort.signal }).then(
      (outcome) => collect(responseOf(outcome).body),
      (error: unknown) => ({ error }),
    );
    await until(() => arrived.has(new URL(url).pathname));
    await Bun.sleep(20);
    abort.abort();
    const { error } = await judged;
    expect(error).toMatchObject({ name: "AbortError" });
    await until(() => left.has(new URL(url).pathname));
  });

  test("by cancelling the stream: the connection is closed at once", async () => {
    const url = serve(() => new Response(pieces([created, delta], true)));
    const reader = responseOf(await judgeURL(url)).body?.getReader();
    await reader?.read();
    const started = performance.now();
    void reader?.cancel();
    await until(() => left.has(new URL(url).pathname));
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("silence closes the connection too", async () => {
    const url = serve(() => new Response(pieces([created, delta], true)));
    const response = responseOf(await judgeURL(url, { idleTimeoutMs: 30 }));
    expect((await collect(response.body)).error).toMatchObject({ type: "stream_idle" });
    await until(() => left.has(new URL(url).pathname));
  });
});

test("nothing is left over", async () => {
  await until(() => server.pendingRequests === 0);
});
