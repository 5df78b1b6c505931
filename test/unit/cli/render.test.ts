import { expect, test } from "bun:test";
import { renderJson } from "../../../src/cli/render.ts";

test.each([
  ["a terminal sequence", "\u001b[2J"],
  ["one in eight bits", "\u009b2J"],
  ["other controls", "\u0000\u0007\u007f\u0080\u0085"],
  ["a change of direction", "a\u202eb\u2066c\u200f"],
  ["line breaks of Unicode", "a\u2028b\u2029c"],
  ["a tag beyond the first plane", "a\u{e0041}b"],
  ["half a character", "a\ud800b"],
])("JSON is safe in a terminal, and the same for a reader: %s", (_, text) => {
  const printed = renderJson({ [text]: [text] });
  expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(printed)).toEqual({ [text]: [text] });
});

test("other characters stay readable", () => {
  expect(renderJson({ a: "é模😀" })).toBe('{\n  "a": "é模😀"\n}\n');
});
