/**
 * 10,000 requests through the whole pipeline, 32 at a time, a tenth of them faulty. Shows what is
 * left over, and exits 1 if that is anything: connections, timers, memory.
 *
 *   bun test/bench/soak.ts [requests]
 *
 * On the runtime users have: BUN_BE_BUN=1 node_modules/opencode-linux-x64/bin/opencode test/bench/soak.ts
 */

import { heapStats } from "bun:jsc";
import { createGateway } from "../../src/gateway.ts";
import { consolePage } from "../gateway/answers.ts";
import { encodeEach, wait } from "../gateway/encode.ts";
import { KEY, sampleBody } from "../gateway/sample.ts";
import { startGateway } from "../gateway/server.ts";
import type { Context, Step } from "../gateway/types.ts";
import { eventsIn, isCompletion } from "../support/answers.ts";
import { gatewayOptions } from "../support/gateway-options.ts";
import { createRandom } from "../support/random.ts";

const REQUESTS = Number(process.argv[2] ?? 10_000);
const AT_ONCE = 32;
/** Requests until caches, compiled code and pools have their size. */
const WARM_UP = Math.floor(REQUESTS / 5);
/** Growth of the heap after the warm-up that is taken for noise, in MiB. */
const HEAP_NOISE_MIB = 8;

const faults = ["cut", "reset", "html", "429", "failed", "abort", "cancel", "hang"] as const;
type Kind = (typeof faults)[number] | "healthy";

/** Timers that are set and have neither fired nor been cleared. */
const timers = new Set<unknown>();
watchTimers();

const step: Step = { kind: "text", text: "All is well. ".repeat(40), reasoning: "Thinking." };
const random = createRandom(4);
const server = startGateway({
  key: KEY,
  keep: 1,
  strict: false,
  respond: (_request, context) => answer(kindOf(context), context),
});

const endpoint = `${server.url}/backend-api/codex/responses`;
const { handle } = createGateway(
  gatewayOptions(
    { baseURL: server.url, streamIdleTimeout: 1 },
    { memory: { recall: async () => ({ endpoint }), learn: () => {} } },
  ),
);

/** Each request says in its session what is to go wrong. */
function kindOf({ exchange }: Context): Kind {
  return faults.find((fault) => exchange.rawBody.includes(`"fault-${fault}"`)) ?? "healthy";
}

function answer(kind: Kind, context: Context): Response | undefined {
  switch (kind) {
    case "healthy":
      return context.answer(step);
    case "cut": {
      return new Response(Buffer.concat(encodeEach(context.events(step)).slice(0, 6)));
    }
    case "reset":
      return new Response(unfinished(context, () => Promise.reject(new Error("reset on purpose"))));
    case "html":
      return consolePage(200);
    case "429":
      return context.answer({ kind: "error", status: 429, error: { message: "Slow down." } });
    case "failed":
      return context.answer({ kind: "fail", code: "server_error", message: "m" });
    case "abort":
    case "cancel":
      return context.answer(step, { chunking: { delay: 5 } });
    case "hang":
      return new Response(unfinished(context, () => wait(undefined, context.signal)));
  }
}

/** The beginning of an answer, and then this. */
function unfinished(context: Context, then: () => Promise<void>): ReadableStream<Uint8Array> {
  const pieces = encodeEach(context.events(step)).slice(0, 6);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = pieces.shift();
        if (piece !== undefined) return controller.enqueue(piece);
        // In the same tick it would take the pieces before it down with it.
        await Bun.sleep(1);
        await then();
      },
    },
    { highWaterMark: 0 },
  );
}

/** One request, as the host sends and reads it; what became of it. */
async function request(kind: Kind): Promise<string> {
  const abort = new AbortController();
  try {
    const response = await handle({
      url: "https://api.openai.com/v1/responses",
      headers: {},
      body: JSON.stringify(sampleBody({ prompt_cache_key: `fault-${kind}` })),
      signal: abort.signal,
    });
    if (!response.ok) {
      await response.text();
      return `status ${response.status}`;
    }
    const reader = response.body?.getReader();
    const chunks: Uint8Array[] = [];
    for (;;) {
      const result = await reader?.read();
      if (result === undefined || result.done) break;
      chunks.push(result.value);
      if (kind === "abort") abort.abort();
      if (kind === "cancel") {
        await reader?.cancel();
        return "cancelled";
      }
    }
    return eventsIn(Buffer.concat(chunks)).some(isCompletion) ? "complete" : "a quiet end";
  } catch (error) {
    return error instanceof Error ? `${error.name}` : "an error";
  }
}

function watchTimers(): void {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const watched = (run: () => void, ms?: number): Timer => {
    const timer = set(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
    return timer;
  };
  Object.assign(globalThis, {
    setTimeout: (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
      watched(() => run(...args), ms),
    clearTimeout: (timer: Timer | undefined) => {
      timers.delete(timer);
      clear(timer);
    },
  });
}

async function heapMiB(): Promise<number> {
  // Finalizers run between the collections.
  for (let round = 0; round < 5; round++) {
    Bun.gc(true);
    await Bun.sleep(20);
  }
  const { heapSize, extraMemorySize } = heapStats();
  return (heapSize + extraMemorySize) / 2 ** 20;
}

/** Longer than what may follow a request: the idle timeout, and a connection that lingers. */
async function settle(): Promise<void> {
  await Bun.sleep(2_500);
}

async function run(count: number, outcomes: Map<string, number>): Promise<void> {
  let left = count;
  async function worker(): Promise<void> {
    while (left-- > 0) {
      const kind: Kind = random.int(10) === 0 ? random.pick(faults) : "healthy";
      const outcome = `${kind}: ${await request(kind)}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function main(): Promise<boolean> {
  const outcomes = new Map<string, number>();
  let rejections = 0;
  process.on("unhandledRejection", () => {
    rejections++;
  });
  const started = performance.now();
  await run(WARM_UP, outcomes);
  await settle();
  const warm = await heapMiB();
  await run(REQUESTS - WARM_UP, outcomes);
  const seconds = (performance.now() - started) / 1000;
  await settle();
  const end = await heapMiB();
  const connections = server.pendingRequests();

  for (const [outcome, count] of [...outcomes].sort()) console.log(`${outcome.padEnd(28)}${count}`);
  console.log(`\n${REQUESTS} requests in ${seconds.toFixed(1)} s, on Bun ${Bun.version}`);
  console.log(`connections left      ${connections}`);
  console.log(`timers left           ${timers.size}`);
  console.log(`unhandled rejections  ${rejections}`);
  console.log(`heap, MiB             ${warm.toFixed(1)} warm, ${end.toFixed(1)} at the end`);
  console.log(`resident, MiB         ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)}`);

  const quiet = [...outcomes.keys()].filter((outcome) => outcome.endsWith("a quiet end"));
  const wrong = [...outcomes.keys()].filter(
    (outcome) => outcome.startsWith("healthy") !== outcome.endsWith("complete"),
  );
  const leaks = connections > 0 || timers.size > 0 || end - warm > HEAP_NOISE_MIB;
  return !leaks && rejections === 0 && wrong.length === 0 && quiet.length === 0;
}

const clean = await main();
console.log(clean ? "\nNothing leaks." : "\nFAILED");
await server.close();
process.exit(clean ? 0 : 1);
