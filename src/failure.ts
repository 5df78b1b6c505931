/** What can go wrong before or around the gateway's own answer, as data. */
import type { InstructionsUnreadable } from "./instructions/sources.ts";
import { redactSecrets, type Secrets } from "./redact.ts";
import { errorResponse } from "./response/errors.ts";
import { type LastTry, sayGivenUp } from "./response/retry.ts";
import { SseLimitError } from "./response/sse.ts";
import type { OriginRefusal } from "./settings/origin.ts";
import type { Problem } from "./settings/resolve.ts";
import type { UnreachableKind } from "./unreachable.ts";
import { words } from "./words/current.ts";

export type Failure =
  | InstructionsUnreadable
  | OriginRefusal
  | { readonly type: "settings_invalid"; readonly problems: readonly Problem[] }
  | { readonly type: "base_url_missing"; readonly lookedIn: readonly string[] }
  | { readonly type: "key_missing" }
  | { readonly type: "beside_missing"; readonly provider: string }
  | { readonly type: "key_invalid" }
  | { readonly type: "endpoint_unsupported"; readonly url: string }
  | { readonly type: "request_unreadable"; readonly reason: string }
  | {
      readonly type: "parameter_invalid";
      readonly field: string;
      readonly found: string;
      readonly allowed: string;
    }
  | {
      readonly type: "redirected";
      readonly url: string;
      readonly status: number;
      readonly location: string | undefined;
    }
  | {
      readonly type: "endpoint_not_found";
      readonly tried: readonly {
        readonly url: string;
        readonly status: number;
        readonly said: string;
      }[];
    }
  | {
      readonly type: "broken_off";
      readonly baseURL: string;
      readonly cause: unknown;
      /** The turn has had its tries. */
      readonly gaveUp?: LastTry;
    }
  | {
      readonly type: "body_too_large";
      readonly url: string;
      /** Of the request's body. */
      readonly bytes: number;
      /** The gateway's own words, where they cannot be taken for an overflow of the context. */
      readonly said: string | undefined;
    }
  | {
      readonly type: "unreachable";
      readonly url: string;
      readonly kind: UnreachableKind;
      /** This gateway has answered before, so the address is right and a retry makes sense. */
      readonly transient: boolean;
      /** The turn has had its tries. */
      readonly gaveUp?: LastTry;
    };

/** One plain text: what was wrong, where, and what to do. */
export function describeFailure(failure: Failure): string {
  return describe(failure.type, failure);
}

function describe<T extends Failure["type"]>(
  type: T,
  failure: Extract<Failure, { readonly type: T }>,
): string {
  return words().failure[type](failure);
}

/**
 * The failure as the host sees it. Status 400 is shown at once and not retried; 503 is retried by
 * the host after a pause.
 *
 * @param secrets must not show up in it, whoever said them.
 */
export function failureResponse(failure: Failure, secrets: Secrets = []): Response {
  const passing = mayPass(failure);
  const gaveUp = passing && (failure.gaveUp ?? false);
  const message = describeFailure(failure);
  return errorResponse({
    status: passing && gaveUp === false ? 503 : 400,
    message: redactSecrets(gaveUp === false ? message : sayGivenUp(message, gaveUp), secrets),
    type: "opencode_openai_codex_key_error",
    code: failure.type,
  });
}

type PassingFailure = Extract<Failure, { type: "unreachable" | "broken_off" }>;

/** Failures that the host asks again for, unless the turn has had its tries. */
function mayPass(failure: Failure): failure is PassingFailure {
  if (failure.type === "unreachable") return failure.transient;
  // An event too large to hold will be as large the next time.
  return failure.type === "broken_off" && !(failure.cause instanceof SseLimitError);
}
