/** A complete response, sent as JSON although a stream was asked for, as the stream it should be. */
import { asString, isObject, type JsonObject } from "../json.ts";

/** The events a stream of this response would have had, one delta for each text. */
export function replayEvents(response: JsonObject): JsonObject[] {
  const output = Array.isArray(response.output) ? response.output : [];
  const complete = response.status !== "incomplete";
  const items = output.filter(isObject).map((item, index) => ({
    ...item,
    // The host matches deltas to items by id.
    id: asString(item.id) ?? `replayed_${index}`,
    // The AI SDK drops a call that does not end as completed, and some relays leave it out.
    ...(isCall(item) && item.status === undefined && complete ? { status: "completed" } : {}),
  }));
  const opening = { ...response, status: "in_progress", output: [] };
  const ending = complete ? "response.completed" : "response.incomplete";
  return [
    { type: "response.created", response: opening },
    ...items.flatMap(itemEvents),
    { type: ending, response: { ...response, output: items } },
  ].map((event, index) => ({ ...event, sequence_number: index }));
}

/** @returns the events as the bytes of an SSE stream. */
export function replay(response: JsonObject): Uint8Array<ArrayBuffer> {
  const lines = replayEvents(response).map((event) => `data: ${JSON.stringify(event)}\n\n`);
  return new TextEncoder().encode(lines.join(""));
}

function isCall({ type }: JsonObject): boolean {
  return type === "function_call" || type === "custom_tool_call";
}

type Item = JsonObject & { readonly id: string };

function itemEvents(item: Item, index: number): JsonObject[] {
  const at = { item_id: item.id, output_index: index };
  return [
    { type: "response.output_item.added", output_index: index, item: opened(item) },
    ...innerEvents(item, at),
    { type: "response.output_item.done", output_index: index, item },
  ];
}

/** The item as it is announced: in progress and without what its deltas will bring, if it has any. */
function opened(item: Item): JsonObject {
  const empty: JsonObject = {
    ...(item.content === undefined ? {} : { content: [] }),
    ...(item.summary === undefined ? {} : { summary: [] }),
    ...(item.arguments === undefined ? {} : { arguments: "" }),
    ...(item.input === undefined ? {} : { input: "" }),
  };
  return Object.keys(empty).length === 0 ? item : { ...item, ...empty, status: "in_progress" };
}

function innerEvents(item: Item, at: JsonObject): JsonObject[] {
  switch (item.type) {
    case "message":
      return parts(item.content).flatMap((part, content_index) =>
        textEvents("response.output_text", "response.content_part", part, { ...at, content_index }),
      );
    case "reasoning":
      return parts(item.summary).flatMap((part, summary_index) =>
        textEvents("response.reasoning_summary_text", "response.reasoning_summary_part", part, {
          ...at,
          summary_index,
        }),
      );
    case "function_call":
      return inputEvents("response.function_call_arguments", "arguments", item.arguments, at);
    case "custom_tool_call":
      return inputEvents("response.custom_tool_call_input", "input", item.input, at);
    default:
      return [];
  }
}

function parts(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textEvents(name: string, frame: string, part: JsonObject, at: JsonObject): JsonObject[] {
  const text = asString(part.text) ?? asString(part.refusal) ?? "";
  return [
    { type: `${frame}.added`, ...at, part: { ...part, text: "" } },
    { type: `${name}.delta`, ...at, delta: text },
    { type: `${name}.done`, ...at, text },
    { type: `${frame}.done`, ...at, part },
  ];
}

function inputEvents(name: string, key: string, value: unknown, at: JsonObject): JsonObject[] {
  const text = asString(value) ?? "";
  return [
    { type: `${name}.delta`, ...at, delta: text },
    { type: `${name}.done`, ...at, [key]: text },
  ];
}
