/** What can go wrong before or around the gateway's own answer, and how the user is told. */
import type { InstructionsUnreadable } from "./instructions/codex.ts";
import { createRedactor, redactSecrets } from "./redact.ts";
import { errorResponse } from "./response/errors.ts";
import { SseLimitError } from "./response/sse.ts";
import { describeProblem, type Problem } from "./settings/resolve.ts";

export type Failure =
  | InstructionsUnreadable
  | { readonly type: "settings_invalid"; readonly problems: readonly Problem[] }
  | { readonly type: "base_url_missing"; readonly lookedIn: readonly string[] }
  | { readonly type: "key_missing" }
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
  | { readonly type: "broken_off"; readonly baseURL: string; readonly cause: unknown }
  | {
      readonly type: "unreachable";
      readonly url: string;
      readonly cause: unknown;
      /** This gateway has answered before, so the address is right and a retry makes sense. */
      readonly transient: boolean;
    };

export const loginAdvice = 'Run "opencode auth login" and choose OpenAI';

/** Most characters of what a gateway said at each place that was tried. */
const saidLimit = 200;

/**
 * One plain text: what was wrong, where, and what to do.
 *
 * @param redact takes the secrets out of what is quoted, before it is cut: half a key would not be
 * recognised.
 */
export function describeFailure(
  failure: Failure,
  redact: (text: string) => string = redactSecrets,
): string {
  const quote = (text: string): string => {
    const said = redact(text);
    return said.length > saidLimit ? `${said.slice(0, saidLimit).toWellFormed()}…` : said;
  };
  switch (failure.type) {
    case "settings_invalid":
      return `The settings of opencode-openai-codex-key are not valid. ${failure.problems.map(describeProblem).join(" ")}`;
    case "base_url_missing":
      return `No base URL of a Codex gateway is configured, so nothing was sent. ${loginAdvice}. Looked in: ${failure.lookedIn.join("; ")}.`;
    case "key_missing":
      return `No API key for the Codex gateway is stored, so nothing was sent. ${loginAdvice}, or set OPENCODE_CODEX_API_KEY.`;
    case "key_invalid":
      return `The API key of the Codex gateway has a space, a line break or another character that no key has, so nothing was sent. ${loginAdvice}, and paste the key alone.`;
    case "endpoint_unsupported":
      return `A Codex gateway answers on the responses endpoint only, so ${failure.url} was not asked.`;
    case "request_unreadable":
      return `The request could not be read, so nothing was sent: ${failure.reason}.`;
    case "parameter_invalid":
      return `${failure.field} is ${failure.found}; allowed is one of ${failure.allowed}. Change it in opencode.json.`;
    case "instructions_unreadable":
      return `The instructions file ${failure.path} cannot be used: ${failure.reason}. Mend it, or change "instructions" in the settings.`;
    case "redirected": {
      const target = failure.location === undefined ? "another address" : quote(failure.location);
      return `The gateway at ${failure.url} answered ${failure.status} and wants the request sent to ${target}. Redirects are not followed, because the request holds your code and key. If that address is right, make it the base URL.`;
    }
    case "endpoint_not_found": {
      const tried = failure.tried.map(
        ({ url, status, said }) => `${url} (${status}, ${quote(said)})`,
      );
      return `The gateway has no responses endpoint where it was looked for. Tried: ${tried.join("; ")}. Check the base URL, or set "responsesPath" in the settings to the path your gateway's documentation names.`;
    }
    case "broken_off":
      return `The answer of the gateway at ${failure.baseURL} broke off: ${failure.cause instanceof Error ? failure.cause.message : String(failure.cause)}`;
    case "unreachable":
      return describeUnreachable(failure.url, failure.cause);
  }
}

/**
 * The failure as the host sees it. Status 400 is shown at once and not retried; 503 is retried by
 * the host after a pause.
 *
 * @param secrets must not show up in it, whoever said them.
 */
export function failureResponse(
  failure: Failure,
  secrets: readonly (string | undefined)[] = [],
): Response {
  const redact = createRedactor(secrets);
  return errorResponse({
    status: isTransient(failure) ? 503 : 400,
    message: redact(describeFailure(failure, redact)),
    type: "opencode_openai_codex_key_error",
    code: failure.type,
  });
}

function isTransient(failure: Failure): boolean {
  if (failure.type === "unreachable") return failure.transient;
  // An event too large to hold will be as large the next time.
  return failure.type === "broken_off" && !(failure.cause instanceof SseLimitError);
}

/** Code or name of a network error, as Bun and Node give it → what to say and what to check. */
const networkAdvice: readonly (readonly [pattern: RegExp, said: string, check: string])[] = [
  [
    /ECONNREFUSED/,
    "refused the connection",
    "Check that the gateway is running and that host and port of the base URL are right",
  ],
  [
    // Bun 1.3 says this of an unknown host and of a server without TLS too.
    /ConnectionRefused/,
    "refused the connection or could not be found",
    "Check that the gateway is running, and host name, port and http:// or https:// of the base URL",
  ],
  [
    /ENOTFOUND|EAI_AGAIN|DNS|getaddrinfo|Unable to resolve|Was there a typo|FailedToOpenSocket/i,
    "could not be found",
    "Check the host name in the base URL, your network and your proxy",
  ],
  [
    /CERT|SSL|TLS|self.signed|certificate|HANDSHAKE/i,
    "has no TLS certificate that this machine trusts, or speaks no TLS",
    "Check the certificate, and whether the base URL should begin with http:// or https://; for a private CA set NODE_EXTRA_CA_CERTS",
  ],
  [
    /ECONNRESET|ConnectionClosed|socket.{0,40}closed|EPIPE|UND_ERR_SOCKET/i,
    "closed the connection before it answered",
    "Check the gateway, and your proxy if you use one",
  ],
  [/TIMEDOUT|Timeout/i, "did not answer in time", "Check the gateway and your network"],
];

function describeUnreachable(url: string, cause: unknown): string {
  const text = causes(cause).join(" ");
  const [, said, check] = networkAdvice.find(([pattern]) => pattern.test(text)) ?? [
    "",
    "could not be reached",
    "Check the base URL and your network",
  ];
  return `The gateway at ${url} ${said}. ${check}.`;
}

/** Codes, names and messages of an error and of what caused it. */
function causes(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const code = "code" in error ? String(error.code) : "";
  return [code, error.name, error.message, ...causes(error.cause, depth + 1)];
}
