import { expect, test } from "bun:test";
import { takeHints, writeHints } from "../../../src/host/hints.ts";
import type { RequestHints } from "../../../src/request/hints.ts";

const all = { effort: "high", smallTask: true, anyModel: true, ownPrompt: true, repeats: true };
const one = [
  { effort: "high" },
  { smallTask: true },
  { anyModel: true },
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
