import { describe, expect, test } from "bun:test";
import { createScreen } from "./screen.ts";

function shows(output: string, cols = 20, rows = 4): string {
  const screen = createScreen(cols, rows);
  screen.write(output);
  return screen.text();
}

describe("the screen shows", () => {
  const cases: [name: string, output: string, expected: string][] = [
    ["lines", "one\r\ntwo", "one\ntwo"],
    ["a line feed alone moves down, not left", "one\ntwo", "one\n   two"],
    ["text without its colours", "\x1b[38;5;15m\x1b[1mbold\x1b[0m", "bold"],
    ["cells that are written over", "Base URL\x1b[1;6Hurl", "Base url"],
    ["relative movement", "abc\x1b[2D\x1b[1B.\x1b[1A!", "ab!\n ."],
    ["the column set", "abc\x1b[GX\x1b[3GY", "XbY"],
    ["what is left after erasing the line's end", "abcdef\x1b[1;3H\x1b[K", "ab"],
    ["what is left after erasing the whole line", "abc\r\ndef\x1b[2K", "abc"],
    ["what is left after erasing below", "a\r\nb\r\nc\x1b[2;1H\x1b[J", "a"],
    ["a saved cursor", "ab\x1b[s\x1b[3;1H\x1b[uc", "abc"],
    [
      "nothing of titles, queries and modes",
      "\x1b]0;title\x07\x1bP+q4d73\x1b\\\x1b[?u\x1b[6nx",
      "x",
    ],
    ["a scrolled screen", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5"],
    ["a wrapped line", "0123456789012345678901", "01234567890123456789\n01"],
    ["an empty alternate screen", "shell\x1b[?1049h\x1b[Htui", "tui"],
  ];
  for (const [name, output, expected] of cases) {
    test(name, () => expect(shows(output)).toBe(expected));
    test(`${name}, fed one character at a time`, () => {
      const screen = createScreen(20, 4);
      for (const character of output) screen.write(character);
      expect(screen.text()).toBe(expected);
    });
  }
});
