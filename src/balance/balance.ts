/** What is left at a gateway, in whatever form it says so. Pure. */
import * as v from "valibot";

/** Kinds of gateway that tell, and what an answer tells by itself. */
export const balanceKinds = [
  "sub2api",
  "new-api",
  "one-api",
  "claude-relay-service",
  "codex",
] as const;

export const windowNames = ["daily", "weekly", "monthly", "primary", "secondary"] as const;
export type WindowName = (typeof windowNames)[number];

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
      /** One of `windowNames`, a span such as `5-hour`, or what the gateway calls it. */
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
  /** The gateway says that the key does not work: its word for it, or none. */
  invalid: v.optional(v.string()),
});

export type Balance = v.InferOutput<typeof BalanceSchema>;
export type Amount = v.InferOutput<typeof AmountSchema>;
export type BalanceKind = Balance["kind"];
export type BalanceWindow = Balance["windows"][number];

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
