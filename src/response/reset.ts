/** When a usage window opens again. Pure but for the time zone, which is the user's. */
import type { JsonObject } from "../json.ts";
import { words } from "../words/current.ts";
import type { Duration } from "../words/words.ts";

/** A `resets_at` above this is in milliseconds: as seconds it would be the year 5138. */
const latestSeconds = 100_000_000_000;

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** A limit of a year resets within it: what is further away, in seconds, is nonsense. */
export const longestReset = 400 * day;

/**
 * Seconds until the limit named in an error resets: `resets_in_seconds`, or `resets_at` as Unix
 * seconds, as milliseconds or as a date. Nothing where that is no time anyone would wait for.
 *
 * @param now Unix milliseconds.
 */
export function resetSeconds(raw: JsonObject, now: number): number | undefined {
  const within = toNumber(raw.resets_in_seconds);
  if (within !== undefined && within >= 0 && within <= longestReset) return within;
  const time = toNumber(raw.resets_at);
  const at =
    time !== undefined && time > latestSeconds ? time / 1000 : (time ?? fromDate(raw.resets_at));
  if (at === undefined || at <= 0) return undefined;
  const left = Math.max(0, at - now / 1000);
  return left <= longestReset ? left : undefined;
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function fromDate(value: unknown): number | undefined {
  const at = typeof value === "string" ? Date.parse(value) / 1000 : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** `resets at 14:30, in 2 h 5 min`; with the date when it is a day or more away. */
export function describeReset(seconds: number, now: number): string {
  const at = new Date(now + seconds * 1000);
  const time = `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
  const date = `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`;
  return words().reset(seconds >= day ? `${date} ${time}` : time, splitDuration(seconds));
}

/** The two largest units that are not zero, rounded up to whole minutes beyond the first minute. */
function splitDuration(seconds: number): Duration {
  if (seconds < minute) return [[Math.ceil(seconds), "second"]];
  const rounded = Math.ceil(seconds / minute) * minute;
  const units = [
    [Math.floor(rounded / day), "day"],
    [Math.floor((rounded % day) / hour), "hour"],
    [(rounded % hour) / minute, "minute"],
  ] as const;
  return units.filter(([amount]) => amount > 0).slice(0, 2);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
