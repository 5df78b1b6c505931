/** Which names of headers, parameters and fields stand for a credential. */
import { looksGenerated } from "./generated.ts";

/** Whether a header or a query parameter of this name holds a credential. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => strongWords.has(word) || weakWords.has(word)) && !isHarmless(words);
}

/**
 * Whether a JSON field with this name and value holds a credential. Stricter than for headers: `key`
 * and `token` are everyday names in the arguments of tools and in log probabilities.
 */
export function isSecretField(name: string, value: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  if (strongWords.has(last)) return true;
  if (!weakWords.has(last) || isHarmless(words)) return false;
  return companions.has(words.at(-2) ?? "") || looksGenerated(value);
}

/** Words that make a name secret wherever they stand. */
const strongWords = new Set(
  "apikey authorization cookie credential credentials jwt passphrase passwd password pwd secret".split(
    " ",
  ),
);
/** Words that do so for headers and query parameters, and beside a companion for JSON fields. */
const weakWords = new Set("auth bearer key sig signature token".split(" "));
const companions = new Set(
  "access account api app auth bearer client id private refresh secret service session".split(" "),
);
const harmlessCompanions = new Set(
  "cache continuation foreign idempotency next page partition primary public sort".split(" "),
);

/** The words of a name: `x-api-key`, `apiKey` and `API_KEY` alike. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** `prompt_cache_key`, `page_token`: what stands before the word says that it is no credential. */
export function isHarmless(words: readonly string[]): boolean {
  return harmlessCompanions.has(words.at(-2) ?? "");
}
