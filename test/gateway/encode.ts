/** Events to bytes, and bytes to a body stream: the two places where a test can bend the wire. */
import type { Chunking, ResponseEvent } from "./types.ts";

export type EncodeOptions = {
  /** Default "\n". */
  newline?: "\n" | "\r\n" | "\r";
  /** Write an `event:` line before each `data:`. Default true. */
  eventLines?: boolean;
  /** Write `data: x` and not `data:x`. Default true. */
  space?: boolean;
  /** End with `data: [DONE]`. Default false, as the real backend does. */
  done?: boolean;
  /** Begin with a byte order mark. Default false. */
  bom?: boolean;
};

/** Each event as its own piece of bytes; the mark and `[DONE]` are pieces of their own. */
export function encodeEach(
  events: readonly ResponseEvent[],
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer>[] {
  const { newline = "\n", eventLines = true, space = true, done = false, bom = false } = options;
  const gap = space ? " " : "";
  const pieces = events.map((event) => {
    const name = eventLines ? `event:${gap}${event.type}${newline}` : "";
    return `${name}data:${gap}${JSON.stringify(event)}${newline}${newline}`;
  });
  if (bom) pieces.unshift("\uFEFF");
  if (done) pieces.push(`data:${gap}[DONE]${newline}${newline}`);
  const encoder = new TextEncoder();
  return pieces.map((piece) => encoder.encode(piece));
}

/** The whole stream in one array. */
export function encodeEvents(
  events: readonly ResponseEvent[],
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  return join(encodeEach(events, options));
}

/**
 * A body that hands the pieces over one by one. `onEnd` runs when the last piece was taken; it does
 * not run when the client leaves first.
 */
export function deliver(
  pieces: readonly Uint8Array<ArrayBuffer>[],
  options: { chunking?: Chunking | undefined; signal?: AbortSignal; onEnd?: () => void } = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { chunking = {}, signal, onEnd } = options;
  const queue = chunking.size === undefined ? pieces : slices(join(pieces), chunking.size);
  let index = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        await chunking.gate?.(index);
        if (index > 0 && chunking.delay !== undefined) await wait(chunking.delay, signal);
        // The client may have left while we waited: there is nobody to enqueue for.
        if (signal?.aborted) return;
        const piece = queue[index];
        index += 1;
        if (piece !== undefined) return controller.enqueue(piece);
        if (chunking.finish === "hang") await wait(undefined, signal);
        if (chunking.finish === "reset") {
          // An error in the same tick would take the head and the pieces before it down with it.
          await wait(1, signal);
          return controller.error(new Error("reset on purpose"));
        }
        if (signal?.aborted) return;
        onEnd?.();
        controller.close();
      },
    },
    // Without a high-water mark of 0 the stream would run one piece ahead of the gate.
    { highWaterMark: 0 },
  );
}

/** Resolves after `ms` (never, if undefined), or as soon as the signal aborts. */
export function wait(ms: number | undefined, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted) resolve();
  const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
  const stop = () => {
    clearTimeout(timer);
    resolve();
  };
  signal?.addEventListener("abort", stop, { once: true });
  return promise.finally(() => signal?.removeEventListener("abort", stop));
}

function join(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function slices(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer>[] {
  const step = Math.max(1, size);
  return Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
    bytes.slice(i * step, (i + 1) * step),
  );
}
