/** What is left at a gateway, in whatever form it says so. Pure. */
import * as v from "valibot";
import { redactSecrets } from "../redact.ts";
import { describeReset } from "../response/reset.ts";

/** Kinds of gateway that tell, and what an answer tells by itself. */
export const balanceKinds = [
  "sub2api",
  "new-api",
  "one-api",
  "claude-relay-service",
  "codex",
] as const;

/** `site`: one-api says "USD" whatever its site counts in; `quota`: points nobody gave a price for. */
const UnitSchema = v.picklist(["USD", "CNY", "tokens", "credits", "quota", "site"]);
const finite = v.pipe(v.number(), v.finite());
const AmountSchema = v.object({ value: finite, unit: UnitSchema });

export const BalanceSchema = v.object({
  kind: v.picklist(balanceKinds),
  /** Missing where it is not known, which is no zero. */
  remaining: v.optional(v.union([AmountSchema, v.literal("unlimited")])),
  used: v.optional(AmountSchema),
  limit: v.optional(AmountSchema),
  windows: v.array(
    v.object({
      /** `5-hour`, `7-day`, `daily`. */
      name: v.string(),
      usedPercent: v.optional(finite),
      used: v.optional(AmountSchema),
      limit: v.optional(AmountSchema),
      /** Unix milliseconds. */
      resetsAt: v.optional(finite),
    }),
  ),
  plan: v.optional(v.string()),
  /** Unix milliseconds. */
  expiresAt: v.optional(finite),
  /** The gateway says that the key does not work: its word for it. */
  invalid: v.optional(v.string()),
});

export type Balance = v.InferOutput<typeof BalanceSchema>;
export type Amount = v.InferOutput<typeof AmountSchema>;
export type BalanceKind = Balance["kind"];
export type BalanceWindow = Balance["windows"][number];

const signs: Readonly<Record<Amount["unit"], (value: string) => string>> = {
  USD: (value) => `$${value}`,
  CNY: (value) => `¥${value}`,
  tokens: (value) => `${value} tokens`,
  credits: (value) => `${value} credits`,
  quota: (value) => `${value} points`,
  site: (value) => `${value} (in the unit of the site)`,
};

export function describeAmount({ value, unit }: Amount): string {
  const cents = unit === "tokens" || unit === "quota" ? 0 : 2;
  const text = Math.abs(value).toLocaleString("en", {
    minimumFractionDigits: unit === "credits" ? 0 : cents,
    maximumFractionDigits: cents,
  });
  return value < 0 ? `-${signs[unit](text)}` : signs[unit](text);
}

/** One line: what is left, or that nobody said. */
export function describeRemaining({ remaining, used, limit, invalid }: Balance): string {
  if (invalid !== undefined) return `the gateway says the key does not work (${word(invalid)})`;
  const of = limit === undefined ? "" : ` of ${describeAmount(limit)}`;
  if (remaining === "unlimited") {
    return used === undefined ? "no limit" : `no limit, ${describeAmount(used)} used`;
  }
  if (remaining !== undefined) return `${describeAmount(remaining)}${of} left`;
  return used === undefined
    ? "not known"
    : `${describeAmount(used)}${of} used, the rest is not known`;
}

/**
 * The windows, the plan and its end, one line each.
 *
 * @param now Unix milliseconds.
 */
export function describeDetails(balance: Balance, now: number): string[] {
  const windows = balance.windows.map((window) => {
    const { usedPercent: percent, used, limit } = window;
    const share = percent === undefined ? "" : `${Math.round(percent)} %`;
    const amount =
      used === undefined || limit === undefined
        ? ""
        : `${describeAmount(used)} of ${describeAmount(limit)}`;
    return `${word(window.name)}: ${amount || share || "?"} used${until(window, now)}`;
  });
  const plan = balance.plan === undefined ? [] : [`plan: ${word(balance.plan)}`];
  const { expiresAt } = balance;
  const end =
    expiresAt === undefined
      ? []
      : [
          `${expiresAt < now ? "expired" : "expires"} ${new Date(expiresAt).toISOString().slice(0, 10)}`,
        ];
  return [...windows, ...plan, ...end];
}

function until({ resetsAt }: BalanceWindow, now: number): string {
  return resetsAt === undefined || resetsAt <= now
    ? ""
    : `, ${describeReset((resetsAt - now) / 1000, now)}`;
}

/** A name that the gateway chose, short and without a secret. */
function word(text: string): string {
  return redactSecrets(text).slice(0, 60).toWellFormed();
}

/**
 * Whether money is nearly gone. Tokens and points have no price here, and windows are told by their
 * percentages.
 *
 * @param low in the balance's own currency.
 */
export function isLow({ remaining, invalid }: Balance, low: number): boolean {
  if (invalid !== undefined || remaining === undefined || remaining === "unlimited") return false;
  return ["USD", "CNY", "site", "credits"].includes(remaining.unit) && remaining.value < low;
}
