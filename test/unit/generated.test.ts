/** What is made of the tables of the code says what they say. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "../support/generate/generated.ts";
import { fillMarks, markdownTable } from "../support/generate/markdown.ts";

const remedy = "run bun run generate";

for (const { path, make } of generated) {
  test(`${path} is fresh: else ${remedy}`, () => {
    const current = readFileSync(join(import.meta.dir, "../..", path), "utf8");
    // The formatter lays JSON out; the order of keys is ours.
    const plain = (text: string) =>
      path.endsWith(".json") ? JSON.stringify(JSON.parse(text), null, 1) : text;
    expect(plain(current), remedy).toBe(plain(make(current)));
  });
}

describe("tables in Markdown", () => {
  test("columns are as wide as their widest cell, and a bar does not end one", () => {
    const table = markdownTable(
      ["a", "b"],
      [
        ["用户", "x|y"],
        ["`long`", ""],
      ],
    );
    expect(table.split("\n")).toEqual([
      "| a      | b    |",
      "| ------ | ---- |",
      "| 用户   | x\\|y |",
      "| `long` |      |",
    ]);
  });
});

describe("the place in a page", () => {
  const start = "<!-- generated: a -->\n";
  const end = "<!-- /generated -->\n";

  test("what stood there is replaced, and nothing else; twice is the same", () => {
    const page = `one\n${start}old\n${end}two\n${end}`;
    const filled = fillMarks(page, "a", "new");
    expect(filled).toBe(`one\n${start}\nnew\n\n${end}two\n${end}`);
    expect(fillMarks(filled, "a", "new")).toBe(filled);
  });

  test.each([
    ["no mark", "text"],
    ["another name", `<!-- generated: b -->\n${end}`],
    ["no end", start],
    ["an end before the start only", `${end}${start}`],
    ["two of them", `${start}${end}${start}${end}`],
  ])("%s: an error that names the mark", (_name, page) => {
    expect(() => fillMarks(page, "a", "new")).toThrow("<!-- generated: a -->");
  });
});
