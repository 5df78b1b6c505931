/**
 * Judges the events of one answer. Pure and synchronous: blocks of whole events in, bytes that the
 * host can trust out. `stream.ts` connects it to a body.
 */
import { asString, isObject, type JsonObject, parseJson } from "../json.ts";
import { type ErrorDetails, parseErrorValue } from "./errors.ts";
import { createBlockDecoder, parseEvents, type SseEvent } from "./sse.ts";

export type TrustState = {
  /** An event came that is neither a greeting nor an error: this is an answer. */
  answered: boolean;
  /** An event that ends the answer came. */
  terminal: boolean;
  /** The error of an `error` or `response.failed` event. */
  error: ErrorDetails | undefined;
  /** The final response, its `output` filled. */
  response: JsonObject | undefined;
  /** How many events came. */
  events: number;
};

export type Trust = {
  readonly state: Readonly<TrustState>;
  /** Bytes to hand on: `block` itself unless an event in it had to be rewritten. */
  inspect(block: Uint8Array): Uint8Array;
};

/** Events that do not tell yet whether an answer or an error follows. */
const greetings = new Set(["response.created", "response.in_progress", "response.queued"]);
const endings = new Set(["response.completed", "response.done", "response.incomplete"]);
const failures = new Set(["response.failed", "error"]);

const itemDone = "response.output_item.done";

export function createTrust(): Trust {
  const decode = createBlockDecoder();
  const encoder = new TextEncoder();
  /** Data of the finished items, unparsed: wanted only when the final response lacks them. */
  const items: string[] = [];
  const state: TrustState = {
    answered: false,
    terminal: false,
    error: undefined,
    response: undefined,
    events: 0,
  };

  /** Takes note of the event; returns its data, new where it had to be rewritten. */
  function judge(event: SseEvent): string {
    const { data } = event;
    if (data === "[DONE]") return data;
    const known = quickType(event);
    const value =
      known !== undefined && !endings.has(known) && !failures.has(known)
        ? undefined
        : parseJson(data);
    const type = known ?? (isObject(value) ? asString(value.type) : undefined);

    if (type !== undefined && endings.has(type)) return end(data, value);
    if (isFailure(type, event, value)) return fail(data, value);
    if (type === itemDone) items.push(data);
    if (type !== undefined && !greetings.has(type)) state.answered = true;
    return data;
  }

  function end(data: string, value: unknown): string {
    // Without a response in it the event ends nothing: the stream will be found to be cut off.
    if (!isObject(value) || !isObject(value.response)) return data;
    const { response } = value;
    const type = value.type === "response.done" ? "response.completed" : value.type;
    const complete = hasOutput(response) ? response : { ...response, output: inOrder(items) };
    state.answered = true;
    state.terminal = true;
    state.response = complete;
    const changed = type !== value.type || complete !== response;
    return changed ? JSON.stringify({ ...value, type, response: complete }) : data;
  }

  function fail(data: string, value: unknown): string {
    state.terminal = true;
    state.error = parseErrorValue(value) ?? unknownError;
    return isObject(value) && typeof value.type === "string" ? data : encodeError(state.error);
  }

  return {
    state,
    inspect(block) {
      const kept: string[] = [];
      let changed = false;
      parseEvents(decode(block), (event) => {
        state.events++;
        // What a gateway sends after the end (mostly `[DONE]`) could only confuse the host.
        const data = state.terminal ? undefined : judge(event);
        if (data !== event.data) changed = true;
        if (data !== undefined) kept.push(encodeEvent(data));
      });
      return changed ? encoder.encode(kept.join("")) : block;
    },
  };
}

const unknownError: ErrorDetails = {
  message: "The gateway reported an error without saying which.",
  type: "gateway_error",
  code: null,
  raw: {},
};

/**
 * The event's type without parsing its data, where that is certain: `type` is the first key, or the
 * event's name says that it is one of the many deltas.
 */
function quickType({ event, data }: SseEvent): string | undefined {
  if (data.startsWith('{"type":"')) return data.slice(9, data.indexOf('"', 9));
  return event?.endsWith(".delta") ? event : undefined;
}

function isFailure(type: string | undefined, event: SseEvent, value: unknown): boolean {
  if (type !== undefined) return failures.has(type);
  if (event.event !== undefined && failures.has(event.event)) return true;
  return isObject(value) && value.error !== undefined && value.error !== null;
}

/** An `error` event in both forms the API has had: fields at the top, and in an `error` object. */
function encodeError({ message, type, code }: ErrorDetails): string {
  const error = { type, code, message, param: null };
  return JSON.stringify({ ...error, type: "error", sequence_number: 0, error });
}

/** No `event:` line: the host reads the type from the data alone. */
function encodeEvent(data: string): string {
  return `data: ${data.replaceAll("\n", "\ndata: ")}\n\n`;
}

function hasOutput(response: JsonObject): boolean {
  return Array.isArray(response.output) && response.output.length > 0;
}

/** The items by `output_index`; one sent twice counts once. */
function inOrder(items: readonly string[]): unknown[] {
  const byIndex = new Map<number, unknown>();
  for (const data of items) {
    const value = parseJson(data);
    if (!isObject(value) || !isObject(value.item)) continue;
    const index = typeof value.output_index === "number" ? value.output_index : byIndex.size;
    byIndex.set(index, value.item);
  }
  return [...byIndex].sort(([a], [b]) => a - b).map(([, item]) => item);
}
