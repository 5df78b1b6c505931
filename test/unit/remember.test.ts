import { expect, test } from "bun:test";
import { remember } from "../../src/remember.ts";

test.each<[string, readonly string[], string]>([
  ["room for all", ["a", "b", "c"], "a b c"],
  ["the oldest goes", ["a", "b", "c", "d"], "b c d"],
  ["what is set anew is the newest", ["a", "b", "c", "a", "d"], "c a d"],
])("%s", (_, keys, left) => {
  const map = new Map<string, number>();
  for (const [index, key] of keys.entries()) remember(map, key, index, 3);
  expect([...map.keys()].join(" ")).toBe(left);
  expect(map.get(keys.at(-1) ?? "")).toBe(keys.length - 1);
});
