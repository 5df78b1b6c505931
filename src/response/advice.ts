/** What kind of refusal one is, and what to advise. Pure. */
import { refusesModel } from "../models/refused.ts";
import { words } from "../words/current.ts";
import type { ErrorDetails } from "./errors.ts";

export type RefusalKind =
  /** `http://` to a port that speaks TLS. */
  | "plain_http"
  /** Money: of the account, or of the key. */
  | "quota"
  | "key"
  /** The key is known or not, but this client or group is not let in. */
  | "client"
  | "instructions"
  | "model"
  /** Of the request's body. */
  | "too_large"
  /** Of requests in a time: it passes. */
  | "limit"
  | "outage";

export type Refused = {
  readonly url: string;
  /** Status the gateway sent. */
  readonly httpStatus: number;
  /** Status for the host, where that is another one. */
  readonly status?: number;
  readonly error: Pick<ErrorDetails, "code" | "type" | "message">;
};

/** nginx (the title of its page), Go (with it Caddy), Apache, Tomcat. */
const plainHttp =
  /plain HTTP request was sent to HTTPS port|sent an HTTP request to an HTTPS server|speaking plain HTTP to an SSL|combination of host and port requires TLS/i;

const quotaCodes =
  /^(?:insufficient_(?:user_)?(?:quota|balance|credits?)|billing_hard_limit_reached|pre_consume_token_quota_failed)$/;

/** Whatever the status: relays of the one-api and new-api families say so with 401, 403, 429 and 500. */
const quotaPhrases =
  /额度不足|余额不足|积分不足|额度已用尽|额度失败|欠费|\binsufficient (?:\w{1,20} )?(?:balance|quota|credits?|funds)\b|\bquota is not enough\b/i;

const limitCodes = /^(?:usage_limit_(?:reached|exceeded)|rate_limit_(?:exceeded|error))$/;

/** Characters looked at: what a gateway means stands at the beginning, and a page may follow. */
const readLimit = 1_000;

/** Whether only paying helps: never worth another try, whatever status it came with. */
export function isAboutMoney({ code, type, message }: Refused["error"]): boolean {
  const coded = [code ?? "", type].some((one) => quotaCodes.test(one));
  return coded || quotaPhrases.test(message.slice(0, readLimit));
}

/** The kind of a refusal; `undefined` where the gateway's own words have to do. */
export function kindOf({ url, httpStatus, status, error }: Refused): RefusalKind | undefined {
  const { code, type } = error;
  const message = error.message.slice(0, readLimit);
  const codes = [code ?? "", type];
  const statuses = [httpStatus, status];
  if (httpStatus === 400 && plainHttp.test(message)) {
    // Behind https:// it is a quarrel between the gateway's own proxies.
    return url.startsWith("http:") ? "plain_http" : "outage";
  }
  if (isAboutMoney(error)) return "quota";
  // With other statuses the word stands for limits that pass too.
  if ((httpStatus === 402 || httpStatus === 403) && /\bquota\b/i.test(message)) return "quota";
  if (statuses.includes(401)) return "key";
  if (statuses.includes(413)) return "too_large";
  if (statuses.includes(429) || codes.some((one) => limitCodes.test(one))) return "limit";
  if (/instructions are not valid/i.test(message)) return "instructions";
  if (refusesModel({ code, message })) return "model";
  if (statuses.includes(403)) return "client";
  return statuses.some((one = 0) => one >= 500) ? "outage" : undefined;
}

/** Kinds whose remedy the gateway's words do not name. */
const advised = ["plain_http", "quota", "instructions"] as const satisfies RefusalKind[];

export type AdvisedKind = (typeof advised)[number];

/** The sentence that belongs to a kind, if one does. */
export function adviceFor(kind: RefusalKind | undefined): string | undefined {
  const known = advised.find((one) => one === kind);
  return known && words().advice[known];
}
