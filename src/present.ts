/** What the host gets to see of an outcome. Secrets are taken out of whatever the gateway said. */
import { failureResponse } from "./failure.ts";
import { maskSecrets, redactSecrets, type Secrets } from "./redact.ts";
import { adviceFor, kindOf } from "./response/advice.ts";
import type { Outcome, Refusal } from "./response/answer.ts";
import { errorResponse } from "./response/errors.ts";
import { words } from "./words/current.ts";
import { joinSentences, withoutStop } from "./words/sentences.ts";

/** Longest message shown, in characters: a message is read in a terminal. */
const messageLimit = 2_000;

export type Presented = {
  readonly outcome: Outcome;
  readonly url: string;
  /** Of the request's body. */
  readonly bytes: number;
};

export type PresentOptions = {
  readonly secrets: Secrets;
  /** Served names most like the one that was asked for, for a refusal of the model. */
  readonly closest: readonly string[];
};

/** Most characters of a text of the gateway's that is quoted in a sentence of ours. */
export const quoteLimit = 200;

/** For a text of the gateway's. Cut only then: half a key would not be recognised. */
export function redactMessage(text: string, secrets: Secrets, limit = messageLimit): string {
  const redacted = redactSecrets(text, secrets);
  return redacted.length > limit ? `${redacted.slice(0, limit).toWellFormed()}…` : redacted;
}

export function present(
  { outcome, url, bytes }: Presented,
  { secrets, closest }: PresentOptions,
): Response {
  switch (outcome.type) {
    case "answer":
      return outcome.response;
    case "redirected":
      return failureResponse(
        {
          ...outcome,
          url,
          location: outcome.location && redactMessage(outcome.location, secrets, quoteLimit),
        },
        secrets,
      );
    case "refused": {
      const { status, httpStatus, html, error, headers } = outcome;
      if (httpStatus === 413 && status === 413) {
        const said = html || soundsLikeOverflow.test(error.message) ? undefined : error.message;
        return failureResponse({ type: "body_too_large", url, bytes, said }, secrets);
      }
      return errorResponse({
        status,
        message: redactMessage(describeRefusal(outcome, url, closest), secrets),
        // The host goes by these two, so nothing but the secrets themselves is taken out of them.
        type: maskSecrets(error.type, secrets),
        code: error.code && maskSecrets(error.code, secrets),
        headers,
      });
    }
  }
}

/**
 * Parts of the texts by which OpenCode 1.14 to 1.18 tells an overflow of the model's context: it
 * would compact the session and ask again, with a body that is too large again (26 refusals in 14 s).
 */
const soundsLikeOverflow =
  /too (?:large|long|many)|request_too_large|context|token|exceed|maximum|reduce the length/i;

function describeRefusal(
  { httpStatus, error, silent, gaveUp }: Refusal,
  url: string,
  closest: readonly string[],
): string {
  const { message } = error;
  const kind = kindOf({ url, httpStatus, error });
  const advised = adviceFor(kind);
  const last = gaveUp === false ? undefined : words().gaveUp(gaveUp);
  if (httpStatus === 401) {
    const said = words().refused.key(url, withoutStop(message));
    return joinSentences(said, advised ?? words().refused.keyAdvice, last);
  }
  if (silent) return joinSentences(words().refused.withoutWords(url, httpStatus), advised, last);
  if (advised !== undefined) return joinSentences(message, advised, last);
  // What the gateway said about the request itself stands for itself.
  const said = httpStatus === 404 ? words().refused.notFound(message, url) : message;
  const served =
    kind === "model" && closest.length > 0 ? words().refused.served(closest) : undefined;
  return joinSentences(said, served, last);
}
