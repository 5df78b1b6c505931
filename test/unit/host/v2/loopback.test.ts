import { afterEach, describe, expect, test } from "bun:test";
import { createConnection } from "node:net";
import type { GatewayRequest } from "../../../../src/gateway.ts";
import { createLoopback, type Handle } from "../../../../src/host/v2/loopback.ts";
import { SseLimitError } from "../../../../src/response/sse.ts";
import { toFinalError, truncated } from "../../../../src/response/stream-error.ts";

const key = "sk-test-0123456789";
const said: string[] = [];
const opened: ReturnType<typeof createLoopback>[] = [];
afterEach(async () => {
  said.length = 0;
  for (const loopback of opened.splice(0)) await loopback.close();
});

function create() {
  const loopback = createLoopback({
    redact: (text) => text.replaceAll(key, "[redacted]"),
    debug: (message) => void said.push(message),
  });
  opened.push(loopback);
  return loopback;
}

/** A handler that keeps what it was asked. */
function record(answer: (request: GatewayRequest) => Response | Promise<Response>) {
  const asked: GatewayRequest[] = [];
  const handle: Handle = async (request) => {
    asked.push(request);
    return answer(request);
  };
  return { asked, handle };
}

/** What comes back for these bytes, and whether the connection ended. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1", () => socket.write(text));
    let received = "";
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no answer to ${text}`)));
    socket.on("data", (bytes) => {
      received += bytes.toString();
      if (received.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

const post = (url: string, init: RequestInit = {}) =>
  fetch(`${url}/responses`, { method: "POST", body: "{}", ...init });

describe("a request of the host", () => {
  test("reaches the handler with its query, headers and body, and the answer comes back", async () => {
    const { asked, handle } = record(() =>
      Response.json({ ok: true }, { headers: { "x-a": "1" } }),
    );
    const url = await create().open(handle);
    expect(new URL(url).hostname).toBe("127.0.0.1");
    const body = JSON.stringify({ text: "ä".repeat(70_000) });
    const response = await fetch(`${url}/responses?a=b`, {
      method: "POST",
      body,
      headers: { "x-session-id": "ses_1" },
    });
    expect([response.status, response.headers.get("x-a")]).toEqual([200, "1"]);
    expect(await response.json()).toEqual({ ok: true });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url).toEndWith("/v1/responses?a=b");
    // The secret goes no further than this server.
    expect(asked[0]?.url).not.toContain(new URL(url).pathname.split("/")[1] ?? "");
    expect(asked[0]?.body).toBe(body);
    expect(asked[0]?.headers["x-session-id"]).toBe("ses_1");
  });

  test("the same handler keeps its address, another has another", async () => {
    const loopback = create();
    const one = record(() => new Response("one"));
    const two = record(() => new Response("two"));
    const first = await loopback.open(one.handle);
    const second = await loopback.open(two.handle);
    expect(await loopback.open(one.handle)).toBe(first);
    expect(new URL(first).port).toBe(new URL(second).port);
    expect(await (await post(first)).text()).toBe("one");
    expect(await (await post(second)).text()).toBe("two");
  });

  test("twenty at once", async () => {
    const { handle } = record(async ({ body }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return new Response(body);
    });
    const url = await create().open(handle);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => (await post(url, { body: `{"n":${n}}` })).json()),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => ({ n })));
  });

  test("a handler that fails is told in words, without the key", async () => {
    const { handle } = record(() => Promise.reject(new Error(`disk full, ${key}`)));
    const response = await post(await create().open(handle));
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain("opencode-openai-codex-key failed: disk full, [redacted]");
    expect([text, ...said].join()).not.toContain(key);
  });
});

describe("refused", () => {
  const fill = (text: string, url: string): string => {
    const { host, port, pathname } = new URL(url);
    return text
      .replaceAll("{path}", `${pathname}/responses`)
      .replaceAll("{secret}", pathname.split("/")[1] ?? "")
      .replaceAll("{host}", host)
      .replaceAll("{port}", port);
  };
  const rest = "content-length: 2\r\n\r\n{}";

  test.each([
    ["no secret", `POST /v1/responses HTTP/1.1\r\nhost: {host}\r\n${rest}`, 403],
    ["an empty one", `POST //v1/responses HTTP/1.1\r\nhost: {host}\r\n${rest}`, 403],
    [
      "a wrong one",
      `POST /${"a".repeat(43)}/v1/responses HTTP/1.1\r\nhost: {host}\r\n${rest}`,
      403,
    ],
    ["a part of it", `POST /{secret}x/v1/responses HTTP/1.1\r\nhost: {host}\r\n${rest}`, 403],
    ["it in the query", `POST /v1/responses?t={secret} HTTP/1.1\r\nhost: {host}\r\n${rest}`, 403],
    ["another path", `POST /{secret}/v1/models HTTP/1.1\r\nhost: {host}\r\n${rest}`, 403],
    ["another host", `POST {path} HTTP/1.1\r\nhost: evil.example\r\n${rest}`, 403],
    ["localhost by name", `POST {path} HTTP/1.1\r\nhost: localhost:{port}\r\n${rest}`, 403],
    ["another port", `POST {path} HTTP/1.1\r\nhost: 127.0.0.1:1\r\n${rest}`, 403],
    ["two hosts", `POST {path} HTTP/1.1\r\nhost: {host}\r\nhost: evil.example\r\n${rest}`, 403],
    ["no host", `POST {path} HTTP/1.0\r\n${rest}`, 403],
    [
      "a page's origin",
      `POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: https://evil.example\r\n${rest}`,
      403,
    ],
    ["an opaque origin", `POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: null\r\n${rest}`, 403],
    [
      "a preflight",
      `OPTIONS {path} HTTP/1.1\r\nhost: {host}\r\norigin: https://evil.example\r\n\r\n`,
      403,
    ],
    ["a GET", "GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n", 405],
    [
      "a WebSocket",
      "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\nsec-websocket-version: 13\r\n\r\n",
      426,
    ],
    [
      "a WebSocket of a page",
      "GET {path} HTTP/1.1\r\nhost: {host}\r\norigin: https://evil.example\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\nsec-websocket-version: 13\r\n\r\n",
      403,
    ],
    [
      "a WebSocket without the secret",
      "GET /v1/responses HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\nsec-websocket-version: 13\r\n\r\n",
      403,
    ],
  ])("%s", async (_, request, status) => {
    const { asked, handle } = record(() => new Response("served"));
    const url = await create().open(handle);
    const answer = await raw(Number(new URL(url).port), fill(request, url));
    // Two hosts are also no HTTP to some servers, which is as good.
    const first = answer.split("\r\n", 1)[0] ?? "";
    expect(first).toMatch(new RegExp(` (${status}${_.includes("host") ? "|400" : ""}) `));
    expect(answer).not.toContain(fill("{secret}", url));
    expect(answer.toLowerCase()).not.toContain("access-control");
    expect(asked).toEqual([]);
  });

  test("once it is closed", async () => {
    const loopback = create();
    const { asked, handle } = record(() => new Response("served"));
    const url = await loopback.open(handle);
    await loopback.close();
    expect(post(url)).rejects.toThrow();
    expect(loopback.open(handle)).rejects.toThrow("OpenCode is stopping");
    expect(asked).toEqual([]);
  });
});

describe("the end of an answer", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const stream = (chunks: readonly string[], error?: unknown): Response => {
    const queue = [...chunks];
    return new Response(
      new ReadableStream({
        pull(controller) {
          const next = queue.shift();
          if (next !== undefined) return controller.enqueue(bytes(next));
          if (error === undefined) controller.close();
          else controller.error(error);
        },
      }),
      { headers: { "content-type": "text/event-stream" } },
    );
  };
  const answer = async (response: Response): Promise<string> => {
    const { handle } = record(() => response);
    const url = await create().open(handle);
    return (await post(url, { headers: { "x-session-id": "s" } })).text();
  };
  const event = (error: object) =>
    `data: ${JSON.stringify({ type: "error", sequence_number: 3, error })}\n\n`;
  const text = 'data: {"type":"response.output_text.delta","delta":"Hi"}\n\n';

  test.each<readonly [string, Response, object]>([
    [
      "broken off",
      stream([text], truncated()),
      {
        status: 503,
        message: "The gateway closed the stream before its answer was complete.",
        error: { type: "server_error" },
      },
    ],
    [
      "broken off for the last time",
      stream([text], toFinalError(truncated(), 3)),
      {
        status: 400,
        message: expect.stringContaining("Given up after 3 tries"),
        error: { type: "invalid_prompt" },
      },
    ],
    [
      "broken for a reason of nobody's, which quotes the key",
      stream([text], new Error(`no ${key}`)),
      { status: 400, message: "no [redacted]", error: { type: "invalid_prompt" } },
    ],
    [
      "an event that is too large, and will be again",
      stream([text], new SseLimitError(16)),
      {
        status: 400,
        message: expect.stringContaining("16 bytes"),
        error: { type: "invalid_prompt" },
      },
    ],
    [
      "a fault that passes",
      stream([text, event({ type: "e", code: "server_error", message: "Busy." })]),
      { status: 500, message: "Busy.", error: { type: "server_error" } },
    ],
    [
      "an error that stays",
      stream([text + event({ type: "e", code: "insufficient_quota", message: "Empty." })]),
      { status: 402, message: "Empty.", error: { type: "insufficient_quota" } },
    ],
  ])("%s", async (_, response, error) => {
    const received = await answer(response);
    expect(received).toStartWith(text);
    const events = received.split("\n\n").filter((block) => block.trim() !== "");
    expect(events).toHaveLength(2);
    expect(JSON.parse(events[1]?.trim().slice("data: ".length) ?? "")).toEqual({
      type: "error",
      ...error,
    });
  });

  test("a text that only quotes such an event is left alone", async () => {
    const quote = `data: ${JSON.stringify({ type: "response.output_text.delta", delta: 'data: {"type":"error"' })}\n\n`;
    expect(await answer(stream([quote]))).toBe(quote);
  });
});

// The server of Bun 1.3 does not notice. Hosts of this line run on Bun 1.4.
describe.skipIf(Bun.version.startsWith("1.3."))("a host that leaves", () => {
  test.each(["before the answer", "in mid answer"])("%s: the handler is told", async (when) => {
    const aborted = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    const { handle } = record(async ({ signal }) => {
      signal?.addEventListener("abort", () => aborted.resolve());
      begun.resolve();
      if (when === "before the answer") await new Promise(() => {});
      return new Response(
        new ReadableStream(
          {
            start: (controller) => controller.enqueue(new TextEncoder().encode("data: {}\n\n")),
            cancel: () => cancelled.resolve(),
          },
          { highWaterMark: 0 },
        ),
      );
    });
    const url = await create().open(handle);
    const leaving = new AbortController();
    const response = post(url, { signal: leaving.signal }).catch(() => undefined);
    await begun.promise;
    if (when === "in mid answer") await (await response)?.body?.getReader().read();
    leaving.abort();
    await aborted.promise;
    if (when === "in mid answer") await cancelled.promise;
  });

  test("one that does not read holds the gateway up instead of filling the memory", async () => {
    let produced = 0;
    const { handle } = record(
      () =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                produced += 65_536;
                controller.enqueue(new Uint8Array(65_536));
              },
            },
            { highWaterMark: 0 },
          ),
        ),
    );
    const url = await create().open(handle);
    const { port, pathname } = new URL(url);
    const socket = createConnection(Number(port), "127.0.0.1", () => {
      socket.pause();
      socket.write(
        `POST ${pathname}/responses HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 2\r\n\r\n{}`,
      );
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const after = produced;
    expect(after).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(produced).toBe(after);
    expect(after).toBeLessThan(64 * 1024 * 1024);
    socket.destroy();
  });
});
