import { expect, test } from "bun:test";
import type { Turn } from "../../src/request/turn.ts";
import { createTries } from "../../src/tries.ts";

const turn = (id: string, session = "ses_1"): Turn => ({ session, id, loops: true });

test("the third in a row is the last", () => {
  const { begin } = createTries();
  expect([1, 2, 3, 4].map(() => begin(turn("a")).last)).toEqual([false, false, 3, 3]);
  expect(begin(turn("b")).last).toBe(false);
  expect(begin(turn("a", "ses_2")).last).toBe(false);
});

test("an answer starts anew", () => {
  const { begin } = createTries();
  begin(turn("a"));
  begin(turn("a")).succeed();
  expect([1, 2, 3].map(() => begin(turn("a")).last)).toEqual([false, false, 3]);
});

test("of two hundred turns those asked last are remembered", () => {
  const { begin } = createTries();
  for (let id = 0; id <= 200; id++) for (let tries = 0; tries < 2; tries++) begin(turn(`${id}`));
  expect([200, 1, 0].map((id) => begin(turn(`${id}`)).last)).toEqual([3, 3, false]);
});

test("a turn that is still being tried outlives two hundred others", () => {
  const { begin } = createTries();
  begin(turn("old"));
  for (let id = 0; id < 150; id++) begin(turn(`${id}`));
  begin(turn("old"));
  for (let id = 150; id < 300; id++) begin(turn(`${id}`));
  expect(begin(turn("old")).last).toBe(3);
});
