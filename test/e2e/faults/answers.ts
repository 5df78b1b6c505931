/** How the embedded gateway produces the faults. */
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { type EncodeOptions, encodeEach, encodeEvents } from "../../gateway/encode.ts";
import { finalResponse } from "../../gateway/events.ts";
import type { ResponseEvent, Step } from "../../gateway/types.ts";
import { type Asked, type Fault, well } from "./types.ts";

type Answer = Fault["answer"];
const sse = { "content-type": "text/event-stream" };

/** The fault shows in the first answer only: it is mended by asking again. */
export const once =
  (answer: Answer): Answer =>
  (asked) =>
    asked.n === 1 ? answer(asked) : undefined;

export const json = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
) => Response.json(body, { status, headers });

/** A page with this title. */
export const page = (status: number, title: string): Response =>
  new Response(`<!doctype html><html><head><title>${title}</title></head><body></body></html>`, {
    status,
    headers: { "content-type": "text/html" },
  });

export const text = (status: number, body: string, type = "text/plain"): Response =>
  new Response(body, { status, headers: { "content-type": type } });

/** The events of a healthy answer, changed. */
export const events =
  (change: (all: ResponseEvent[]) => ResponseEvent[], step: Step = well): Answer =>
  ({ context }) =>
    new Response(encodeEvents(change(context.events(step))), { headers: sse });

/** The stream ends after the text, without its last events. */
export const cut: Answer = ({ context }) => {
  const pieces = encodeEach(context.events(well));
  return new Response(Buffer.concat(pieces.slice(0, 6)), { headers: sse });
};

/** As `cut`, and then the connection breaks, or nothing more comes. */
export const unfinished =
  (finish: "reset" | "hang"): Answer =>
  ({ context }) => {
    const queue = encodeEach(context.events(well)).slice(0, 6);
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const piece = queue.shift();
          if (piece !== undefined) return controller.enqueue(piece);
          await new Promise<void>((resolve) => {
            context.signal.addEventListener("abort", () => resolve(), { once: true });
            // Later than OpenCode has read the pieces: else chance decides whether it saw them.
            if (finish === "reset") setTimeout(resolve, 250);
          });
          controller.error(new Error("broken on purpose"));
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: sse });
  };

/** A healthy answer in another spelling, under this content type (none: ""). */
export const spelled =
  (encode: EncodeOptions & { pings?: boolean }, contentType = "text/event-stream"): Answer =>
  ({ context }) => {
    const ping = new TextEncoder().encode(`: keep-alive${encode.newline ?? "\n"}`);
    const pieces = encodeEach(context.events(well), encode);
    const bytes = Buffer.concat(
      pieces.flatMap((piece, index) => (encode.pings && index > 0 ? [ping, piece] : [piece])),
    );
    const response = new Response(bytes);
    response.headers.delete("content-type");
    if (contentType !== "") response.headers.set("content-type", contentType);
    return response;
  };

const compressors = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync } as const;

export const compressed =
  (encoding: keyof typeof compressors): Answer =>
  ({ context }) => {
    const bytes = compressors[encoding](encodeEvents(context.events(well)));
    return new Response(new Uint8Array(bytes), {
      headers: { ...sse, "content-encoding": encoding },
    });
  };

/** A complete response, as a gateway sends it that does not stream, changed. */
export const whole =
  (step: Step, change: object = {}): Answer =>
  ({ context }) =>
    Response.json({ ...Object(finalResponse(context.events(step))), ...change });

/** Fails within the stream, after this text if there is one. */
export const failing = (
  code: string,
  message: string,
  more: { text?: string; as?: "error"; extra?: Record<string, unknown> } = {},
): Answer => {
  const step: Step = { kind: "fail", code, message, ...more };
  return ({ context }) => context.answer(step);
};

/** Whether the request carries this. */
export const sends = ({ context }: Asked, text: string): boolean =>
  context.exchange.rawBody.includes(text);
