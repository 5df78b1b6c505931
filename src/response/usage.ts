/** How much of the account's usage window is used up, as gateways report it in headers. Pure. */
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
    const span = describeSpan(read("window-minutes"));
    const reset = resetSeconds({ resets_at: read("reset-at") }, now);
    const until = reset === undefined ? "" : ` It ${describeReset(reset, now)}.`;
    return [
      {
        id: `usage-${window}-${threshold}`,
        message: `${Math.round(used)} % of the gateway's ${span} limit is used.${until}`,
      },
    ];
  });
}

function describeSpan(minutes: number | undefined): string {
  const [shortest, longest] = windowSpan;
  if (minutes === undefined || minutes < shortest || minutes > longest) return "usage";
  if (minutes >= 2 * 24 * 60) return `${Math.round(minutes / (24 * 60))}-day`;
  return minutes >= 60 ? `${Math.round(minutes / 60)}-hour` : `${Math.round(minutes)}-minute`;
}
