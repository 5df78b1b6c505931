/**
 * The words the embedded gateway is described with: what a test asks of it (options, brain, steps)
 * and what it hands back (exchanges).
 */
import type { ApiError } from "./answers.ts";
import type { EncodeOptions } from "./encode.ts";
import type { ModelEntry } from "./models.ts";
import type { Prefix } from "./prompt-cache.ts";
import type { TurnRequest } from "./request.ts";

/** One tool call: `arguments` for a function tool, `input` for a freeform ("custom") tool. */
export type ToolCall =
  | { name: string; arguments: Record<string, unknown>; callId?: string }
  | { name: string; input: string; callId?: string };

/** What the "model" does in answer to one request. */
export type Step =
  | { kind: "text"; text: string; reasoning?: string }
  | { kind: "tools"; calls: ToolCall[]; reasoning?: string; text?: string }
  /** Stops early: the terminal event is `response.incomplete`. */
  | { kind: "incomplete"; text: string; reason?: string }
  /** Fails inside the stream; with `text`, after some output. `extra` joins the error object. */
  | {
      kind: "fail";
      code: string;
      message: string;
      text?: string;
      as?: "response.failed" | "error";
      extra?: Record<string, unknown>;
    }
  /** Answers with a status and a JSON body `{ error }`, no stream. */
  | { kind: "error"; status: number; error: unknown; headers?: Record<string, string> }
  /** Anything at all. */
  | { kind: "raw"; response: Response };

/** Token counts as the Responses API reports them. */
export type Usage = {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
};

/** How the bytes of a stream are handed to the network. Default: one piece per event, no delay. */
export type Chunking = {
  /** Bytes per piece, whatever the event borders: cuts lines and characters in two. */
  size?: number;
  /** Milliseconds before each piece but the first. */
  delay?: number;
  /** Awaited before piece `index` leaves: a test can hold the stream back until it wants more. */
  gate?: (index: number) => void | Promise<void>;
  /** After the last piece: "end" (default), "hang" (silence), "reset" (the connection breaks). */
  finish?: "end" | "hang" | "reset";
};

/** One request and what became of it. Filled in as it goes: see `Gateway.until`. */
export type Exchange = {
  /** 1 for the first request of any kind. */
  n: number;
  method: string;
  path: string;
  /** The query string, with its `?`, or "". */
  query: string;
  headers: Record<string, string>;
  /** The parsed JSON; undefined when there was none. */
  body: unknown;
  rawBody: string;
  /** 0 until an answer was chosen. */
  status: number;
  /** Milliseconds since the epoch. */
  at: number;
  kind: "responses" | "models" | "unknown";
  /** Why the gateway itself refused (key or shape), if it did. */
  refusal?: ApiError;
  prefix?: Prefix;
  /** The client went away before the answer was complete. */
  closedByClient?: boolean;
  /** The stream was delivered to its end. */
  finished?: boolean;
};

/** What a brain or a `respond` function may use beside the request. */
export type Context = {
  exchange: Exchange;
  /** How many requests came to a responses path so far, this one included. */
  attempt: number;
  /** Aborts when the client goes away or the gateway closes. */
  signal: AbortSignal;
  usage: Usage;
  /** The answer the gateway would give to this step. */
  answer: (step: Step, options?: { chunking?: Chunking; encode?: EncodeOptions }) => Response;
  /** The events of this step, to build a fault from. */
  events: (step: Step) => ResponseEvent[];
};

/** One event of the stream, before it is encoded. */
export type ResponseEvent = { type: string; sequence_number: number; [field: string]: unknown };

export type Brain = (request: TurnRequest, context: Context) => Step | Promise<Step>;
export type Respond = (
  request: TurnRequest,
  context: Context,
) => Response | undefined | Promise<Response | undefined>;

export type ModelsOption =
  | "codex"
  | "openai"
  | "404"
  | "html"
  | "slow"
  | { shape: "codex" | "openai"; models: readonly (string | ModelEntry)[] };

/** Read anew for each request, so a test may change them while the gateway runs. */
export type GatewayOptions = {
  /** The only Bearer key that is let in. */
  key: string;
  /** Where the Responses API answers. Default `/backend-api/codex/responses`. */
  responsesPath?: string | readonly string[];
  /** Where the list answers. Default the three usual places. */
  modelsPath?: string | readonly string[];
  /** Answer to any other path: 404 JSON (default), or a web console's page with 200 or 404. */
  unknownPath?: "json" | "html" | "html404";
  /** Default `demoBrain`. */
  brain?: Brain;
  /** Replaces the answer to any request, of any path; undefined lets the gateway answer. */
  respond?: Respond;
  /** Call `respond` before the key and the shape are checked. Default false. */
  respondFirst?: boolean;
  /** The model list. Default "codex". */
  models?: ModelsOption;
  /** How long the "slow" list takes, in ms. Default 10,000. */
  modelsDelay?: number;
  chunking?: Chunking;
  encode?: EncodeOptions;
  /** Replaces single counts of the computed usage. */
  usage?: Partial<Usage>;
  /** Check the request's shape. Default true. The key is checked either way. */
  strict?: boolean;
  /** Models that are served; others get a 400. Default: every bare id. */
  serves?: readonly string[];
  /** Let `instructions: ""` pass. Default false. */
  emptyInstructions?: boolean;
  /** Name a turn state in each answer, and require the turn's first one back. Default false. */
  turnStates?: boolean;
  /** How many exchanges the transcript keeps (the newest). Default: all. */
  keep?: number;
};

export type Gateway = {
  /** `http://127.0.0.1:PORT` */
  url: string;
  options: GatewayOptions;
  transcript: Exchange[];
  /** The POSTs to a responses path, accepted or not. */
  requests: () => Exchange[];
  /** Those with tools: the turns of an agent. */
  turns: () => Exchange[];
  /** Those without tools: titles, summaries. */
  titles: () => Exchange[];
  /** Resolves with the first exchange, past or future, that the test accepts; asked when its body is there and at each change. */
  until: (accept: (exchange: Exchange) => boolean) => Promise<Exchange>;
  /** Requests whose answer is not complete and whose client is still there. */
  pendingRequests: () => number;
  close: () => Promise<void>;
};
