/** What stands on a terminal, drawn as SVG: text stays text, so a picture is small and sharp. */
import { type IBufferCell, Terminal } from "@xterm/headless";

export type Size = { readonly cols: number; readonly rows: number };

/** One piece of a line that looks the same throughout. */
type Run = {
  readonly column: number;
  readonly cells: number;
  readonly text: string;
  readonly colour: string;
  readonly background: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
};

const cell = { width: 8.4, height: 18, font: 14 } as const;
const padding = 14;
const titleBar = 28;

const page = { background: "#1a1b26", colour: "#c8cad4", bar: "#24262f" } as const;

/** The first sixteen colours of a terminal, which every user has set otherwise. */
const palette = [
  "#32344a",
  "#f7768e",
  "#9ece6a",
  "#e0af68",
  "#7aa2f7",
  "#ad8ee6",
  "#56b6c2",
  "#b4b8cc",
  "#6b7089",
  "#ff8b9f",
  "#b0e57c",
  "#ffc777",
  "#8fb5ff",
  "#c4a7f5",
  "#6fd3df",
  "#e6e8f2",
] as const;

/** All that a program has printed → what a person sees at the end of it. */
export async function drawTerminal(
  output: string,
  { cols, rows }: Size,
  title: string,
  rewrite: (line: string) => string = (line) => line,
): Promise<string> {
  const terminal = new Terminal({
    cols,
    rows,
    allowProposedApi: true,
    scrollback: 5_000,
    convertEol: true,
  });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const { active } = terminal.buffer;
  const lines: Run[][] = [];
  for (let y = 0; y < active.length; y++) {
    const line = active.getLine(y);
    const found: Run[] = [];
    for (let x = 0; line !== undefined && x < cols; x++) {
      const at = line.getCell(x);
      // The second half of a wide character.
      if (at === undefined || at.getWidth() === 0) continue;
      const piece = styleOf(at, x);
      const last = found.at(-1);
      if (last !== undefined && looksLike(last, piece)) {
        found[found.length - 1] = {
          ...last,
          cells: last.cells + piece.cells,
          text: last.text + piece.text,
        };
      } else found.push(piece);
    }
    lines.push(found);
  }
  while (lines.at(-1)?.every(isEmpty)) lines.pop();
  while (lines[0]?.every(isEmpty)) lines.shift();
  return toSvg(lines, cols, title, rewrite);
}

const isEmpty = ({ text, background }: Run): boolean =>
  text.trim() === "" && background === undefined;

function styleOf(at: IBufferCell, column: number): Run {
  const inverse = at.isInverse() !== 0;
  const front = colourOf(at.isFgRGB(), at.isFgPalette(), at.getFgColor());
  const back = colourOf(at.isBgRGB(), at.isBgPalette(), at.getBgColor());
  return {
    column,
    cells: at.getWidth(),
    text: at.getChars() || " ",
    colour: (inverse ? (back ?? page.background) : front) ?? page.colour,
    background: inverse ? (front ?? page.colour) : back,
    bold: at.isBold() !== 0,
    dim: at.isDim() !== 0,
  };
}

function colourOf(rgb: boolean, indexed: boolean, value: number): string | undefined {
  if (rgb) return `#${value.toString(16).padStart(6, "0")}`;
  if (!indexed) return undefined;
  const basic = palette[value];
  if (basic !== undefined) return basic;
  if (value >= 232) return `#${(8 + (value - 232) * 10).toString(16).padStart(2, "0").repeat(3)}`;
  // A cube of six steps a side.
  const step = (part: number): string =>
    (part === 0 ? 0 : 55 + part * 40).toString(16).padStart(2, "0");
  const cube = value - 16;
  return `#${step(Math.floor(cube / 36))}${step(Math.floor(cube / 6) % 6)}${step(cube % 6)}`;
}

function looksLike(a: Run, b: Run): boolean {
  return (
    a.colour === b.colour && a.background === b.background && a.bold === b.bold && a.dim === b.dim
  );
}

function toSvg(
  lines: readonly (readonly Run[])[],
  cols: number,
  title: string,
  rewrite: (line: string) => string,
): string {
  const width = Math.ceil(cols * cell.width + 2 * padding);
  const height = Math.ceil(lines.length * cell.height + 2 * padding + titleBar);
  const top = titleBar + padding;
  const shapes: string[] = [];
  for (const [y, line] of lines.entries()) {
    for (const run of line) {
      const x = padding + run.column * cell.width;
      const length = run.cells * cell.width;
      if (run.background !== undefined && run.background !== page.background) {
        shapes.push(
          `<rect x="${round(x)}" y="${top + y * cell.height}" width="${round(length)}" height="${cell.height}" fill="${run.background}"/>`,
        );
      }
      const shown = run.text.trimEnd();
      const text = rewrite(shown);
      if (text.trim() === "") continue;
      // Fonts differ in width; what was rewritten is no longer as long as its place.
      const blank = run.text.length - shown.length;
      const fit =
        text === shown
          ? ` textLength="${round(length - blank * cell.width)}" lengthAdjust="spacingAndGlyphs"`
          : "";
      const style = `${run.bold ? ' font-weight="bold"' : ""}${run.dim ? ' opacity="0.65"' : ""}`;
      shapes.push(
        `<text x="${round(x)}" y="${top + y * cell.height + 13}" fill="${run.colour}"${style}${fit}>${escapeText(text)}</text>`,
      );
    }
  }
  const dots = ["#f7768e", "#e0af68", "#9ece6a"].map(
    (colour, index) => `<circle cx="${18 + index * 18}" cy="14" r="5" fill="${colour}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}">`,
    `<rect width="100%" height="100%" rx="8" fill="${page.background}"/>`,
    `<path d="M0 8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v20H0z" fill="${page.bar}"/>`,
    ...dots,
    `<text x="${width / 2}" y="18" text-anchor="middle" fill="#8b8fa3" font-family="system-ui, sans-serif" font-size="12">${escapeText(title)}</text>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace" font-size="${cell.font}" xml:space="preserve">`,
    ...shapes,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

const round = (value: number): number => Math.round(value * 10) / 10;

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
