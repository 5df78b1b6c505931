import { describe, expect, test } from "bun:test";
import { deliver, encodeEach, encodeEvents } from "../../gateway/encode.ts";
import { eventsOf, finalResponse } from "../../gateway/events.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const types = (step: Parameters<typeof eventsOf>[0]) =>
  eventsOf(step)
    .map(({ type }) => type.replace("response.", ""))
    .filter((type, index, all) => type !== all[index - 1]);

describe("the order of events", () => {
  test("reasoning and text", () => {
    expect(
      types({ kind: "text", text: "a longer text 😀 than one delta", reasoning: "why" }),
    ).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "reasoning_summary_part.added",
      "reasoning_summary_text.delta",
      "reasoning_summary_text.done",
      "reasoning_summary_part.done",
      "output_item.done",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "completed",
    ]);
  });

  test("a function and a freeform tool", () => {
    const calls = [
      { name: "bash", arguments: { command: "ls" } },
      { name: "apply_patch", input: "*** Begin Patch" },
    ];
    const names = types({ kind: "tools", calls });
    expect(names).toContain("function_call_arguments.done");
    expect(names).toContain("custom_tool_call_input.done");
    const response = finalResponse(eventsOf({ kind: "tools", calls }, { tag: "t" }));
    expect(response).toMatchObject({
      status: "completed",
      output: [
        { type: "function_call", call_id: "call_t0", arguments: '{"command":"ls"}' },
        { type: "custom_tool_call", call_id: "call_t1", input: "*** Begin Patch" },
      ],
    });
  });

  test("failures before and after output, and an early end", () => {
    const fail = { kind: "fail", code: "rate_limit_exceeded", message: "slow down" } as const;
    expect(types(fail)).toEqual(["created", "in_progress", "failed"]);
    expect(types({ ...fail, text: "half", as: "error" }).slice(-2)).toEqual([
      "output_item.done",
      "error",
    ]);
    const incomplete = eventsOf({ kind: "incomplete", text: "half" });
    expect(finalResponse(incomplete)).toMatchObject({ status: "incomplete" });
  });

  test("numbers count up, deltas make the whole, item ids agree", () => {
    const events = eventsOf({ kind: "text", text: "ünïcode 😀 ".repeat(9) });
    expect(events.map((event) => event.sequence_number)).toEqual([...events.keys()]);
    const deltas = events.filter(({ type }) => type === "response.output_text.delta");
    expect(deltas.map(({ delta }) => delta).join("")).toBe("ünïcode 😀 ".repeat(9));
    expect(new Set(deltas.map((event) => event.item_id)).size).toBe(1);
  });
});

describe("encoding", () => {
  const events = [{ type: "a", sequence_number: 0 }];
  const data = '{"type":"a","sequence_number":0}';
  test.each([
    [{}, `event: a\ndata: ${data}\n\n`],
    [{ newline: "\r\n" as const }, `event: a\r\ndata: ${data}\r\n\r\n`],
    [{ eventLines: false, space: false }, `data:${data}\n\n`],
    [{ eventLines: false, done: true }, `data: ${data}\n\ndata: [DONE]\n\n`],
  ])("%j", (options, expected) => {
    expect(text(encodeEvents(events, options))).toBe(expected);
  });

  test("a mark comes first", () => {
    expect([...encodeEvents(events, { bom: true }).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  test("pieces of any size carry the same bytes", async () => {
    const pieces = encodeEach(
      eventsOf({ kind: "text", text: "😀".repeat(20) }, { tag: "t", createdAt: 0 }),
    );
    const whole = await new Response(deliver(pieces)).text();
    for (const size of [1, 7, 4096])
      expect(await new Response(deliver(pieces, { chunking: { size } })).text()).toBe(whole);
  });
});
