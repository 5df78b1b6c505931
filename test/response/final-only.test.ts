import { describe, expect, test } from "bun:test";
import { createTrust } from "../../src/response/trust.ts";
import { encode, judgeChunks, responseOf } from "../support/answers.ts";

const delta = 'data: {"type":"response.output_text.delta","delta":"a"}\n\n';
const garbled = 'data: {"type":"response.output_text.delta","delta":"a\n\n';
const completed =
  'data: {"type":"response.completed","response":{"id":"r","output":[{"type":"message"}],"usage":{"input_tokens":1,"output_tokens":1}}}\n\n';

describe("where the final response alone is wanted", () => {
  test("deltas are not parsed, and still make it an answer", () => {
    const trust = createTrust({ finalOnly: true });
    trust.inspect(encode(garbled));
    expect(trust.state).toMatchObject({ spoken: true, answered: true, terminal: false });
    trust.inspect(encode(completed));
    expect(trust.state.response).toMatchObject({ id: "r", output: [{ type: "message" }] });
  });

  test("everything else is judged as ever", () => {
    const cut = 'data: {"type":"response.output_item.done","item":{\n\n';
    expect(() => createTrust({ finalOnly: true }).inspect(encode(cut))).toThrow();
    const trust = createTrust({ finalOnly: true });
    trust.inspect(encode(`${delta}data: {"type":"error","message":"m","text":".delta"}\n\n`));
    expect(trust.state.error?.message).toBe("m");
  });

  test("in a stream for the host every delta is parsed", async () => {
    expect(() => createTrust().inspect(encode(garbled))).toThrow();
    const chunks = [encode(garbled + completed)];
    const collected = responseOf(await judgeChunks(chunks, { stream: false }));
    expect(await collected.json()).toMatchObject({ id: "r" });
  });
});
