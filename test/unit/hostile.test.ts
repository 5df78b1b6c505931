/**
 * Every regular expression of the plugin against texts that are made to be slow for it: whoever runs
 * a relay decides what stands in its answers, and a pattern that is quadratic freezes OpenCode.
 */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cook, hostileRecipes, type Recipe } from "../support/hostile.ts";
import { findRegexLiterals } from "../support/regex-literals.ts";

const mebibyte = 1024 * 1024;
/** Milliseconds for one search through a mebibyte. */
const limit = 50;

/**
 * Milliseconds of the processor, which other programs slow down all the same: over the limit the
 * shortest of so many tries.
 */
function timeOf(run: () => unknown, most: number): number {
  let shortest = Infinity;
  for (let tries = 0; tries < most && shortest > limit; tries++) {
    const start = process.cpuUsage();
    run();
    const spent = process.cpuUsage(start).user / 1_000;
    if (spent > 10 * limit) return spent;
    shortest = Math.min(shortest, spent);
  }
  return shortest;
}

/** As the pattern is used: all matches, or the first. */
function search(pattern: RegExp, text: string): unknown {
  return pattern.global ? text.replace(pattern, "") : pattern.exec(text);
}

/** Lengths to try, and how many texts, the slowest, go on to the next: so that none hangs. */
const rounds = [
  // 2 ** 24 steps where every character doubles them.
  [24, Infinity],
  [1_024, Infinity],
  [8_192, 6],
  [24_576, 4],
  [65_536, 3],
  [mebibyte, 0],
] as const;

/** The first of the hostile texts that takes too long. */
function findSlow(pattern: RegExp, tries = 7): string | undefined {
  let left = hostileRecipes(pattern.source, pattern.flags);
  for (const [length, kept] of rounds) {
    const timed: { readonly recipe: Recipe; readonly ms: number }[] = [];
    for (const recipe of left) {
      const text = cook(recipe, length);
      const ms = timeOf(() => search(pattern, text), tries);
      if (ms > limit) return `${Math.round(ms)} ms for ${length} × ${describeRecipe(recipe)}`;
      timed.push({ recipe, ms });
    }
    timed.sort((a, b) => b.ms - a.ms);
    left = timed.slice(0, kept).map(({ recipe }) => recipe);
  }
  return undefined;
}

function describeRecipe({ head, piece, tail }: Recipe): string {
  return JSON.stringify([head, piece, tail].map((text) => text.slice(0, 60)));
}

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort();
/** Patterns that need no such care, and why. */
const excepted = new Map([
  ["/\\{env:([^}]+)\\}/g", "OpenCode itself puts the file through the same one before"],
  ["/\\{file:([^}]+)\\}/g", "OpenCode itself puts the file through one like it before"],
]);

const literals = files.flatMap((file) =>
  findRegexLiterals(readFileSync(join("src", file), "utf8")).map((literal) => ({
    place: `src/${file.replaceAll("\\", "/")}:${literal.line}`,
    pattern: new RegExp(literal.source, literal.flags),
  })),
);

describe("a mebibyte made to be slow takes no longer than 50 ms", () => {
  const judged = literals.filter(({ pattern }) => !excepted.has(String(pattern)));
  test.each(judged.map(({ place, pattern }) => [place, String(pattern), pattern] as const))(
    "%s %s",
    (_, _source, pattern) => {
      expect(findSlow(pattern)).toBeUndefined();
    },
    30_000,
  );
});

test("every exception is still there", () => {
  const patterns = literals.map(({ pattern }) => String(pattern));
  for (const pattern of excepted.keys()) expect(patterns).toContain(pattern);
});

test("no pattern is put together from texts, where this test could not see it", () => {
  const made = files.filter((file) => /\bRegExp\(/.test(readFileSync(join("src", file), "utf8")));
  expect(made).toEqual([]);
});

describe("the test itself", () => {
  const slow = [
    /^(a+)+$/,
    /^(?:\w|\d)*$/,
    /\s+$/,
    /<title[^>]*>([\s\S]*?)<\/title>/i,
    /^\s*(?:<!--[\s\S]*?-->\s*)*<html/,
    /socket.*closed/,
    /(.*)@/g,
    /x{1,9}a*a*b/,
  ];
  test.each(slow.map((pattern) => [String(pattern), pattern] as const))(
    "finds %s slow",
    (_, pattern) => {
      // One try: what else the machine does makes no slow pattern fast.
      expect(findSlow(pattern, 1)).toBeDefined();
    },
    60_000,
  );

  test("reads expressions, and nothing that only looks like one", () => {
    const source = [
      "const a = b / c / d; // no /comment/",
      'const e = "/string/"; /* nor /this/ */',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a source
      "const f = `/text/ ${g(/in[/]side/g)} /more/`;",
      "if (h) return /re\\/turned/i;",
      "i = (j) / 2 / k[0] / 3;",
      "l(/first/, !/second/u, [/third/]);",
    ].join("\n");
    const found = findRegexLiterals(source);
    expect(found.map(({ source, flags, line }) => `${line} ${source} ${flags}`)).toEqual([
      "3 in[/]side g",
      "4 re\\/turned i",
      "6 first ",
      "6 second u",
      "6 third ",
    ]);
    expect(() => findRegexLiterals('const a = "no end')).toThrow("line 1");
  });
});
