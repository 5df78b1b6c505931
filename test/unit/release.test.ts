import { expect, test } from "bun:test";
import manifest from "../../package.json";
import { releaseProblems } from "../support/release.ts";

const good = {
  manifest: {
    version: "1.2.3",
    repository: { type: "git", url: "git+https://github.com/someone/plugin.git" },
    homepage: "https://github.com/someone/plugin",
    bugs: "https://github.com/someone/plugin/issues",
  },
  changelog: "# Changelog\n\n## 1.2.3 (2026-12-01)\n",
  tag: "v1.2.3",
};

test("a release that is complete", () => {
  expect(releaseProblems(good)).toEqual([]);
});

test.each([
  ["no repository", { manifest: { ...good.manifest, repository: undefined } }, /"repository"/],
  [
    "a placeholder",
    { manifest: { ...good.manifest, homepage: "https://github.com/OWNER/x" } },
    /"homepage"/,
  ],
  ["another version", { tag: "v1.2.4" }, /tag is v1\.2\.4/],
  ["no tag", { tag: "" }, /tag is missing/],
  ["no date", { changelog: "## 1.2.3 (not yet published)\n" }, /no "## 1\.2\.3/],
  ["another heading", { changelog: "## 1.2.30 (2026-12-01)\n" }, /no "## 1\.2\.3/],
  ["dependencies", { manifest: { ...good.manifest, dependencies: { valibot: "1" } } }, /carry all/],
] as const)("%s", (_name, change, problem) => {
  const problems = releaseProblems({ ...good, ...change });
  expect(problems.length).toBe(1);
  expect(problems[0]).toMatch(problem);
});

test("the manifest has the fields, and until there is an address a release is refused", () => {
  const problems = releaseProblems({ manifest, changelog: "", tag: `v${manifest.version}` });
  expect(problems.filter((problem) => problem.includes("names no repository")).length).toBe(3);
});
