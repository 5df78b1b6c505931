import { describe, expect, test } from "bun:test";
import { padTo, textWidth, wrap } from "../../../src/cli/text-width.ts";

const at = (width: number, taken = 0) => ({
  width,
  taken,
  indent: " ".repeat(taken),
  little: "  ",
});

describe("columns", () => {
  test.each([
    ["", 0],
    ["abc", 3],
    ["密钥", 4],
    ["a密b", 4],
    ["，", 2],
    ["é", 1],
    ["e\u0301", 1],
    ["✓ →", 3],
  ])("of %p", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  test("padding counts them", () => {
    expect([padTo("密钥", 6), padTo("ab", 6), padTo("密钥密钥", 6)]).toEqual([
      "密钥  ",
      "ab    ",
      "密钥密钥",
    ]);
  });
});

describe("wrapping", () => {
  test.each([
    ["words", "one two three", at(8), "one two\nthree"],
    ["behind something", "one two three", at(10, 4), "one\n    two\n    three"],
    ["no width", "one two three", { ...at(1), width: undefined }, "one two three"],
    ["Chinese, anywhere", "请检查网关和网络", at(8), "请检查网\n关和网络"],
    ["no line begins with a stop", "请检查网关。再试", at(10), "请检查网\n关。再试"],
    ["no line ends with a bracket", "请检查网（关）", at(10), "请检查网\n（关）"],
    ["Latin words within Chinese stay whole", "请设置 NODE_EXTRA", at(10), "请设置\nNODE_EXTRA"],
    ["a word longer than a line goes beyond it", "a bbbbbbbbbbbb c", at(6), "a\n  bbbbbbbbbbbb\nc"],
    [
      "a long one goes to the left",
      "see https://a.example/b",
      at(23, 10),
      "see\n  https://a.example/b",
    ],
    [
      "a long one alone leaves the first line",
      "https://a.example/b",
      at(23, 10),
      "\n  https://a.example/b",
    ],
    ["leading spaces stay", "  a b", at(4), "  a\nb"],
  ])("%s", (_name, text, how, expected) => {
    expect(wrap(text, how)).toBe(expected);
  });
});
