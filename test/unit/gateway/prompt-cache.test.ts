import { expect, test } from "bun:test";
import {
  comparePrompts,
  createPromptCache,
  serializePrompt,
  tokensOf,
} from "../../gateway/prompt-cache.ts";
import { sampleBody, userMessage } from "../../gateway/sample.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("comparePrompts counts the bytes both begin with", () => {
  expect(comparePrompts(bytes("abc"), bytes("abcd"))).toEqual({
    shared: 3,
    previous: 3,
    total: 4,
    complete: true,
  });
  expect(comparePrompts(bytes("abc"), bytes("abX"))).toMatchObject({ shared: 2, complete: false });
  expect(comparePrompts(bytes("abc"), bytes("ab"))).toMatchObject({ shared: 2, complete: false });
  expect(comparePrompts(bytes(""), bytes("ab"))).toMatchObject({ shared: 0, complete: true });
});

test("items that are only added leave the prefix whole; a change in instructions breaks it", () => {
  const first = [userMessage("é one")];
  const cache = createPromptCache();
  const start = cache.observe(sampleBody({ input: first }));
  expect(start).toMatchObject({ shared: 0, previous: 0, complete: true });
  const grown = cache.observe(sampleBody({ input: [...first, userMessage("two")] }));
  expect(grown).toMatchObject({ shared: start.total, previous: start.total, complete: true });
  expect(tokensOf(grown)).toEqual({
    input: Math.ceil(grown.total / 4),
    cached: Math.floor(grown.shared / 4),
  });
  const changed = cache.observe(sampleBody({ input: first, instructions: "Be quick." }));
  expect(changed.complete).toBe(false);
  expect(changed.shared).toBeLessThan(10);
});

test("sessions do not share, and a request without a key shares nothing", () => {
  const cache = createPromptCache();
  cache.observe(sampleBody());
  expect(cache.observe(sampleBody({ prompt_cache_key: "other" })).previous).toBe(0);
  const { prompt_cache_key: _none, ...title } = sampleBody();
  cache.observe(title);
  expect(cache.observe(title).previous).toBe(0);
  expect(cache.observe(sampleBody()).complete).toBe(true);
});

test("fields that are no part of the prompt do not count", () => {
  expect(serializePrompt(sampleBody({ reasoning: {} }))).toEqual(serializePrompt(sampleBody()));
  expect(serializePrompt(undefined).length).toBe(0);
});
