/**
 * Judges the events of one answer. Pure and synchronous: blocks of whole events in, bytes that the
 * host can trust out. `stream.ts` connects it to a body.
 */
import { asString, isObject, type JsonObject, parseJson } from "../json.ts";
import { words } from "../words/current.ts";
import { limitsEvent } from "./codex-limits.ts";
import { skipDeltas } from "./deltas.ts";
import { readEnding } from "./ending.ts";
import { type ErrorDetails, parseErrorValue, wordless } from "./errors.ts";
import { sayOnce } from "./once.ts";
import { judgeRetry, type LastTry, sayGivenUp } from "./retry.ts";
import { createBlockDecoder, parseEvents, type SseEvent } from "./sse.ts";
import { statusOf } from "./status.ts";
import { damaged, truncated } from "./stream-error.ts";

export type TrustState = {
  /** An event of the API came. */
  spoken: boolean;
  /** One came that is neither a greeting nor an error: this is an answer. */
  answered: boolean;
  /** An event that ends the answer came. */
  terminal: boolean;
  /** The error of an `error` or `response.failed` event. */
  error: ErrorDetails | undefined;
  /** The final response, its `output` filled. */
  response: JsonObject | undefined;
  /** Data that came before any event of the API and is none: maybe an error in plain words. */
  strays: string;
};

export type Trust = {
  readonly state: Readonly<TrustState>;
  /**
   * Bytes to hand on: `block` itself unless an event in it had to be rewritten or left out.
   *
   * @throws StreamError for an event that is cut off or garbled, or that says the answer is.
   */
  inspect(block: Uint8Array): Uint8Array;
};

/** Events that do not tell yet whether an answer or an error follows. */
const greetings = new Set(["response.created", "response.in_progress", "response.queued"]);
const endings = new Set(["response.completed", "response.done", "response.incomplete"]);

/** Most characters kept of what is no event of the API. */
const straysLimit = 64 * 1024;

export type TrustOptions = {
  /** Takes secrets out of a text that the host will show and store. */
  readonly redact?: (text: string) => string;
  /** Enough tries for one turn: whatever goes wrong now is told as final. */
  readonly lastTry?: LastTry;
  /** Told of an event about the account's limits. */
  readonly onLimits?: (event: JsonObject) => void;
};

export function createTrust(options: TrustOptions = {}): Trust {
  const decode = createBlockDecoder();
  const encoder = new TextEncoder();
  /** Finished items by `output_index`, for a final response that lacks them; one sent twice counts once. */
  const items = new Map<number, unknown>();
  const state: TrustState = {
    spoken: false,
    answered: false,
    terminal: false,
    error: undefined,
    response: undefined,
    strays: "",
  };

  /** Takes note of the event; returns its data, new where it had to be rewritten, if it is to stay. */
  function judge({ event, data }: SseEvent): string | undefined {
    if (data === "[DONE]") return data;
    // What a gateway sends after the end could only confuse the host.
    if (state.terminal) return undefined;
    const value = parseJson(data);
    if (!isObject(value)) {
      if (data.trimStart().startsWith("{")) throw damaged();
      return stray(data);
    }
    const named = asString(value.type);
    const type = named ?? event;
    if (type === "response.failed" || type === "error") return fail(value);
    if (type === undefined || !type.startsWith("response.")) {
      if (value.error) return fail(value);
      if (type === limitsEvent) options.onLimits?.(value);
      // Pings and limits may have types of their own, which the host passes over.
      return named === undefined ? stray(data) : data;
    }
    state.spoken = true;
    if (endings.has(type)) return end(type, value, data);
    if (type === "response.output_item.done") keep(value);
    if (!greetings.has(type)) state.answered = true;
    // Some relays name the event on its `event:` line alone; the host reads the data alone.
    return named === undefined ? JSON.stringify({ ...value, type }) : data;
  }

  /** No event of this API: the host would give up the turn over it. */
  function stray(data: string): undefined {
    if (!state.spoken && state.strays.length < straysLimit) state.strays += `${data}\n`;
  }

  function keep({ output_index, item }: JsonObject): void {
    items.set(typeof output_index === "number" ? output_index : items.size, item);
  }

  function end(type: string, value: JsonObject, data: string): string | undefined {
    const { response } = value;
    // Without a response in it the event ends nothing: the stream will be found to be cut off.
    if (!isObject(response)) return undefined;
    if (response.status === "failed") return fail(value);
    const ending = readEnding(response, type);
    if (ending.type === "unfinished") throw truncated(ending.reason);
    const known = type === "response.done" ? typeOfDone(response) : type;
    const usable = ending.response;
    const complete = hasOutput(usable) ? usable : { ...usable, output: inOrder(items) };
    state.answered = true;
    state.terminal = true;
    state.response = complete;
    const same =
      known === value.type && usable === response && (complete === response || items.size === 0);
    return same ? data : JSON.stringify({ ...value, type: known, response: complete });
  }

  function fail(value: JsonObject): string {
    state.spoken = true;
    state.terminal = true;
    state.error = parseErrorValue(value) ?? wordless(words().refused.unnamed);
    return encodeError(state.error, value.sequence_number, options);
  }

  return {
    state,
    inspect(block) {
      const text = decode(block);
      const kept: string[] = [];
      let changed = false;
      for (let at = 0; at < text.length; ) {
        // After the end nothing is wanted any more, whatever it looks like.
        const next = state.terminal ? at : skipDeltas(text, at);
        if (next > at) {
          state.spoken = true;
          state.answered = true;
          kept.push(text.slice(at, next));
          at = next;
          continue;
        }
        const blank = text.indexOf("\n\n", at);
        const end = blank === -1 ? text.length : blank + 2;
        parseEvents(text.slice(at, end), (event) => {
          const data = judge(event);
          if (data !== event.data) changed = true;
          if (data !== undefined) kept.push(encodeEvent(data));
        });
        at = end;
      }
      // Hardly ever: to write every event anew made the layer 15 to 20 % slower.
      return changed ? encoder.encode(kept.join("")) : block;
    },
  };
}

function typeOfDone({ status }: JsonObject): string {
  return status === "incomplete" ? "response.incomplete" : "response.completed";
}

/** Codes the host has rules of its own for. */
const hostCodes = new Set([
  "context_length_exceeded",
  "insufficient_quota",
  "usage_not_included",
  "invalid_prompt",
]);

/**
 * An error after output began, in the one form that OpenCode understands there: it reads the text of
 * `error.message` only if there is a `sequence_number` and `error.code` is a string. It would show
 * `response.failed` as raw JSON, ignore an `error` without a number (and ask again without end), and
 * retry every code it does not know, so that errors which no retry can mend get one that it does.
 */
function encodeError(
  error: ErrorDetails,
  number: unknown,
  { redact = (text) => text, lastTry = false }: TrustOptions,
): string {
  const status = statusOf(error, undefined, 500);
  const { final, gaveUp, message: said } = judgeRetry(error, { status, lastTry, now: Date.now() });
  const message = redact(gaveUp === false ? said : sayGivenUp(said, gaveUp));
  const code = error.code ?? error.type;
  return JSON.stringify({
    type: "error",
    sequence_number: typeof number === "number" ? number : 0,
    error: {
      type: redact(error.type),
      code: final && !hostCodes.has(code) ? "invalid_prompt" : redact(code),
      message: final ? sayOnce(message, 400) : message,
      param: null,
    },
  });
}

/** No `event:` line: the host reads the type from the data alone. */
function encodeEvent(data: string): string {
  return `data: ${data.replaceAll("\n", "\ndata: ")}\n\n`;
}

function hasOutput(response: JsonObject): boolean {
  return Array.isArray(response.output) && response.output.length > 0;
}

function inOrder(items: ReadonlyMap<number, unknown>): unknown[] {
  return [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
}
