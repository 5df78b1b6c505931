/** What the tests of the answer's layer share: recorded streams, bodies, and the host's view. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createParser } from "eventsource-parser";
import * as v from "valibot";
import { type AnswerOptions, judgeAnswer, type Outcome } from "../../src/response/answer.ts";

const folder = join(import.meta.dir, "../fixtures/streams");

/** The recorded streams: name and bytes. */
export const recorded: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = readdirSync(folder)
  .filter((name) => name.endsWith(".sse"))
  .sort()
  .map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]);

export const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** How many bytes of a recorded stream hold its terminal event whole, the blank line left out. */
export function wholeLength(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString("latin1");
  const line = /data: \{"type":"response\.completed"[^\r\n]*/.exec(text);
  if (line === null) throw new Error("The recorded stream does not complete.");
  return line.index + line[0].length;
}

export type BodyOptions = {
  /** After the last chunk: "end" (default), "hang" (silence), or the error that it breaks with. */
  readonly finish?: "end" | "hang" | Error;
  readonly onCancel?: () => void;
};

/** A body that hands over one chunk a read. */
export function bodyOf(
  chunks: readonly Uint8Array[],
  { finish = "end", onCancel = () => {} }: BodyOptions = {},
): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[next++];
        if (chunk !== undefined) return controller.enqueue(chunk);
        if (finish === "end") return controller.close();
        if (finish === "hang") return new Promise<void>(() => {});
        return controller.error(finish);
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
}

export type Collected = { readonly bytes: Uint8Array; readonly error: unknown };

/** Reads to the end, whichever it is. */
export async function collect(body: ReadableStream<Uint8Array> | null): Promise<Collected> {
  const chunks: Uint8Array[] = [];
  const reader = body?.getReader();
  try {
    for (;;) {
      const result = await reader?.read();
      if (result === undefined || result.done) break;
      chunks.push(result.value);
    }
    return { bytes: Buffer.concat(chunks), error: undefined };
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
}

const Event = v.looseObject({ type: v.string() });
export type Event = v.InferOutput<typeof Event>;
const Terminal = v.looseObject({ response: v.looseObject({}) });

/** The events as OpenCode's parser finds them; data that is no event of the API is left out. */
export function eventsIn(bytes: Uint8Array): Event[] {
  const events: Event[] = [];
  const parser = createParser({
    onEvent({ data }) {
      try {
        const parsed = v.safeParse(Event, JSON.parse(data));
        if (parsed.success) events.push(parsed.output);
      } catch {
        // No JSON: `[DONE]`, or what a fault made of an event.
      }
    },
  });
  parser.feed(decode(bytes));
  return events;
}

export function isCompletion(event: Event): boolean {
  const types = ["response.completed", "response.incomplete"];
  return types.includes(event.type) && v.is(Terminal, event);
}

/** The text the user sees. */
export function textIn(events: readonly Event[]): string {
  return events
    .filter(({ type }) => type === "response.output_text.delta")
    .map(({ delta }) => String(delta ?? ""))
    .join("");
}

export const defaults = { stream: true, idleTimeoutMs: 5_000 } as const;

/** An answer of these chunks, judged without a network. */
export function judgeChunks(
  chunks: readonly Uint8Array[],
  options: Partial<AnswerOptions> & BodyOptions = {},
): Promise<Outcome> {
  return judgeAnswer(new Response(bodyOf(chunks, options)), { ...defaults, ...options });
}

/** Fetches and judges as the pipeline does. */
export async function judgeURL(
  url: string,
  options: Partial<AnswerOptions> & { signal?: AbortSignal } = {},
): Promise<Outcome> {
  const upstream = new AbortController();
  const { signal } = options;
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    signal: signal ? AbortSignal.any([signal, upstream.signal]) : upstream.signal,
  });
  return judgeAnswer(response, { ...defaults, abort: () => upstream.abort(), ...options });
}

/** The Response of an outcome that is an answer. */
export function responseOf(outcome: Outcome): Response {
  if (outcome.type !== "answer") throw new Error(`No answer: ${JSON.stringify(outcome)}`);
  return outcome.response;
}

/** The refusal of an outcome that is one. */
export function refusalOf(outcome: Outcome): Extract<Outcome, { type: "refused" }> {
  if (outcome.type !== "refused") throw new Error(`No refusal: ${outcome.type}`);
  return outcome;
}
