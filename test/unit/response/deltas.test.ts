import { describe, expect, test } from "bun:test";
import { skipDeltas } from "../../../src/response/deltas.ts";
import { createTrust } from "../../../src/response/trust.ts";
import { decode, encode, recorded } from "../../support/answers.ts";

const event = (data: string): string => `data: ${data}\n\n`;
const delta = '{"type":"response.output_text.delta","item_id":"m","delta":"a"}';

describe("runs of deltas", () => {
  test.each([
    ["one", event(delta)],
    ["several", event(delta).repeat(3)],
    ["an event line", `event: response.output_text.delta\n${event(delta)}`],
    ["no spaces", `event:x\ndata:${delta}\n\n`],
    ["spaces in the JSON", event('{"type": "response.x.delta", "a": 1, "b": "c"}')],
    [
      "every kind of value",
      event(
        String.raw`{"type":"response.x.delta","a":-1.5e+3,"b":0,"c":true,"d":false,"e":null,"f":[],"g":"\"\\\/\b\f\n\r\t\u00e4\ud83d"}`,
      ),
    ],
    ["a block of many, longer than one may be", event(delta).repeat(2_000)],
    ["words of the world", event('{"type":"response.x.delta","delta":"你好, \u2028 😀"}')],
  ])("%s", (_name, block) => {
    expect(skipDeltas(block, 0)).toBe(block.length);
    for (const data of block.matchAll(/data: ?([^\n]*)/g)) JSON.parse(data[1] ?? "");
  });

  test.each([
    ["an ending", '{"type":"response.completed","response":{}}'],
    ["an error", '{"type":"error","message":"m"}'],
    ["cut off", delta.slice(0, -2)],
    ["cut within an escape", String.raw`{"type":"response.x.delta","a":"\u12"}`],
    ["an unknown escape", String.raw`{"type":"response.x.delta","a":"\x"}`],
    ["a control character", '{"type":"response.x.delta","a":"\u0001"}'],
    ["a number that is none", '{"type":"response.x.delta","a":01}'],
    ["a word that is none", '{"type":"response.x.delta","a":nul}'],
    ["a second type", '{"type":"response.x.delta","type":"response.completed"}'],
    ["an object within", '{"type":"response.x.delta","a":{}}'],
    ["something after it", `${delta}}`],
    ["a comma too many", '{"type":"response.x.delta",}'],
    ["the type second", '{"a":1,"type":"response.x.delta"}'],
  ])("%s is left to the parser", (_name, data) => {
    const block = event(delta) + event(data);
    expect(skipDeltas(block, 0)).toBe(event(delta).length);
  });

  test.each([
    ["no blank line", `data: ${delta}\n`],
    ["CRLF", event(delta).replaceAll("\n", "\r\n")],
    ["two data lines", `data: ${delta.slice(0, 9)}\ndata: ${delta.slice(9)}\n\n`],
    ["an id", `id: 1\n${event(delta)}`],
    ["longer than the engine should note", event(`${delta.slice(0, -2)}${"\\n".repeat(40_000)}"}`)],
  ])("%s is left to the parser", (_name, block) => {
    expect(skipDeltas(block, 0)).toBe(0);
  });
});

describe("among other events", () => {
  test("after the end nothing passes", () => {
    const end =
      '{"type":"response.completed","response":{"output":[1],"usage":{"input_tokens":1,"output_tokens":1}}}';
    const { inspect } = createTrust();
    expect(decode(inspect(encode(event(delta) + event(end) + event(delta))))).toBe(
      event(delta) + event(end),
    );
  });

  test("one that is rewritten leaves its neighbours as they are", () => {
    const named = `event: response.output_text.delta\n${event(delta)}`;
    const { inspect } = createTrust();
    const out = decode(inspect(encode(named + event("stray words") + named)));
    expect(out).toBe(named + named);
  });

  test.each(recorded)("%s: no byte is changed, in blocks of any size", (_name, bytes) => {
    for (const size of [1, 3, 64, 1_000]) {
      const events = decode(bytes).split(/(?<=\n\n|\r\n\r\n|\r\r)/);
      const { inspect, state } = createTrust();
      const out = Array.from({ length: Math.ceil(events.length / size) }, (_, index) =>
        decode(inspect(encode(events.slice(index * size, (index + 1) * size).join("")))),
      );
      expect(state.terminal).toBe(true);
      expect(out.join("").length).toBeGreaterThan(0);
    }
  });
});
