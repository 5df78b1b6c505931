/** What the Codex backend says about an account's limits, in headers and in an event. Pure. */
import * as v from "valibot";
import { isObject, type JsonObject } from "../json.ts";
import type { DurationPart } from "../words/words.ts";
import { resetSeconds } from "./reset.ts";

export const limitsEvent = "codex.rate_limits";

/** `primary` is the short window (hours), `secondary` the long one (a week). */
export const codexWindows = ["primary", "secondary"] as const;
export type CodexWindowName = (typeof codexWindows)[number];

export type CodexWindow = {
  readonly usedPercent: number;
  readonly minutes: number | undefined;
  /** Seconds from now. */
  readonly resetsIn: number | undefined;
};

export type CodexLimits = {
  readonly windows: Readonly<Partial<Record<CodexWindowName, CodexWindow>>>;
  /** What is left of bought credits, where the account has any. */
  readonly credits: number | "unlimited" | undefined;
};

/** A gateway may let an account go over its limit, but more than ten times of it is nonsense. */
const mostPercent = 1_000;
/** Shortest and longest window, minutes; anything else is nonsense too. */
const [shortest, longest] = [1, 400 * 24 * 60];

/** In headers everything is a text, in the event a number. */
const NumberSchema = v.pipe(
  v.union([
    v.number(),
    v.pipe(
      v.string(),
      v.trim(),
      v.nonEmpty(),
      v.transform((text) => Number(text)),
    ),
  ]),
  v.finite(),
);
const FlagSchema = v.pipe(
  v.union([
    v.boolean(),
    v.pipe(
      v.string(),
      v.transform((text) => text.toLowerCase()),
      v.picklist(["true", "false", "1", "0"]),
      v.transform((text) => text === "true" || text === "1"),
    ),
  ]),
);

/**
 * The limits in an answer's headers, `x-codex-primary-used-percent` and its kin; nothing where there
 * are none.
 *
 * @param now Unix milliseconds.
 */
export function readCodexHeaders(headers: Headers, now: number): CodexLimits | undefined {
  return readLimits((name) => headers.get(`x-codex-${name}`) ?? undefined, now);
}

/** The same in an event of type `codex.rate_limits`. */
export function readCodexEvent(event: JsonObject, now: number): CodexLimits | undefined {
  if (event.type !== limitsEvent) return undefined;
  const limits = isObject(event.rate_limits) ? event.rate_limits : {};
  return readLimits((name) => {
    const [group = "", ...rest] = name.split("-");
    const found = group === "credits" ? event.credits : limits[group];
    return isObject(found) ? found[rest.join("_")] : undefined;
  }, now);
}

/** @param get a value by its name in the headers, without what all of them begin with. */
function readLimits(get: (name: string) => unknown, now: number): CodexLimits | undefined {
  const number = (name: string): number | undefined => {
    const read = v.safeParse(NumberSchema, get(name));
    return read.success ? read.output : undefined;
  };
  const found = codexWindows.flatMap((window) => {
    const usedPercent = number(`${window}-used-percent`);
    if (usedPercent === undefined || usedPercent < 0 || usedPercent > mostPercent) return [];
    const minutes = number(`${window}-window-minutes`);
    const span = minutes !== undefined && minutes >= shortest && minutes <= longest;
    const resetsIn = resetSeconds(
      {
        resets_at: number(`${window}-reset-at`),
        resets_in_seconds: number(`${window}-reset-after-seconds`),
      },
      now,
    );
    const read: CodexWindow = { usedPercent, minutes: span ? minutes : undefined, resetsIn };
    return [[window, read] as const];
  });
  const flag = (name: string): boolean => {
    const read = v.safeParse(FlagSchema, get(name));
    return read.success && read.output;
  };
  const credits = flag("credits-unlimited")
    ? "unlimited"
    : flag("credits-has-credits")
      ? number("credits-balance")
      : undefined;
  if (found.length === 0 && credits === undefined) return undefined;
  return { windows: Object.fromEntries(found), credits };
}

/** The length of a window in its largest unit; nothing where nobody said. */
export function spanOf(minutes: number | undefined): DurationPart | undefined {
  if (minutes === undefined) return undefined;
  if (minutes >= 2 * 24 * 60) return [Math.round(minutes / (24 * 60)), "day"];
  return minutes >= 60 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes), "minute"];
}
