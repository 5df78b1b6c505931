/**
 * The whole plugin as one function without a host in it: prepare → send → finish. Whoever calls it,
 * a replaced `fetch`, a hook with a `Request` or a loopback server, hands over the same four things.
 */
import { type Failure, failureResponse, loginAdvice } from "./failure.ts";
import { asString, isObject, type JsonObject, parseJson } from "./json.ts";
import { type EffortsOf, resolveModel } from "./models/resolve.ts";
import { redactSecrets } from "./redact.ts";
import { createBody } from "./request/body.ts";
import { resolveEndpoint, withQuery } from "./request/endpoint.ts";
import { createHeaders, variantHeader } from "./request/headers.ts";
import { resolveReasoning } from "./request/reasoning.ts";
import { judgeAnswer, type Outcome, type Refusal } from "./response/answer.ts";
import { errorResponse } from "./response/errors.ts";
import type { ResolvedSettings } from "./settings/resolve.ts";

export type GatewayRequest = {
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON of a request to the Responses API. */
  readonly body: string;
  readonly signal: AbortSignal | undefined;
};

/** What the pipeline needs from outside. */
export type GatewayOptions = {
  readonly resolved: ResolvedSettings;
  readonly key: string | undefined;
  readonly fetch: Fetch;
  readonly instructionsFor: (model: string) => Promise<string>;
  readonly effortsOf: EffortsOf;
};

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Prepared = {
  readonly type: "prepared";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  /** The host asked for a stream. */
  readonly stream: boolean;
  readonly signal: AbortSignal | undefined;
};

export type Gateway = {
  /** Never rejects for a reason the user can do something about; those are error Responses. */
  handle(request: GatewayRequest): Promise<Response>;
};

/** Milliseconds without a byte until a stream is given up: what the Codex CLI and the host wait. */
const defaultIdleTimeoutMs = 300_000;

export function createGateway(options: GatewayOptions): Gateway {
  /** This gateway has answered: from now on a failing connection is a hiccup, not a wrong address. */
  let reached = false;

  async function send(prepared: Prepared): Promise<Response | Failure> {
    const { url, headers, body, signal } = prepared;
    try {
      const response = await options.fetch(url, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
        redirect: "manual",
        ...(signal === undefined ? {} : { signal }),
      });
      reached = true;
      return response;
    } catch (cause) {
      if (signal?.aborted) throw cause;
      return { type: "unreachable", url, cause, transient: reached };
    }
  }

  return {
    async handle(request) {
      const prepared = await prepare(request, options);
      if (prepared.type !== "prepared") return failureResponse(prepared);
      const response = await send(prepared);
      if (!(response instanceof Response)) return failureResponse(response);
      const outcome = await judgeAnswer(response, {
        stream: prepared.stream,
        idleTimeoutMs: defaultIdleTimeoutMs,
      });
      return finish(outcome, prepared.url, options.key);
    },
  };
}

/** The request as it goes to the gateway, or why it cannot go. */
export async function prepare(
  request: GatewayRequest,
  { resolved, key, instructionsFor, effortsOf }: GatewayOptions,
): Promise<Prepared | Failure> {
  const { settings, problems, lookedIn } = resolved;
  if (problems.length > 0) return { type: "settings_invalid", problems };
  if (settings.baseURL === undefined) return { type: "base_url_missing", lookedIn };
  if (key === undefined) return { type: "key_missing" };
  if (!isResponsesURL(request.url)) return { type: "endpoint_unsupported", url: request.url };

  const requested = parseJson(request.body);
  if (!isObject(requested))
    return { type: "request_unreadable", reason: "its body is no JSON object" };
  const name = asString(requested.model);
  if (name === undefined) return { type: "request_unreadable", reason: "it names no model" };

  const model = resolveModel(name, effortsOf);
  const reasoning = resolveReasoning({
    model,
    variantEffort: request.headers[variantHeader],
    requested: requested.reasoning,
  });
  if (reasoning.type === "invalid") return { ...reasoning, type: "parameter_invalid" };

  return {
    type: "prepared",
    url: withQuery(resolveEndpoint(settings.baseURL, settings.responsesPath), request.url),
    headers: createHeaders({
      host: request.headers,
      key,
      promptCacheKey: asString(requested.prompt_cache_key),
      extra: settings.headers,
    }),
    body: createBody(requested, {
      model,
      instructions: await instructionsFor(model.id),
      reasoning: reasoning.reasoning,
    }),
    stream: requested.stream === true,
    signal: request.signal,
  };
}

function isResponsesURL(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith("/responses");
}

/** What the host gets to see of an outcome. The key is taken out of whatever the gateway said. */
function finish(outcome: Outcome, url: string, key: string | undefined): Response {
  switch (outcome.type) {
    case "answer":
      return outcome.response;
    case "redirected":
      return failureResponse({ ...outcome, url });
    case "refused":
      return errorResponse({
        status: outcome.status,
        message: redactSecrets(describeRefusal(outcome, url), [key]),
        type: outcome.error.type,
        code: outcome.error.code,
        headers: outcome.headers,
      });
  }
}

function describeRefusal({ httpStatus, error, notTheApi }: Refusal, url: string): string {
  const { message } = error;
  if (httpStatus === 401) {
    return `The gateway at ${url} refused the key: ${message}. ${loginAdvice} to enter another one.`;
  }
  if (notTheApi) {
    return `The gateway at ${url} answered ${httpStatus} with ${message}, which is no answer of the Codex API. Check the base URL, or set responsesPath.`;
  }
  // What the gateway said about the request itself stands for itself.
  return httpStatus === 404 ? `${message} (404 from ${url})` : message;
}
