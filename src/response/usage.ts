/** How much of the account's usage window is used up, as gateways report it in headers. Pure. */
import { words } from "../words/current.ts";
import type { DurationPart } from "../words/words.ts";
import { describeReset, resetSeconds } from "./reset.ts";

export type UsageWarning = {
  /** One a window and threshold, so that the user hears of each once. */
  readonly id: string;
  readonly message: string;
};

/** Percent of a window at which the user is told, highest first. */
const thresholds = [95, 80] as const;

/** A gateway may let an account go over its limit, but more than ten times of it is nonsense. */
const mostPercent = 1_000;
/** Shortest and longest window, minutes; anything else is nonsense too. */
const windowSpan = [1, 400 * 24 * 60] as const;

/** `x-codex-primary-*` is the short window (hours), `x-codex-secondary-*` the long one (a week). */
const windows = ["primary", "secondary"] as const;

/**
 * What to tell the user, if anything.
 *
 * @param now Unix milliseconds.
 */
export function findUsageWarnings(headers: Headers, now: number): UsageWarning[] {
  return windows.flatMap((window) => {
    const read = (name: string): number | undefined => {
      const value = headers.get(`x-codex-${window}-${name}`);
      const number = value === null || value.trim() === "" ? Number.NaN : Number(value);
      return Number.isFinite(number) ? number : undefined;
    };
    const used = read("used-percent") ?? 0;
    const threshold = thresholds.find((percent) => used >= percent);
    if (threshold === undefined || used > mostPercent) return [];
    const span = spanOf(read("window-minutes"));
    const reset = resetSeconds({ resets_at: read("reset-at") }, now);
    const resets = reset === undefined ? undefined : describeReset(reset, now);
    return [
      {
        id: `usage-${window}-${threshold}`,
        message: words().notice.usage(Math.round(used), span, resets),
      },
    ];
  });
}

function spanOf(minutes: number | undefined): DurationPart | undefined {
  const [shortest, longest] = windowSpan;
  if (minutes === undefined || minutes < shortest || minutes > longest) return undefined;
  if (minutes >= 2 * 24 * 60) return [Math.round(minutes / (24 * 60)), "day"];
  return minutes >= 60 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes), "minute"];
}
