/** What is left at a gateway, in words. Pure. */
import { redactSecrets } from "../redact.ts";
import { describeReset } from "../response/reset.ts";
import { words } from "../words/current.ts";
import { type Amount, type Balance, type BalanceWindow, windowNames } from "./balance.ts";

export function describeAmount({ value, unit }: Amount): string {
  const cents = unit === "tokens" || unit === "quota" ? 0 : 2;
  const text = Math.abs(value).toLocaleString("en", {
    minimumFractionDigits: unit === "credits" ? 0 : cents,
    maximumFractionDigits: cents,
  });
  const shown = words().balance.units[unit](text);
  return value < 0 ? `-${shown}` : shown;
}

/** One line: what is left, or that nobody said. */
export function describeRemaining({ remaining, used, limit, invalid }: Balance): string {
  const { balance: say } = words();
  if (invalid !== undefined) return say.invalid(word(invalid));
  const amount = (one: Amount | undefined) => one && describeAmount(one);
  if (remaining === "unlimited") return say.unlimited(amount(used));
  if (remaining !== undefined) return say.left(describeAmount(remaining), amount(limit));
  return used === undefined ? say.unknown : say.used(describeAmount(used), amount(limit));
}

/**
 * The windows, the plan and its end, one line each.
 *
 * @param now Unix milliseconds.
 */
export function describeDetails(balance: Balance, now: number): string[] {
  const { balance: say } = words();
  const windows = balance.windows.map((window) => {
    const { usedPercent: percent, used, limit } = window;
    const share = percent === undefined ? "?" : `${Math.round(percent)} %`;
    const amount =
      used === undefined || limit === undefined
        ? share
        : say.of(describeAmount(used), describeAmount(limit));
    return say.window(windowName(window.name), amount, until(window, now));
  });
  const plan = balance.plan === undefined ? [] : [say.plan(word(balance.plan))];
  const { expiresAt } = balance;
  const end =
    expiresAt === undefined
      ? []
      : [say.expires(expiresAt < now, new Date(expiresAt).toISOString().slice(0, 10))];
  return [...windows, ...plan, ...end];
}

function windowName(name: string): string {
  const { windows, span } = words().balance;
  const own = windowNames.find((one) => one === name);
  if (own !== undefined) return windows[own];
  const [, amount, unit] = /^(\d{1,4})-(day|hour|minute)$/.exec(name) ?? [];
  const named = units.find((one) => one === unit);
  return named === undefined ? word(name) : span([Number(amount), named]);
}

const units = ["day", "hour", "minute"] as const;

function until({ resetsAt }: BalanceWindow, now: number): string | undefined {
  return resetsAt === undefined || resetsAt <= now
    ? undefined
    : describeReset((resetsAt - now) / 1000, now);
}

/** A name that the gateway chose, short and without a secret. */
function word(text: string): string {
  return redactSecrets(text).slice(0, 60).toWellFormed();
}
