/** What is stored of an answer's body: its events as they came, or its text. No I/O. */
import { asString, isObject, type JsonObject, parseJson } from "../json.ts";
import { createSseParser, type SseEvent, SseLimitError } from "../response/sse.ts";
import { createPacer } from "./queue.ts";
import type { Scrubber } from "./scrub.ts";

/** One line of the events file. Times are milliseconds since the request began. */
export type EventRecord = {
  readonly ms: number;
  /** The event's name, where it had one. */
  readonly event?: string;
  /** Parsed where it is JSON. */
  readonly data: unknown;
  /** Deltas of one text stand in one record, joined: how many, and when the last one came. */
  readonly deltas?: number;
  readonly until_ms?: number;
};

export type BodySummary = {
  /** JSON, a page or another text, rather than events. */
  readonly kind: "events" | "text" | "empty";
  readonly events: number;
  readonly lastEvent: string | undefined;
  /** When the first delta or finished item came. */
  readonly firstOutputMs: number | undefined;
};

export type BodyRecorder = {
  /** @returns the records that are complete now. */
  feed(chunk: Uint8Array, ms: number): EventRecord[];
  /** The deltas that are held back, as far as they came: for a stream that may not go on. */
  release(): EventRecord[];
  /** At the end. A body of text is returned here as a whole. `cut`: not all of it was fed. */
  end(cut: boolean): {
    readonly records: EventRecord[];
    readonly text: Promise<unknown> | undefined;
  };
  summary(): BodySummary;
};

/** Most bytes kept to find out whether a body is a plain text: such texts are short. */
const plainLimit = 64 * 1024;

/** A run of deltas that belong to one text. */
type Run = {
  readonly ms: number;
  readonly event: string | undefined;
  readonly value: JsonObject;
  readonly parts: string[];
  untilMs: number;
  /** How many of the parts were in the record that was written last. */
  written: number;
};

/** Events after which nothing of an answer is expected. */
const terminal = new Set([
  "response.completed",
  "response.incomplete",
  "response.failed",
  "response.done",
  "error",
]);

export function createBodyRecorder(scrub: () => Scrubber): BodyRecorder {
  const decoder = new TextDecoder();
  /**
   * A model that repeats a key does so in deltas of a few characters, none of which shows what it
   * is. Joined they do, and the log is a tenth of the size. Any event may come between two of them,
   * so a text is written when its item is done, and as a whole again if it went on after that.
   */
  const runs = new Map<string, Run>();
  let kind: BodySummary["kind"] = "empty";
  /** What came before the first event, for a body that turns out to have none. */
  const leading: Uint8Array[] = [];
  let leadingBytes = 0;
  let text = "";
  let records: EventRecord[] = [];
  let now = 0;
  let events = 0;
  let lastEvent: string | undefined;
  let firstOutputMs: number | undefined;
  /** An event outgrew the parser's limit: what follows cannot be told apart any more. */
  let lost = false;
  const parser = createSseParser(record);

  function record({ event, data }: SseEvent): void {
    const parsed = parseJson(data);
    const type = (isObject(parsed) ? asString(parsed.type) : undefined) ?? event;
    events += 1;
    lastEvent = type ?? lastEvent;
    if (isOutput(type)) firstOutputMs ??= now;
    if (isObject(parsed) && type?.endsWith(".delta") && typeof parsed.delta === "string") {
      addDelta(parsed, parsed.delta, event);
      return;
    }
    releaseDone(type, parsed);
    const { value, cutText } = scrub();
    // Not JSON: mostly an event that the stream broke off in.
    records.push({
      ms: now,
      ...named(event),
      data: parsed === undefined ? cutText(data) : value(parsed),
    });
  }

  function addDelta(value: JsonObject, delta: string, event: string | undefined): void {
    const { type, item_id, output_index, content_index, summary_index } = value;
    const key = JSON.stringify([type, item_id, output_index, content_index, summary_index]);
    const run = runs.get(key);
    if (run === undefined) {
      runs.set(key, { ms: now, event, value, parts: [delta], untilMs: now, written: 0 });
    } else {
      run.parts.push(delta);
      run.untilMs = now;
    }
  }

  /** Writes the texts that the event says are complete: each once, or a log could grow and grow. */
  function releaseDone(type: string | undefined, event: unknown): void {
    if (type === undefined || !isObject(event)) return;
    if (terminal.has(type)) releaseRuns();
    if (!type.endsWith(".done")) return;
    const id = event.item_id ?? (isObject(event.item) ? event.item.id : undefined);
    for (const run of runs.values()) {
      const { item_id, output_index } = run.value;
      const same = id === undefined ? output_index === event.output_index : item_id === id;
      if (same && run.written === 0) write(run);
    }
  }

  /** Writes every text that is not written yet, as far as it came. */
  function releaseRuns(): void {
    for (const run of runs.values()) {
      if (run.written < run.parts.length) write(run);
    }
  }

  function write(run: Run): void {
    const { ms, event, value, parts, untilMs } = run;
    const { value: clean, cutText } = scrub();
    const data = clean({ ...value, delta: parts.join("") });
    // It may go on with the rest of a secret.
    const text = isObject(data) ? asString(data.delta) : undefined;
    records.push({
      ms,
      ...named(event),
      data: text === undefined || !isObject(data) ? data : { ...data, delta: cutText(text) },
      deltas: parts.length,
      until_ms: untilMs,
    });
    run.written = parts.length;
  }

  function named(event: string | undefined): { event?: string } {
    return event === undefined ? {} : { event: scrub().text(event) };
  }

  function take(): EventRecord[] {
    const taken = records;
    records = [];
    return taken;
  }

  /** A text or a page where events were expected; comments alone are neither. */
  function plainText(): string | undefined {
    if (events > 0) return undefined;
    const plain = new TextDecoder().decode(Buffer.concat(leading));
    const lines = plain.split(/[\r\n]/).filter((line) => line.trim() !== "");
    return lines.every((line) => line.startsWith(":")) ? undefined : plain;
  }

  async function wholeText(cut: boolean): Promise<unknown> {
    const whole = text + decoder.decode();
    const { body, cutText } = scrub();
    return cut || parseJson(whole) === undefined ? cutText(whole) : body(whole, createPacer());
  }

  function keepLeading(chunk: Uint8Array): void {
    if (events > 0 || leadingBytes > plainLimit) return;
    leading.push(chunk);
    leadingBytes += chunk.length;
  }

  return {
    feed(chunk, ms) {
      now = ms;
      if (kind === "empty") kind = kindOf(chunk);
      if (kind === "text") {
        text += decoder.decode(chunk, { stream: true });
      } else {
        feedParser(chunk);
        keepLeading(chunk);
      }
      return take();
    },
    release() {
      releaseRuns();
      return take();
    },
    end(cut) {
      if (kind === "text") return { records: [], text: wholeText(cut) };
      // Of a body that was not fed to its end the last event is not known.
      if (!cut && !lost) parser.flush();
      releaseRuns();
      const plain = plainText();
      const text = plain === undefined ? undefined : Promise.resolve(scrub().cutText(plain));
      return { records: take(), text };
    },
    summary: () => ({
      kind,
      events,
      lastEvent: lastEvent && scrub().text(lastEvent),
      firstOutputMs,
    }),
  };

  function feedParser(piece: Uint8Array): void {
    if (lost) return;
    try {
      parser.feed(piece);
    } catch (error) {
      // The host is told by the pipeline; here it only means that there is no more to store.
      if (!(error instanceof SseLimitError)) throw error;
      lost = true;
      records.push({ ms: now, data: `[${error.message}]` });
    }
  }
}

/** As the pipeline tells them apart: by the first character, not by the content type. */
function kindOf(chunk: Uint8Array): BodySummary["kind"] {
  const first = /[^\s\uFEFF]/.exec(new TextDecoder().decode(chunk.subarray(0, 1_024)))?.[0];
  if (first === undefined) return "empty";
  return first === "{" || first === "[" || first === "<" ? "text" : "events";
}

function isOutput(type: string | undefined): boolean {
  return type !== undefined && (type.endsWith(".delta") || type === "response.output_item.done");
}
