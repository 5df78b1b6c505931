/** From a gateway's body to a stream the host can trust: it ends with a terminal event or an error. */
import type { LastTry } from "./retry.ts";
import { createEventCutter } from "./sse.ts";
import { idle, StreamError, toFinalError, toStreamError, truncated } from "./stream-error.ts";
import { createTrust, type TrustOptions, type TrustState } from "./trust.ts";

/** Milliseconds a connection is kept after the terminal event, for its end to arrive. */
const lingerMs = 1_000;

/** Most bytes held back in the head of a stream. Greetings and pings are a few kilobytes. */
const maxHeldBytes = 1024 * 1024;

/** A body that is read chunk by chunk, with a limit on silence. */
export type BodySource = {
  /** The next chunk, `undefined` at the end. @throws StreamError after too long a silence. */
  read(): Promise<Uint8Array | undefined>;
  /** Puts chunks back: the next reads return them. */
  unread(chunks: readonly Uint8Array[]): void;
  /** Nothing more is wanted, at once. */
  cancel(): void;
  /** Nothing more is wanted, but the gateway may end the answer in its own way. */
  finish(): void;
};

export type SourceOptions = {
  readonly body: ReadableStream<Uint8Array> | null;
  readonly idleTimeoutMs: number;
  /** Says that the host has left. */
  readonly signal?: AbortSignal | undefined;
  /** Breaks off the request: in Bun 1.3 a cancelled body leaves its connection open. */
  readonly abort: () => void;
};

export function createSource(options: SourceOptions): BodySource {
  const { body, idleTimeoutMs, signal, abort } = options;
  const reader = body?.getReader();
  let queue: Uint8Array[] = [];
  let silent = false;
  /** When the read that is under way began. */
  let waitingSince: number | undefined;
  // One timer for many chunks: it looks when the current wait began. It ends while nobody reads, so
  // that a stream the host forgot about leaves nothing behind.
  let timer: Timer | undefined;

  function check(): void {
    timer = undefined;
    if (waitingSince === undefined) return;
    const left = idleTimeoutMs - (performance.now() - waitingSince);
    if (left > 0) {
      timer = setTimeout(check, left);
      return;
    }
    silent = true;
    cancel();
  }

  function cancel(): void {
    clearTimeout(timer);
    timer = undefined;
    // A body that broke already rejects its cancellation, which is of no interest to anyone.
    reader?.cancel().catch(() => {});
    abort();
  }

  /** Why the body stopped, where that was not its own doing. */
  function interruption(): unknown {
    return signal?.aborted ? signal.reason : silent ? idle(idleTimeoutMs) : undefined;
  }

  async function drain(): Promise<void> {
    const patience = setTimeout(cancel, lingerMs);
    // The process need not wait for it.
    patience.unref();
    try {
      while (!(await reader?.read())?.done);
    } catch {
      // The answer is complete; how its connection ended is of no interest.
    } finally {
      clearTimeout(patience);
    }
  }

  return {
    cancel,
    unread(chunks) {
      queue = [...chunks, ...queue];
    },
    finish() {
      clearTimeout(timer);
      // A connection that is broken off cannot serve the next request: 20 turns took 20 connections.
      if (reader !== undefined) void drain();
    },
    async read() {
      if (queue.length > 0) return queue.shift();
      waitingSince = performance.now();
      timer ??= setTimeout(check, idleTimeoutMs);
      try {
        const result = await reader?.read();
        if (result !== undefined && !result.done) return result.value;
        clearTimeout(timer);
        // Bun 1.3 sometimes ends the body of an aborted request as if it were complete.
        const reason = interruption();
        if (reason !== undefined) throw reason;
        return undefined;
      } catch (error) {
        clearTimeout(timer);
        throw interruption() ?? toStreamError(error);
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
  cancel(): void;
};

/** Chunks → judged blocks. Done with the source as soon as the terminal event was seen. */
export function createEventStream(source: BodySource, options?: TrustOptions): EventStream {
  const cutter = createEventCutter();
  const trust = createTrust(options);
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
        if (!trust.state.terminal) return bytes;
        if (!ended) source.finish();
        ended = true;
        return withLineFeed(bytes);
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

/** A CR that comes last keeps the host's parser waiting for an LF, which after the end never comes. */
function withLineFeed(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === 0x0d ? Buffer.concat([bytes, Uint8Array.of(0x0a)]) : bytes;
}

/** What was held back while the stream had not decided between an answer and an error. */
export type Head = {
  readonly held: readonly Uint8Array[];
  /** The stream ended within its head. */
  readonly ended: boolean;
  /** A read that was under way when holding back took too long. */
  readonly pending: Promise<Uint8Array | undefined> | undefined;
};

/** Reads up to the event that decides, to the end, or for as long and as much as can be held. */
export async function readHead(events: EventStream, holdMs: number): Promise<Head> {
  const held: Uint8Array[] = [];
  let left = maxHeldBytes;
  let timer: Timer | undefined;
  const tooLong = new Promise<"held">((resolve) => {
    timer = setTimeout(resolve, holdMs, "held");
  });
  try {
    while (!events.state.answered && !events.state.terminal && left > 0) {
      const pending = events.next();
      // The race also keeps a rejection of `pending` from counting as unhandled until it is awaited.
      const bytes = await Promise.race([pending, tooLong]);
      if (bytes === "held") return { held, ended: false, pending };
      if (bytes === undefined) return { held, ended: true, pending: undefined };
      held.push(bytes);
      left -= bytes.length;
    }
    return { held, ended: false, pending: undefined };
  } finally {
    clearTimeout(timer);
  }
}

export type TrustedStreamOptions = {
  /** Enough tries for one turn: the host must not ask again if it breaks. */
  readonly lastTry?: LastTry;
  /** Told once the answer ended well. */
  readonly onComplete?: () => void;
  /** Told once it ended otherwise; not where the host has left. */
  readonly onBroken?: () => void;
};

/**
 * The stream for the host. It errors when the gateway's ends before a terminal event: the host then
 * retries and drops the partial text, where a quiet end would make it show the text twice.
 */
export function createTrustedStream(
  events: EventStream,
  head: Head,
  { lastTry = false, onComplete = () => {}, onBroken = () => {} }: TrustedStreamOptions = {},
): ReadableStream<Uint8Array> {
  const held = head.held.filter((bytes) => bytes.length > 0);
  let { pending } = head;
  /** Is there for as long as the stream may still be read. */
  const readable = {};
  forgotten.register(readable, events.cancel, readable);

  async function next(): Promise<Uint8Array | undefined> {
    const first = held.shift();
    if (first !== undefined) return first;
    const bytes = await (pending ?? events.next());
    pending = undefined;
    // A block that was dropped whole.
    return bytes?.length === 0 ? next() : bytes;
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const bytes = await next();
        if (bytes !== undefined) {
          controller.enqueue(bytes);
        } else if (!events.state.terminal) {
          throw truncated();
        }
        // At once, and not when the host asks again: it has all it waits for.
        if (!events.state.terminal || held.length > 0) return;
        if (events.state.error === undefined) onComplete();
        else onBroken();
        forgotten.unregister(readable);
        controller.close();
      } catch (error) {
        forgotten.unregister(readable);
        events.cancel();
        if (error instanceof StreamError) onBroken();
        controller.error(lastTry === false ? error : toFinalError(error, lastTry));
      }
    },
    cancel() {
      forgotten.unregister(readable);
      events.cancel();
    },
  });
}

/**
 * Streams that nobody can read any more and nobody cancelled: their connections stayed open for good.
 * No time limit would do: OpenCode stops reading while it waits for the user's permission.
 */
const forgotten = new FinalizationRegistry<() => void>((cancel) => cancel());
