import { describe, expect, test } from "bun:test";
import { resolveModel } from "../../../src/models/name.ts";
import { createBridge } from "../../../src/prompt/bridge.ts";
import { removeHostPrompt } from "../../../src/prompt/host-prompt.ts";
import { createBody } from "../../../src/request/body.ts";

const make = (
  requested: Record<string, unknown>,
  name = "gpt-5.1",
  reasoning = { effort: "high" },
) =>
  createBody(requested, {
    model: resolveModel(name),
    instructions: "Be useful.",
    reasoning,
    codexMode: true,
    ownPrompt: false,
  });

const tool = { type: "function", name: "bash", parameters: { type: "object" } };
const developer = (text = "") => ({
  type: "message",
  role: "developer",
  content: [{ type: "input_text", text }],
});
const hello = { role: "user", content: [{ type: "input_text", text: "hello" }] };
const wireHello = { type: "message", ...hello };

/** Everything the AI SDK can put into a body, and some more. */
const everything = {
  model: "gpt-5.1-high",
  input: [hello],
  temperature: 0.1,
  top_p: 0.9,
  max_output_tokens: 32_000,
  max_completion_tokens: 1,
  max_tool_calls: 3,
  metadata: { a: 1 },
  user: "me",
  previous_response_id: "resp_1",
  conversation: "conv_1",
  prompt: { id: "p" },
  safety_identifier: "s",
  prompt_cache_retention: "24h",
  service_tier: "priority",
  store: true,
  stream: false,
  stream_options: { include_obfuscation: false },
  background: true,
  truncation: "auto",
  top_logprobs: 3,
  include: ["file_search_call.results"],
  text: { verbosity: "high", format: { type: "text" } },
  reasoning: { effort: "low" },
  tools: [tool],
  tool_choice: "required",
  parallel_tool_calls: false,
  prompt_cache_key: "ses_1",
  instructions: "Be the host.",
  constructor: "x",
};

test("everything at once: the allowlist, in the CLI's order", () => {
  const before = structuredClone(everything);
  const expected = {
    model: "gpt-5.1",
    instructions: "Be useful.",
    input: [
      developer(createBridge([tool], { codexMode: true })),
      developer("Be the host."),
      wireHello,
    ],
    tools: [tool],
    tool_choice: "required",
    parallel_tool_calls: false,
    reasoning: { effort: "high" },
    store: false,
    stream: true,
    include: ["file_search_call.results", "reasoning.encrypted_content"],
    service_tier: "priority",
    prompt_cache_key: "ses_1",
    text: { format: { type: "text" }, verbosity: "high" },
  };
  const body = make(everything);
  expect<unknown>(body).toEqual(expected);
  expect(Object.keys(body)).toEqual(Object.keys(expected));
  expect(everything).toEqual(before);
});

test("the least: keys that nobody set are left out", () => {
  const body = createBody(
    { model: "my-own", input: [hello] },
    {
      model: { id: "my-own" },
      instructions: "Be useful.",
      reasoning: undefined,
      codexMode: true,
      ownPrompt: false,
    },
  );
  expect(Object.keys(body)).toEqual([
    "model",
    "instructions",
    "input",
    "store",
    "stream",
    "include",
  ]);
  expect(body).toEqual({
    model: "my-own",
    instructions: "Be useful.",
    input: [wireHello],
    store: false,
    stream: true,
    include: ["reasoning.encrypted_content"],
  });
});

describe("CODEX_MODE", () => {
  const prompt =
    "You are opencode, an interactive CLI tool.\nHere is some useful information about the environment you are running in:\n<env>\n  Working directory: /w\n</env>\nMy own AGENTS.md";
  const requested = { input: [{ role: "developer", content: prompt }, hello], tools: [tool] };
  const inputOf = (codexMode: boolean) =>
    createBody(requested, {
      model: resolveModel("gpt-5.1"),
      instructions: "Be useful.",
      reasoning: undefined,
      codexMode,
      ownPrompt: false,
    }).input;

  test("on: the bridge first, OpenCode's prompt as the cut leaves it", () => {
    expect<unknown>(inputOf(true)).toEqual([
      developer(createBridge([tool], { codexMode: true })),
      developer(removeHostPrompt(prompt)),
      wireHello,
    ]);
  });
  test("on, for an agent with a prompt of the user's: it stays whole", () => {
    const body = createBody(requested, {
      model: resolveModel("gpt-5.1"),
      instructions: "Be useful.",
      reasoning: undefined,
      codexMode: true,
      ownPrompt: true,
    });
    expect<unknown>(body.input).toEqual([
      developer(createBridge([tool], { codexMode: true })),
      developer(prompt),
      wireHello,
    ]);
  });
  test("off: the remap first, OpenCode's prompt whole", () => {
    expect<unknown>(inputOf(false)).toEqual([
      developer(createBridge([tool], { codexMode: false })),
      developer(prompt),
      wireHello,
    ]);
  });
  test.each([true, false])("%p, without tools: nothing is added", (codexMode) => {
    const body = createBody(
      { input: [hello] },
      {
        model: { id: "m" },
        instructions: "Be useful.",
        reasoning: undefined,
        codexMode,
        ownPrompt: false,
      },
    );
    expect<unknown>(body.input).toEqual([wireHello]);
  });
});

describe("key by key", () => {
  test.each([
    ["empty instructions stay", {}, "instructions", "Be useful."],
    ["include: none", {}, "include", ["reasoning.encrypted_content"]],
    [
      "include: not twice",
      { include: ["reasoning.encrypted_content"] },
      "include",
      ["reasoning.encrypted_content"],
    ],
    ["include: no list", { include: "x" }, "include", ["reasoning.encrypted_content"]],
    ["include: null", { include: null }, "include", ["reasoning.encrypted_content"]],
    ["store is never true", { store: true }, "store", false],
    ["stream is never false", { stream: false }, "stream", true],
    ["service_tier", { service_tier: "flex" }, "service_tier", "flex"],
    ["service_tier null", { service_tier: null }, "service_tier", undefined],
    ["prompt_cache_key", { prompt_cache_key: "ses_1" }, "prompt_cache_key", "ses_1"],
    ["prompt_cache_key of a wrong type", { prompt_cache_key: 1 }, "prompt_cache_key", undefined],
    ["tools as they are", { tools: [tool] }, "tools", [tool]],
    ["no tools", { tools: [] }, "tools", undefined],
    ["tools null", { tools: null }, "tools", undefined],
    ["a choice without tools", { tool_choice: "required" }, "tool_choice", undefined],
    ["parallel without tools", { parallel_tool_calls: true }, "parallel_tool_calls", undefined],
    ["tool_choice by default", { tools: [tool] }, "tool_choice", "auto"],
    ["tool_choice null", { tools: [tool], tool_choice: null }, "tool_choice", "auto"],
    [
      "tool_choice",
      { tools: [tool], tool_choice: { type: "function", name: "bash" } },
      "tool_choice",
      { type: "function", name: "bash" },
    ],
    [
      "a text as input",
      { input: "hi" },
      "input",
      [{ type: "message", role: "user", content: [{ type: "input_text", text: "hi" }] }],
    ],
    [
      "no input",
      { input: undefined },
      "input",
      [{ type: "message", role: "user", content: [{ type: "input_text", text: "" }] }],
    ],
    ["empty host instructions", { instructions: "" }, "input", [wireHello]],
    ["host instructions null", { instructions: null }, "input", [wireHello]],
  ])("%s", (_, change, key, value) => {
    expect<unknown>(make({ input: [hello], ...change })[key]).toEqual(value);
  });
});

describe("parallel_tool_calls as the CLI sends it", () => {
  test.each([
    ["gpt-5.2-codex", true],
    ["gpt-5.2", true],
    ["gpt-5.1", true],
    ["gpt-5.1-codex", false],
    ["gpt-5.1-codex-max", false],
    ["gpt-5.1-codex-mini", false],
    ["gpt-6-sol", true],
    ["lab/gpt-5.1-codex", false],
    ["gpt-7-sol", undefined],
    ["constructor", undefined],
  ])("%s: %p", (name, parallel) => {
    expect<unknown>(make({ input: [], tools: [tool] }, name).parallel_tool_calls).toBe(parallel);
    expect(
      make({ input: [], tools: [tool], parallel_tool_calls: true }, name).parallel_tool_calls,
    ).toBe(true);
  });
});

describe("text", () => {
  const format = { type: "json_schema", name: "x", schema: {} };
  test.each([
    ["gpt-5.1", undefined, { verbosity: "low" }],
    ["gpt-5.2", undefined, { verbosity: "low" }],
    ["gpt-5.2", { verbosity: "high" }, { verbosity: "high" }],
    ["gpt-5.2", { verbosity: null }, { verbosity: "low" }],
    ["gpt-5.2", "high", { verbosity: "low" }],
    ["gpt-5.2", { format }, { format, verbosity: "low" }],
    ["gpt-5.1-codex", undefined, undefined],
    ["gpt-5.1-codex", { verbosity: "low" }, undefined],
    ["gpt-5.1-codex-max", { verbosity: "medium", format }, { format }],
    ["gpt-5.1-codex-mini", { verbosity: "low" }, undefined],
    ["gpt-5.2-codex", { verbosity: "low" }, undefined],
    ["gpt-6-sol", undefined, { verbosity: "low" }],
    ["gpt-7-sol", undefined, undefined],
    ["gpt-7-sol", { verbosity: "high" }, { verbosity: "high" }],
    ["gpt-7-sol", { format }, { format }],
  ])("%s, %j → %j", (name, text, wire) => {
    expect<unknown>(make({ input: [], text }, name).text).toEqual(wire);
  });
});
