/** The parts of a page that both languages have in common. Pure. */
import { dirname, join, normalize } from "node:path";
import { anchorsOf, blocksOf, codeIn, linksOf, type Page, proseOf, rowsOf } from "./pages.ts";

const chineseFolder = "docs/zh-CN/";

/** The page in English that a page is or is a translation of. */
export function inEnglish(path: string): string {
  if (!path.startsWith(chineseFolder)) return path;
  const name = path.slice(chineseFolder.length);
  return name === "README.md" ? name : `docs/${name}`;
}

/** @param path of a page in English. */
export function inChinese(path: string): string {
  return `${chineseFolder}${path.replace(/^docs\//, "")}`;
}

/** Levels of the headings, in order, and the text of those that name a setting. */
export function headingsOf(text: string): string[] {
  return [...proseOf(text).matchAll(/^(#+) (.+)$/gm)].map(([, level = "", title = ""]) =>
    level.length > 2 && /^[a-z]+(?:[A-Z][a-zA-Z]*)*$/.test(title) ? `${level} ${title}` : level,
  );
}

/** Rows of tables and items of lists, one line each, so that none is lost on the way. */
export function shapeOf(text: string): { rows: number[]; items: number } {
  return {
    rows: rowsOf(text).map((cells) => cells.length),
    items: (proseOf(text).match(/^ *(?:\d+\.|-) /gm) ?? []).length,
  };
}

/** Comments are for the reader. What a program prints (`text`) is in the reader's language: its places count. */
export function commonBlocks(text: string): { info: string; code: string | string[] }[] {
  return blocksOf(text).map(({ info, code }) =>
    info === "text" || info === ""
      ? { info, code: placesIn(code) }
      : { info, code: withoutComments(info, code) },
  );
}

function withoutComments(info: string, code: string): string {
  const mark = /^jsonc?\b/.test(info) ? "//" : "#";
  return code
    .split("\n")
    .map((line) => {
      const start = line.trimStart().startsWith(mark) ? 0 : line.indexOf(` ${mark}`);
      return start === -1 ? line : line.slice(0, start).trimEnd();
    })
    .join("\n");
}

/** URLs, paths below the home folder, variables. */
export function placesIn(text: string): string[] {
  const found = text.match(
    /https?:\/\/[\w./:?=-]*\w|~\/[\w./-]*\w|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+/g,
  );
  return [...new Set(found ?? [])].sort();
}

/** Settings, variables, commands, paths and values in the text; not sentences that somebody says. */
export function namesIn(text: string): string[] {
  const names = codeIn(text).filter((code) => !isSaying(code));
  return [...new Set([...names, ...placesIn(proseOf(text))])].sort();
}

function isSaying(code: string): boolean {
  if (/[\u3400-\u9fff]/.test(code)) return true;
  if (!code.includes(" ")) return false;
  return /^[A-Z…][\w'…]*[ ,:]/.test(code) || /^(?:[A-Za-z][\w'-]* ){5}/.test(code);
}

/**
 * Where the links and pictures of a page lead, as pages in English and the number of a heading there.
 *
 * @param load the text of a page of the repository.
 */
export function targetsOf({ path, text }: Page, load: (path: string) => string): string[] {
  return linksOf(text)
    .map((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : normalize(join(dirname(path), file));
      const page = inEnglish(target).replace(/\.zh\.svg$/, ".svg");
      if (anchor === undefined) return page;
      return `${page}#${[...anchorsOf(load(target))].indexOf(anchor)}`;
    })
    .sort();
}

export function addressesIn(text: string): string[] {
  return [...proseOf(text).matchAll(/\]\((https?:[^)\s]+)\)/g)].map(([, url = ""]) => url).sort();
}
