/**
 * The event sequences of the Responses API, item by item, as a real backend streams them: each part
 * is added, filled by deltas, and done; the terminal event carries the whole response.
 */
import type { ResponseEvent, Step, ToolCall, Usage } from "./types.ts";

export type EventsOptions = {
  model?: string;
  effort?: string | undefined;
  usage?: Usage;
  /** Joined into every id of this response; a fresh one by default, so that no two calls clash. */
  tag?: string;
  /** Seconds since the epoch. */
  createdAt?: number;
};

type Item = Record<string, unknown>;
type Bare = { type: string; [field: string]: unknown };

export const NO_USAGE: Usage = {
  input_tokens: 0,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 0,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 0,
};

/** The events of one step. Steps that are no stream ("error", "raw") have none. */
export function eventsOf(step: Step, options: EventsOptions = {}): ResponseEvent[] {
  if (step.kind === "error" || step.kind === "raw") return [];
  const tag = options.tag ?? crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  const items = itemsOf(step, tag);
  const output = items.map(({ item }) => item);
  const at = (status: string, fields: Item = {}): Item => ({
    ...responseOf(options, tag),
    status,
    ...fields,
  });
  const events: Bare[] = [
    { type: "response.created", response: at("in_progress") },
    { type: "response.in_progress", response: at("in_progress") },
    ...items.flatMap(({ stream }, index) =>
      stream.map((event) => ({ ...event, output_index: index })),
    ),
  ];
  const usage = options.usage ?? NO_USAGE;
  if (step.kind === "fail") {
    const error = { code: step.code, message: step.message, ...step.extra };
    if (step.as === "error") events.push({ type: "error", ...error, param: null });
    else events.push({ type: "response.failed", response: at("failed", { error, output }) });
  } else if (step.kind === "incomplete") {
    const incomplete_details = { reason: step.reason ?? "max_output_tokens" };
    const response = at("incomplete", { incomplete_details, output, usage });
    events.push({ type: "response.incomplete", response });
  } else {
    events.push({ type: "response.completed", response: at("completed", { output, usage }) });
  }
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

/** The response of the terminal event: what a gateway that ignores `stream` answers as JSON. */
export function finalResponse(events: readonly ResponseEvent[]): unknown {
  return events.findLast((event) => event.type !== "error" && "response" in event)?.response;
}

function responseOf({ model, effort, createdAt }: EventsOptions, tag: string): Item {
  return {
    id: `resp_${tag}`,
    object: "response",
    created_at: createdAt ?? Math.floor(Date.now() / 1000),
    status: "in_progress",
    error: null,
    incomplete_details: null,
    model: model ?? "gpt-5.1-codex",
    output: [],
    reasoning: { effort: effort ?? null, summary: "detailed" },
    store: false,
    usage: null,
    metadata: {},
  };
}

type Streamed = { item: Item; stream: Bare[] };

function itemsOf(step: Exclude<Step, { kind: "error" | "raw" }>, tag: string): Streamed[] {
  const items: Streamed[] = [];
  if ("reasoning" in step && step.reasoning !== undefined)
    items.push(reasoningItem(`rs_${tag}`, step.reasoning));
  if (step.text !== undefined) items.push(messageItem(`msg_${tag}`, step.text));
  if (step.kind === "tools")
    for (const [index, call] of step.calls.entries()) items.push(callItem(call, `${tag}${index}`));
  return items;
}

function reasoningItem(id: string, text: string): Streamed {
  const part = { type: "summary_text", text };
  const empty = { id, type: "reasoning", summary: [] };
  // The backend seals its thoughts; the client only ever carries them back.
  const sealed = Buffer.from(`sealed reasoning ${id} `.repeat(4)).toString("base64");
  const item = { ...empty, summary: [part], encrypted_content: sealed };
  const at = { item_id: id, summary_index: 0 };
  return {
    item,
    stream: [
      { type: "response.output_item.added", item: { ...empty, encrypted_content: "" } },
      { type: "response.reasoning_summary_part.added", ...at, part: { ...part, text: "" } },
      ...deltas(text).map((delta) => ({
        type: "response.reasoning_summary_text.delta",
        ...at,
        delta,
      })),
      { type: "response.reasoning_summary_text.done", ...at, text },
      { type: "response.reasoning_summary_part.done", ...at, part },
      { type: "response.output_item.done", item },
    ],
  };
}

function messageItem(id: string, text: string): Streamed {
  const part = { type: "output_text", text, annotations: [], logprobs: [] };
  const item = { id, type: "message", status: "completed", role: "assistant", content: [part] };
  const at = { item_id: id, content_index: 0 };
  return {
    item,
    stream: [
      { type: "response.output_item.added", item: { ...item, status: "in_progress", content: [] } },
      { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
      ...deltas(text).map((delta) => ({
        type: "response.output_text.delta",
        ...at,
        delta,
        logprobs: [],
      })),
      { type: "response.output_text.done", ...at, text, logprobs: [] },
      { type: "response.content_part.done", ...at, part },
      { type: "response.output_item.done", item },
    ],
  };
}

function callItem(call: ToolCall, tag: string): Streamed {
  const freeform = "input" in call;
  const value = freeform ? call.input : JSON.stringify(call.arguments);
  const field = freeform ? "input" : "arguments";
  const id = `${freeform ? "ctc" : "fc"}_${tag}`;
  const item = {
    id,
    type: freeform ? "custom_tool_call" : "function_call",
    status: "completed",
    call_id: call.callId ?? `call_${tag}`,
    name: call.name,
    [field]: value,
  };
  const event = freeform ? "response.custom_tool_call_input" : "response.function_call_arguments";
  return {
    item,
    stream: [
      { type: "response.output_item.added", item: { ...item, status: "in_progress", [field]: "" } },
      ...deltas(value).map((delta) => ({ type: `${event}.delta`, item_id: id, delta })),
      { type: `${event}.done`, item_id: id, [field]: value },
      { type: "response.output_item.done", item },
    ],
  };
}

/** Cuts by code points: a delta is JSON, and half a surrogate pair would not survive it. */
function deltas(text: string, size = 12): string[] {
  const points = [...text];
  const count = Math.ceil(points.length / size);
  return Array.from({ length: count }, (_, i) => points.slice(i * size, (i + 1) * size).join(""));
}
