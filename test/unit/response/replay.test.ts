import { describe, expect, test } from "bun:test";
import { createParser } from "eventsource-parser";
import * as v from "valibot";
import { replay, replayEvents } from "../../../src/response/replay.ts";

const Event = v.looseObject({
  type: v.string(),
  sequence_number: v.number(),
  item_id: v.optional(v.string()),
  output_index: v.optional(v.number()),
  content_index: v.optional(v.number()),
  summary_index: v.optional(v.number()),
  delta: v.optional(v.string()),
  item: v.optional(v.looseObject({ id: v.string(), type: v.string() })),
  response: v.optional(v.looseObject({ output: v.array(v.looseObject({})) })),
});
type Event = v.InferOutput<typeof Event>;

const response = {
  id: "resp_1",
  object: "response",
  status: "completed",
  model: "gpt-5.1",
  output: [
    {
      id: "rs_1",
      type: "reasoning",
      summary: [
        { type: "summary_text", text: "first thought" },
        { type: "summary_text", text: "second 😀" },
      ],
      encrypted_content: "gAAA",
    },
    {
      id: "msg_1",
      type: "message",
      role: "assistant",
      status: "completed",
      content: [
        { type: "output_text", text: "hello\n\ndata: world\r\n", annotations: [] },
        { type: "output_text", text: "", annotations: [] },
      ],
    },
    {
      id: "fc_1",
      type: "function_call",
      status: "completed",
      call_id: "c1",
      name: "bash",
      arguments: '{"a":"b"}',
    },
    {
      id: "ct_1",
      type: "custom_tool_call",
      status: "completed",
      call_id: "c2",
      name: "apply_patch",
      input: "*** x\n",
    },
    { id: "ws_1", type: "web_search_call", status: "completed", action: { query: "x" } },
  ],
  usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
};

/** What a reader puts together from the deltas alone: item and part → text. */
function assemble(events: readonly Event[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { type, item_id, content_index, summary_index, delta } of events) {
    if (delta === undefined) continue;
    const at = `${item_id} ${type} ${content_index ?? summary_index ?? ""}`.trim();
    texts.set(at, (texts.get(at) ?? "") + delta);
  }
  return texts;
}

const parsed = (value: Readonly<Record<string, unknown>>): Event[] =>
  v.parse(v.array(Event), replayEvents(value));

test("the deltas bring back every text and every call", () => {
  expect([...assemble(parsed(response))]).toEqual([
    ["rs_1 response.reasoning_summary_text.delta 0", "first thought"],
    ["rs_1 response.reasoning_summary_text.delta 1", "second 😀"],
    ["msg_1 response.output_text.delta 0", "hello\n\ndata: world\r\n"],
    ["msg_1 response.output_text.delta 1", ""],
    ["fc_1 response.function_call_arguments.delta", '{"a":"b"}'],
    ["ct_1 response.custom_tool_call_input.delta", "*** x\n"],
  ]);
});

test("the events in order, numbered", () => {
  const events = parsed(response);
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, n) => n));
  expect(events.map(({ type, output_index }) => [type, output_index])).toEqual([
    ["response.created", undefined],
    ["response.output_item.added", 0],
    ["response.reasoning_summary_part.added", 0],
    ["response.reasoning_summary_text.delta", 0],
    ["response.reasoning_summary_text.done", 0],
    ["response.reasoning_summary_part.done", 0],
    ["response.reasoning_summary_part.added", 0],
    ["response.reasoning_summary_text.delta", 0],
    ["response.reasoning_summary_text.done", 0],
    ["response.reasoning_summary_part.done", 0],
    ["response.output_item.done", 0],
    ["response.output_item.added", 1],
    ["response.content_part.added", 1],
    ["response.output_text.delta", 1],
    ["response.output_text.done", 1],
    ["response.content_part.done", 1],
    ["response.content_part.added", 1],
    ["response.output_text.delta", 1],
    ["response.output_text.done", 1],
    ["response.content_part.done", 1],
    ["response.output_item.done", 1],
    ["response.output_item.added", 2],
    ["response.function_call_arguments.delta", 2],
    ["response.function_call_arguments.done", 2],
    ["response.output_item.done", 2],
    ["response.output_item.added", 3],
    ["response.custom_tool_call_input.delta", 3],
    ["response.custom_tool_call_input.done", 3],
    ["response.output_item.done", 3],
    ["response.output_item.added", 4],
    ["response.output_item.done", 4],
    ["response.completed", undefined],
  ]);
});

test("items are announced empty and end whole", () => {
  const events = parsed(response);
  const items = (type: string): unknown[] =>
    events.filter((event) => event.type === type).map(({ item }) => item);
  expect(items("response.output_item.done")).toEqual(response.output);
  expect(items("response.output_item.added")).toEqual([
    {
      id: "rs_1",
      type: "reasoning",
      summary: [],
      encrypted_content: "gAAA",
      status: "in_progress",
    },
    { id: "msg_1", type: "message", role: "assistant", content: [], status: "in_progress" },
    {
      id: "fc_1",
      type: "function_call",
      call_id: "c1",
      name: "bash",
      arguments: "",
      status: "in_progress",
    },
    {
      id: "ct_1",
      type: "custom_tool_call",
      call_id: "c2",
      name: "apply_patch",
      input: "",
      status: "in_progress",
    },
    { id: "ws_1", type: "web_search_call", status: "completed", action: { query: "x" } },
  ]);
});

describe("the status of an item", () => {
  const call = { id: "f", type: "function_call", call_id: "c", name: "n", arguments: "{}" };
  const custom = { id: "t", type: "custom_tool_call", call_id: "d", name: "m", input: "" };
  const search = { id: "w", type: "web_search_call", status: "failed" };
  const image = { id: "i", type: "image_generation_call", result: "aaaa" };

  /** Of the item as it is announced, and as it ends. */
  const statuses = (item: object, status = "completed"): unknown[] =>
    parsed({ status, output: [item] }).flatMap((event) => (event.item ? [event.item.status] : []));

  test.each([
    ["a call", { ...call, status: "completed" }, ["in_progress", "completed"]],
    ["a call that was cut off", { ...call, status: "incomplete" }, ["in_progress", "incomplete"]],
    ["what has no deltas", search, ["failed", "failed"]],
    ["what has no deltas and no status", image, [undefined, undefined]],
  ])("%s keeps it", (_, item, expected) => {
    expect(statuses(item)).toEqual(expected);
  });

  // The AI SDK drops a call whose end does not say "completed".
  test.each([call, custom])("a $type without one in a complete answer is complete", (item) => {
    expect(statuses(item)).toEqual(["in_progress", "completed"]);
    expect(statuses(item, "incomplete")).toEqual(["in_progress", undefined]);
  });
});

test("first and last carry the response", () => {
  const events = parsed(response);
  expect<unknown>(events[0]).toEqual({
    type: "response.created",
    sequence_number: 0,
    response: { ...response, status: "in_progress", output: [] },
  });
  expect<unknown>(events.at(-1)).toEqual({
    type: "response.completed",
    sequence_number: events.length - 1,
    response,
  });
});

describe("how it ends", () => {
  test.each([
    ["completed", "response.completed"],
    ["incomplete", "response.incomplete"],
    [undefined, "response.completed"],
  ])("%p → %s", (status, type) => {
    expect(replayEvents({ status, output: [] }).map((event) => event.type)).toEqual([
      "response.created",
      type,
    ]);
  });
});

test("items without an id get one, the same everywhere", () => {
  const output = [
    { type: "function_call", status: "completed", call_id: "c1", name: "a", arguments: "{}" },
    { type: "function_call", status: "completed", call_id: "c2", name: "b", arguments: "{}" },
  ];
  const events = parsed({ output });
  expect(events.map(({ item_id, item }) => item_id ?? item?.id)).toEqual([
    undefined,
    "replayed_0",
    "replayed_0",
    "replayed_0",
    "replayed_0",
    "replayed_1",
    "replayed_1",
    "replayed_1",
    "replayed_1",
    undefined,
  ]);
  expect<unknown>(events.at(-1)?.response?.output).toEqual([
    { ...output[0], id: "replayed_0" },
    { ...output[1], id: "replayed_1" },
  ]);
});

describe("output of a wrong shape", () => {
  test.each([
    ["none", {}],
    ["null", { output: null }],
    ["a text", { output: "x" }],
    ["no objects in it", { output: [null, 5, "x", []] }],
  ])("%s", (_, value) => {
    expect(replayEvents(value).map(({ type }) => type)).toEqual([
      "response.created",
      "response.completed",
    ]);
  });
  test.each([
    ["content null", { id: "a", type: "message", content: null }],
    ["content a text", { id: "a", type: "message", content: "x" }],
    ["no content", { id: "a", type: "message" }],
    ["no summary", { id: "a", type: "reasoning" }],
    ["a type nobody knows", { id: "a", type: "constructor" }],
    ["no type", { id: "a" }],
  ])("%s", (_, item) => {
    expect(replayEvents({ output: [item] }).map(({ type }) => type)).toEqual([
      "response.created",
      "response.output_item.added",
      "response.output_item.done",
      "response.completed",
    ]);
  });
  test("arguments that are no text", () => {
    const item = { id: "a", type: "function_call", call_id: "c", name: "x", arguments: { a: 1 } };
    expect([...assemble(parsed({ output: [item] }))]).toEqual([
      ["a response.function_call_arguments.delta", ""],
    ]);
  });
});

test("a refusal is shown as the text it is", () => {
  const item = { id: "m", type: "message", content: [{ type: "refusal", refusal: "I will not." }] };
  expect([...assemble(parsed({ output: [item] }))]).toEqual([
    ["m response.output_text.delta 0", "I will not."],
  ]);
});

test("as bytes: the same events for any SSE reader", () => {
  const events: unknown[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(JSON.parse(data)) });
  parser.feed(new TextDecoder().decode(replay(response)));
  expect(events).toEqual(JSON.parse(JSON.stringify(replayEvents(response))));
});

test("the response is not changed", () => {
  const before = structuredClone(response);
  replayEvents(response);
  expect(response).toEqual(before);
});
