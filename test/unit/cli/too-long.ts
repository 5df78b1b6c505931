import { textWidth } from "../../../src/cli/text-width.ts";

/** Lines that go beyond the terminal, and could have been broken. */
export function tooLong(text: string, width: number): string[] {
  const mayBreak = /\S \S|[\u2e80-\u9fff][^，。、；：？！）》」』”’％…]/u;
  return text.split("\n").filter((line) => textWidth(line) > width && mayBreak.test(line.trim()));
}
