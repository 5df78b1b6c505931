/**
 * The names most like the one asked for, best first: up to three, for "unknown model" errors. None
 * where more than half of the name would have to change: that is no typing error. Pure.
 */
export function closestModels(asked: string, served: readonly string[]): string[] {
  const wanted = asked.toLowerCase();
  return served
    .map((id) => ({ id, distance: editDistance(wanted, id.toLowerCase()) }))
    .filter(({ id, distance }) => distance <= Math.max(wanted.length, id.length) / 2)
    .toSorted((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
    .slice(0, 3)
    .map(({ id }) => id);
}

/** Levenshtein's: how many characters to insert, delete or replace. Row by row. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replace = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
