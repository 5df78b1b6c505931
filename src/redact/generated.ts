/** Tells random text, as keys and tokens are, from what people write. */

/** How many digits are in a text. */
export function countDigits(text: string): number {
  return text.replace(/\D/g, "").length;
}

/** Letters and digits, more than one of each. */
export function looksMixed(run: string): boolean {
  return countDigits(run) >= 2 && countDigits(run) <= run.length - 2;
}

/** As much of a value as is looked at: enough to tell. */
const judged = 256;

/**
 * Random text, as opposed to a name, a path or a number: digits among letters, and many changes
 * between digits and letters or from lower to upper case. In random base62 45 % of the neighbours
 * are such a change, in hexadecimal 47 %, in camelCase about 20 %.
 */
export function looksGenerated(value: string): boolean {
  const text = value.slice(0, judged);
  if (text.length < 16 || !looksMixed(text)) return false;
  const changes =
    text.match(/(?:[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])|[a-z](?=[A-Z]))/g)?.length ?? 0;
  return changes / (text.length - 1) >= 0.25;
}
