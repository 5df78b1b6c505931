/**
 * What each relay answers when it is asked for its balance. Pure. A number that does not fit the
 * others is no number: nobody plans by a wrong one. Read in the relays' sources, November 2026.
 */
import * as v from "valibot";
import type { Amount, Balance, BalanceWindow } from "./balance.ts";

const finite = v.pipe(v.number(), v.finite());
const positive = v.pipe(finite, v.minValue(0));
const Time = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  finite,
);
/** A missing one, `null` and one of a wrong kind are all the same: not known. */
const maybe = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined);

const usd = (value: number): Amount => ({ value, unit: "USD" });

/** Sums that a gateway rounds may be off by a cent. */
const fits = (remaining: number, limit: number, used: number): boolean =>
  Math.abs(remaining - Math.max(0, limit - used)) <= 0.011;

const Sub2apiSchema = v.object({
  mode: v.picklist(["quota_limited", "unrestricted"]),
  isValid: v.optional(v.boolean(), true),
  status: maybe(v.string()),
  planName: maybe(v.string()),
  unit: maybe(v.string()),
  remaining: maybe(finite),
  balance: maybe(finite),
  quota: maybe(
    v.object({ limit: positive, used: positive, remaining: positive, unit: maybe(v.string()) }),
  ),
  rate_limits: v.fallback(
    v.array(
      v.object({ window: v.string(), limit: positive, used: positive, reset_at: maybe(Time) }),
    ),
    [],
  ),
  subscription: maybe(
    v.object({
      daily_usage_usd: maybe(positive),
      weekly_usage_usd: maybe(positive),
      monthly_usage_usd: maybe(positive),
      daily_limit_usd: maybe(positive),
      weekly_limit_usd: maybe(positive),
      monthly_limit_usd: maybe(positive),
      expires_at: maybe(Time),
    }),
  ),
  expires_at: maybe(Time),
});

/** Wei-Shaw/sub2api, `GET /v1/usage`. A key with a quota, a wallet, or a subscription. */
export function parseSub2api(body: unknown): Balance | undefined {
  const read = v.safeParse(Sub2apiSchema, body);
  if (!read.success) return undefined;
  const { isValid, status, planName: plan, unit, quota, subscription, ...told } = read.output;
  const invalid = isValid ? undefined : (status ?? "");
  const windows = [
    ...told.rate_limits.map(({ window, limit, used, reset_at }) =>
      windowOf(window, used, limit, reset_at),
    ),
    ...(["daily", "weekly", "monthly"] as const).flatMap((name) => {
      const used = subscription?.[`${name}_usage_usd`];
      const limit = subscription?.[`${name}_limit_usd`];
      // Zero is how it says that there is no limit.
      return used === undefined || !limit ? [] : [windowOf(name, used, limit, undefined)];
    }),
  ];
  const balance = {
    kind: "sub2api" as const,
    windows,
    ...(plan ? { plan } : {}),
    ...endingAt(told.expires_at ?? subscription?.expires_at),
    ...(invalid === undefined ? {} : { invalid }),
  };
  // It counts in dollars; what else it may say one day has another worth.
  if ((quota?.unit ?? unit ?? "USD") !== "USD") return balance;
  if (quota !== undefined) {
    if (!fits(quota.remaining, quota.limit, quota.used)) return balance;
    const { remaining, used, limit } = quota;
    return { ...balance, remaining: usd(remaining), used: usd(used), limit: usd(limit) };
  }
  if (told.balance !== undefined) return { ...balance, remaining: usd(told.balance) };
  // -1: a subscription without limits.
  if (subscription === undefined || told.remaining === undefined) return balance;
  if (told.remaining === -1 && windows.length === 0) return { ...balance, remaining: "unlimited" };
  return told.remaining < 0 ? balance : { ...balance, remaining: usd(told.remaining) };
}

function windowOf(
  name: string,
  used: number,
  limit: number,
  resetsAt: number | undefined,
): BalanceWindow {
  const window = { name, used: usd(used), limit: usd(limit) };
  return resetsAt === undefined ? window : { ...window, resetsAt };
}

const NewApiSchema = v.object({
  data: v.object({
    total_granted: finite,
    total_used: positive,
    total_available: finite,
    unlimited_quota: v.boolean(),
    /** Unix seconds; zero and -1: never. */
    expires_at: maybe(finite),
  }),
});
const NewApiStatusSchema = v.object({
  data: v.object({ quota_per_unit: v.pipe(finite, v.minValue(1)) }),
});

/**
 * QuantumNous/new-api, `GET /api/usage/token/`: points of the key.
 *
 * @param status its `GET /api/status`, which says how many points are a dollar.
 */
export function parseNewApi(body: unknown, status: unknown): Balance | undefined {
  const read = v.safeParse(NewApiSchema, body);
  if (!read.success) return undefined;
  const { total_granted, total_used, total_available, unlimited_quota, expires_at } =
    read.output.data;
  const price = v.safeParse(NewApiStatusSchema, status);
  const amount = (points: number): Amount =>
    price.success
      ? { value: points / price.output.data.quota_per_unit, unit: "USD" }
      : { value: points, unit: "quota" };
  const seconds = expires_at !== undefined && expires_at > 0 ? expires_at : undefined;
  const balance = {
    kind: "new-api" as const,
    windows: [],
    used: amount(total_used),
    ...endingAt(seconds === undefined ? undefined : seconds * 1000),
  };
  // Of such a key the points are an account of their own, below zero in time.
  if (unlimited_quota) return { ...balance, remaining: "unlimited" };
  if (total_available + total_used !== total_granted) return balance;
  return { ...balance, remaining: amount(total_available), limit: amount(total_granted) };
}

const SubscriptionSchema = v.object({
  object: v.literal("billing_subscription"),
  hard_limit_usd: finite,
  access_until: maybe(finite),
});
/** In hundredths. */
const TotalUsageSchema = v.object({ total_usage: positive });

/** What one-api and its kin give a key without a limit. */
const oneApiUnlimited = 100_000_000;

/**
 * songquanpeng/one-api and what came of it, `GET /v1/dashboard/billing/subscription` and `…/usage`.
 * The fields are called USD, whatever the site counts in.
 */
export function parseOneApi(subscription: unknown, usage: unknown): Balance | undefined {
  const read = v.safeParse(SubscriptionSchema, subscription);
  if (!read.success) return undefined;
  const { hard_limit_usd: limit, access_until: until } = read.output;
  const spent = v.safeParse(TotalUsageSchema, usage);
  const used = spent.success ? spent.output.total_usage / 100 : undefined;
  const site = (value: number): Amount => ({ value, unit: "site" });
  const balance = {
    kind: "one-api" as const,
    windows: [],
    ...(used === undefined ? {} : { used: site(used) }),
    ...endingAt(until !== undefined && until > 0 ? until * 1000 : undefined),
  };
  if (limit >= oneApiUnlimited) return { ...balance, remaining: "unlimited" };
  // Releases of 2023 call what is left the limit: more used than there was gives them away.
  if (used === undefined || used > limit) return balance;
  return { ...balance, limit: site(limit), remaining: site(limit - used) };
}

const KeyInfoSchema = v.object({
  token_limit: v.nullish(finite),
  tokens_used: positive,
  tokens_remaining: v.nullish(positive),
  usage: v.object({}),
});

/** Wei-Shaw/claude-relay-service, `GET /openai/key-info`: tokens of the key. */
export function parseClaudeRelay(body: unknown): Balance | undefined {
  const read = v.safeParse(KeyInfoSchema, body);
  if (!read.success) return undefined;
  const { token_limit: limit, tokens_used: used, tokens_remaining: left } = read.output;
  const tokens = (value: number): Amount => ({ value, unit: "tokens" });
  const balance = {
    kind: "claude-relay-service" as const,
    windows: [],
    used: tokens(used),
  };
  if (!limit || limit < 0) {
    return left === null || left === undefined ? { ...balance, remaining: "unlimited" } : balance;
  }
  if (left === null || left === undefined || !fits(left, limit, used)) return balance;
  return { ...balance, limit: tokens(limit), remaining: tokens(left) };
}

/** Nothing where the time is not known: an optional field is left out. */
const endingAt = (time: number | undefined) => (time === undefined ? {} : { expiresAt: time });
