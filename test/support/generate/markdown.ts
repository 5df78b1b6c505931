/** Tables in Markdown, and their place in a page. Pure. */

/** Columns stand under each other; a Chinese character is as wide as two letters. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) =>
    Math.max(3, ...lines.map((cells) => Bun.stringWidth(cells[column] ?? ""))),
  );
  const ruler = widths.map((width) => "-".repeat(width));
  const [first = [], ...others] = lines;
  return [first, ruler, ...others].map((cells) => toLine(cells, widths)).join("\n");
}

function toLine(cells: readonly string[], widths: readonly number[]): string {
  const padded = widths.map((width, column) => {
    const cell = cells[column] ?? "";
    return cell + " ".repeat(width - Bun.stringWidth(cell));
  });
  return `| ${padded.join(" | ")} |`;
}

/**
 * The page with `content` between its marks, `<!-- generated: name -->` and `<!-- /generated -->`.
 *
 * @throws when the page has not got exactly one such place.
 */
export function fillMarks(page: string, name: string, content: string): string {
  const start = `<!-- generated: ${name} -->\n`;
  const end = "<!-- /generated -->";
  const [before = "", rest, ...more] = page.split(start);
  const at = rest?.indexOf(end) ?? -1;
  if (rest === undefined || at === -1 || more.length > 0) {
    throw new Error(`There must be one ${start.trim()} with a ${end} after it`);
  }
  // Empty lines: without them some renderers take the mark for a part of the table.
  return `${before}${start}\n${content}\n\n${rest.slice(at)}`;
}
