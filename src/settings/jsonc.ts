/** JSON with comments and trailing commas, as OpenCode and its users write it. */
// The package's main entry is UMD, whose `require` calls no bundler can follow.
import {
  applyEdits,
  modify,
  type ParseError,
  parse,
  parseTree,
} from "jsonc-parser/lib/esm/main.js";

/** What a parser stumbles over, in the order of `ParseErrorCode`, which starts with 1. */
export const syntaxFaults = [
  "InvalidSymbol",
  "InvalidNumberFormat",
  "PropertyNameExpected",
  "ValueExpected",
  "ColonExpected",
  "CommaExpected",
  "CloseBraceExpected",
  "CloseBracketExpected",
  "EndOfFileExpected",
  "InvalidCommentToken",
  "UnexpectedEndOfComment",
  "UnexpectedEndOfString",
  "UnexpectedEndOfNumber",
  "InvalidUnicode",
  "InvalidEscapeCharacter",
  "InvalidCharacter",
] as const;
export type SyntaxFault = (typeof syntaxFaults)[number];

/** Why a file is of no use. */
export type Unreadable =
  | {
      readonly type: "syntax";
      readonly code: SyntaxFault;
      /** From 1. */
      readonly line: number;
    }
  /** The system's code, such as `EACCES`, if it gave one. */
  | { readonly type: "not_opened"; readonly code: string | undefined }
  /** It can be read, and is something else. */
  | { readonly type: "other_content" };

export type ParsedJsonc =
  | { readonly type: "parsed"; readonly values: unknown }
  | {
      readonly type: "invalid";
      readonly why: Unreadable;
      /** What could be read of it. */
      readonly partial: unknown;
    };

export function parseJsonc(text: string): ParsedJsonc {
  const errors: ParseError[] = [];
  const values: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return { type: "parsed", values };
  const code = syntaxFaults[first.error - 1] ?? "InvalidSymbol";
  const line = text.slice(0, first.offset).split("\n").length;
  return {
    type: "invalid",
    why: { type: "syntax", code, line },
    partial: values,
  };
}

/**
 * Sets one top-level key and leaves the rest of the text, comments included, as it is. Of a key that
 * stands there twice the last is set: that is the one every reader goes by.
 */
export function setKey(text: string, key: string, value: unknown): string {
  const same = (parseTree(text, [], { allowTrailingComma: true })?.children ?? []).filter(
    ({ children }) => children?.[0]?.value === key,
  );
  const last = same.at(-1)?.children?.[1];
  if (same.length > 1 && last !== undefined && value !== undefined) {
    const { offset, length } = last;
    return text.slice(0, offset) + JSON.stringify(value) + text.slice(offset + length);
  }
  return edit(text, [key], value);
}

/** Sets a value at a path, made where it is missing; `undefined` takes it out. */
export function setPath(
  text: string,
  [key, ...inner]: readonly [string, ...(string | number)[]],
  value: unknown,
): string {
  return inner.length === 0 ? setKey(text, key, value) : edit(text, [key, ...inner], value);
}

function edit(text: string, path: (string | number)[], value: unknown): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" };
  return applyEdits(text, modify(text, path, value, { formattingOptions }));
}
