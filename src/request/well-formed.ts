/**
 * JSON in which no half of a character stands: one that a cut through a text left behind, which
 * JavaScript takes for a character and most backends refuse. It becomes U+FFFD.
 */
export function wellFormed(json: string): string {
  const text = json.toWellFormed();
  // Halves begin so, and hardly ever does anything: a body of 5 MB is looked through in a millisecond.
  if (!text.includes("\\ud") && !text.includes("\\uD")) return text;
  // Every escape is looked at, so that the one behind an escaped backslash is known for a text.
  return text.replace(
    /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|.)/g,
    (found) => (isHalf.test(found) ? "\ufffd" : found),
  );
}

const isHalf = /^\\u[dD][89a-fA-F]..$/;
