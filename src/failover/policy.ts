/**
 * What a failure of one gateway means for the others: whether the next is asked, and how long this one
 * rests. Pure. Somebody pays for every request, so the next is asked only where the reason lies with
 * this gateway or its account, never where another would say the same of the request.
 */
import type { Exchange } from "../exchange.ts";
import type { Failure } from "../failure.ts";
import { isAboutMoney, kindOf } from "../response/advice.ts";
import type { Refusal } from "../response/answer.ts";
import { SseLimitError } from "../response/sse.ts";

/** Why a gateway is left for another. */
export const faults = [
  "key",
  "quota",
  "account",
  "rights",
  "limit",
  "outage",
  "unreachable",
  "broken",
  "noApi",
  "silent",
  "cut",
] as const;
export type Fault = (typeof faults)[number];

/** Seconds: the first rest, doubled with each failure after it, up to the longest. */
type Rest = readonly [first: number, longest: number];

const minute = 60;
const hour = 60 * minute;

/** `rights`: refused for one model alone, so that the others may well be served. */
export const rests: Readonly<Record<Fault, Rest>> = {
  key: [10 * minute, hour],
  quota: [10 * minute, hour],
  account: [5 * minute, hour],
  rights: [0, 0],
  limit: [30, 10 * minute],
  outage: [15, 10 * minute],
  unreachable: [15, 10 * minute],
  broken: [15, 5 * minute],
  noApi: [2 * minute, hour],
  silent: [minute, 10 * minute],
  cut: [10, 5 * minute],
};

/** Longest rest that a gateway can ask for, in seconds: after it somebody looks again. */
const longestAsked = 6 * hour;

/**
 * @param failures in a row, this one included.
 * @param asked seconds that the gateway itself asks to wait.
 * @returns seconds.
 */
export function restOf(fault: Fault, failures: number, asked?: number): number {
  const [first, longest] = rests[fault];
  if (fault === "limit" && asked !== undefined) return Math.min(asked, longestAsked);
  const own = Math.min(first * 2 ** Math.min(failures - 1, 20), longest);
  return Math.min(Math.max(own, asked ?? 0), Math.max(longest, own));
}

/**
 * Why the next gateway may be asked; nothing for an answer, and for a failure that would be the same
 * anywhere or that is nobody's but the user's.
 */
export function faultOf(last: Exchange | Failure): Fault | undefined {
  if ("type" in last) return faultOfFailure(last);
  const { outcome, url } = last;
  switch (outcome.type) {
    case "answer":
      return undefined;
    case "redirected":
      return "noApi";
    case "refused":
      return faultOfRefusal(outcome, url);
  }
}

function faultOfFailure(failure: Failure): Fault | undefined {
  switch (failure.type) {
    case "unreachable":
      return "unreachable";
    case "endpoint_not_found":
      return "noApi";
    case "broken_off":
      // Of the same request another gateway's event would be as large.
      return failure.cause instanceof SseLimitError ? undefined : "broken";
    default:
      return undefined;
  }
}

/** About the request itself, whatever status they come with. */
const finalCodes: ReadonlySet<string> = new Set([
  "cyber_policy",
  "bio_policy",
  "misalignment_policy_violation",
  "content_policy_violation",
  "content_filter",
  "context_length_exceeded",
  "invalid_prompt",
  "sensitive_words_detected",
]);

/** Refusals of what was said, which relays put into words of their own and any status. */
const policyPhrases =
  /\b(?:content|usage|safety) polic(?:y|ies)\b|\bcontent moderation\b|敏感词|内容安全|违规内容/i;

/** Characters looked at: what a gateway means stands at the beginning. */
const readLimit = 1_000;

function faultOfRefusal(refusal: Refusal, url: string): Fault | undefined {
  const { httpStatus, meant, error, html } = refusal;
  if ([error.code ?? "", error.type].some((code) => finalCodes.has(code))) return undefined;
  if (policyPhrases.test(error.message.slice(0, readLimit))) return undefined;
  if (isAboutMoney(error)) return "quota";
  const kind = kindOf({ url, httpStatus, status: meant, error });
  const statuses = [httpStatus, meant];
  switch (kind) {
    case "quota":
      return "quota";
    case "key":
      return "key";
    case "plain_http":
      return "noApi";
    case "limit":
      return "limit";
    case "outage":
      return "outage";
    case "model":
      // No channel for it, or none for this key: another gateway may well have one.
      return statuses.some((one) => one === 403 || one >= 500) ? "rights" : undefined;
    case "client":
      // A page comes from something before the gateway.
      return html ? "noApi" : "account";
    case "instructions":
    case "too_large":
      return undefined;
    default:
      if (statuses.includes(402)) return "quota";
      return statuses.includes(408) ? "outage" : undefined;
  }
}
