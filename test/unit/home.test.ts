import { expect, test } from "bun:test";
import { homedir } from "node:os";
import { homeOf } from "../../src/home.ts";

const profile = "C:\\Users\\name";

test.each([
  ["linux", { HOME: "/home/name" }, "/home/name"],
  ["darwin", { HOME: "/Users/name", USERPROFILE: profile }, "/Users/name"],
  ["win32", { USERPROFILE: profile }, profile],
  ["win32 in Git Bash", { HOME: "/c/elsewhere", USERPROFILE: profile }, profile],
  ["win32", { HOME: "/c/elsewhere" }, "fallback"],
  ["win32", { USERPROFILE: "" }, "fallback"],
  ["linux", { HOME: "", USERPROFILE: profile }, "fallback"],
  ["linux", {}, "fallback"],
])("%s, %j: %s", (platform, env, expected) => {
  expect(homeOf(env, platform.replace(/ .*/, ""), () => "fallback")).toBe(expected);
});

test("without a variable the system is asked", () => {
  expect(homeOf({}, process.platform)).toBe(homedir());
});
