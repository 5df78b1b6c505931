/** The two tables of faults on the pages of the documentation, in both languages. */
import { table } from "../../e2e/faults/table.ts";
import { faultsInChinese } from "../../e2e/faults/table.zh.ts";
import { markdownTable } from "./markdown.ts";

export function faultTable(): string {
  return markdownTable(
    ["the gateway sends", "you get", "in OpenCode 2"],
    table.map(({ sends, gets, on2 }) => [sends, gets, on2?.gets ?? "the same"]),
  );
}

/** @throws when a row of the table has no Chinese words. */
export function faultTableInChinese(): string {
  return markdownTable(
    ["网关发送的内容", "你得到的结果", "在 OpenCode 2 里"],
    table.map(({ sends, on2 }) => {
      const words = chineseOf(sends);
      const same = on2 === undefined || on2.gets === "the same";
      return [words.sends, words.gets, same ? "相同" : (words.on2 ?? missing(sends))];
    }),
  );
}

/**
 * What `bun run faults` measured on each OpenCode, as it stands on the English page, with Chinese words around it.
 * What OpenCode showed stays as it was shown.
 *
 * @param page text of `docs/faults.md`.
 * @throws when the page has no such tables, or a row of them has no Chinese words.
 */
export function measuredInChinese(page: string): string {
  const section = page.slice(page.indexOf("\n## Measured\n"));
  const [, ...plays] = section.split(/^(?=OpenCode \S+, plugin )/m);
  if (plays.length === 0) throw new Error("Nothing says when and with what was measured");
  return plays.map(playInChinese).join("\n\n");
}

/** One play of the whole table: when and with what, and what was seen. */
function playInChinese(play: string): string {
  const rows = play
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map(cellsOf);
  const [head = [], ruler, ...others] = rows;
  if (!ruler?.every((cell) => /^[-:]+$/.test(cell)))
    throw new Error("There is no table of what was measured");
  const rowsInChinese = markdownTable(
    head.map((cell) => heads[cell] ?? cell),
    others.map(([sends = "", ...measured]) => [chineseOf(sends).sends, ...measured.map(shown)]),
  );
  return `${introduction(play)}\n\n${rowsInChinese}`;
}

function introduction(play: string): string {
  const said =
    /^OpenCode (?<host>\S+), plugin (?<plugin>\S+), (?<date>\S+)\.\n.* (?<limit>\d+) s; .* (?<count>\d+) requests\.$/m;
  const { host, plugin, date, limit, count } = said.exec(play)?.groups ?? {};
  if (host === undefined) throw new Error("Nothing says when and with what was measured");
  return `OpenCode ${host}，插件 ${plugin}，${date}。没有结束的一轮会在 ${limit} 秒后中止；只用 OpenCode 时一共发出了 ${count} 个请求。`;
}

const heads: Readonly<Record<string, string>> = {
  "the gateway sends": "网关发送的内容",
  "alone: requests": "只用 OpenCode：请求数",
  "with the plugin: requests": "加上插件：请求数",
  s: "秒",
  seen: "看到的",
};

function shown(cell: string): string {
  return cell
    .replaceAll("(goes on)", "（还在继续）")
    .replaceAll(/ \((\d+) times\)/g, "（$1 次）")
    .replaceAll("waits: ", "等待：")
    .replaceAll("error: ", "错误：");
}

function chineseOf(sends: string) {
  return faultsInChinese[sends] ?? missing(sends);
}

function missing(sends: string): never {
  throw new Error(`No Chinese words in table.zh.ts for: ${sends}`);
}

/** A bar with a backslash before it belongs to the text of a cell. */
function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .replaceAll("\\|", "\0")
    .split("|")
    .map((cell) => cell.trim().replaceAll("\0", "|"));
}
