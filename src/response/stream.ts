/** From a gateway's body to a stream the host can trust: it ends with a terminal event or an error. */
import { createEventCutter } from "./sse.ts";
import { createTrust, type TrustState } from "./trust.ts";

/** Longest time the head of a stream is held back to tell an answer from an error, milliseconds. */
const headHoldMs = 10_000;

export class StreamError extends Error {
  readonly type: "stream_truncated" | "stream_idle";

  constructor(type: StreamError["type"], message: string) {
    super(message);
    this.name = "StreamError";
    this.type = type;
  }
}

/** A body that is read chunk by chunk, with a limit on silence. */
export type BodySource = {
  /** The next chunk, `undefined` at the end. @throws StreamError after too long a silence. */
  read(): Promise<Uint8Array | undefined>;
  /** Puts chunks back: the next reads return them. */
  unread(chunks: readonly Uint8Array[]): void;
  cancel(reason?: unknown): void;
};

export type SourceOptions = {
  readonly body: ReadableStream<Uint8Array> | null;
  readonly idleTimeoutMs: number;
};

export function createSource({ body, idleTimeoutMs }: SourceOptions): BodySource {
  const reader = body?.getReader();
  let waitingSince: number | undefined;
  let idle = false;
  let queue: Uint8Array[] = [];
  // One timer for the whole stream, not one a chunk: it looks when the current wait began.
  let timer = setTimeout(check, idleTimeoutMs);

  function check(): void {
    const waited = waitingSince === undefined ? 0 : performance.now() - waitingSince;
    if (waited >= idleTimeoutMs) {
      idle = true;
      cancel();
    } else {
      timer = setTimeout(check, idleTimeoutMs - waited);
    }
  }

  function cancel(reason?: unknown): void {
    clearTimeout(timer);
    // A body that broke already rejects its cancellation, which is of no interest to anyone.
    reader?.cancel(reason).catch(() => {});
  }

  return {
    cancel,
    unread(chunks) {
      queue = [...chunks, ...queue];
    },
    async read() {
      if (queue.length > 0) return queue.shift();
      waitingSince = performance.now();
      try {
        const result = await reader?.read();
        if (idle) {
          throw new StreamError(
            "stream_idle",
            `The gateway sent nothing for ${idleTimeoutMs / 1000} s (streamIdleTimeout).`,
          );
        }
        if (result === undefined || result.done) clearTimeout(timer);
        return result?.value;
      } catch (error) {
        clearTimeout(timer);
        throw error;
      } finally {
        waitingSince = undefined;
      }
    },
  };
}

export type EventStream = {
  readonly state: Readonly<TrustState>;
  /** The next bytes of whole events, judged; `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  cancel(reason?: unknown): void;
};

/** Chunks → judged blocks. Closes the source as soon as the terminal event was seen. */
export function createEventStream(source: BodySource): EventStream {
  const cutter = createEventCutter();
  const trust = createTrust();
  let ended = false;

  return {
    state: trust.state,
    cancel: source.cancel,
    async next() {
      while (!ended) {
        const chunk = await source.read();
        const block = chunk === undefined ? closed(cutter.end()) : cutter.feed(chunk);
        ended = chunk === undefined;
        if (block === undefined) continue;
        const bytes = trust.inspect(block);
        if (trust.state.terminal) {
          ended = true;
          source.cancel();
        }
        return bytes;
      }
      return undefined;
    },
  };
}

/** The last event's blank line, which some gateways leave out and the host's parser insists on. */
function closed(rest: Uint8Array | undefined): Uint8Array | undefined {
  if (rest === undefined) return undefined;
  const block = new Uint8Array(rest.length + 2).fill(0x0a);
  block.set(rest);
  return block;
}

/** What was held back while the stream had not decided between an answer and an error. */
export type Head = {
  readonly held: readonly Uint8Array[];
  /** A read that was under way when holding back took too long. */
  readonly pending: Promise<Uint8Array | undefined> | undefined;
};

/** Reads up to the event that decides, to the end of the stream, or for ten seconds. */
export async function readHead(events: EventStream): Promise<Head> {
  const held: Uint8Array[] = [];
  let timer: Timer | undefined;
  const tooLong = new Promise<"held">((resolve) => {
    timer = setTimeout(resolve, headHoldMs, "held");
  });
  try {
    while (!events.state.answered && !events.state.terminal) {
      const pending = events.next();
      const bytes = await Promise.race([pending, tooLong]);
      if (bytes === "held") return { held, pending };
      if (bytes === undefined) break;
      held.push(bytes);
    }
    return { held, pending: undefined };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The stream for the host. It errors when the gateway's ends before a terminal event: the host then
 * retries and drops the partial text, where a quiet end would make it show the text twice.
 */
export function createTrustedStream(events: EventStream, head: Head): ReadableStream<Uint8Array> {
  const held = [...head.held];
  let { pending } = head;

  async function next(): Promise<Uint8Array | undefined> {
    const first = held.shift();
    if (first !== undefined) return first;
    const bytes = await (pending ?? events.next());
    pending = undefined;
    return bytes;
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        for (;;) {
          const bytes = await next();
          if (bytes === undefined) break;
          if (bytes.length === 0) continue;
          controller.enqueue(bytes);
          return;
        }
        if (!events.state.terminal) throw truncated();
        controller.close();
      } catch (error) {
        events.cancel(error);
        controller.error(error);
      }
    },
    cancel(reason) {
      events.cancel(reason);
    },
  });
}

export function truncated(): StreamError {
  return new StreamError(
    "stream_truncated",
    "The gateway closed the stream before its answer was complete.",
  );
}
