import { expect, test } from "bun:test";
import { smallTaskHints, takeHints, writeHints } from "../../src/host/hints.ts";
import { createModelKnowledge } from "../../src/models/knowledge.ts";
import type { RequestHints } from "../../src/request/hints.ts";

const all = { model: "gpt/ü 5", effort: "high", smallTask: true, ownPrompt: true, repeats: true };
const one = [
  { model: "gpt-5.2" },
  { effort: "high" },
  { smallTask: true },
  { ownPrompt: true },
  { repeats: true },
];

test.each<RequestHints>([{}, ...one, all])(
  "%j comes back as it went, and leaves nothing behind",
  (hints) => {
    const headers = { "x-session-id": "s", ...writeHints(hints) };
    const before = { ...headers };
    expect(takeHints(headers)).toEqual({ hints, headers: { "x-session-id": "s" } });
    expect(headers).toEqual(before);
  },
);

test("what is not the case has no header", () => {
  expect(writeHints({ smallTask: false, ownPrompt: false, repeats: false })).toEqual({});
});

test("headers are legal ones", () => {
  expect([...new Headers(writeHints(all))]).toHaveLength(Object.keys(all).length);
});

test.each<[string, string | undefined, RequestHints]>([
  ["the smallest of the list, at its weakest", undefined, { model: "gpt-9-mini", effort: "low" }],
  ["the setting's", "openai/gpt-5.2", { model: "gpt-5.2", effort: "none" }],
  ["with the effort that it names", "gpt-5.2-high", { model: "gpt-5.2", effort: "high" }],
  ["one without known efforts", "house", { model: "house", effort: undefined }],
])("a title is written by %s", (_, setting, expected) => {
  const list = [{ id: "gpt-5.2" }, { id: "gpt-9-mini", efforts: ["low" as const, "max" as const] }];
  expect(smallTaskHints(createModelKnowledge(list), setting)).toEqual({
    smallTask: true,
    ...expected,
  });
});
