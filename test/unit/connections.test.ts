/**
 * Answers that nobody reads to their end must let go of their connection. In Bun 1.3, which OpenCode
 * carries, cancelling a body does not: run this with `bun run test:host-runtime` too.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { download } from "../../src/instructions/official/download.ts";
import { fetchModelList } from "../../src/models/list/fetch.ts";
import { createEventStream, createSource, createTrustedStream } from "../../src/response/stream.ts";
import { until } from "../support/relay.ts";

const delta = 'data: {"type":"response.output_text.delta","delta":"a"}\n\n'.repeat(20);
const completed =
  'data: {"type":"response.completed","response":{"output":[],"usage":{"input_tokens":1,"output_tokens":1}}}\n\n';

/** Answers with the status in the path and a body that goes on and on, or for so many pieces. */
const open = new Set<Socket>();
const server = createServer((socket) => {
  open.add(socket);
  socket.on("error", () => {});
  let timer: Timer | undefined;
  socket.on("close", () => {
    clearInterval(timer);
    open.delete(socket);
  });
  socket.on("data", (data) => {
    const [, status = "200", pieces] = /^GET \/(\d+)(?:\/(\d+))?/.exec(data.toString()) ?? [];
    let left = Number(pieces ?? Infinity);
    socket.write(`HTTP/1.1 ${status} x\r\ntransfer-encoding: chunked\r\n\r\n`);
    timer = setInterval(() => {
      if (socket.destroyed) return;
      left -= 1;
      const piece = left < 0 ? completed : delta;
      socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
      if (left < 0) socket.end("0\r\n\r\n");
      if (left < 0) clearInterval(timer);
    }, 5);
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
afterAll(() => {
  for (const socket of open) socket.destroy();
  server.close();
});
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;

const patient = new AbortController();
const limits = { maxBytes: 4_000, timeoutMs: 500 };

const askers: readonly (readonly [string, () => Promise<unknown>])[] = [
  ...[200, 403, 404, 500].map(
    (status) =>
      [
        `a model list, ${status}`,
        () =>
          fetchModelList({
            urls: [`${origin}/${status}`],
            headers: {},
            known: undefined,
            fetch: (url, init) => fetch(url, init),
            signal: patient.signal,
            limit: limits,
          }),
      ] as const,
  ),
  ...[200, 404, 500].map(
    (status) =>
      [
        `a download, ${status}`,
        () =>
          download(`${origin}/${status}`, {
            fetch: (url, init) => fetch(url, init),
            maxBytes: limits.maxBytes,
            signal: patient.signal,
          }),
      ] as const,
  ),
];

describe("the connection is closed", () => {
  test.each(askers)("%s", async (_, ask) => {
    await ask();
    await until(() => open.size === 0);
    expect(patient.signal.aborted).toBe(false);
  });
});

describe("an answer's stream", () => {
  /** As the host gets it. */
  async function answer(path: string): Promise<Response> {
    const upstream = new AbortController();
    const { body } = await fetch(`${origin}${path}`, { signal: upstream.signal });
    const source = createSource({
      body,
      idleTimeoutMs: 60_000,
      abort: () => upstream.abort(),
    });
    const head = { held: [], ended: false, pending: undefined };
    return new Response(createTrustedStream(createEventStream(source), head));
  }

  /** In a frame of their own, so that nothing of them stays on the stack. */
  async function forget(path: string, use: (response: Response) => Promise<unknown>) {
    for (let index = 0; index < 4; index++) await use(await answer(path));
  }

  test.each([
    ["is never looked at", async () => undefined],
    ["has its body looked at", async (response: Response) => response.body?.locked],
    [
      "is read once and forgotten",
      async (response: Response) => {
        await response.body?.getReader().read();
      },
    ],
  ])("that %s lets go of the connection", async (_, use) => {
    await forget("/200", use);
    expect(open.size).toBeGreaterThan(0);
    await until(() => {
      Bun.gc(true);
      return open.size === 0;
    });
  });

  test.each([
    ["text()", (response: Response) => response.text()],
    ["a response around it", (response: Response) => new Response(response.body).text()],
    ["a clone", (response: Response) => response.clone().text()],
    ["a decoder", (response: Response) => readThrough(response)],
    ["a reader", (response: Response) => readAll(response)],
  ])("that is read by %s comes whole, whatever is collected meanwhile", async (_, read) => {
    const collecting = setInterval(() => Bun.gc(true), 3);
    try {
      const text = await read(await answer("/200/30"));
      expect(text.length).toBe(30 * delta.length + completed.length);
    } finally {
      clearInterval(collecting);
    }
  });

  async function readThrough({ body }: Response): Promise<string> {
    let text = "";
    for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) text += part;
    return text;
  }

  async function readAll({ body }: Response): Promise<string> {
    const reader = body?.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      text += decoder.decode(part.value, { stream: true });
      await Bun.sleep(5);
    }
    return text;
  }
});
