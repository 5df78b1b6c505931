/**
 * What the AI SDK inside OpenCode makes of the endings that the plugin hands on: an ending it does
 * not take starts the next turn, which is paid, without end.
 */
import { describe, expect, test } from "bun:test";
import { createOpenAI as createNewest } from "@ai-sdk/openai";
import { createOpenAI as createOldest } from "ai-sdk-openai-3-0-53";
import { readEnding } from "../../../src/response/ending.ts";
import { encode, judgeChunks, responseOf } from "../../support/answers.ts";

const data = (...values: unknown[]): string =>
  values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");
const item = { type: "message", id: "msg_1", role: "assistant", content: [] };
const created = { id: "resp_1", created_at: 1, model: "gpt-5.2" };
const output = [
  { ...item, content: [{ type: "output_text", text: "Well.", annotations: [] }] },
] as const;
const goodUsage = { input_tokens: 12, output_tokens: 3 };
const zero: NonNullable<(typeof endings)[number]["usage"]> = { input: 0, output: 0 };

/** What a gateway sends at the end → the finish reason and the usage that the host sees. */
const endings: readonly {
  readonly name: string;
  readonly type?: string;
  readonly response: Readonly<Record<string, unknown>>;
  readonly finish?: string;
  readonly usage?: { input: number; output: number; cached?: number; reasoning?: number };
}[] = [
  { name: "a good usage", response: { usage: goodUsage }, usage: { input: 12, output: 3 } },
  { name: "no usage", response: {} },
  { name: "usage: null", response: { usage: null } },
  { name: "usage: a text", response: { usage: "12" } },
  { name: "usage: a list", response: { usage: [1] } },
  { name: "an empty usage", response: { usage: {} } },
  {
    name: "one count only",
    response: { usage: { input_tokens: 5 } },
    usage: { input: 5, output: 0 },
  },
  {
    name: "counts as texts",
    response: { usage: { input_tokens: "5", output_tokens: "6" } },
  },
  {
    name: "counts that are null",
    response: { usage: { input_tokens: null, output_tokens: null } },
  },
  {
    name: "details as a number",
    response: { usage: { ...goodUsage, input_tokens_details: 3 } },
    usage: { input: 12, output: 3 },
  },
  {
    name: "details of texts",
    response: { usage: { ...goodUsage, output_tokens_details: { reasoning_tokens: "x" } } },
    usage: { input: 12, output: 3 },
  },
  {
    name: "details that are null",
    response: { usage: { ...goodUsage, input_tokens_details: { cached_tokens: null } } },
    usage: { input: 12, output: 3 },
  },
  {
    name: "the usage of chat completions",
    response: { usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } },
    usage: { input: 7, output: 2 },
  },
  {
    name: "details as chat completions have them",
    response: {
      usage: {
        prompt_tokens: 7,
        completion_tokens: 2,
        prompt_tokens_details: { cached_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 1 },
      },
    },
    usage: { input: 7, output: 2, cached: 5, reasoning: 1 },
  },
  { name: "a status that is null", response: { status: null } },
  { name: "details of incompleteness as a text", response: { incomplete_details: "none" } },
  { name: "details of incompleteness without a reason", response: { incomplete_details: {} } },
  { name: "a service tier that is a number", response: { service_tier: 3 } },
  { name: "a reasoning that is a text", response: { reasoning: "high" } },
  { name: "a reasoning with a number for a context", response: { reasoning: { context: 1 } } },
  {
    name: "the window used up",
    type: "response.incomplete",
    response: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
    finish: "length",
  },
  {
    name: "a filter, without usage",
    type: "response.incomplete",
    response: {
      status: "incomplete",
      usage: null,
      incomplete_details: { reason: "content_filter" },
    },
    finish: "content-filter",
  },
];

const cuts: readonly [name: string, type: string, response: Readonly<Record<string, unknown>>][] = [
  ["an upstream's own reason", "response.incomplete", reason("adapter_eof")],
  ["no reason", "response.incomplete", { status: "incomplete" }],
  ["neither reason nor status", "response.incomplete", {}],
  ["reason: null", "response.incomplete", reason(null)],
  ["completed, with a reason", "response.completed", reason("upstream_closed")],
  ["done, with a reason", "response.done", reason("upstream_closed")],
  ["cancelled", "response.completed", { status: "cancelled" }],
  ["still in progress", "response.done", { status: "in_progress" }],
];
function reason(why: unknown): Readonly<Record<string, unknown>> {
  return { status: "incomplete", incomplete_details: { reason: why } };
}

const sdks = { "3.0.53": createOldest, "3.0.88": createNewest } as const;

describe.each(Object.entries(sdks))("AI SDK %s", (_version, createOpenAI) => {
  async function turn(answer: Response) {
    const openai = createOpenAI({
      apiKey: "none",
      fetch: Object.assign(async () => answer, { preconnect: () => {} }),
    });
    const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "Hi" }] }];
    const { stream } = await openai.responses("gpt-5.2").doStream({ prompt });
    for await (const part of stream) if (part.type === "finish") return part;
    throw new Error("The stream has no end.");
  }

  for (const { name, type = "response.completed", response, finish = "stop", usage } of endings) {
    const expected = usage ?? zero;
    const check = (part: Awaited<ReturnType<typeof turn>>): void => {
      expect(part.finishReason.unified).toBe(finish as typeof part.finishReason.unified);
      expect(part.usage.inputTokens.total).toBe(expected.input);
      expect(part.usage.outputTokens.total).toBe(expected.output);
      const { cached = 0, reasoning = 0 } = expected;
      expect(part.usage.inputTokens.cacheRead).toBe(cached);
      expect(part.usage.outputTokens.reasoning).toBe(reasoning);
    };
    const whole = { ...created, status: "completed", output, ...response };

    test(`${name}, streamed`, async () => {
      const events = [
        { type: "response.created", response: created },
        { type: "response.output_item.added", output_index: 0, item },
        { type: "response.output_text.delta", item_id: "msg_1", delta: "Well." },
        { type: "response.output_item.done", output_index: 0, item: output[0] },
        { type, response: whole },
      ];
      check(await turn(responseOf(await judgeChunks([encode(data(...events))]))));
    });

    test(`${name}, as JSON replayed`, async () => {
      check(await turn(responseOf(await judgeChunks([encode(JSON.stringify(whole))]))));
    });

    test(`${name}, collected`, async () => {
      for (const body of [JSON.stringify(whole), data({ type, response: whole })]) {
        const answer = responseOf(await judgeChunks([encode(body)], { stream: false }));
        const openai = createOpenAI({
          apiKey: "none",
          fetch: Object.assign(async () => answer, { preconnect: () => {} }),
        });
        const prompt = [
          { role: "user" as const, content: [{ type: "text" as const, text: "Hi" }] },
        ];
        const result = await openai.responses("gpt-5.2").doGenerate({ prompt });
        expect(result.finishReason.unified).toBe(finish as typeof result.finishReason.unified);
        expect(result.usage.inputTokens.total).toBe(expected.input);
      }
    });
  }
});

describe("a stream that was cut, whatever its last event is called", () => {
  test.each(cuts)("%s", async (_name, type, response) => {
    const whole = { ...created, output, ...response };
    const streamed = judgeChunks([encode(data({ type, response: whole }))]);
    await expect(streamed).rejects.toMatchObject({ type: "stream_truncated" });
    const collected = judgeChunks([encode(data({ type, response: whole }))], { stream: false });
    await expect(collected).rejects.toMatchObject({ type: "stream_truncated" });
  });

  test.each(cuts)("%s, as JSON", async (_name, type, given) => {
    // Without an event the status alone says it.
    const response = type === "response.incomplete" ? { status: "incomplete", ...given } : given;
    const outcome = await judgeChunks([encode(JSON.stringify({ output, ...response }))]);
    expect(outcome).toMatchObject({ type: "refused", status: 500 });
  });

  test("a reason is repeated only if it is a word", () => {
    const told = (why: unknown) => readEnding(reason(why));
    expect(told("adapter_eof")).toEqual({ type: "unfinished", reason: "adapter_eof" });
    expect(told("x".repeat(60))).toMatchObject({ reason: "x".repeat(60) });
    expect(told("x".repeat(61))).toEqual({ type: "unfinished", reason: undefined });
    expect(told("sk-test 0123\u001b[31m")).toEqual({
      type: "unfinished",
      reason: undefined,
    });
  });
});

test("a good ending is handed on as it is", () => {
  const good = { status: "completed", usage: goodUsage, service_tier: null, reasoning: null };
  const ending = readEnding(good);
  expect(ending.type === "final" && ending.response).toBe(good);
});
