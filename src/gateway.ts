/**
 * The whole plugin as one function without a host in it: prepare → send → finish. Whoever calls it,
 * a replaced `fetch`, a hook with a `Request` or a loopback server, hands over the same four things.
 */
import { createExchanges, type Exchange, type Watch } from "./exchange.ts";
import { type Failure, failureResponse } from "./failure.ts";
import type { Fetch } from "./fetch.ts";
import type { JsonObject } from "./json.ts";
import type { RequestLog } from "./log/request-log.ts";
import type { GatewayMemory } from "./memory.ts";
import { closestModels } from "./models/closest.ts";
import type { ModelKnowledge } from "./models/knowledge.ts";
import { present, redactMessage } from "./present.ts";
import { redactSecrets, secretsInSettings } from "./redact.ts";
import { createRepairs } from "./repairs/repairs.ts";
import { type GatewayRequest, type Prepared, prepare } from "./request/prepare.ts";
import { createTurns } from "./request/turn.ts";
import type { ResolvedSettings } from "./settings/resolve.ts";
import type { Settings } from "./settings/schema.ts";
import { createTries, type Tries } from "./tries.ts";

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
  /** Asked for each request: lists come while requests are under way. */
  readonly models: () => ModelKnowledge;
  readonly memory: GatewayMemory;
  readonly log: RequestLog;
  readonly debug: (message: string) => void;
  /** Told when another endpoint than before answered. */
  readonly onEndpointLearned: (url: string) => void;
  /** Told the headers of each answer: they say how much of the usage window is left. */
  readonly onAnswer: (headers: Headers) => void;
  /** Told what came of a request, before it is put into words for the host. */
  readonly onOutcome?: (last: Exchange | Failure) => void;
  /** Told of an event that says how much of the account's limits is used. */
  readonly onLimits?: (event: JsonObject) => void;
  /** Counts the requests of a step; gateways that stand in for each other share one. */
  readonly tries?: Tries;
  /** The body without what belongs to the account of another gateway. */
  readonly ownOnly?: (body: JsonObject) => JsonObject;
  /** The gateway's name, for the request log. */
  readonly name?: string;
};

export type Gateway = {
  /** Never rejects for a reason the user can do something about; those are error Responses. */
  handle(request: GatewayRequest, watch?: Watch): Promise<Response>;
};

/** What stands once settings and key are known to be there. */
type Ready = { readonly settings: Settings; readonly baseURL: string; readonly key: string };

export function createGateway(options: GatewayOptions): Gateway {
  const { memory, key, tries = createTries(), ownOnly = (body) => body, name } = options;
  const secrets = [key, ...secretsInSettings(options.resolved.settings.headers)];
  const turns = createTurns();
  /** Gateways quote the key they refuse. */
  const debug = (message: string): void => options.debug(redactSecrets(message, secrets));
  const { exchange, forget } = createExchanges({
    ...options,
    redact: (text, limit) => redactMessage(text, secrets, limit),
    debug,
  });
  const repairs = createRepairs({ memory, official: options.instructions.official, debug });

  async function handle(request: GatewayRequest, watch: Watch = {}): Promise<Response> {
    const trace = options.log.begin(request, { fetch: options.fetch, secrets, gateway: name });
    try {
      return await trace.finish(await respond(request, trace.fetch, watch));
    } catch (cause) {
      trace.fail(cause);
      throw cause;
    }
  }

  async function respond(request: GatewayRequest, fetch: Fetch, watch: Watch): Promise<Response> {
    const ready = checkReady(request, options);
    if ("type" in ready) return failureResponse(ready, secrets);
    const models = options.models();
    const prepared = await prepare(request, {
      ...ready,
      models,
      instructionsFor: options.instructions.resolve,
    });
    if (prepared.type !== "prepared") return failureResponse(prepared, secrets);

    const turn = request.turn ?? turns.follow(prepared.turn, request.hints?.repeats);
    let attempt = tries.begin(turn);
    const context = { ...ready, request, fetch, watch };
    const told = (last: Exchange | Failure): void => {
      options.onOutcome?.(last);
      watch.onOutcome?.(last);
    };
    try {
      const known = { ...prepared, turn, body: await repairs.apply(ownOnly(prepared.body)) };
      const first = await exchange(known, { ...context, attempt });
      const last = await mend(first, known, (mended) => {
        attempt = tries.begin(turn);
        return exchange(mended, { ...context, attempt });
      });
      told(last);
      if ("type" in last) return failureResponse(last, secrets);
      return present(last, { secrets, closest: closestServed(prepared.model, models) });
    } catch (cause) {
      if (request.signal?.aborted) throw cause;
      // The answer broke off before it said anything: the host may simply ask again.
      const failure = {
        type: "broken_off",
        baseURL: ready.baseURL,
        cause,
        gaveUp: attempt.last,
      } as const;
      watch.onOutcome?.(failure);
      return failureResponse(failure, secrets);
    }
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
    if (mended.accountChanged) forget(prepared.turn);
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

/** Listed and refused all the same: that name is of no help. */
function closestServed(asked: string, { list = [] }: ModelKnowledge): string[] {
  const served = list.map(({ id }) => id);
  return closestModels(
    asked,
    served.filter((id) => id !== asked),
  );
}

function checkReady(request: GatewayRequest, { resolved, key }: GatewayOptions): Ready | Failure {
  const { settings, problems, lookedIn } = resolved;
  if (problems.length > 0) return { type: "settings_invalid", problems };
  if (resolved.refusal !== undefined) return resolved.refusal;
  const { baseURL } = settings;
  if (baseURL === undefined) return { type: "base_url_missing", lookedIn };
  if (key === undefined) return { type: "key_missing" };
  // A header could not carry it, and `fetch` would blame the network.
  if (!isSendable({ value: key })) return { type: "key_invalid" };
  if (!isResponsesURL(request.url)) return { type: "endpoint_unsupported", url: request.url };
  return { settings, baseURL, key };
}

/** Whether a header can carry the key. */
export function isSendable({ value }: { readonly value: string }): boolean {
  return /^[\x21-\x7e]+$/.test(value);
}

function isResponsesURL(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith("/responses");
}
