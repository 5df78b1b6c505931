/** The documentation says the same in both languages: as far as a program can tell. */
import { describe, expect, test } from "bun:test";
import { table } from "../../e2e/faults/table.ts";
import { faultsInChinese } from "../../e2e/faults/table.zh.ts";
import {
  addressesIn,
  commonBlocks,
  headingsOf,
  inChinese,
  inEnglish,
  namesIn,
  shapeOf,
  targetsOf,
} from "./languages.ts";
import { loadPage, loadPages } from "./pages.ts";

/** For developers, who read English code. */
const englishOnly =
  /^(?:CHANGELOG|CONTRIBUTING|config\/README|docs\/development\/.+|docs\/zh-CN\/.+)\.md$/;

const paths = loadPages().map(({ path }) => path);
const english = paths.filter((path) => !englishOnly.test(path));

const load = (path: string): string => loadPage(path).text;

test("every page of a user is there in both languages", () => {
  const chinese = paths.filter((path) => path.startsWith("docs/zh-CN/"));
  expect(english.map(inChinese).sort()).toEqual(chinese.sort());
  expect(english.length).toBeGreaterThan(8);
});

for (const path of english) {
  describe(path, () => {
    const page = loadPage(path);
    const read = () => loadPage(inChinese(path));

    test("has the same headings", () => {
      expect(headingsOf(read().text)).toEqual(headingsOf(page.text));
    });
    test("has the same code", () => {
      expect(commonBlocks(read().text)).toEqual(commonBlocks(page.text));
    });
    test("has the same tables and lists", () => {
      expect(shapeOf(read().text)).toEqual(shapeOf(page.text));
    });
    test("names the same settings, variables, commands and places", () => {
      expect(namesIn(read().text)).toEqual(namesIn(page.text));
    });
    test("has the same links and pictures", () => {
      expect(targetsOf(read(), load)).toEqual(targetsOf(page, load));
      expect(addressesIn(read().text)).toEqual(addressesIn(page.text));
    });
    test("links to the other language", () => {
      expect(targetsOf(page, load)).toContain(path);
      expect(read().text.slice(0, 300)).toContain("English");
    });
  });
}

describe("the words of the faults", () => {
  test("are there for every row, and for no other", () => {
    const rows = table.map(({ sends }) => sends);
    expect(Object.keys(faultsInChinese).sort()).toEqual(rows.sort());
  });

  for (const { sends, gets } of table) {
    test(`name the same as: ${sends}`, () => {
      const words = faultsInChinese[sends];
      const chinese = `${words?.sends} ${words?.gets}`;
      expect(namesIn(chinese)).toEqual(namesIn(`${sends} ${gets}`));
      const numbers = (text: string) => text.match(/\b\d{2,}\b/g)?.sort();
      expect(numbers(words?.sends ?? "")).toEqual(numbers(sends));
      expect(words?.gets).toMatch(/[\u3400-\u9fff]/);
    });
  }
});

describe("what the test goes by", () => {
  test.each([
    ["docs/zh-CN/README.md", "README.md"],
    ["docs/zh-CN/setup.md", "docs/setup.md"],
    ["docs/setup.md", "docs/setup.md"],
    ["LICENSE", "LICENSE"],
  ])("%s is %s in English", (path, expected) => {
    expect(inEnglish(path)).toBe(expected);
  });

  test("comments are not compared, code is", () => {
    const block = (comment: string, command = "opencode run #1") =>
      commonBlocks(`\`\`\`sh\n${command}  # ${comment}\n# ${comment}\n\`\`\`\n`);
    expect(block("one")).toEqual(block("一"));
    expect(block("one", "opencode")).not.toEqual(block("one"));
    const address = (url: string) => commonBlocks(`\`\`\`jsonc\n{ "a": "${url}" } // x\n\`\`\`\n`);
    expect(address("https://a.example")).not.toEqual(address("https://b.example"));
  });

  test("of what a program prints, places are compared and words are not", () => {
    const block = (text: string) => commonBlocks(`\`\`\`text\n${text}\n\`\`\`\n`);
    expect(block("Look at ~/a.json")).toEqual(block("请查看 ~/a.json"));
    expect(block("Look at ~/a.json")).not.toEqual(block("请查看 ~/b.json"));
  });

  test("sentences in code are left out, settings and commands are not", () => {
    expect(
      namesIn("`The gateway at … refused` `opencode run` `language` `A_B=1` `拒绝了`"),
    ).toEqual(["A_B", "A_B=1", "language", "opencode run"]);
  });
});
