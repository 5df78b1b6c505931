/** In which order models are shown, and which one is taken when nobody names one. Pure. */
import { catalog } from "./catalog.ts";
import { bareName } from "./name.ts";
import { middleSize, sizeOf } from "./small.ts";

/** What an order goes by. */
export type Ranked = {
  readonly id: string;
  /** ISO date, where somebody knows it. */
  readonly releaseDate?: string | undefined;
  /** The gateway's own order of preference, lowest first. */
  readonly priority?: number | undefined;
};

/** Sorted behind every model with a date, and before names that are no models of their own. */
export const unknownDate = "1970-01-01";

const rows = new Map([...catalog.keys()].map((id, index) => [id, index]));

/**
 * Models of one line (all of gpt-5.1) get one date, that of its newest: then a host that shows the
 * newest first, and names by the alphabet, has gpt-5.1-codex before gpt-5.1-codex-max, and who types
 * its name and presses enter gets it. A line that nobody knows the date of is a day newer than the
 * line before it.
 *
 * @returns id → ISO date.
 */
export function lineDates(models: readonly Ranked[]): ReadonlyMap<string, string> {
  const known = new Map<number, string>();
  const note = (version: number, date: string | undefined): void => {
    if (date && date > (known.get(version) ?? "")) known.set(version, date);
  };
  for (const [id, { releaseDate }] of catalog) note(versionOf(id) ?? 0, releaseDate);
  for (const { id, releaseDate } of models) {
    const version = versionOf(id);
    // The table's word is the same on every host.
    if (version !== undefined && !rows.has(bareName(id))) note(version, releaseDate);
  }
  const versions = [...known.keys()].toSorted((a, b) => a - b);
  return new Map(
    models.map(({ id, releaseDate }) => {
      const version = versionOf(id);
      if (version === undefined) return [id, releaseDate || unknownDate];
      const before = versions.findLast((one) => one <= version);
      const date = before === undefined ? unknownDate : (known.get(before) ?? unknownDate);
      return [id, before === version || before === undefined ? date : dayAfter(date)];
    }),
  );
}

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
}

/** 5.1 of `gpt-5.1-codex`: the line of OpenAI's models that it belongs to. */
function versionOf(id: string): number | undefined {
  const [, version] = /^gpt-(\d{1,3}(?:\.\d{1,3})?)(?![\d.a-z])/.exec(bareName(id)) ?? [];
  return version === undefined ? undefined : Number(version);
}

/**
 * The model for a user who names none: the gateway's own word, where it has one; else the newest
 * line, in it the table's order, and no small one where there is another. Nothing among models of
 * other vendors alone.
 */
export function defaultModel(models: readonly Ranked[]): string | undefined {
  const [preferred] = models
    .filter(({ priority }) => priority !== undefined)
    .toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  if (preferred !== undefined) return preferred.id;
  const line = models.filter(({ id }) => versionOf(id) !== undefined);
  const [newest] = line.toSorted(
    (a, b) =>
      Number(sizeOf(a.id) < middleSize) - Number(sizeOf(b.id) < middleSize) ||
      (versionOf(b.id) ?? 0) - (versionOf(a.id) ?? 0) ||
      placeOf(a.id) - placeOf(b.id) ||
      Math.abs(sizeOf(a.id) - middleSize) - Math.abs(sizeOf(b.id) - middleSize) ||
      (a.id < b.id ? -1 : 1),
  );
  return newest?.id;
}

function placeOf(id: string): number {
  return rows.get(bareName(id)) ?? rows.size;
}
