/** One request on its way: to the endpoint that is the API's, and what its answer is worth. */
import { createEndpointSearch } from "./endpoint-search.ts";
import type { Failure } from "./failure.ts";
import type { Fetch } from "./fetch.ts";
import type { JsonObject } from "./json.ts";
import type { GatewayMemory } from "./memory.ts";
import { quoteLimit } from "./present.ts";
import { endpointCandidates, withQuery } from "./request/endpoint.ts";
import type { GatewayRequest, Prepared } from "./request/prepare.ts";
import type { Turn } from "./request/turn.ts";
import { createTurnStates } from "./request/turn-state.ts";
import { judgeAnswer, type Outcome, type Refusal } from "./response/answer.ts";
import type { Settings } from "./settings/schema.ts";
import type { Try } from "./tries.ts";
import { unreachableKind } from "./unreachable.ts";

/** An outcome, the URL it came from, and how many bytes of body went there. */
export type Exchange = { readonly outcome: Outcome; readonly url: string; readonly bytes: number };

export type ExchangeContext = {
  readonly request: GatewayRequest;
  readonly settings: Settings;
  readonly baseURL: string;
  readonly attempt: Try;
  readonly fetch: Fetch;
  readonly watch?: Watch;
};

/** Who wants to know how a request fares, beside the one who gets the answer. */
export type Watch = {
  /** The gateway has said something. */
  readonly onFirstByte?: () => void;
  /** What came of it, before it is put into words for the host. */
  readonly onOutcome?: (last: Exchange | Failure) => void;
  /** An answer that the host has got ended well, or broke. */
  readonly onComplete?: () => void;
  readonly onBroken?: () => void;
};

export type Exchanges = {
  exchange(prepared: Prepared, context: ExchangeContext): Promise<Exchange | Failure>;
  /** The turn goes on at another account. */
  forget(turn: Turn): void;
};

export type ExchangesOptions = {
  readonly memory: GatewayMemory;
  /** Takes secrets out of a text of the gateway's. */
  readonly redact: (text: string, limit?: number) => string;
  readonly debug: (message: string) => void;
  /** Told when another endpoint than before answered. */
  readonly onEndpointLearned: (url: string) => void;
  /** Told the headers of each answer. */
  readonly onAnswer: (headers: Headers) => void;
  /** Told of an event about the account's limits. */
  readonly onLimits?: (event: JsonObject) => void;
};

type Tried = { readonly url: string; readonly refusal: Refusal };

/** Seconds without a byte until a stream is given up: what the Codex CLI and the host wait. */
const defaultIdleTimeout = 300;

export function createExchanges(options: ExchangesOptions): Exchanges {
  const { memory, debug } = options;
  /** This gateway has answered: from now on a failing connection is a hiccup, not a wrong address. */
  let reached = false;
  const search = createEndpointSearch<Tried>();
  const turnStates = createTurnStates();

  /** One request, on the first endpoint that turns out to be the API's. */
  async function exchange(
    prepared: Prepared,
    { request, settings, baseURL, attempt, fetch, watch = {} }: ExchangeContext,
  ): Promise<Exchange | Failure> {
    // Once, whatever is tried: a history of 20 MB takes 100 ms.
    const body = JSON.stringify(prepared.body);
    const headers = turnStates.addTo(prepared.headers, prepared.turn);
    const { endpoint: learned } = await memory.recall();
    const candidates = endpointCandidates(baseURL, settings.responsesPath);
    // Only a URL of this base is believed, whatever the cache folder says.
    const known = candidates.find((url) => url === learned);
    const walk = search.begin({ candidates, known });

    for await (const endpoint of walk.endpoints) {
      const url = withQuery(endpoint, request.url);
      const upstream = new AbortController();
      const signal = request.signal
        ? AbortSignal.any([request.signal, upstream.signal])
        : upstream.signal;
      const response = await send(url, { headers, body, signal }, attempt, fetch);
      if (!(response instanceof Response)) return response;
      const outcome = await judgeAnswer(response, {
        stream: prepared.stream,
        idleTimeoutMs: (settings.streamIdleTimeout ?? defaultIdleTimeout) * 1000,
        abort: () => upstream.abort(),
        signal: request.signal,
        redact: (text) => options.redact(text),
        lastTry: attempt.last,
        onComplete() {
          attempt.succeed();
          watch.onComplete?.();
        },
        onLimits: (event) => options.onLimits?.(event),
        onFirstByte: () => watch.onFirstByte?.(),
        onBroken: () => watch.onBroken?.(),
      });
      if (outcome.type !== "refused" || !outcome.notTheApi) {
        walk.found(endpoint);
        await learnEndpoint(endpoint, outcome);
        if (outcome.type === "answer") turnStates.learn(prepared.turn, response.headers);
        options.onAnswer(response.headers);
        return { outcome, url, bytes: Buffer.byteLength(body) };
      }
      debug(
        `${url} is not the responses endpoint: ${outcome.httpStatus}, ${outcome.error.message}`,
      );
      walk.reject(endpoint, { url, refusal: outcome });
    }
    return notFound(walk.tried(), options.redact);
  }

  async function send(
    url: string,
    request: { headers: Prepared["headers"]; body: string; signal: AbortSignal },
    attempt: Try,
    fetch: Fetch,
  ): Promise<Response | Failure> {
    try {
      const response = await fetch(url, { method: "POST", ...request, redirect: "manual" });
      reached = true;
      return response;
    } catch (cause) {
      if (request.signal.aborted) throw cause;
      return {
        type: "unreachable",
        url,
        kind: unreachableKind(cause),
        transient: reached,
        gaveUp: attempt.last,
      };
    }
  }

  async function learnEndpoint(endpoint: string, outcome: Outcome): Promise<void> {
    const facts = await memory.recall();
    // A refused key settles it too, but not against an endpoint that has answered.
    const settled =
      outcome.type === "answer" ||
      (outcome.type === "refused" && outcome.httpStatus === 401 && facts.endpoint === undefined);
    if (!settled || facts.endpoint === endpoint) return;
    if (facts.endpoint !== undefined) options.onEndpointLearned(endpoint);
    debug(`the responses endpoint is ${endpoint}`);
    memory.learn((known) => ({ ...known, endpoint }));
  }

  return { exchange, forget: turnStates.forget };
}

function notFound(tried: readonly Tried[], redact: ExchangesOptions["redact"]): Failure {
  return {
    type: "endpoint_not_found",
    tried: tried.map(({ url, refusal: { httpStatus, error } }) => ({
      url,
      status: httpStatus,
      said: redact(error.message, quoteLimit),
    })),
  };
}
