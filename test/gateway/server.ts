/**
 * A Codex-compatible gateway on a loopback port, for tests and the demo. It checks key and shape,
 * lets a brain choose the answer, streams it, and keeps a transcript.
 */
import { errorResponse, unknownPathResponse } from "./answers.ts";
import { demoBrain } from "./brains.ts";
import { deliver, encodeEach, wait } from "./encode.ts";
import { eventsOf } from "./events.ts";
import { MODELS_PATHS, modelListResponse } from "./models.ts";
import { createPromptCache, type Prefix, tokensOf } from "./prompt-cache.ts";
import { readTurn, type TurnRequest } from "./request.ts";
import { createTurnStates } from "./turn-state.ts";
import type { Context, Exchange, Gateway, GatewayOptions, Step, Usage } from "./types.ts";
import { checkBody, checkHeaders, checkKey } from "./validate.ts";

/** Starts it on a free port of 127.0.0.1. Close it when done: streams in flight are cut. */
export function startGateway(options: GatewayOptions): Gateway {
  const transcript: Exchange[] = [];
  const cache = createPromptCache();
  const turnStates = createTurnStates();
  const closing = new AbortController();
  const watchers = new Set<(exchange: Exchange) => void>();
  let received = 0;
  let attempts = 0;

  const update = (exchange: Exchange, change: Partial<Exchange>) => {
    Object.assign(exchange, change);
    for (const watch of watchers) watch(exchange);
  };

  async function handle(request: Request): Promise<Response> {
    const exchange = begin(request);
    const signal = AbortSignal.any([request.signal, closing.signal]);
    request.signal.addEventListener("abort", () => {
      if (!exchange.finished) update(exchange, { closedByClient: true });
    });
    try {
      const rawBody = await request.text();
      update(exchange, { rawBody, body: parseJson(rawBody) });
      const response = await answer(exchange, signal);
      update(exchange, { status: response.status });
      return response;
    } catch (error) {
      // A client that left in mid upload, or a brain that threw: the test sees the latter's message.
      const message = error instanceof Error ? error.message : String(error);
      update(exchange, { status: 500 });
      return errorResponse(500, { message, type: "test_gateway_error", code: null, param: null });
    }
  }

  function begin(request: Request): Exchange {
    const { pathname, search } = new URL(request.url);
    received += 1;
    const exchange: Exchange = {
      n: received,
      method: request.method,
      path: pathname,
      query: search,
      headers: Object.fromEntries(request.headers),
      body: undefined,
      rawBody: "",
      status: 0,
      at: Date.now(),
      kind: kindOf(request.method, pathname),
    };
    if (exchange.kind === "responses") attempts += 1;
    transcript.push(exchange);
    if (transcript.length > (options.keep ?? Number.POSITIVE_INFINITY)) transcript.shift();
    return exchange;
  }

  function kindOf(method: string, path: string): Exchange["kind"] {
    const among = (paths: string | readonly string[]) => [paths].flat().includes(path);
    if (method === "POST" && among(options.responsesPath ?? "/backend-api/codex/responses"))
      return "responses";
    if (method === "GET" && among(options.modelsPath ?? MODELS_PATHS)) return "models";
    return "unknown";
  }

  async function answer(exchange: Exchange, signal: AbortSignal): Promise<Response> {
    const { headers, kind } = exchange;
    const turn = readTurn(exchange.body, headers);
    const context = contextOf(exchange, turn, signal);
    if (options.respondFirst) {
      const given = await options.respond?.(turn, context);
      if (given) return given;
    }
    if (kind !== "unknown") {
      const refused = refuse(exchange, turn);
      if (refused) return refused;
    }
    if (kind === "responses") {
      const prefix = cache.observe(exchange.body);
      update(exchange, { prefix });
      context.usage = usageOf(prefix);
    }
    const given = options.respondFirst ? undefined : await options.respond?.(turn, context);
    if (given) return given;
    if (kind === "unknown")
      return unknownPathResponse(options.unknownPath ?? "json", exchange.path);
    if (kind === "responses") {
      const response = context.answer(await (options.brain ?? demoBrain)(turn, context));
      if (options.turnStates && response.ok) response.headers.set(...turnStates.issue(turn));
      return response;
    }
    const models = options.models ?? "codex";
    if (models === "slow") await wait(options.modelsDelay ?? 10_000, signal);
    return modelListResponse(models, headers["if-none-match"]);
  }

  function refuse(exchange: Exchange, turn: TurnRequest): Response | undefined {
    const { headers, body, kind } = exchange;
    const key = checkKey(headers, options.key);
    const checked = kind === "responses" && options.strict !== false;
    const stray = options.turnStates ? turnStates.check(turn) : undefined;
    const refusal =
      key ?? (checked ? (checkHeaders(headers) ?? checkBody(body, options) ?? stray) : undefined);
    if (!refusal) return undefined;
    update(exchange, { refusal });
    return errorResponse(key ? 401 : 400, refusal);
  }

  function contextOf(exchange: Exchange, turn: TurnRequest, signal: AbortSignal): Context {
    const context: Context = {
      exchange,
      attempt: attempts,
      signal,
      usage: usageOf({ shared: 0, previous: 0, total: exchange.rawBody.length, complete: true }),
      events: (step) => {
        const usage = { ...withOutput(context.usage, step), ...options.usage };
        return eventsOf(step, { model: turn.model, effort: turn.effort, usage });
      },
      answer: (step, { chunking = options.chunking, encode = options.encode } = {}) => {
        if (step.kind === "raw") return step.response;
        if (step.kind === "error") return errorResponse(step.status, step.error, step.headers);
        const onEnd = () => update(exchange, { finished: true });
        const body = deliver(encodeEach(context.events(step), encode), { chunking, signal, onEnd });
        return new Response(body, {
          headers: {
            "content-type": "text/event-stream; charset=utf-8",
            "cache-control": "no-cache",
          },
        });
      },
    };
    return context;
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    // Bun would otherwise cut a silent stream after 10 s; silence is one of the faults to play.
    idleTimeout: 0,
    // Else a reset on purpose is printed as an error.
    development: false,
    fetch: handle,
  });
  const requests = () => transcript.filter(({ kind }) => kind === "responses");
  const hasTools = (exchange: Exchange) => readTurn(exchange.body, {}).tools.length > 0;
  return {
    url: `http://127.0.0.1:${server.port}`,
    options,
    transcript,
    requests,
    turns: () => requests().filter(hasTools),
    titles: () => requests().filter((exchange) => !hasTools(exchange)),
    until(accept) {
      const { promise, resolve } = Promise.withResolvers<Exchange>();
      const watch = (exchange: Exchange) => {
        if (!accept(exchange)) return;
        watchers.delete(watch);
        resolve(exchange);
      };
      watchers.add(watch);
      const past = transcript.find(accept);
      if (past) watch(past);
      return promise;
    },
    pendingRequests: () => server.pendingRequests,
    async close() {
      closing.abort();
      await server.stop(true);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the strict check refuses `undefined` like any other wrong body.
    return undefined;
  }
}

function usageOf(prefix: Prefix): Usage {
  const { input, cached } = tokensOf(prefix);
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: 0,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input,
  };
}

/** Adds what the step costs, at four characters to a token. */
function withOutput(usage: Usage, step: Step): Usage {
  const reasoning = "reasoning" in step ? Math.ceil((step.reasoning ?? "").length / 4) : 0;
  const text = "text" in step ? (step.text ?? "") : "";
  const calls = step.kind === "tools" ? JSON.stringify(step.calls) : "";
  const output = reasoning + Math.ceil((text.length + calls.length) / 4);
  return {
    ...usage,
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: usage.input_tokens + output,
  };
}
