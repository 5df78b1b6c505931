/**
 * The tables of `performance.md` as a plot: bars of our figure, the limit it is held against in grey,
 * and the target as a line. Made from what the benchmark printed, so that it cannot say another thing.
 */

type Bar = {
  readonly label: string;
  /** One for each runtime. */
  readonly values: readonly number[];
  readonly limits: readonly (number | undefined)[];
  readonly target: number;
};

type Panel = {
  readonly title: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly bars: readonly Bar[];
};

const colours = ["#4c78a8", "#f58518"] as const;
const layout = { width: 860, label: 150, right: 90, bar: 9, group: 30, panel: 44 } as const;

/** @param page text of `docs/development/performance.md`. */
export function plotPerformance(page: string): string {
  const runtimes = ["## Bun 1.4.5", "## The Bun inside OpenCode"].map((title) =>
    rowsBelow(page, title),
  );
  return draw(
    [
      {
        title: "Request: our time over that of parse + stringify",
        unit: "×",
        better: "lower",
        bars: barsOf(runtimes, /^request, (.+) history$/, (row) => ({
          value: Number(row.ratio),
          limit: 1,
          target: numberIn(row.target),
        })),
      },
      {
        title: "Streaming, and the same stream read by a parser alone",
        unit: "MB/s",
        better: "higher",
        bars: barsOf(runtimes, /^streaming, (.+) chunks$/, (row) => ({
          value: numberIn(row.figure),
          limit: numberIn(row.limit),
          target: numberIn(row.target),
        })),
      },
      {
        title:
          "SSE parser: our time over that of TextDecoder + indexOf; grey: eventsource-parser; logarithmic",
        unit: "×",
        better: "lower",
        bars: barsOf(runtimes, /^SSE parser, (.+) chunks$/, (row) => ({
          value: Number(row.ratio),
          limit: numberIn(row.target),
          target: numberIn(row.target),
        })),
      },
    ],
    ["Bun 1.4.5", "the Bun inside OpenCode"],
  );
}

type TableRow = {
  readonly what: string;
  readonly limit: string;
  readonly figure: string;
  readonly ratio: string;
  readonly target: string;
};

function rowsBelow(page: string, title: string): TableRow[] {
  const start = page.indexOf(`${title}\n`);
  const section = page.slice(start, page.indexOf("\n## ", start + 1));
  return section
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, what = "", limit = "", figure = "", ratio = "", target = ""]) => ({
      what,
      limit,
      figure,
      ratio,
      target,
    }));
}

/** The first number behind the last comma or at the start: `≥ 300 MB/s`, `reader loop, 249 MB/s`. */
function numberIn(text: string): number {
  const said = text.split(", ").at(-1) ?? "";
  return Number(/\d+(?:\.\d+)?/.exec(said)?.[0]);
}

function barsOf(
  runtimes: readonly (readonly TableRow[])[],
  name: RegExp,
  read: (row: TableRow) => { value: number; limit: number; target: number },
): Bar[] {
  const [first = []] = runtimes;
  return first.flatMap(({ what }) => {
    const label = name.exec(what)?.[1];
    if (label === undefined) return [];
    const found = runtimes
      .map((rows) => rows.find((row) => row.what === what))
      .filter((row) => row !== undefined);
    const figures = found.map(read);
    return [
      {
        label,
        values: figures.map(({ value }) => value),
        limits: figures.map(({ limit }) => limit),
        target: figures[0]?.target ?? Number.NaN,
      },
    ];
  });
}

function draw(panels: readonly Panel[], legend: readonly string[]): string {
  const { width, label, right, bar, group, panel } = layout;
  const space = width - label - right;
  const shapes: string[] = [];
  let y = 34;
  for (const [index, name] of legend.entries()) {
    const x = label + index * 170;
    shapes.push(
      `<rect x="${x}" y="12" width="12" height="12" fill="${colours[index]}"/>`,
      text(x + 18, 22, name),
    );
  }
  for (const { title, unit, better, bars } of panels) {
    y += 20;
    shapes.push(text(10, y, `${title} (${better} is better)`, "bold"));
    y += 12;
    const most = Math.max(
      ...bars.flatMap(({ values, limits, target }) => [
        ...values,
        ...limits.map((one) => one ?? 0),
        target,
      ]),
    );
    // Some limits are a hundred times what they are held against.
    const scale = (value: number): number =>
      (most > 20 * Math.min(...bars.flatMap(({ values }) => values))
        ? Math.log1p(value) / Math.log1p(most)
        : value / most) * space;
    for (const { label: name, values, limits, target } of bars) {
      shapes.push(text(label - 10, y + bar + 4, name, undefined, "end"));
      for (const [index, value] of values.entries()) {
        const top = y + index * (bar + 1);
        const limit = limits[index];
        if (limit !== undefined)
          shapes.push(
            `<rect x="${label}" y="${top}" width="${Math.round(scale(limit))}" height="${bar}" fill="#d8dbe2"/>`,
          );
        shapes.push(
          `<rect x="${label}" y="${top + 1}" width="${Math.round(scale(value))}" height="${bar - 2}" fill="${colours[index]}"/>`,
          text(width - right + 10, top + bar - 1, `${value} ${unit}`, undefined, "start", 9),
        );
      }
      const at = label + Math.round(scale(target));
      shapes.push(
        `<path d="M${at} ${y - 2}v${values.length * (bar + 1) + 3}" stroke="#c23b3b" stroke-width="1.5"/>`,
      );
      y += group;
    }
    y += panel - group;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="Performance" font-family="system-ui, sans-serif" font-size="12" fill="#24262f">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...shapes,
    "</svg>",
    "",
  ].join("\n");
}

function text(
  x: number,
  y: number,
  said: string,
  weight?: string,
  anchor = "start",
  size = 12,
): string {
  const bold = weight === undefined ? "" : ` font-weight="${weight}"`;
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}"${bold}>${said}</text>`;
}
