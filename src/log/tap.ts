/** Looks at a stream while it is read by someone else. */

export type BodyEnd = "complete" | "cancelled" | "broken";

export type Watcher = {
  chunk(chunk: Uint8Array): void;
  /** Called once. `cause` is the network's error when the stream broke. */
  end(end: BodyEnd, cause?: unknown): void;
};

/**
 * The same bytes in the same chunks, read from `body` only when the reader asks for them. Errors and
 * cancellation pass through unchanged.
 */
export function tap(
  body: ReadableStream<Uint8Array>,
  watcher: Watcher,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  /** A cancellation ends a read that is still under way, which must not end the stream twice. */
  let ended = false;

  function end(how: BodyEnd, cause?: unknown): void {
    ended = true;
    watcher.end(how, cause);
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await reader.read();
          if (ended) return;
          if (done) {
            end("complete");
            controller.close();
            return;
          }
          watcher.chunk(value);
          controller.enqueue(value);
        } catch (error) {
          if (ended) return;
          end("broken", error);
          controller.error(error);
        }
      },
      cancel(reason) {
        end("cancelled");
        return reader.cancel(reason);
      },
    },
    // Nothing is read ahead: the gateway must notice a slow reader as it would without us.
    { highWaterMark: 0 },
  );
}
