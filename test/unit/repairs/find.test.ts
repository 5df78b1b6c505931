import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../../src/json.ts";
import { dropParameter, dropReasoning } from "../../../src/repairs/drop.ts";
import { findRepair } from "../../../src/repairs/find.ts";
import { parseErrorBody } from "../../../src/response/errors.ts";
import { sampleBody, userMessage } from "../../gateway/sample.ts";

const reasoning = (sealed: string | null): JsonObject => ({
  type: "reasoning",
  summary: [],
  encrypted_content: sealed,
});
const call = { type: "function_call", call_id: "c1", name: "bash", arguments: "{}" };

const body = sampleBody({
  input: [userMessage("hello"), reasoning("gAAA-one"), call, reasoning("gAAA-two")],
  text: { verbosity: "low", format: { type: "text" } },
  service_tier: "priority",
});

/** What is done about an answer with this body. */
function repairOf(said: unknown, refused: JsonObject = body) {
  const error = parseErrorBody(typeof said === "string" ? said : JSON.stringify(said));
  if (error === undefined) throw new Error("no error in it");
  return findRepair(error, refused);
}

describe("reasoning that the gateway cannot read", () => {
  const wordings: readonly unknown[] = [
    {
      error: {
        code: "invalid_encrypted_content",
        message:
          "The encrypted content gAAA... could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
        type: "invalid_request_error",
        param: null,
      },
    },
    { error: { code: "invalid_encrypted_content", message: "No." } },
    { error: { message: "The encrypted content for item rs_1 could not be verified." } },
    { detail: "The encrypted content gAAA could not be decrypted or parsed." },
    {
      message:
        "Encrypted content organization_id did not match the target organization, cannot be verified",
    },
    "upstream error: failed to decrypt encrypted_content of input[3]",
    'data: {"error":{"message":"encrypted_content is invalid: verification failed"}}\n\n',
  ];
  test.each(wordings.map((said) => [said]))("%j", (said) => {
    expect(repairOf(said)).toEqual({
      type: "drop_reasoning",
      rejected: ["gAAA-one", "gAAA-two"],
    });
  });

  test.each(["Your organization must be verified to use this model.", "encrypted traffic only"])(
    "%j is about something else",
    (message) => expect(repairOf({ error: { message } })).toBeUndefined(),
  );

  test("without any in the request there is nothing to leave out", () => {
    const said = wordings[0];
    expect(repairOf(said, sampleBody())).toBeUndefined();
    expect(repairOf(said, sampleBody({ input: [reasoning(null), reasoning("")] }))).toBeUndefined();
    expect(repairOf(said, sampleBody({ input: "hello" }))).toBeUndefined();
    expect(repairOf(said, {})).toBeUndefined();
  });
});

describe("a parameter that the gateway does not take", () => {
  test.each([
    [{ detail: "Unsupported parameter: service_tier" }, "service_tier"],
    [{ detail: "Unsupported parameter: text.verbosity" }, "text.verbosity"],
    [{ error: { message: "Unsupported parameter: 'service_tier'." } }, "service_tier"],
    [
      {
        error: {
          message: "Unsupported parameter: 'reasoning.summary' is not supported with this model.",
          type: "invalid_request_error",
          param: "reasoning.summary",
          code: "unsupported_parameter",
        },
      },
      "reasoning.summary",
    ],
    [
      { error: { message: "No such thing.", param: "include", code: "unknown_parameter" } },
      "include",
    ],
    [{ error: { message: "Unknown parameter: 'prompt_cache_key'." } }, "prompt_cache_key"],
    [
      { error: { message: "Unrecognized request argument supplied: prompt_cache_key" } },
      "prompt_cache_key",
    ],
    [{ error: { message: "Unrecognized request arguments: tool_choice" } }, "tool_choice"],
    [{ message: 'The parameter "parallel_tool_calls" is not allowed' }, "parallel_tool_calls"],
    [{ message: "parameter: `text` is unsupported" }, "text"],
    [{ error: "bad_request", message: "unknown field `text.format`" }, "text.format"],
    ["unexpected keyword argument 'service_tier'", "service_tier"],
    ['json: unknown field "service_tier"', "service_tier"],
    ["Parameter text.format.type is not supported.", "text.format.type"],
  ])("%j", (said, path) => {
    expect(repairOf(said)).toEqual({ type: "drop_parameter", path });
  });

  test.each([
    // Without them there is no request.
    "Unsupported parameter: model",
    "Unsupported parameter: 'input'",
    "Unsupported parameter: instructions",
    "Unsupported parameter: stream",
    "Unsupported parameter: tools",
    // Nothing of it was sent.
    "Unsupported parameter: temperature",
    "Unsupported parameter: text.verbosity.level",
    "Unsupported parameter: reasoning.other",
    "Unsupported parameter: __proto__",
    "Unsupported parameter: constructor",
    "Unsupported parameter: ''",
    // A part of a list: the list must stay.
    "Unknown parameter: 'tools[0].strict'.",
    "Unknown parameter: 'input[3].id'.",
    "Unknown parameter: 'include[0]'.",
    "Unknown parameter: include.0",
    // A value, not the parameter.
    "Unsupported value: 'reasoning.effort' does not support 'xhigh' with this model.",
    "Invalid value: 'text.verbosity' must be one of low, medium, high.",
    // Such words, meant otherwise.
    "This parameter is not supported",
    "Missing required parameter: 'text.format'.",
    "reasoning is not supported",
    "Store must be set to false",
    "The text of your message was refused: it asks for an unsupported parameter in include",
    "Instructions are required",
  ])("no repair: %s", (message) => {
    expect(repairOf({ error: { message } })).toBeUndefined();
  });

  test.each([
    [{ param: "tools[0].strict", code: "unknown_parameter" }],
    [{ param: "input", code: "unsupported_parameter" }],
    [{ param: "reasoning.effort", code: "unsupported_value" }],
    [{ param: "reasoning.effort", code: null }],
    [{ param: 5, code: "unsupported_parameter" }],
  ])("no repair by its field: %j", (fields) => {
    expect(repairOf({ error: { message: "No.", ...fields } })).toBeUndefined();
  });
});

describe("instructions that the gateway does not take", () => {
  test.each([
    [{ detail: "Instructions are not valid" }],
    [{ error: { message: "Instructions are not valid.", type: "invalid_request_error" } }],
    ["upstream: instructions are not valid"],
  ])("%j", (said) => {
    expect(repairOf(said)).toEqual({ type: "official_instructions" });
  });
});

describe("leaving out", () => {
  test("does not change what it is given", () => {
    const before = structuredClone(body);
    dropParameter(body, "text.verbosity");
    dropReasoning(body, new Set(["gAAA-one"]));
    expect(body).toEqual(before);
  });

  test("a parameter, a nested one, and the rest stays", () => {
    const { service_tier: _, ...others } = body;
    expect(dropParameter(body, "service_tier")).toEqual(others);
    expect(dropParameter(body, "text.verbosity")).toEqual({
      ...body,
      text: { format: { type: "text" } },
    });
    expect(dropParameter(body, "nothing")).toBe(body);
  });

  test("the reasoning that was rejected, and no other", () => {
    const input = [userMessage("hello"), call, reasoning("gAAA-two"), reasoning(null)];
    const before = { ...body, input: [...input, reasoning("gAAA-one")] };
    expect(dropReasoning(before, new Set(["gAAA-one"]))).toEqual({ ...body, input });
    expect(dropReasoning(body, new Set())).toBe(body);
    expect(dropReasoning(body, new Set(["other"]))).toBe(body);
  });
});
