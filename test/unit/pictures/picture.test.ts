import { expect, test } from "bun:test";
import { drawTerminal } from "../../pictures/picture.ts";

const size = { cols: 20, rows: 5 };
const draw = (output: string, rewrite?: (line: string) => string): Promise<string> =>
  drawTerminal(output, size, "a <title>", rewrite);
/** Each text with its place and colour. */
const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text x="([\d.]+)" y="(\d+)" fill="(#\w+)"[^>]*>([^<]*)</g)].map(
    ([, x, y, colour, text]) => `${text} ${x} ${y} ${colour}`,
  );

test("colours, of the palette, of the cube, and written out", async () => {
  const svg = await draw("\x1b[31mred\x1b[0m \x1b[38;5;208morange\x1b[0m \x1b[38;2;1;2;3mrgb");
  expect(texts(svg).map((text) => text.replace(/ .* /, " "))).toEqual([
    "red #f7768e",
    "orange #ff8700",
    "rgb #010203",
  ]);
});

test("what was overwritten is gone, and empty lines around it are left out", async () => {
  const svg = await draw("\n\nwrong\rright\x1b[K\n\n");
  expect(texts(svg)).toEqual(["right 14 55 #c8cad4"]);
});

test("a wide character takes two columns", async () => {
  const svg = await draw("网关\x1b[1mb");
  expect(texts(svg).map((text) => text.split(" ", 2))).toEqual([
    ["网关", "14"],
    ["b", `${14 + 4 * 8.4}`],
  ]);
});

test("text is no markup, and a rewritten one keeps no width", async () => {
  const svg = await draw("<a & b>", (text) => text.replace("a", "longer"));
  expect(svg).toContain(">&lt;longer &amp; b></text>");
  expect(svg).not.toContain("textLength");
  expect(svg).toContain("a &lt;title>");
});

test("the background of a cell", async () => {
  expect(await draw("\x1b[42m ok ")).toContain('fill="#9ece6a"');
});
