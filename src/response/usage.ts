/** How much of the account's usage window is used up, as gateways report it. Pure. */
import { words } from "../words/current.ts";
import { codexWindows, readCodexHeaders, spanOf } from "./codex-limits.ts";
import { describeReset } from "./reset.ts";

export type UsageWarning = {
  /** One a window and threshold, so that the user hears of each once. */
  readonly id: string;
  readonly message: string;
};

/** Percent of a window at which the user is told, highest first. */
const thresholds = [95, 80] as const;

/**
 * What to tell the user, if anything.
 *
 * @param now Unix milliseconds.
 */
export function findUsageWarnings(headers: Headers, now: number): UsageWarning[] {
  const limits = readCodexHeaders(headers, now);
  return codexWindows.flatMap((name) => {
    const window = limits?.windows[name];
    const threshold = thresholds.find((percent) => (window?.usedPercent ?? 0) >= percent);
    if (window === undefined || threshold === undefined) return [];
    const { usedPercent, minutes, resetsIn } = window;
    const resets = resetsIn === undefined ? undefined : describeReset(resetsIn, now);
    const message = words().notice.usage(Math.round(usedPercent), spanOf(minutes), resets);
    return [{ id: `usage-${name}-${threshold}`, message }];
  });
}
