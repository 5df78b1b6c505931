/** How texts fill columns of a terminal, where a Chinese character takes two. Pure. */
import { eastAsianWidth } from "get-east-asian-width";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const isWide = (character: string): boolean => eastAsianWidth(character.codePointAt(0) ?? 0) === 2;

/** Columns that a text takes. It must hold no terminal sequences. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += isWide(segment) ? 2 : 1;
  return width;
}

/** `padEnd` in columns. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** Stay with what stands before them, and with what comes after them. */
const closing = /^[，。、；：？！）》」』”’％…,.;:?!)\]}%]/u;
const opening = /[（《「『“‘([{]$/u;

/**
 * The text in parts between which a line may be broken: behind spaces, and around wide characters.
 * The spaces stand at the end of a part.
 */
function parts(text: string): string[] {
  const found: string[] = [];
  let current = "";
  let before = "";
  for (const { segment } of segmenter.segment(text)) {
    const mayBreak =
      (before === " " && segment !== " ") ||
      ((isWide(before) || isWide(segment)) &&
        segment !== " " &&
        !closing.test(segment) &&
        !opening.test(before));
    if (mayBreak && current.trim() !== "") {
      found.push(current);
      current = "";
    }
    current += segment;
    before = segment;
  }
  return current === "" ? found : [...found, current];
}

export type Wrapping = {
  /** Columns of the terminal; without them nothing is wrapped. */
  readonly width: number | undefined;
  /** Columns that are taken already in the first line. */
  readonly taken: number;
  /** Before every further line. */
  readonly indent: string;
  /** In place of it before a part that is too long behind it, such as a URL, which must stay whole. */
  readonly little: string;
};

/** No part is ever broken; one that is longer than a line goes beyond it. */
export function wrap(text: string, { width, taken, indent, little }: Wrapping): string {
  if (width === undefined) return text;
  const lines: string[] = [];
  let line = "";
  let used = taken;
  for (const part of parts(text)) {
    const size = textWidth(part.trimEnd());
    if (line.trim() !== "" && used + size > width) {
      lines.push(line.trimEnd());
      line = textWidth(indent) + size > width ? little : indent;
      used = textWidth(line);
    } else if (line === "" && used + size > width && used > textWidth(little)) {
      // Nothing stands there yet, and it does not fit behind what is there.
      lines.push("");
      line = little;
      used = textWidth(little);
    }
    line += part;
    used += textWidth(part);
  }
  return [...lines, line.trimEnd()].join("\n");
}

/** Lines that may have a first column, wrapped each behind it. */
export function wrapLines(text: string, width: number | undefined): string {
  return text
    .split("\n")
    .map((line) => {
      const gap = /\S( {2,})/.exec(line);
      const head = gap === null ? "" : line.slice(0, gap.index + 1) + gap[1];
      const column = textWidth(head);
      const rest = line.slice(head.length);
      return head + wrap(rest, { width, taken: column, indent: " ".repeat(column), little: "  " });
    })
    .join("\n");
}
