/**
 * How much of a prompt a real backend could take from its cache: the bytes at the start of this
 * request that are the same as in the previous one with the same `prompt_cache_key`.
 */
import * as v from "valibot";

/** All counts in bytes of the serialized instructions, tools and input items. */
export type Prefix = {
  /** The same from the first byte on, in both. */
  shared: number;
  /** Size of the previous request; 0 for the first with its key. */
  previous: number;
  /** Size of this request. */
  total: number;
  /** Everything that was sent before is the beginning of what is sent now. */
  complete: boolean;
};

const Parts = v.looseObject({
  instructions: v.fallback(v.optional(v.unknown()), undefined),
  tools: v.fallback(v.optional(v.unknown()), undefined),
  input: v.fallback(v.array(v.unknown()), []),
  prompt_cache_key: v.fallback(v.optional(v.string()), undefined),
});

/** Instructions, tools and each item on a line of its own, so that a longer input only adds lines. */
export function serializePrompt(body: unknown): Uint8Array {
  const parts = v.safeParse(Parts, body);
  if (!parts.success) return new Uint8Array();
  const { instructions = null, tools = [], input } = parts.output;
  const lines = [instructions, tools, ...input].map((part) => `${JSON.stringify(part)}\n`);
  return new TextEncoder().encode(lines.join(""));
}

/** Compares two serialized prompts. Pure. */
export function comparePrompts(previous: Uint8Array, current: Uint8Array): Prefix {
  const limit = Math.min(previous.length, current.length);
  let shared = 0;
  while (shared < limit && previous[shared] === current[shared]) shared += 1;
  return {
    shared,
    previous: previous.length,
    total: current.length,
    complete: shared === previous.length,
  };
}

/** Remembers the newest prompt of each key. A request without a key shares nothing. */
export function createPromptCache(): { observe: (body: unknown) => Prefix } {
  const newest = new Map<string, Uint8Array>();
  return {
    observe(body) {
      const current = serializePrompt(body);
      const parsed = v.safeParse(Parts, body);
      const key = parsed.success ? parsed.output.prompt_cache_key : undefined;
      const prefix = comparePrompts(newest.get(key ?? "") ?? new Uint8Array(), current);
      if (key) newest.set(key, current);
      return prefix;
    },
  };
}

/** The token counts that follow from it, at four bytes to a token. */
export function tokensOf(prefix: Prefix): { input: number; cached: number } {
  return { input: Math.ceil(prefix.total / 4), cached: Math.floor(prefix.shared / 4) };
}
