/**
 * `bun .ci/release-check.ts v1.2.3`: whether this checkout may be published under that tag. Prints
 * what is in the way and fails.
 */
import manifest from "../package.json";
import { releaseProblems } from "../test/support/release.ts";

const [, , tag = ""] = process.argv;
const changelog = await Bun.file(new URL("../CHANGELOG.md", import.meta.url)).text();
const problems = releaseProblems({ manifest, changelog, tag });
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`${tag} may be published.`);
