/** Texts made to be as slow as can be for one regular expression, out of its own characters. */
import { createRandom } from "./random.ts";

/** `head`, then `piece` again and again, then `tail`. */
export type Recipe = { readonly head: string; readonly piece: string; readonly tail: string };

export function cook({ head, piece, tail }: Recipe, length: number): string {
  const times = Math.ceil(Math.max(0, length - head.length - tail.length) / piece.length);
  return head + piece.repeat(times) + tail;
}

/** Whatever began to match before one of these has to give up: `.` ends at a line, most at both. */
const tails = ["", "\u0001", "\n\u0001"];

const common = [" ", "\n", "\r\n", "\t", "a", "A", "0", "é", "模", '"', "\\", "/", "<", "-"];

/**
 * What makes a pattern quadratic: its beginning again and again, each of which scans the rest; or a
 * run that may be divided between two of its parts. Worse than that: a group that repeats.
 */
export function hostileRecipes(source: string, flags: string): Recipe[] {
  const recipes = new Map<string, Recipe>();
  const add = (head: string, piece: string): void => {
    for (const tail of tails) {
      if (piece !== "") recipes.set(JSON.stringify([head, piece, tail]), { head, piece, tail });
    }
  };
  for (const char of common) add("", char);
  for (const parts of examples(source, flags)) {
    for (let start = 0; start <= parts.length; start++) {
      const head = parts.slice(0, start).join("");
      add("", head);
      add("", `${head} `);
      add("", `${head}\n`);
      for (const char of [" ", "a"]) add(head, char);
      for (const width of [1, 2, 3, 5, 8]) {
        const piece = parts.slice(start, start + width).join("");
        add(head, piece);
        add("", piece);
      }
    }
  }
  const alphabet = [...new Set(examples(source, flags).flat())];
  const random = createRandom(1);
  const noise = Array.from({ length: 200 }, () => alphabet[random.int(alphabet.length)] ?? "a");
  add("", noise.join(""));
  return [...recipes.values()];
}

type Part =
  | { readonly type: "text"; readonly pattern: string }
  | { readonly type: "choice"; readonly options: readonly (readonly Repeated[])[] };

type Repeated = { readonly part: Part; readonly min: number; readonly max: number };

/**
 * Texts that the pattern matches, in parts: one for each alternative, with and without what may be
 * left out. Where a lookahead refuses them they are still close.
 */
function examples(source: string, flags: string): string[][] {
  const options = parsePattern(source);
  const most = Math.max(...widths(options));
  const texts: string[][] = [];
  for (let variant = 0; variant < most; variant++) {
    for (const optional of [true, false]) texts.push(expand(options, variant, optional, flags));
  }
  return texts;
}

/** How many alternatives there are at each place that has some. */
function widths(options: readonly (readonly Repeated[])[]): number[] {
  const inner = options.flat().flatMap(({ part }) => (part.type === "choice" ? [part] : []));
  return [options.length, ...inner.flatMap((part) => widths(part.options))];
}

function expand(
  options: readonly (readonly Repeated[])[],
  variant: number,
  optional: boolean,
  flags: string,
): string[] {
  const chosen = options[variant % options.length] ?? [];
  return chosen.flatMap(({ part, min, max }) => {
    const times = Math.min(max, Math.max(min, optional ? 1 : 0));
    if (part.type === "text") {
      const text = memberOf(part.pattern, flags).repeat(times);
      return text === "" ? [] : [text];
    }
    const once = expand(part.options, variant, optional, flags);
    return Array.from({ length: times }, () => once).flat();
  });
}

const preferred = [
  ..."a1 -_.:/<>\"'=\\\n\tA",
  ...Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code)),
];

/** A character that the class, escape or character matches; nothing for an assertion. */
function memberOf(pattern: string, flags: string): string {
  if (/^(?:\^|\$|\\[bB])$/.test(pattern)) return "";
  const whole = new RegExp(`^(?:${pattern})$`, flags.replace(/[gy]/g, ""));
  const literal = pattern.length === 1 ? [pattern] : [];
  const far = ["\u4e2d", "\u202a", "\u2066", "\ud800", "\udc00", "\ufeff"];
  const found = [...literal, ...preferred, ...far].find((char) => whole.test(char));
  if (found === undefined) throw new Error(`no character known that ${pattern} matches`);
  return found;
}

/** A reader for what stands in the sources. @throws for anything else. */
function parsePattern(source: string): Repeated[][] {
  let at = 0;

  function alternatives(): Repeated[][] {
    const options: Repeated[][] = [[]];
    while (at < source.length && source[at] !== ")") {
      if (source[at] === "|") {
        options.push([]);
        at += 1;
      } else {
        options.at(-1)?.push(repeated());
      }
    }
    return options;
  }

  function repeated(): Repeated {
    const part = source[at] === "(" ? group() : atom();
    const [whole = "", least, comma, most] =
      /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(source.slice(at)) ?? [];
    at += whole.length;
    if (whole === "") return { part, min: 1, max: 1 };
    if (least !== undefined) {
      const min = Number(least);
      return { part, min, max: comma === "" ? min : most === "" ? Infinity : Number(most) };
    }
    return { part, min: whole[0] === "+" ? 1 : 0, max: whole[0] === "?" ? 1 : Infinity };
  }

  function group(): Part {
    const opening = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(source.slice(at))?.[0] ?? "(";
    at += opening.length;
    const options = alternatives();
    if (source[at] !== ")") throw new Error(`no end of a group in /${source}/`);
    at += 1;
    // What must not stand there is no part of an example.
    return { type: "choice", options: opening.endsWith("!") ? [[]] : options };
  }

  function atom(): Part {
    const pattern =
      /^(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[pP]\{\w+\}|\\[^\d]|\[(?:\\.|[^\]\\])*\]|[^\\[])/su.exec(
        source.slice(at),
      )?.[0];
    if (pattern === undefined) throw new Error(`cannot read /${source}/ at ${at}`);
    at += pattern.length;
    return { type: "text", pattern };
  }

  const options = alternatives();
  if (at < source.length) throw new Error(`cannot read /${source}/ at ${at}`);
  return options;
}
