import { describe, expect, test } from "bun:test";
import { StreamError } from "../../../src/response/stream-error.ts";
import { createTrust } from "../../../src/response/trust.ts";
import { decode, encode, eventsIn, recorded } from "../../support/answers.ts";

const data = (...values: unknown[]): string =>
  values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");

const created = { type: "response.created", sequence_number: 0, response: { id: "r" } };
const delta = { type: "response.output_text.delta", item_id: "m", delta: "a" };
const item = (index: number, id: string) => ({
  type: "response.output_item.done",
  output_index: index,
  item: { id, type: "message" },
});
const usage = { input_tokens: 1, output_tokens: 1 };
const completed = {
  type: "response.completed",
  response: { id: "r", output: [{ id: "m" }], usage },
};
const incomplete = {
  type: "response.incomplete",
  response: { ...completed.response, incomplete_details: { reason: "max_output_tokens" } },
};

/** Judges the blocks in order; what came out, and the state after the last. */
function inspect(...blocks: string[]) {
  const { inspect, state } = createTrust();
  const out = blocks.map((block) => decode(inspect(encode(block)))).join("");
  return { out, state };
}

describe("what it makes of an event", () => {
  test.each([
    ["a greeting", { type: "response.created" }, { spoken: true, answered: false }],
    ["in progress", { type: "response.in_progress" }, { spoken: true, answered: false }],
    ["queued", { type: "response.queued" }, { spoken: true, answered: false }],
    ["output", delta, { spoken: true, answered: true, terminal: false }],
    ["an unknown event of the API", { type: "response.x" }, { spoken: true, answered: true }],
    ["a ping with a type", { type: "keepalive" }, { spoken: false, answered: false }],
    ["limits", { type: "codex.rate_limits", limits: {} }, { spoken: false, answered: false }],
    ["completed", completed, { answered: true, terminal: true, error: undefined }],
    ["incomplete", incomplete, { answered: true, terminal: true, error: undefined }],
  ])("%s, handed on untouched", (_name, event, state) => {
    const result = inspect(data(event));
    expect(result.out).toBe(data(event));
    expect(result.state).toMatchObject(state);
  });

  test("the block itself is handed on, not a copy", () => {
    const block = encode(`: ping\n\nevent: x\n${data(created, delta)}\r\n`);
    expect(createTrust().inspect(block)).toBe(block);
  });

  test.each([
    ["the type second", `data: {"sequence_number":1,"type":"response.output_text.delta"}\n\n`],
    ["spaces in the JSON", `data: { "type" : "response.output_text.delta" }\n\n`],
    ["two data lines", `data: {"type":\ndata: "response.output_text.delta"}\n\n`],
    ["CRLF, no space", `data:{"type":"response.output_text.delta"}\r\n\r\n`],
  ])("%s", (_name, block) => {
    const result = inspect(block);
    expect(result.out).toBe(block);
    expect(result.state.answered).toBe(true);
  });

  test("a type that stands on the event line alone is written into the data", () => {
    const { out, state } = inspect('event: response.output_text.delta\ndata: {"delta":"a"}\n\n');
    expect(out).toBe('data: {"delta":"a","type":"response.output_text.delta"}\n\n');
    expect(state.answered).toBe(true);
  });
});

describe("response.done", () => {
  const done = (response: object) => data({ type: "response.done", response });
  test.each([
    ["completed", done({ status: "completed", output: [1] }), "response.completed"],
    ["no status", done({ output: [1] }), "response.completed"],
    ["incomplete", done({ ...incomplete.response, status: "incomplete" }), "response.incomplete"],
    ["failed", done({ status: "failed", error: { code: "x", message: "m" } }), "error"],
  ])("%s", (_name, block, type) => {
    const { out, state } = inspect(`event: response.done\n${block}`);
    expect(eventsIn(encode(out)).map((event) => event.type)).toEqual([type]);
    expect(out).not.toContain("response.done");
    expect(state.terminal).toBe(true);
  });
});

describe("the final response", () => {
  test("an empty output is filled by output_index; an item sent twice counts once", () => {
    const { out, state } = inspect(
      data(item(1, "second"), item(0, "old")),
      data(item(0, "first")),
      data({ type: "response.completed", response: { id: "r", output: [], usage } }),
    );
    const output = [
      { id: "first", type: "message" },
      { id: "second", type: "message" },
    ];
    const last = { type: "response.completed", response: { id: "r", output, usage } };
    expect(out.endsWith(data(last))).toBe(true);
    expect(state.response).toEqual(last.response);
  });

  test("items without an index stand in the order they came in", () => {
    const { state } = inspect(
      data({ ...item(0, "a"), output_index: undefined }, { ...item(0, "b"), output_index: null }),
      data({ type: "response.completed", response: { usage } }),
    );
    expect(state.response).toEqual({
      output: [
        { id: "a", type: "message" },
        { id: "b", type: "message" },
      ],
      usage,
    });
  });

  test("an empty output stays where there is nothing to fill it with, byte for byte", () => {
    // Another space than `JSON.stringify` would write.
    const end = `data: {"type": "response.completed","response":{"output":[],"usage":${JSON.stringify(usage)}}}\n\n`;
    expect(inspect(data(created), end).out).toBe(data(created) + end);
  });

  test("one that has its output is left alone", () => {
    const { out, state } = inspect(data(item(0, "other"), completed));
    expect(out).toBe(data(item(0, "other"), completed));
    expect(state.response).toEqual(completed.response);
  });

  test.each([
    ["none", { type: "response.completed" }],
    ["null", { type: "response.completed", response: null }],
    ["a text", { type: "response.done", response: "r" }],
    ["a list", { type: "response.incomplete", response: [] }],
  ])("an ending with %s as its response ends nothing and is left out", (_name, event) => {
    const { out, state } = inspect(data(delta, event));
    expect(out).toBe(data(delta));
    expect(state.terminal).toBe(false);
  });

  test("what follows it is left out, but for [DONE] and comments", () => {
    const tail = ": bye\n\ndata: [DONE]\n\n";
    expect(inspect(data(completed) + tail).out).toBe(data(completed) + tail);
    expect(inspect(data(completed, delta, completed)).out).toBe(data(completed));
    expect(inspect(data(completed), "data: {garbled\n\n").out).toBe(data(completed));
  });
});

describe("errors", () => {
  const failed = (error: unknown) => ({ type: "response.failed", response: { id: "r", error } });
  test.each([
    ["response.failed", failed({ code: "server_error", message: "m" }), "server_error"],
    ["error, flat", { type: "error", code: "server_error", message: "m" }, "server_error"],
    [
      "error, nested",
      { type: "error", error: { type: "server_error", message: "m" } },
      "server_error",
    ],
    ["no type", { error: { code: "slow_down", message: "m" } }, "slow_down"],
    [
      "a type of its own",
      { type: "oops", error: { code: "slow_down", message: "m" } },
      "slow_down",
    ],
    [
      "a code without rules",
      failed({ code: "rate_limit_exceeded", message: "m" }),
      "rate_limit_exceeded",
    ],
    ["an unknown code", failed({ code: "strange", message: "m" }), "strange"],
    ["no code", failed({ message: "m" }), "gateway_error"],
    [
      "an overflow",
      failed({ code: "context_length_exceeded", message: "m" }),
      "context_length_exceeded",
    ],
    ["a quota", failed({ code: "insufficient_quota", message: "m" }), "insufficient_quota"],
    ["no plan", failed({ code: "usage_not_included", message: "m" }), "usage_not_included"],
    [
      "a balance: no retry",
      failed({ code: "insufficient_balance", message: "m" }),
      "invalid_prompt",
    ],
    [
      "a bad request: no retry",
      failed({ code: "invalid_request_error", message: "m" }),
      "invalid_prompt",
    ],
    [
      "a refused key: no retry",
      failed({ code: "invalid_api_key", message: "m" }),
      "invalid_prompt",
    ],
  ])("%s", (_name, event, code) => {
    const { out, state } = inspect(data({ ...event, sequence_number: 7 }));
    expect(eventsIn(encode(out))).toEqual([
      {
        type: "error",
        sequence_number: 7,
        error: { type: expect.any(String), code, message: "m", param: null },
      },
    ]);
    expect(state).toMatchObject({ terminal: true, spoken: true, error: { message: "m" } });
  });

  test("words that the host would retry by are parted where no retry mends it, and only there", () => {
    const said = (code: string) =>
      inspect(data(failed({ code, message: "Too many requests" }))).out;
    expect(said("server_error")).toContain("Too many requests");
    expect(said("invalid_request_error")).toContain("T\u2060oo many requests");
  });

  test("a type on the event line alone", () => {
    const { out, state } = inspect('event: error\ndata: {"message":"m"}\n\n');
    expect(eventsIn(encode(out))).toMatchObject([{ type: "error", sequence_number: 0 }]);
    expect(state.error?.message).toBe("m");
  });

  test("an error that says nothing", () => {
    const { state } = inspect(data({ type: "response.failed", response: { error: null } }));
    expect(state.error?.message).toBe("The gateway reported an error without saying which.");
  });

  test("a completed response that failed is an error", () => {
    const error = { code: "server_error", message: "m" };
    const { state } = inspect(
      data({ type: "response.completed", response: { status: "failed", error } }),
    );
    expect(state).toMatchObject({ terminal: true, answered: false, response: undefined });
    expect(state.error?.message).toBe("m");
  });

  test("an error after output leaves the answer an answer", () => {
    const { state } = inspect(data(delta), data(failed({ code: "server_error", message: "m" })));
    expect(state).toMatchObject({ answered: true, terminal: true, error: { message: "m" } });
  });
});

describe("what is no event of the API", () => {
  test.each([
    ["text", "data: ping\n\n"],
    ["empty data", "data:\n\n"],
    ["a number", "data: 1\n\n"],
    ["a list", "data: []\n\n"],
    ["another API's event", 'data: {"choices":[]}\n\n'],
  ])("%s is left out, and kept as a stray before the API has spoken", (_name, block) => {
    const before = inspect(block, data(created));
    expect(before.out).toBe(data(created));
    expect(before.state.strays).toBe(block.replace(/^data: ?/, "").replace("\n\n", "\n"));
    const after = inspect(data(created), block);
    expect(after.out).toBe(data(created));
    expect(after.state.strays).toBe("");
  });

  test("strays are not kept without bound", () => {
    const { state } = inspect(`data: ${"x".repeat(50_000)}\n\n`.repeat(10));
    expect(state.strays.length).toBeLessThan(150_000);
  });

  test.each([
    ["cut", 'data: {"type":"response.output_text.delta","del\n\n'],
    ["garbled", 'data: {"type":"response.completed","response":{}]\n\n'],
    ["a cut ending", 'data: {"type":"response.completed","response":{"output":[1\n\n'],
  ])("JSON that is %s is an error of the stream", (_name, block) => {
    expect(() => inspect(data(delta), block)).toThrow(StreamError);
  });
});

test.each(recorded)("%s passes untouched and completes", (_name, bytes) => {
  const { inspect, state } = createTrust();
  expect(inspect(bytes)).toBe(bytes);
  expect(state).toMatchObject({ answered: true, terminal: true, error: undefined });
});
