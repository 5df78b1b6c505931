import { describe, expect, test } from "bun:test";
import { EFFORTS } from "../../gateway/models.ts";
import { HEADERS, KEY, sampleBody, userMessage } from "../../gateway/sample.ts";
import { checkBody, checkHeaders, checkKey } from "../../gateway/validate.ts";

const call = { type: "function_call", call_id: "c1", name: "bash", arguments: "{}" };
const output = { type: "function_call_output", call_id: "c1", output: "ok" };
const reasoning = { type: "reasoning", summary: [], encrypted_content: "sealed" };
const withItems = (...items: unknown[]) => sampleBody({ input: [userMessage("hello"), ...items] });
const without = (field: string) => {
  const { [field]: _gone, ...rest } = sampleBody();
  return rest;
};

describe("bodies that are refused", () => {
  const table: [string, unknown, param: string, code: string][] = [
    ["unknown field", sampleBody({ temperature: 1 }), "temperature", "unsupported_parameter"],
    [
      "known field of another API",
      sampleBody({ max_output_tokens: 9 }),
      "max_output_tokens",
      "unsupported_parameter",
    ],
    [
      "unknown field beats a missing one",
      { ...without("store"), user: "me" },
      "user",
      "unsupported_parameter",
    ],
    ["no instructions", without("instructions"), "instructions", "missing_required_parameter"],
    ["empty instructions", sampleBody({ instructions: "" }), "instructions", "invalid_value"],
    [
      "instructions of the wrong type",
      sampleBody({ instructions: null }),
      "instructions",
      "invalid_type",
    ],
    ["no model", without("model"), "model", "missing_required_parameter"],
    ["store: true", sampleBody({ store: true }), "store", "unsupported_value"],
    ["no store", without("store"), "store", "missing_required_parameter"],
    ["stream: false", sampleBody({ stream: false }), "stream", "unsupported_value"],
    ["no include", without("include"), "include", "missing_required_parameter"],
    ["include of something else", sampleBody({ include: ["x"] }), "include", "invalid_value"],
    [
      "effort above the model's",
      sampleBody({ reasoning: { effort: "xhigh" } }),
      "reasoning.effort",
      "unsupported_value",
    ],
    [
      "summary off",
      sampleBody({ reasoning: { summary: "off" } }),
      "reasoning.summary",
      "unsupported_value",
    ],
    [
      "unknown reasoning field",
      sampleBody({ reasoning: { foo: 1 } }),
      "reasoning.foo",
      "unsupported_parameter",
    ],
    ["effort in the name", sampleBody({ model: "gpt-5.1-codex-high" }), "model", "model_not_found"],
    [
      "id on a message",
      withItems({ ...userMessage("x"), id: "msg_1" }),
      "input[1].id",
      "unsupported_parameter",
    ],
    [
      "id on reasoning",
      withItems({ ...reasoning, id: "rs_1" }),
      "input[1].id",
      "unsupported_parameter",
    ],
    [
      "id on a call",
      withItems({ ...call, id: "fc_1" }, output),
      "input[1].id",
      "unsupported_parameter",
    ],
    [
      "id on an output",
      withItems(call, { ...output, id: "x" }),
      "input[2].id",
      "unsupported_parameter",
    ],
    [
      "item without type",
      withItems({ role: "user", content: [] }),
      "input[1].type",
      "missing_required_parameter",
    ],
    ["item_reference", withItems({ type: "item_reference", id: "x" }), "input[1]", "invalid_value"],
    [
      "role system",
      withItems({ ...userMessage("x"), role: "system" }),
      "input[1].role",
      "unsupported_value",
    ],
    [
      "content as a bare string",
      withItems({ ...userMessage("x"), content: "x" }),
      "input[1].content",
      "invalid_type",
    ],
    [
      "assistant with input_text",
      withItems({ ...userMessage("x"), role: "assistant" }),
      "input[1].content[0].type",
      "unsupported_value",
    ],
    ["output without a call", withItems(output), "input[1].call_id", "invalid_value"],
    ["output before its call", withItems(output, call), "input[1].call_id", "invalid_value"],
    [
      "output of another kind of call",
      withItems(call, { ...output, type: "custom_tool_call_output" }),
      "input[2].call_id",
      "invalid_value",
    ],
    ["call without an output", withItems(call), "input[1]", "invalid_value"],
    ["empty input", sampleBody({ input: [] }), "input", "invalid_type"],
  ];
  test.each(table)("%s", (_name, body, param, code) => {
    expect(checkBody(body)).toMatchObject({ type: "invalid_request_error", param, code });
    expect(checkBody(body)?.message).not.toBe("");
  });

  test("a body that is no object", () => {
    expect(checkBody(undefined)).toMatchObject({ type: "invalid_request_error" });
  });

  test("a model that is not served", () => {
    expect(checkBody(sampleBody(), { serves: ["gpt-5.2"] })).toMatchObject({ param: "model" });
    expect(checkBody(sampleBody(), { serves: ["gpt-5.1-codex"] })).toBeUndefined();
  });
});

describe("bodies that pass", () => {
  const table: [string, unknown][] = [
    ["the usual one", sampleBody()],
    ["a tool round trip", withItems(reasoning, call, output)],
    ["reasoning as Codex sends it back", withItems({ ...reasoning, content: null })],
    [
      "a freeform tool",
      withItems(
        { type: "custom_tool_call", call_id: "c2", name: "apply_patch", input: "x" },
        { type: "custom_tool_call_output", call_id: "c2", output: "ok" },
      ),
    ],
    ["a hosted tool's item with its id", withItems({ type: "web_search_call", id: "ws_1" })],
    ["no tools (a title)", without("tools")],
    ["no effort", sampleBody({ reasoning: { summary: "auto" } })],
    [
      "an unknown model with any effort",
      sampleBody({ model: "gpt-9", reasoning: { effort: "ultra" } }),
    ],
    ["service_tier and text", sampleBody({ service_tier: "priority", text: { verbosity: "low" } })],
  ];
  test.each(table)("%s", (_name, body) => {
    expect(checkBody(body)).toBeUndefined();
  });

  test("empty instructions where they are allowed", () => {
    expect(
      checkBody(sampleBody({ instructions: "" }), { emptyInstructions: true }),
    ).toBeUndefined();
  });

  test("each effort of each model, and no other", () => {
    for (const [model, efforts] of EFFORTS)
      for (const effort of ["none", "minimal", "low", "medium", "high", "xhigh", "max"]) {
        const refused = checkBody(sampleBody({ model, reasoning: { effort } })) !== undefined;
        expect({ model, effort, refused }).toEqual({
          model,
          effort,
          refused: !efforts.includes(effort),
        });
      }
  });
});

describe("headers", () => {
  test("the usual ones pass", () => {
    expect(checkHeaders(HEADERS)).toBeUndefined();
    expect(checkKey(HEADERS, KEY)).toBeUndefined();
  });
  test.each(["accept", "content-type", "session_id"])("%s is needed", (name) => {
    const { [name]: _gone, ...rest } = HEADERS;
    expect(checkHeaders(rest)).toMatchObject({ param: name });
  });
  test.each(["", "Bearer wrong", KEY])("key %p is refused", (authorization) => {
    expect(checkKey({ authorization }, KEY)).toMatchObject({ code: "invalid_api_key" });
  });
});
