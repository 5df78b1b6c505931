import { expect, test } from "bun:test";
import {
  type Look,
  renderConfig,
  renderGateways,
  renderJson,
  renderModels,
  renderStatus,
  renderUsage,
} from "../../../src/cli/render.ts";
import { cliWords } from "../../../src/cli/words/words.ts";
import { languages } from "../../../src/words/language.ts";
import { tooLong } from "./too-long.ts";

test.each([
  ["a terminal sequence", "\u001b[2J"],
  ["one in eight bits", "\u009b2J"],
  ["other controls", "\u0000\u0007\u007f\u0080\u0085"],
  ["a change of direction", "a\u202eb\u2066c\u200f"],
  ["line breaks of Unicode", "a\u2028b\u2029c"],
  ["a tag beyond the first plane", "a\u{e0041}b"],
  ["half a character", "a\ud800b"],
])("JSON is safe in a terminal, and the same for a reader: %s", (_, text) => {
  const printed = renderJson({ [text]: [text] });
  expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(printed)).toEqual({ [text]: [text] });
});

test("other characters stay readable", () => {
  expect(renderJson({ a: "é模😀" })).toBe('{\n  "a": "é模😀"\n}\n');
});

const home = "/home/a-user-with-a-long-name";
const long =
  "a sentence of the gateway that goes on for longer than any terminal is wide, and then some";

const pages: readonly (readonly [string, (look: Look) => string])[] = [
  [
    "models",
    (look) =>
      renderModels(
        [
          {
            id: "gpt-5.1-codex-max",
            efforts: ["none", "low", "medium", "high", "xhigh"],
            context: 272_000,
          },
          { id: "gpt-5.1", efforts: [], context: undefined },
        ],
        long,
        look,
      ),
  ],
  [
    "gateways",
    (look) =>
      renderGateways(
        [
          {
            name: "main",
            baseURL: "https://a.example",
            key: `${home}/.local/share/opencode/auth.json`,
          },
          { name: "b", baseURL: "https://b.example", key: undefined },
        ],
        look,
      ),
  ],
  [
    "status",
    (look) =>
      renderStatus(
        [
          {
            name: "main",
            baseURL: "https://a.example",
            state: "resting",
            why: "the account has no money left",
            until: 90_000_000,
            answeredAt: 0,
          },
          { name: "b", baseURL: "https://b.example", state: "off" },
        ],
        look,
        1_000,
      ),
  ],
  [
    "usage",
    (look) =>
      renderUsage([{ gateway: "main", source: "asked", summary: long, details: [long] }], look),
  ],
  [
    "config",
    (look) =>
      renderConfig(
        {
          settings: [
            { name: "headers", value: {}, shown: long, source: `${home}/.opencode/x.json` },
          ],
          problems: [long],
          lookedIn: [`provider.openai.options.baseURL in ${home}/work/project/opencode.json`],
          credential: long,
          plugin: long,
        },
        look,
      ),
  ],
];

test.each(
  pages.flatMap(([page, render]) =>
    languages.flatMap((language) =>
      [60, 120].map((width) => [page, language, width, render] as const),
    ),
  ),
)("%s, in %s, fits %i columns", (_page, language, width, render) => {
  const words = cliWords(language);
  const text = render({ style: (_, text) => text, words, home, width });
  expect(text.split("\n").length).toBeGreaterThan(2);
  expect(tooLong(text, width)).toEqual([]);
});
