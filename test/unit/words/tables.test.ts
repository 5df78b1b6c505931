/** Both languages say the same: every sentence is made with what it is about. */
import { afterEach, describe, expect, test } from "bun:test";
import { describeFailure, type Failure, failureResponse } from "../../../src/failure.ts";
import { syntaxFaults } from "../../../src/settings/jsonc.ts";
import { speak, words } from "../../../src/words/current.ts";
import { en } from "../../../src/words/en.ts";
import { languages } from "../../../src/words/language.ts";
import { joinSentences, withoutStop } from "../../../src/words/sentences.ts";
import type { Words } from "../../../src/words/words.ts";
import { zh } from "../../../src/words/zh.ts";
import { isRetried } from "../../support/host-retries.ts";

afterEach(() => speak("en"));

const tables = { en, zh } as const;
const chinese = /[\u3400-\u9fff]/;

/** Names of programs, variables and settings, which no language translates. */
const sameEverywhere = new Set(["setting.allowed.models", "setting.allowed.language"]);

/** Every text that takes no data. */
function plainTexts(value: unknown, path: readonly string[] = []): [string, string][] {
  if (typeof value === "string") return [[path.join("."), value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => plainTexts(inner, [...path, name]));
}

describe("texts without data", () => {
  test("are there in both", () => {
    const [inEnglish, inChinese] = [en, zh].map((table) => plainTexts(table).map(([at]) => at));
    expect(inChinese).toEqual(inEnglish);
    expect(inEnglish?.length).toBeGreaterThan(40);
  });
  test("English has no Chinese in it", () => {
    expect(plainTexts(en).filter(([, text]) => chinese.test(text))).toEqual([]);
  });
  test.each(plainTexts(zh))("%s is Chinese", (at, text) => {
    if (sameEverywhere.has(at)) expect(text).toContain("或");
    else expect(text).toMatch(chinese);
  });
});

const url = "https://gateway.example/v1/responses";

/** What is said with data, and the data that must be in it. */
const sayings: readonly (readonly [string, (words: Words) => string, readonly string[]])[] = [
  ["key", (w) => w.refused.key(url, "Bad key"), [url, "Bad key"]],
  ["notFound", (w) => w.refused.notFound("No such path", url), ["No such path", url, "404"]],
  ["served", (w) => w.refused.served(["gpt-5.1", "gpt-5.2"]), ["gpt-5.1", "gpt-5.2"]],
  ["withoutWords", (w) => w.refused.withoutWords(url, 418), [url, "418"]],
  ["unfinished", (w) => w.refused.unfinished("adapter_eof"), ["adapter_eof"]],
  ["unfinished, no reason", (w) => w.refused.unfinished(undefined), []],
  ["too large an event", (w) => w.eventTooLarge(50), ["50"]],
  ["invalid key", (w) => w.balance.invalid("disabled"), ["disabled"]],
  ["invalid key, no word", (w) => w.balance.invalid(""), []],
  ["truncated", (w) => w.stream.stream_truncated({ reason: "adapter_eof" }), ["adapter_eof"]],
  ["truncated, no reason", (w) => w.stream.stream_truncated({}), []],
  ["idle", (w) => w.stream.stream_idle({ seconds: 123 }), ["123", "streamIdleTimeout"]],
  ["damaged", (w) => w.stream.stream_damaged({}), ["JSON"]],
  ["blank", (w) => w.stream.stream_damaged({ blankBytes: 65_536 }), ["64 KiB"]],
  ["broken", (w) => w.stream.stream_broken({ code: "ECONNRESET" }), ["ECONNRESET"]],
  ["not taken", (w) => w.host2.notTaken("disk full"), ["disk full", "opencode-openai-codex-key"]],
  ["failed", (w) => w.host2.failed("disk full"), ["disk full", "opencode-openai-codex-key"]],
  ["closed", (w) => w.host2.notTaken(w.host2.closed), []],
  ["gaveUp", (w) => w.gaveUp(3), ["3"]],
  ...syntaxFaults.map(
    (code) =>
      [
        `syntax: ${code}`,
        (w: Words) => w.whyUnreadable({ type: "syntax", code, line: 3 }),
        ["3"],
      ] as const,
  ),
  ["no permission", (w) => w.whyUnreadable({ type: "not_opened", code: "EACCES" }), ["EACCES"]],
  ["not opened", (w) => w.whyUnreadable({ type: "not_opened", code: undefined }), []],
  ["other content", (w) => w.whyUnreadable({ type: "other_content" }), []],
  [
    "keys",
    (w) => w.setting.mendKeys("/k.json", { type: "not_opened", code: "EACCES" }),
    ["/k.json", "EACCES"],
  ],
  ["page", (w) => w.htmlPage("Just a moment"), ["Just a moment", "HTML"]],
  ["page, no title", (w) => w.htmlPage(undefined), ["HTML"]],
  [
    "reset",
    (w) =>
      w.reset("14:30", [
        [2, "hour"],
        [5, "minute"],
      ]),
    ["14:30", "2", "5"],
  ],
  ["longerThan", (w) => w.prompt.longerThan(256), ["256 KiB"]],
  ["shortOf", (w) => w.prompt.shortOf(35), ["35"]],
  ["unreadable", (w) => w.prompt.unreadable("EIO"), ["EIO"]],
  ["usage", (w) => w.notice.usage(95, [5, "hour"], "soon"), ["95", "5", "soon"]],
  ["usage, no window", (w) => w.notice.usage(95, undefined, undefined), ["95"]],
  ["insecure", (w) => w.notice.insecure("http://a.example"), ["http://a.example", "https://"]],
  ["endpoint", (w) => w.notice.endpoint(url), [url]],
  ["base URL", (w) => w.loginPrompt.baseURL(undefined), ["URL"]],
  ["base URL kept", (w) => w.loginPrompt.baseURL({ baseURL: url, source: "/f" }), [url, "/f"]],
  ["enter", (w) => w.loginPrompt.enter(w.setting.allowed.exampleURL), ["https://"]],
  ["variable", (w) => w.place.variable("A_B"), ["A_B"]],
  ["option", (w) => w.place.option("options.baseURL", "/f"), ["options.baseURL", "/f"]],
  ["plugin options", (w) => w.place.pluginOptions("/f"), ["/f"]],
  ["connection", (w) => w.setting.otherThanConnection(["host", "te"]), ["host", "te"]],
  [
    "problem",
    (w) => w.setting.problem({ source: "/f", field: "a", found: "5", allowed: "6" }),
    ["/f", '"a"', "5", "6"],
  ],
  [
    "misspelt",
    (w) => w.setting.problem({ source: "/f", field: "a", found: "x", allowed: "", meant: "b" }),
    ["/f", '"a"', '"b"'],
  ],
  ...(Object.keys(en.unreachable) as (keyof Words["unreachable"])[]).map(
    (kind) =>
      [
        `unreachable: ${kind}`,
        (w: Words) => `${w.unreachable[kind].happened(url)}${w.unreachable[kind].advice}`,
        [url],
      ] as const,
  ),
];

describe("sentences with data", () => {
  for (const language of languages) {
    test.each(sayings)(`${language}: %s`, (_, say, data) => {
      const said = say(tables[language]);
      for (const one of data) expect(said).toContain(one);
      expect(said).not.toMatch(/undefined|null|NaN|\[object/);
      if (language === "en") expect(said).not.toMatch(chinese);
      // Data alone stays what it is.
      else if (said !== data.join("")) expect(said).toMatch(chinese);
    });
  }
});

const refusal = {
  type: "origin_not_trusted",
  baseURL: "https://a.example/v1",
  origin: "https://a.example",
  source: "/p/opencode.json",
  key: "K",
  settingsFile: "/h/settings.json",
} as const;

/** One of every type; a type without one does not compile. */
const failures: { readonly [T in Failure["type"]]: Extract<Failure, { readonly type: T }> } = {
  settings_invalid: {
    type: "settings_invalid",
    problems: [{ source: "/f", field: "codexMode", found: "5", allowed: "6" }],
  },
  base_url_missing: { type: "base_url_missing", lookedIn: ["/f", "/g"] },
  origin_not_trusted: refusal,
  key_missing: { type: "key_missing" },
  beside_missing: { type: "beside_missing", provider: "p" },
  key_invalid: { type: "key_invalid" },
  endpoint_unsupported: { type: "endpoint_unsupported", url },
  request_unreadable: { type: "request_unreadable", reason: "R" },
  parameter_invalid: { type: "parameter_invalid", field: "f", found: "x", allowed: "y" },
  instructions_unreadable: { type: "instructions_unreadable", path: "/f", reason: "R" },
  redirected: { type: "redirected", url, status: 302, location: undefined },
  endpoint_not_found: {
    type: "endpoint_not_found",
    tried: [{ url, status: 404, said: "not found" }],
  },
  broken_off: { type: "broken_off", baseURL: url, cause: new Error("C") },
  body_too_large: { type: "body_too_large", url, bytes: 5_000_000, said: undefined },
  unreachable: { type: "unreachable", url, kind: "refused", transient: false },
};

describe("failures", () => {
  test.each(Object.values(failures))("$type is told in the language of the process", (failure) => {
    const english = describeFailure(failure);
    speak("zh");
    const told = describeFailure(failure);
    expect(told).not.toBe(english);
    expect(told).toMatch(chinese);
    expect(told).not.toMatch(/undefined|null|\[object/);
    // What it is about stands in both.
    for (const [word] of english.matchAll(
      /https?:\/\/[^\s,;)"]*[a-z]|"[\w.]+"|\/[fgh]\b|\b\d{3}\b/g,
    )) {
      expect(told).toContain(word);
    }
  });

  /** OpenCode asks again for an error by its words; a final one must have none of them. */
  for (const language of languages) {
    test.each(Object.values(failures))(
      `${language}: $type is not asked for again`,
      async (failure) => {
        speak(language);
        const response = failureResponse(
          failure.type === "broken_off" ? { ...failure, gaveUp: 3 } : failure,
        );
        expect(response.status).toBe(400);
        expect(isRetried(await response.text())).toBe(false);
      },
    );
  }

  test("a body that is too large does not sound like an overflow of the context", () => {
    const overflow =
      /prompt is too long|exceeds? the context|context length|maximum|too (?:large|long|many) |token|上下文|令牌/i;
    for (const language of languages) {
      speak(language);
      expect(describeFailure(failures.body_too_large)).not.toMatch(overflow);
    }
  });
});

test("another language counts from the next sentence on", () => {
  expect(words().login).toBe(en.login);
  speak("zh");
  expect(words().login).toBe(zh.login);
});

describe("sentences one after the other", () => {
  test.each([
    ["One.", "Two.", "One. Two."],
    ["One", "Two.", "One. Two."],
    ["一。", "二。", "一。二。"],
    ["一", "二。", "一。二。"],
    ["余额不足", "Top up.", "余额不足。 Top up."],
    ["No such model.", "网关提供的模型：a。", "No such model. 网关提供的模型：a。"],
    ["No such model", "网关提供的模型：a。", "No such model. 网关提供的模型：a。"],
    ["真的？", "是。", "真的？是。"],
  ])("%s + %s", (first, second, joined) => {
    expect(joinSentences(first, second)).toBe(joined);
    expect(joinSentences(first, undefined)).toBe(first);
  });

  test.each([
    ["One.", "One"],
    ["一。", "一"],
    ["Two?", "Two?"],
    ["", ""],
  ])("%j without its stop", (text, rest) => {
    expect(withoutStop(text)).toBe(rest);
  });
});
