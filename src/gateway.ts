/**
 * The whole plugin as one function without a host in it: prepare → send → finish. Whoever calls it,
 * a replaced `fetch`, a hook with a `Request` or a loopback server, hands over the same four things.
 */
import { type Failure, failureResponse, loginAdvice } from "./failure.ts";
import type { Fetch } from "./fetch.ts";
import type { RequestLog } from "./log/request-log.ts";
import type { GatewayMemory } from "./memory.ts";
import { adviseModels, refusesModel } from "./models/refused.ts";
import { maskSecrets, redactSecrets, type Secrets, secretsInSettings } from "./redact.ts";
import { createRepairs } from "./repairs.ts";
import { endpointCandidates, withQuery } from "./request/endpoint.ts";
import {
  type GatewayRequest,
  type ModelKnowledge,
  type Prepared,
  prepare,
} from "./request/prepare.ts";
import { judgeAnswer, type Outcome, type Refusal } from "./response/answer.ts";
import { errorResponse } from "./response/errors.ts";
import type { ResolvedSettings } from "./settings/resolve.ts";
import type { Settings } from "./settings/schema.ts";

export type { GatewayRequest } from "./request/prepare.ts";

/** What the pipeline needs from outside. */
export type GatewayOptions = {
  readonly resolved: ResolvedSettings;
  readonly key: string | undefined;
  readonly fetch: Fetch;
  readonly instructions: {
    /** What to send, or why that cannot be had. */
    readonly resolve: (model: string) => Promise<string | Failure>;
    /** The official prompt, for a gateway that takes no other. */
    readonly official: (model: string) => Promise<string | undefined>;
  };
  readonly models: ModelKnowledge;
  readonly memory: GatewayMemory;
  readonly log: RequestLog;
  readonly debug: (message: string) => void;
  /** Told when another endpoint than before answered. */
  readonly onEndpointLearned: (url: string) => void;
  /** Told the headers of each answer: they say how much of the usage window is left. */
  readonly onAnswer: (headers: Headers) => void;
};

export type Gateway = {
  /** Never rejects for a reason the user can do something about; those are error Responses. */
  handle(request: GatewayRequest): Promise<Response>;
};

/** An outcome and the URL it came from. */
type Exchange = { readonly outcome: Outcome; readonly url: string };

type Tried = { readonly url: string; readonly refusal: Refusal };

/** What stands once settings and key are known to be there. */
type Ready = { readonly settings: Settings; readonly baseURL: string; readonly key: string };

/** Longest message shown, in characters: a message is read in a terminal. */
const messageLimit = 2_000;

/** Seconds without a byte until a stream is given up: what the Codex CLI and the host wait. */
const defaultIdleTimeout = 300;

export function createGateway(options: GatewayOptions): Gateway {
  const { memory, key } = options;
  const secrets = [key, ...secretsInSettings(options.resolved.settings.headers)];
  /** Gateways quote the key they refuse. */
  const debug = (message: string): void => options.debug(redactSecrets(message, secrets));
  /** This gateway has answered: from now on a failing connection is a hiccup, not a wrong address. */
  let reached = false;
  const repairs = createRepairs({ memory, official: options.instructions.official, debug });

  async function handle(request: GatewayRequest): Promise<Response> {
    const trace = options.log.begin(request, { fetch: options.fetch, secrets });
    try {
      return await trace.finish(await respond(request, trace.fetch));
    } catch (cause) {
      trace.fail(cause);
      throw cause;
    }
  }

  async function respond(request: GatewayRequest, fetch: Fetch): Promise<Response> {
    const ready = checkReady(request, options);
    if ("type" in ready) return failureResponse(ready, secrets);
    const prepared = await prepare(request, {
      ...ready,
      models: options.models,
      instructionsFor: options.instructions.resolve,
    });
    if (prepared.type !== "prepared") return failureResponse(prepared, secrets);

    try {
      const body = await repairs.apply(prepared.body);
      const first = await exchange(request, ready, { ...prepared, body }, fetch);
      const last = await mend(first, { ...prepared, body }, (mended) =>
        exchange(request, ready, mended, fetch),
      );
      if ("type" in last) return failureResponse(last, secrets);
      return present(last, secrets, adviseModels(prepared.model, options.models.served()));
    } catch (cause) {
      if (request.signal?.aborted) throw cause;
      // The answer broke off before it said anything: the host may simply ask again.
      return failureResponse({ type: "broken_off", baseURL: ready.baseURL, cause }, secrets);
    }
  }

  /** One request, on the first endpoint that turns out to be the API's. */
  async function exchange(
    request: GatewayRequest,
    { settings, baseURL }: Ready,
    prepared: Prepared,
    fetch: Fetch,
  ): Promise<Exchange | Failure> {
    const { endpoint: learned } = await memory.recall();
    const candidates = endpointCandidates(baseURL, settings.responsesPath);
    // Only a URL of this base is believed, whatever the cache folder says.
    const known = candidates.find((url) => url === learned);
    const ordered = known === undefined ? candidates : [known, ...candidates];
    const tried: Tried[] = [];

    for (const endpoint of new Set(ordered)) {
      const url = withQuery(endpoint, request.url);
      const upstream = new AbortController();
      const signal = request.signal
        ? AbortSignal.any([request.signal, upstream.signal])
        : upstream.signal;
      const response = await send(url, prepared, signal, fetch);
      if (!(response instanceof Response)) return response;
      const outcome = await judgeAnswer(response, {
        stream: prepared.stream,
        idleTimeoutMs: (settings.streamIdleTimeout ?? defaultIdleTimeout) * 1000,
        abort: () => upstream.abort(),
        signal: request.signal,
      });
      const hiccup = endpoint === known && outcome.type === "refused" && !isAboutPath(outcome);
      if (outcome.type !== "refused" || !outcome.notTheApi || hiccup) {
        if (outcome.type === "answer") await learnEndpoint(endpoint);
        options.onAnswer(response.headers);
        return { outcome, url };
      }
      debug(
        `${url} is not the responses endpoint: ${outcome.httpStatus}, ${outcome.error.message}`,
      );
      tried.push({ url, refusal: outcome });
    }
    return notFound(tried);
  }

  async function send(
    url: string,
    { headers, body }: Prepared,
    signal: AbortSignal,
    fetch: Fetch,
  ): Promise<Response | Failure> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
        redirect: "manual",
        signal,
      });
      reached = true;
      return response;
    } catch (cause) {
      if (signal.aborted) throw cause;
      return { type: "unreachable", url, cause, transient: reached };
    }
  }

  async function learnEndpoint(endpoint: string): Promise<void> {
    const facts = await memory.recall();
    if (facts.endpoint === endpoint) return;
    if (facts.endpoint !== undefined) options.onEndpointLearned(endpoint);
    debug(`the responses endpoint is ${endpoint}`);
    memory.learn((known) => ({ ...known, endpoint }));
  }

  /** Where another request can mend a refusal, what became of that one; else the first as it is. */
  async function mend(
    first: Exchange | Failure,
    prepared: Prepared,
    retry: (mended: Prepared) => Promise<Exchange | Failure>,
  ): Promise<Exchange | Failure> {
    if ("type" in first || first.outcome.type !== "refused") return first;
    const mended = await repairs.mend(prepared.body, prepared.model, first.outcome);
    if (mended === undefined) return first;
    const last = await retry({ ...prepared, body: mended.body });
    if ("type" in last) return last;
    const { error } = first.outcome;
    // The same words again: what was left out was not the reason.
    const inVain = last.outcome.type === "refused" && last.outcome.error.message === error.message;
    if (!inVain) mended.learn();
    return last;
  }

  return { handle };
}

function checkReady(request: GatewayRequest, { resolved, key }: GatewayOptions): Ready | Failure {
  const { settings, problems, lookedIn } = resolved;
  if (problems.length > 0) return { type: "settings_invalid", problems };
  const { baseURL } = settings;
  if (baseURL === undefined) return { type: "base_url_missing", lookedIn };
  if (key === undefined) return { type: "key_missing" };
  // A header could not carry it, and `fetch` would blame the network.
  if (!/^[\x21-\x7e]+$/.test(key)) return { type: "key_invalid" };
  if (!isResponsesURL(request.url)) return { type: "endpoint_unsupported", url: request.url };
  return { settings, baseURL, key };
}

function isResponsesURL(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith("/responses");
}

/** A page for an outage, a rate limit or a request too large comes at a right path too. */
function isAboutPath({ httpStatus }: Refusal): boolean {
  return httpStatus < 500 && httpStatus !== 413 && httpStatus !== 429;
}

/** An outage answers every path with the same error page: that is the news, not the paths. */
function notFound(tried: readonly Tried[]): Exchange | Failure {
  const [first] = tried;
  if (first !== undefined && !isAboutPath(first.refusal)) {
    return { outcome: first.refusal, url: first.url };
  }
  return {
    type: "endpoint_not_found",
    tried: tried.map(({ url, refusal: { httpStatus, error } }) => ({
      url,
      status: httpStatus,
      said: error.message,
    })),
  };
}

/**
 * What the host gets to see of an outcome. Secrets are taken out of whatever the gateway said.
 *
 * @param modelAdvice for a refusal of the model itself.
 */
function present({ outcome, url }: Exchange, secrets: Secrets, modelAdvice?: string): Response {
  switch (outcome.type) {
    case "answer":
      return outcome.response;
    case "redirected":
      return failureResponse({ ...outcome, url }, secrets);
    case "refused":
      return errorResponse({
        status: outcome.status,
        // Cut only then: half a key would not be recognised.
        message: redactSecrets(describeRefusal(outcome, url, modelAdvice), secrets).slice(
          0,
          messageLimit,
        ),
        // The host goes by these two, so nothing but the secrets themselves is taken out of them.
        type: maskSecrets(outcome.error.type, secrets),
        code: outcome.error.code && maskSecrets(outcome.error.code, secrets),
        headers: outcome.headers,
      });
  }
}

function describeRefusal(
  { httpStatus, error }: Refusal,
  url: string,
  modelAdvice: string | undefined,
): string {
  const { message } = error;
  if (httpStatus === 401) {
    return `The gateway at ${url} refused the key: ${message.replace(/\.$/, "")}. ${loginAdvice} to enter another one.`;
  }
  if (/instructions are not valid/i.test(message)) {
    return `${message.replace(/\.?$/, ".")} Set "instructions" in the settings to "codex", or to a file with what your gateway asks for.`;
  }
  // What the gateway said about the request itself stands for itself.
  const said = httpStatus === 404 ? `${message} (404 from ${url})` : message;
  return modelAdvice !== undefined && refusesModel(error)
    ? `${said.replace(/\.?$/, ".")} ${modelAdvice}`
    : said;
}
