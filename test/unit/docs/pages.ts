/** The pages of the documentation, taken apart for the test of them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const repository = join(import.meta.dir, "../../..");

export type Page = {
  /** From the root of the repository, such as `docs/setup.md`. */
  readonly path: string;
  readonly text: string;
};

export function loadPages(): Page[] {
  const docs = readdirSync(join(repository, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`);
  return ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "config/README.md", ...docs.sort()].map(
    loadPage,
  );
}

export function loadPage(path: string): Page {
  return { path, text: readFileSync(join(repository, path), "utf8") };
}

export type Block = {
  /** The words behind the three backticks. */
  readonly info: string;
  readonly code: string;
};

const fence = /^```(.*)\n([\s\S]*?)^```$/gm;

export function blocksOf(text: string): Block[] {
  return [...text.matchAll(fence)].map(([, info = "", code = ""]) => ({ info: info.trim(), code }));
}

/** Without code blocks, whose lines may look like anything. */
export function proseOf(text: string): string {
  return text.replace(fence, "");
}

/** Links that lead to a file or a heading of this repository. */
export function linksOf(text: string): string[] {
  const links = [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return links.filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of proseOf(text).matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let anchor = slug;
    for (let copy = 1; anchors.has(anchor); copy++) anchor = `${slug}-${copy}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** From a heading to the next one of its level or above. */
export function sectionOf(text: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const start = text.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`There is no heading "${heading}"`);
  const rest = text.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, "m"));
  return end === -1 ? rest : rest.slice(0, end);
}

/** The cells of every table row, without those of the heads. */
export function rowsOf(text: string): string[][] {
  const lines = proseOf(text).split("\n");
  return lines.flatMap((line, index) => {
    if (!line.startsWith("|") || /^\|[\s|:-]+\|$/.test(line)) return [];
    if (/^\|[\s|:-]+\|$/.test(lines[index + 1] ?? "")) return [];
    return [
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    ];
  });
}

/** What stands between backticks, code blocks aside. */
export function codeIn(text: string): string[] {
  return [...proseOf(text).matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** A text without line breaks and marks of quotation, to find sentences in. */
export function flatten(text: string): string {
  return text.replace(/^> ?/gm, "").replace(/\s+/g, " ");
}
