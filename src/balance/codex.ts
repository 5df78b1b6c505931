/** The limits of a Codex account as a balance. Pure. */
import { type CodexLimits, codexWindows, spanOf } from "../response/codex-limits.ts";
import type { Balance, BalanceWindow } from "./balance.ts";

/** @param now Unix milliseconds. */
export function balanceOfCodex({ windows, credits }: CodexLimits, now: number): Balance {
  const found = codexWindows.flatMap((name): BalanceWindow[] => {
    const window = windows[name];
    if (window === undefined) return [];
    const { usedPercent, minutes, resetsIn } = window;
    const read = { name: spanOf(minutes)?.join("-") ?? name, usedPercent };
    return [resetsIn === undefined ? read : { ...read, resetsAt: now + resetsIn * 1000 }];
  });
  const balance = { kind: "codex" as const, windows: found };
  if (credits === undefined) return balance;
  const remaining =
    credits === "unlimited" ? credits : ({ value: credits, unit: "credits" } as const);
  return { ...balance, remaining };
}
