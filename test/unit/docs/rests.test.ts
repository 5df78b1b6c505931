/** How long a gateway rests, on the page as in the table. */
import { describe, expect, test } from "bun:test";
import { type Fault, rests } from "../../../src/failover/policy.ts";
import type { Language } from "../../../src/words/language.ts";
import { loadPage } from "./pages.ts";

/** By the words that the row begins with. */
const rows: Readonly<Record<Fault, Readonly<Record<Language, string>>>> = {
  key: { en: "| 401,", zh: "| 401，" },
  quota: { en: "| 402,", zh: "| 402，" },
  account: { en: "| 403 about the account", zh: "| 403，与账户有关" },
  rights: { en: "| 403 or 503", zh: "| 403 或 503" },
  limit: { en: "| 429,", zh: "| 429，" },
  outage: { en: "| 408,", zh: "| 408、" },
  unreachable: { en: "| a connection", zh: "| 连接被拒绝" },
  broken: { en: "| a connection", zh: "| 连接被拒绝" },
  noApi: { en: "| a web page", zh: "| 网页" },
  silent: { en: "| no first byte", zh: "| 超过" },
  cut: { en: "| a stream that breaks", zh: "| 数据流在有输出之后" },
};

const units: Readonly<Record<Language, readonly [string, string, string]>> = {
  en: ["s", "min", "h"],
  zh: ["秒", "分钟", "小时"],
};

function spell(seconds: number, language: Language): string {
  const [s, min, h] = units[language];
  if (seconds < 60) return `${seconds} ${s}`;
  return seconds < 3600 ? `${seconds / 60} ${min}` : `${seconds / 3600} ${h}`;
}

describe.each([
  ["en", "docs/several-gateways.md"],
  ["zh", "docs/zh-CN/several-gateways.md"],
] as const)("rests in %s", (language, page) => {
  test.each(Object.keys(rests) as Fault[])("of %s", (fault) => {
    const row = loadPage(page)
      .text.split("\n")
      .find((line) => line.startsWith(rows[fault][language]));
    for (const seconds of rests[fault].filter((each) => each > 0)) {
      expect(row).toContain(spell(seconds, language));
    }
  });
});
