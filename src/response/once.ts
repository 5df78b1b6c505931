/** Texts of errors that no retry can mend, kept from looking like those that one can. */
import { isRetried } from "./status.ts";

/**
 * What OpenCode 1.18 takes for a passing fault wherever it stands in an error's message or body,
 * whatever the status: a key refused by `http://localhost:5000`, or a balance used up in request
 * `20250429…`, would be asked for five more times.
 */
const retriedTexts = [
  /429|500|502|503|504|524/g,
  /rate increased too quickly|rate limit|rate-limit|rate_limit|too many requests/gi,
  /overloaded|service[ _-]unavailable|internal[ _]error|internal server error/gi,
  /server[ _-]error|provider[ _-]returned[ _-]error/gi,
  /terminated|fetch failed|failed to fetch|network[-_\s]error|upstream connect/gi,
  /connection (?:error|refused|lost)|connection was closed|socket hang up|reset before headers/gi,
  /getaddrinfo|enotfound|eai_again|econnrefused|econnreset|etimedout/gi,
  /(?:request|response|connection|network|stream|read) (?:timeout|timed out|time out)/gi,
  /^timeout$|try your request again|retry your request|resource[ _]exhausted/gi,
  /try again (?:later|in)|(?:currently|temporarily) at capacity/gi,
] as const;

/** U+2060, a character without width, at which no line breaks. */
const wordJoiner = "\u2060";

/** How gateways word an overflow of the context: the host knows it by such words, digits included. */
const overflow = /context|token|too (?:long|large)/i;

/** The text, looking the same, without what would make the host retry an error of this status. */
export function sayOnce(text: string, status: number): string {
  if (isRetried(status) || overflow.test(text)) return text;
  return retriedTexts.reduce(breakUp, text);
}

/** Parts every match of a global pattern behind its first character; matches may overlap. */
function breakUp(text: string, pattern: RegExp): string {
  const parts: string[] = [];
  let from = 0;
  pattern.lastIndex = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const at = found.index + 1;
    parts.push(text.slice(from, at));
    from = at;
    pattern.lastIndex = at;
  }
  return [...parts, text.slice(from)].join(wordJoiner);
}
