/** The language that the settings name, for what is said about these very settings too. */
import { afterEach, expect, test } from "bun:test";
import { loadSettings } from "../../../src/settings/load.ts";
import { describeProblem } from "../../../src/settings/resolve.ts";
import { speak } from "../../../src/words/current.ts";
import { createFolders } from "../../support/folder.ts";
import { inputIn } from "../../support/settings-input.ts";

const folders = createFolders();
afterEach(() => {
  folders.clean();
  speak("en");
});

type Case = {
  readonly file?: Record<string, unknown>;
  readonly options?: Record<string, unknown>;
  readonly env?: Record<string, string>;
  readonly locale?: string;
};

const wrong = { codexMode: 5 };
const english = "allowed is true or false";
const chinese = "应为 true 或 false";

test.each<[string, Case, string]>([
  ["nobody says", {}, english],
  ["the file", { file: { language: "zh" } }, chinese],
  ["the plugin's options", { options: { language: "zh" } }, chinese],
  [
    "the file before the options",
    { file: { language: "en" }, options: { language: "zh" } },
    english,
  ],
  [
    "the environment before the file",
    { file: { language: "zh" }, env: { OPENCODE_CODEX_LANG: "en" } },
    english,
  ],
  ["the system", { locale: "zh-CN" }, chinese],
  ["the file before the system", { file: { language: "en" }, locale: "zh-CN" }, english],
])("%s", async (_, { file = {}, options, env = {}, locale }, expected) => {
  const settings = JSON.stringify({ ...wrong, ...file });
  const home = folders.make({ ".opencode/openai-codex-auth-config.json": settings });
  const { problems } = await loadSettings(inputIn(home, { env, pluginOptions: options, locale }));
  expect(problems.map(describeProblem).join(" ")).toContain(expected);
});

test("one that is not there is told, in English", async () => {
  const home = folders.make({ ".opencode/openai-codex-auth-config.json": '{ "language": "de" }' });
  const { problems } = await loadSettings(inputIn(home));
  expect(problems.map(describeProblem)).toEqual([
    `${home}/.opencode/openai-codex-auth-config.json: "language" is "de"; allowed is "en" or "zh".`,
  ]);
});
