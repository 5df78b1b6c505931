import { describe, expect, test } from "bun:test";
import { transformInput } from "../../../src/request/input.ts";

type Item = Readonly<Record<string, unknown>>;

/** Transforms a frozen copy, as nothing that goes in may be changed. */
function transform(...items: readonly unknown[]): unknown[] {
  const input = deepFreeze(structuredClone(items));
  return transformInput(input);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

const user = (text: string): Item => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
});
const said = (text: string): Item => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text }],
});
const call = (call_id: string, more: Item = {}): Item => ({
  type: "function_call",
  call_id,
  name: "bash",
  arguments: "{}",
  ...more,
});
const output = (call_id: string, text: unknown = "done"): Item => ({
  type: "function_call_output",
  call_id,
  output: text,
});
const unknown = (call_id: string, type = "function_call_output"): Item => ({
  type,
  call_id,
  output: "The result of this call is not known: it was interrupted before it ended.",
});
const orphan = (call_id: string, text: string): Item =>
  said(`[Output of an earlier tool call, ${call_id}]\n${text}`);

describe("one item", () => {
  const image = { type: "input_image", image_url: "data:image/png;base64,AAAA" };
  const cases: readonly { name: string; item: unknown; wire: readonly unknown[] }[] = [
    { name: "a user's text", item: { role: "user", content: "hi" }, wire: [user("hi")] },
    {
      name: "parts stay",
      item: { role: "user", content: [{ type: "input_text", text: "hi" }] },
      wire: [user("hi")],
    },
    {
      name: "an assistant's text",
      item: { role: "assistant", content: "hi", id: "msg_1" },
      wire: [said("hi")],
    },
    {
      name: "an assistant's parts, without the id",
      item: { role: "assistant", id: "msg_1", content: [{ type: "output_text", text: "hi" }] },
      wire: [said("hi")],
    },
    {
      name: "the phase of a message stays",
      item: { ...said("hi"), id: "msg_1", phase: "commentary" },
      wire: [{ ...said("hi"), phase: "commentary" }],
    },
    {
      name: "a developer's text",
      item: { role: "developer", content: "be" },
      wire: [{ type: "message", role: "developer", content: [{ type: "input_text", text: "be" }] }],
    },
    {
      name: "system is developer",
      item: { role: "system", content: "be" },
      wire: [{ type: "message", role: "developer", content: [{ type: "input_text", text: "be" }] }],
    },
    {
      name: "system with a type and parts",
      item: { type: "message", role: "system", content: [{ type: "input_text", text: "be" }] },
      wire: [{ type: "message", role: "developer", content: [{ type: "input_text", text: "be" }] }],
    },
    { name: "an empty text", item: { role: "user", content: "" }, wire: [user("")] },
    {
      name: "images are kept, in order",
      item: { role: "user", content: [image, { type: "input_text", text: "what?" }, image] },
      wire: [
        {
          type: "message",
          role: "user",
          content: [image, { type: "input_text", text: "what?" }, image],
        },
      ],
    },
    {
      name: "files are kept",
      item: { role: "user", content: [{ type: "input_file", filename: "a.pdf", file_data: "x" }] },
      wire: [
        {
          type: "message",
          role: "user",
          content: [{ type: "input_file", filename: "a.pdf", file_data: "x" }],
        },
      ],
    },
    { name: "a reference is removed", item: { type: "item_reference", id: "msg_1" }, wire: [] },
    {
      name: "reasoning loses its id and keeps what is encrypted",
      item: {
        type: "reasoning",
        id: "rs_1",
        summary: [{ type: "summary_text", text: "thought" }],
        encrypted_content: "gAAA",
      },
      wire: [
        {
          type: "reasoning",
          summary: [{ type: "summary_text", text: "thought" }],
          encrypted_content: "gAAA",
        },
      ],
    },
    {
      name: "reasoning without a summary gets an empty one",
      item: { type: "reasoning", id: "rs_1", encrypted_content: "gAAA" },
      wire: [{ type: "reasoning", encrypted_content: "gAAA", summary: [] }],
    },
    {
      name: "a type nobody knows",
      item: { type: "constructor", id: "x_1" },
      wire: [{ type: "constructor", id: "x_1" }],
    },
    { name: "a prototype's name", item: { type: "__proto__" }, wire: [{ type: "__proto__" }] },
    { name: "neither type nor role", item: { id: "x_1", a: 1 }, wire: [{ id: "x_1", a: 1 }] },
    { name: "a text", item: "hi", wire: ["hi"] },
    { name: "null", item: null, wire: [null] },
    { name: "a list", item: [1], wire: [[1]] },
  ];
  test.each([...cases])("$name", ({ item, wire }) => {
    expect<unknown>(transform(item)).toEqual(wire);
  });

  test.each([
    "web_search_call",
    "file_search_call",
    "computer_call",
    "code_interpreter_call",
    "image_generation_call",
    "mcp_call",
    "mcp_list_tools",
    "mcp_approval_request",
    "mcp_approval_response",
    "compaction",
  ])("%s keeps its id", (type) => {
    const item = { type, id: "ws_1", status: "completed", action: { query: "x" } };
    expect(transform(item)).toEqual([item]);
  });

  test.each(["function_call_output", "custom_tool_call_output"])("%s loses its id", (type) => {
    const before = type.replace("_output", "");
    const first = { type: before, call_id: "c1", id: "fc_1", name: "x" };
    expect(transform(first, { type, call_id: "c1", id: "fco_1", output: "done" })).toEqual([
      { type: before, call_id: "c1", name: "x" },
      { type, call_id: "c1", output: "done" },
    ]);
  });

  test("a local shell call keeps its id: it is a hosted tool's", () => {
    const shell = { type: "local_shell_call", id: "ls_1", call_id: "c1", action: {} };
    const result = { type: "local_shell_call_output", id: "lso_1", call_id: "c1", output: "x" };
    expect(transform(shell, result)).toEqual([shell, result]);
  });
});

test("the items are not changed, and what needs nothing is passed on as it is", () => {
  const items = [call("c1"), output("c1"), { type: "web_search_call", id: "ws_1" }];
  const result = transformInput(items);
  expect(result.map((item, index) => item === items[index])).toEqual([true, true, true]);
});

test("order is kept", () => {
  expect(
    transform(
      { role: "developer", content: "be" },
      { role: "user", content: "one" },
      { type: "item_reference", id: "rs_0" },
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "e1" },
      call("c1", { id: "fc_1" }),
      output("c1"),
      { role: "assistant", content: "two", id: "msg_1" },
      { type: "web_search_call", id: "ws_1" },
      { role: "user", content: "three" },
    ),
  ).toEqual([
    { type: "message", role: "developer", content: [{ type: "input_text", text: "be" }] },
    user("one"),
    { type: "reasoning", summary: [], encrypted_content: "e1" },
    call("c1"),
    output("c1"),
    said("two"),
    { type: "web_search_call", id: "ws_1" },
    user("three"),
  ]);
});

describe("calls and outputs", () => {
  const custom = (call_id: string): Item => ({
    type: "custom_tool_call",
    call_id,
    name: "apply_patch",
    input: "x",
  });
  const customOutput = (call_id: string): Item => ({
    type: "custom_tool_call_output",
    call_id,
    output: "done",
  });

  const cases: readonly { name: string; items: Item[]; wire: Item[] }[] = [
    { name: "a pair", items: [call("a"), output("a")], wire: [call("a"), output("a")] },
    {
      name: "parallel calls",
      items: [call("a"), call("b"), output("a"), output("b")],
      wire: [call("a"), call("b"), output("a"), output("b")],
    },
    {
      name: "parallel calls, answered in the other order",
      items: [call("a"), call("b"), output("b"), output("a")],
      wire: [call("a"), call("b"), output("b"), output("a")],
    },
    {
      name: "one of two parallel calls was interrupted",
      items: [call("a"), call("b"), output("b")],
      wire: [call("a"), unknown("a"), call("b"), output("b")],
    },
    { name: "the last call was interrupted", items: [call("a")], wire: [call("a"), unknown("a")] },
    {
      name: "the user went on after an interruption",
      items: [call("a"), user("go on"), said("yes")],
      wire: [call("a"), unknown("a"), user("go on"), said("yes")],
    },
    { name: "an output alone", items: [output("a", "text")], wire: [orphan("a", "text")] },
    {
      name: "an output before its call",
      items: [output("a", "text"), call("a")],
      wire: [orphan("a", "text"), call("a"), unknown("a")],
    },
    {
      name: "an output twice",
      items: [call("a"), output("a", "one"), output("a", "two")],
      wire: [call("a"), output("a", "one"), orphan("a", "two")],
    },
    {
      name: "an id used again",
      items: [call("a"), output("a", "one"), call("a"), output("a", "two")],
      wire: [call("a"), output("a", "one"), call("a"), output("a", "two")],
    },
    {
      name: "an id used again, then interrupted",
      items: [call("a"), output("a", "one"), call("a")],
      wire: [call("a"), output("a", "one"), call("a"), unknown("a")],
    },
    {
      name: "a call twice, one output: it is the second one's",
      items: [call("a"), call("a"), output("a")],
      wire: [call("a"), unknown("a"), call("a"), output("a")],
    },
    {
      name: "custom tools",
      items: [custom("a"), customOutput("a")],
      wire: [custom("a"), customOutput("a")],
    },
    {
      name: "a custom tool was interrupted",
      items: [custom("a")],
      wire: [custom("a"), unknown("a", "custom_tool_call_output")],
    },
    {
      name: "the same id for two kinds of tool",
      items: [call("a"), custom("a"), customOutput("a"), output("a")],
      wire: [call("a"), custom("a"), customOutput("a"), output("a")],
    },
    {
      name: "an output of the other kind is no answer",
      items: [custom("a"), output("a", "text")],
      wire: [custom("a"), unknown("a", "custom_tool_call_output"), orphan("a", "text")],
    },
    {
      name: "a local shell was interrupted",
      items: [{ type: "local_shell_call", id: "ls_1", call_id: "a" }],
      wire: [
        { type: "local_shell_call", id: "ls_1", call_id: "a" },
        unknown("a", "local_shell_call_output"),
      ],
    },
    {
      name: "hosted tools have no outputs of their own",
      items: [{ type: "web_search_call", id: "ws_1" }, call("a"), output("a")],
      wire: [{ type: "web_search_call", id: "ws_1" }, call("a"), output("a")],
    },
    {
      name: "prototype names as ids",
      items: [call("constructor"), output("__proto__", "x")],
      wire: [call("constructor"), unknown("constructor"), orphan("__proto__", "x")],
    },
  ];
  test.each([...cases])("$name", ({ items, wire }) => {
    expect<unknown>(transform(...items)).toEqual(wire);
  });

  test("an interrupted call's id goes too", () => {
    expect<unknown>(transform(call("a", { id: "fc_1" }))).toEqual([call("a"), unknown("a")]);
  });
});

describe("the text of an orphan", () => {
  test.each([
    ["a text", "text", "text"],
    ["empty", "", ""],
    [
      "parts",
      [
        { type: "input_text", text: "one" },
        { type: "input_text", text: "two" },
      ],
      "one\ntwo",
    ],
    [
      "an image",
      [
        { type: "input_image", image_url: "data:…" },
        { type: "input_text", text: "x" },
      ],
      "[input_image]\nx",
    ],
    ["a part without a type", [{ a: 1 }, "text", null], "[content]\n\n"],
    ["an object", { exit: 1 }, '{"exit":1}'],
    ["null", null, "null"],
  ])("%s", (_, value, text) => {
    expect<unknown>(transform(output("a", value))).toEqual([orphan("a", text)]);
  });

  test("no call id", () => {
    expect<unknown>(transform({ type: "function_call_output", output: "x" })).toEqual([
      orphan("unknown", "x"),
    ]);
  });

  test("as long as allowed: whole", () => {
    const text = "x".repeat(16_000);
    expect<unknown>(transform(output("a", text))).toEqual([orphan("a", text)]);
  });

  test("longer: start and end are kept, and how much is missing is said", () => {
    const text = `${"s".repeat(8_000)}${"m".repeat(1_234)}${"e".repeat(8_000)}`;
    const kept = `${"s".repeat(8_000)}\n[… 1234 characters left out …]\n${"e".repeat(8_000)}`;
    expect<unknown>(transform(output("a", text))).toEqual([orphan("a", kept)]);
  });

  test("a cut never leaves half a character", () => {
    // Both cuts fall between the halves of an emoji.
    const text = `${"s".repeat(7_999)}😀${"m".repeat(100)}😀${"e".repeat(7_999)}`;
    const kept = `${"s".repeat(7_999)}\n[… 104 characters left out …]\n${"e".repeat(7_999)}`;
    const [item] = transform(output("a", text));
    expect<unknown>(item).toEqual(orphan("a", kept));
    expect(JSON.stringify(item).isWellFormed()).toBe(true);
    expect(JSON.stringify(item)).not.toMatch(/\\ud[89a-f]/i);
  });

  test("whole emoji at the cut stay", () => {
    const text = "😀".repeat(8_050);
    const kept = `${"😀".repeat(4_000)}\n[… 100 characters left out …]\n${"😀".repeat(4_000)}`;
    expect<unknown>(transform(output("a", text))).toEqual([orphan("a", kept)]);
  });
});
