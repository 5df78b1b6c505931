/** What may be taken for the text of a prompt. Pure. */
import { isHtml } from "../response/errors.ts";
import { words } from "../words/current.ts";

/** Most bytes of UTF-8. The longest official prompt has about 27,000. */
export const maxInstructionsBytes = 256 * 1024;

/**
 * Fewest characters of a prompt that is not the user's own. The shortest official one has 8,000;
 * relays list one sentence in its place (35 characters were seen), and mirrors send an error's text
 * with status 200.
 */
const minPromptLength = 500;

/** C0 controls that no text has; tab, line feed, form feed and carriage return are text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const binary = /[\u0000-\u0008\u000b\u000e-\u001f]/;

/** @returns why `text` cannot be a prompt, as the end of a sentence, or nothing if it can. */
export function findImplausible(text: string): string | undefined {
  const { prompt } = words();
  if (text.trim() === "") return prompt.empty;
  if (new TextEncoder().encode(text).length > maxInstructionsBytes) {
    return prompt.longerThan(maxInstructionsBytes / 1024);
  }
  if (binary.test(text)) return prompt.binary;
  return isHtml(text) ? prompt.webPage : undefined;
}

/**
 * The same for a prompt that was downloaded or that a gateway lists. A file of the user's own may be
 * as short as the user likes.
 */
export function findUnlikely(text: string): string | undefined {
  const { length } = text.trim();
  return (
    findImplausible(text) ?? (length < minPromptLength ? words().prompt.shortOf(length) : undefined)
  );
}

/** Strict UTF-8 without a leading byte order mark; nothing where a byte does not fit. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Bytes that are no UTF-8 are no text to us; the caller says so in its own words.
    return undefined;
  }
}
