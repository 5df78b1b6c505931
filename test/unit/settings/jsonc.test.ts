import { describe, expect, test } from "bun:test";
import { parseJsonc, type SyntaxFault, setKey } from "../../../src/settings/jsonc.ts";

describe("parse", () => {
  test.each([
    ['{"a":1}', { a: 1 }],
    ['// first\n{ /* in */ "a": 1, // after\n }', { a: 1 }],
    ['{"a":[1,2,],}', { a: [1, 2] }],
    ['{"a":"// no comment"}', { a: "// no comment" }],
    ["[]", []],
    ["null", null],
    ['{"a":1}\r\n', { a: 1 }],
  ])("%j", (text, values) => {
    expect(parseJsonc(text)).toEqual({ type: "parsed", values });
  });

  const refused: readonly (readonly [string, SyntaxFault, number, unknown])[] = [
    ["", "ValueExpected", 1, undefined],
    ["\n\n", "ValueExpected", 3, undefined],
    ["{", "CloseBraceExpected", 1, {}],
    ['{\n  "a": 1\n  "b": 2\n}', "CommaExpected", 3, { a: 1, b: 2 }],
    ["{'a':1}", "InvalidSymbol", 1, {}],
    ["<html>", "InvalidSymbol", 1, undefined],
    ['{"a":1} x', "InvalidSymbol", 1, { a: 1 }],
    ['{"a":1}{"b":2}', "EndOfFileExpected", 1, { a: 1 }],
  ];
  test.each([...refused])("%j is refused", (text, code, line, partial) => {
    expect(parseJsonc(text)).toEqual({
      type: "invalid",
      why: { type: "syntax", code, line },
      partial,
    });
  });
});

describe("setting one key leaves the rest as it is", () => {
  test.each([
    ["{}\n", '{\n  "key": "new"\n}\n'],
    ['{"key":"old"}', '{"key":"new"}'],
    ['{\n  // why\n  "key": "old", // here\n}\n', '{\n  // why\n  "key": "new", // here\n}\n'],
    [
      '{\n  /* kept */\n  "other": [1, 2], // kept too\n  "key": "old"\n}\n',
      '{\n  /* kept */\n  "other": [1, 2], // kept too\n  "key": "new"\n}\n',
    ],
  ])("%j", (text, expected) => {
    expect(setKey(text, "key", "new")).toBe(expected);
  });

  test.each([
    ['{"key":"a","key":"b"}', '{"key":"a","key":"new"}'],
    [
      '{\n  "key": "a", // old\n  "other": {"key": 1},\n  "key": {"x": [1]}, // now\n}\n',
      '{\n  "key": "a", // old\n  "other": {"key": 1},\n  "key": "new", // now\n}\n',
    ],
  ])("the last of two is set, which every reader goes by: %j", (text, expected) => {
    const changed = setKey(text, "key", "new");
    expect(changed).toBe(expected);
    expect(parseJsonc(changed)).toMatchObject({ values: { key: "new" } });
  });
});
