/** Which HTTP status an error deserves, and when a retry makes sense. */
import { isAboutMoney } from "./advice.ts";
import type { ErrorDetails } from "./errors.ts";
import { longestReset, resetSeconds } from "./reset.ts";

/**
 * Codes and types of OpenAI and of common relay software → status. The host shows 4xx at once and
 * does not retry, except 404, 408, 409 and 429; it retries those and 5xx.
 */
const statusOfCode: ReadonlyMap<string, number> = new Map([
  ["context_length_exceeded", 400],
  ["invalid_encrypted_content", 400],
  ["invalid_prompt", 400],
  ["invalid_request_error", 400],
  ["model_not_found", 400],
  ["invalid_api_key", 401],
  ["authentication_error", 401],
  // Paying is the only remedy, so no retry.
  ["insufficient_quota", 402],
  ["insufficient_user_quota", 402],
  ["insufficient_balance", 402],
  ["billing_hard_limit_reached", 402],
  ["usage_not_included", 402],
  // A prompt that was flagged once is flagged every time.
  ["cyber_policy", 400],
  ["bio_policy", 400],
  ["misalignment_policy_violation", 400],
  ["permission_error", 403],
  ["usage_limit_reached", 429],
  ["usage_limit_exceeded", 429],
  ["rate_limit_exceeded", 429],
  ["rate_limit_error", 429],
  ["server_error", 500],
  ["internal_server_error", 500],
  ["server_is_overloaded", 503],
  ["overloaded_error", 503],
  ["slow_down", 503],
]);

/** Statuses below 500 that the host asks again for. */
const retriedStatuses = new Set([404, 408, 409, 429]);

/** Whether the host asks again after this status. */
export function isRetried(status: number): boolean {
  return status >= 500 || retriedStatuses.has(status);
}

/** Codes that no retry mends whatever the HTTP status: what the Codex CLI calls fatal, and money. */
const finalCodes = new Set([
  "context_length_exceeded",
  "invalid_prompt",
  "cyber_policy",
  "bio_policy",
  "misalignment_policy_violation",
]);

/**
 * Status for an error that came with the given HTTP status, or (`undefined`) inside a 200 answer,
 * where `fallback` serves an error of no known code.
 *
 * A 404 becomes 400: the host retries a 404 without end. One about a usage limit, which the backend
 * sends as 404, becomes 429.
 */
export function statusOf(
  error: ErrorDetails,
  status: number | undefined,
  fallback: number,
): number {
  const coded = statusOfCode.get(error.code ?? "") ?? statusOfCode.get(error.type);
  const known = isAboutMoney(error) ? 402 : coded;
  if (status === undefined) return known ?? numericStatus(error.code) ?? fallback;
  if (status === 404) {
    if (known !== undefined) return known;
    return /usage.?limit|rate.?limit/i.test(error.message) ? 429 : 400;
  }
  // The code says more than a status that stands for quota, balance and rate alike.
  const final =
    known === 402 || [error.code ?? "", error.type].some((code) => finalCodes.has(code));
  return final && (isRetried(status) || status === 413) ? (known ?? status) : status;
}

/** Relays put the upstream's status where the code belongs: `{ "code": 503, "msg": "…" }`. */
function numericStatus(code: string | null): number | undefined {
  const number = Number(code);
  if (!Number.isInteger(number) || number < 400 || number > 599) return undefined;
  return number === 404 ? 400 : number;
}

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  milli: 0.001,
  s: 1,
  m: 60,
  h: 3600,
};

/**
 * Seconds until a retry makes sense, from the error itself: `resets_at`, `resets_in_seconds`, or
 * "try again in 1.5s" in the message.
 *
 * @param now Unix milliseconds.
 */
export function retryAfterSeconds(error: ErrorDetails, now: number): number | undefined {
  const seconds = resetSeconds(error.raw, now);
  if (seconds !== undefined) return seconds;
  const match = /try again in\s+([\d.]+)\s*(ms|milli|s|m|h)/i.exec(error.message);
  const amount = Number(match?.[1]);
  const unit = unitSeconds[match?.[2]?.toLowerCase() ?? ""];
  const wait = unit === undefined ? Number.NaN : amount * unit;
  return wait <= longestReset ? wait : undefined;
}

const retryHeaders = ["retry-after", "retry-after-ms"];

/** Seconds that `retry-after-ms` or `retry-after` (a number or a date) ask to wait. */
export function waitOf(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const { "retry-after-ms": ms, "retry-after": after } = headers;
  const seconds = [
    ms === undefined ? Number.NaN : Number(ms) / 1000,
    Number(after ?? Number.NaN),
    (Date.parse(after ?? "") - now) / 1000,
  ];
  return seconds.find((value) => value >= 0 && value <= longestReset);
}

/** The gateway's own `retry-after*` headers, else one made from the error. */
export function retryHeadersOf(
  headers: Headers,
  error: ErrorDetails,
  now: number,
): Record<string, string> {
  const given = retryHeaders.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const asked = Object.fromEntries(given);
  // A nonsensical one would keep the host waiting for ever.
  if (waitOf(asked, now) !== undefined) return asked;
  const seconds = retryAfterSeconds(error, now);
  return seconds === undefined ? {} : { "retry-after": String(Math.ceil(seconds)) };
}

/** A status a `Response` may have: proxies have sent 999. */
export function validStatus(status: number): number {
  return status >= 400 && status <= 599 ? status : 502;
}
