/** The rows of the one table, on a terminal and as Markdown. */

export type Row = {
  readonly what: string;
  /** What the figure is measured against. */
  readonly limit: string;
  readonly figure: string;
  /** Our time over the limit's, where both are times of the same work. */
  readonly ratio?: number;
  readonly target: string;
  readonly reached: boolean;
};

const titles = ["what", "limit", "figure", "ratio", "target", "reached"] as const;

export function formatTable(rows: readonly Row[]): string {
  const lines = [[...titles], ...rows.map(cells)];
  const widths = titles.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .join("\n");
}

export function formatMarkdown(rows: readonly Row[]): string {
  const line = (values: readonly string[]) => `| ${values.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map((row) => line(cells(row)))].join(
    "\n",
  );
}

function cells({ what, limit, figure, ratio, target, reached }: Row): string[] {
  return [what, limit, figure, ratio?.toFixed(2) ?? "", target, reached ? "yes" : "no"];
}

/** 1.5 MB in 3 ms → "500 MB/s". */
export function speed(bytes: number, ms: number): number {
  return Math.round(bytes / 1_000 / ms);
}

/** Sizes and chunk sizes as one says them: 4096 → "4 KB". */
export function sizeName(bytes: number): string {
  if (bytes >= 1_000_000) return `${bytes / 1_000_000} MB`;
  if (bytes % 1024 === 0) return `${bytes / 1024} KB`;
  return bytes >= 10_000 ? `${bytes / 1_000} KB` : `${bytes} B`;
}
