import { describe, expect, test } from "bun:test";
import { chooseLanguage, type LanguageSources, systemLocale } from "../../../src/words/language.ts";

const table: readonly (readonly [string, LanguageSources, "en" | "zh"])[] = [
  ["nothing known", { env: {} }, "en"],
  ["a POSIX locale", { env: { LANG: "zh_CN.UTF-8" } }, "zh"],
  ["the system's locale", { env: {}, locale: "zh-CN" }, "zh"],
  ["the system's locale, another language", { env: {}, locale: "de-DE" }, "en"],
  ["scripts and regions", { env: { LANG: "zh-Hans-SG" } }, "zh"],
  ["Traditional Chinese: nearer than English", { env: { LANG: "zh_TW.UTF-8" } }, "zh"],
  ["a modifier", { env: { LANG: "zh_CN@pinyin" } }, "zh"],
  ["the bare language", { env: { LANG: "zh" } }, "zh"],
  ["the country in place of the language", { env: { OPENCODE_CODEX_LANG: "cn" } }, "zh"],
  ["capitals", { env: { OPENCODE_CODEX_LANG: "ZH" } }, "zh"],
  ["white space around it", { env: { OPENCODE_CODEX_LANG: " zh\n" } }, "zh"],
  ["a word that only begins alike", { env: { LANG: "zha_CN" }, locale: "zh-CN" }, "en"],
  ["LC_MESSAGES before LANG", { env: { LC_MESSAGES: "en_US.UTF-8", LANG: "zh_CN.UTF-8" } }, "en"],
  ["LC_ALL before LC_MESSAGES", { env: { LC_ALL: "zh_CN.UTF-8", LC_MESSAGES: "en_US" } }, "zh"],
  ["LC_ALL=C is English", { env: { LC_ALL: "C", LANG: "zh_CN.UTF-8" }, locale: "zh-CN" }, "en"],
  ["C.UTF-8 is English", { env: { LANG: "C.UTF-8" }, locale: "zh-CN" }, "en"],
  ["POSIX is English", { env: { LANG: "POSIX" }, locale: "zh-CN" }, "en"],
  ["an empty variable says nothing", { env: { LC_ALL: "", LANG: "zh_CN.UTF-8" } }, "zh"],
  ["a setting before the locale", { env: { LC_ALL: "zh_CN.UTF-8" }, setting: "en" }, "en"],
  ["a setting before the system", { env: {}, setting: "zh", locale: "en-US" }, "zh"],
  [
    "our own variable before the setting",
    { env: { OPENCODE_CODEX_LANG: "en", LANG: "zh_CN.UTF-8" }, setting: "zh" },
    "en",
  ],
  ["our own variable, empty", { env: { OPENCODE_CODEX_LANG: "" }, setting: "zh" }, "zh"],
  [
    "a language without a table is English, and decides",
    { env: { OPENCODE_CODEX_LANG: "fr", LANG: "zh_CN.UTF-8" }, setting: "zh" },
    "en",
  ],
];

describe("which language", () => {
  test.each(table)("%s", (_name, sources, expected) => {
    expect(chooseLanguage(sources)).toBe(expected);
  });

  test("the system has a locale", () => {
    expect(systemLocale()).toMatch(/^[a-z]{2,}/);
  });
});
