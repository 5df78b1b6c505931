/** The messages on the pages about troubleshooting are the plugin's, in the language of the page. */
import { afterEach, describe, expect, test } from "bun:test";
import { describeFailure, type Failure } from "../../../src/failure.ts";
import { speak, words } from "../../../src/words/current.ts";
import { type Language, languages } from "../../../src/words/language.ts";
import { flatten, loadPage } from "./pages.ts";

afterEach(() => speak("en"));

/** How much of a message stands on the page. */
type Part = Readonly<Record<Language, RegExp>>;

const whole: Part = { en: /^.*$/, zh: /^.*$/ };
const firstSentence: Part = { en: /^.*?\./, zh: /^.*?。/ };
const happened: Part = { en: /^.*?nothing was sent\./, zh: /^.*?没有发送任何内容。/ };

type Row<T extends Failure["type"]> = readonly [Extract<Failure, { readonly type: T }>, Part];

/**
 * With the stand-ins of the page for what differs. A failure that is forgotten here does not compile.
 * Texts inside of them are asked for when the language is known.
 */
const createFailures = (): { readonly [T in Failure["type"]]: readonly Row<T>[] } => ({
  base_url_missing: [
    [
      { type: "base_url_missing", lookedIn: [] },
      { en: /^.*?Looked in: /, zh: /^.*?并选择 OpenAI。已查找：/ },
    ],
  ],
  key_missing: [[{ type: "key_missing" }, { en: firstSentence.en, zh: /^.*?，/ }]],
  beside_missing: [[{ type: "beside_missing", provider: "relay2" }, whole]],
  key_invalid: [[{ type: "key_invalid" }, firstSentence]],
  settings_invalid: [[{ type: "settings_invalid", problems: [] }, firstSentence]],
  parameter_invalid: [
    [
      {
        type: "parameter_invalid",
        field: "reasoningEffort",
        found: '"extreme"',
        allowed: "none, minimal, low, medium, high, xhigh, max, ultra",
      },
      whole,
    ],
  ],
  instructions_unreadable: [
    [
      {
        type: "instructions_unreadable",
        path: "~/my-codex.md",
        reason: words().prompt.missing,
      },
      whole,
    ],
  ],
  redirected: [
    [
      {
        type: "redirected",
        url: "…",
        status: 307,
        location: "https://elsewhere.example/v1/responses",
      },
      whole,
    ],
  ],
  endpoint_not_found: [
    [
      { type: "endpoint_not_found", tried: [] },
      { en: /^.*?Tried: /, zh: /^.*?已尝试：/ },
    ],
  ],
  body_too_large: [
    [
      { type: "body_too_large", url: "…", bytes: 3_200_000, said: undefined },
      { en: /^.*?\(413\)\./, zh: /^.*?（413）。/ },
    ],
  ],
  unreachable: (
    [
      "refused_or_unknown",
      "certificate_expired",
      "certificate_self_signed",
      "certificate_of_unknown_authority",
      "closed",
    ] as const
  ).map((kind) => [{ type: "unreachable", url: "…", kind, transient: false }, whole]),
  origin_not_trusted: [
    [
      {
        type: "origin_not_trusted",
        baseURL: "https://other.example/v1",
        origin: "https://other.example",
        source: "provider.openai.options.baseURL in ~/project/opencode.json",
        key: words().place.login,
        settingsFile: "~/.opencode/openai-codex-auth-config.json",
      },
      happened,
    ],
  ],
  // What is wrong here is no setting of the user's, and there is nothing to do but what they say.
  endpoint_unsupported: [],
  request_unreadable: [],
  broken_off: [],
});

const pages: Readonly<Record<Language, string>> = {
  en: "docs/troubleshooting.md",
  zh: "docs/zh-CN/troubleshooting.md",
};

describe.each([...languages])("messages in %s", (language) => {
  test.each(Object.keys(createFailures()))("of %s", (type) => {
    speak(language);
    const text = flatten(loadPage(pages[language]).text);
    const rows = Object.values(createFailures()).flat();
    for (const [failure, part] of rows.filter(([{ type: of }]) => of === type)) {
      const [said = "?"] = part[language].exec(describeFailure(failure)) ?? [];
      expect(said.length).toBeGreaterThan(10);
      expect(text.includes(said) ? said : "").toBe(said);
    }
  });

  test("of streams that broke, and of a file that is no JSON", () => {
    speak(language);
    const text = flatten(loadPage(pages[language]).text);
    const { stream, gaveUp, notice, setting } = words();
    for (const said of [
      stream.stream_truncated({}),
      stream.stream_truncated({ reason: "…" }),
      stream.stream_idle({ seconds: 300 }),
      stream.stream_broken({ code: "…" }),
      gaveUp(3),
      notice.insecure("http://gateway.example"),
      setting.found.unreadable({ type: "syntax", code: "PropertyNameExpected", line: 1 }),
    ]) {
      expect(text.includes(said) ? said : "").toBe(said);
    }
  });
});
