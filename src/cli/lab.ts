/** The requests of the doctor, each made once however many checks look at its answer. */
import { randomUUID } from "node:crypto";
import type { Failure } from "../failure.ts";
import { createGateway } from "../gateway.ts";
import { createCache } from "../instructions/official/cache.ts";
import type { JsonObject } from "../json.ts";
import { createJsonCache } from "../json-cache.ts";
import { noRequestLog } from "../log/request-log.ts";
import type { GatewayFacts, GatewayMemory } from "../memory.ts";
import { catalog } from "../models/catalog.ts";
import { clientVersion } from "../models/client-version.ts";
import { createModelKnowledge } from "../models/knowledge.ts";
import { type FetchedList, fetchModelList, modelListURLs } from "../models/list/fetch.ts";
import type { RemoteModel } from "../models/list/parse.ts";
import { resolveModel } from "../models/name.ts";
import { createRedactor } from "../redact.ts";
import { resolveEndpoint } from "../request/endpoint.ts";
import { about } from "./about.ts";
import { type Answer, ask } from "./ask.ts";
import { cacheFolder, createInstructions, type FoundInstructions } from "./instructions.ts";
import { once } from "./once.ts";
import type { Setup } from "./setup.ts";
import type { World } from "./types.ts";

export type Lab = {
  /** The gateway's model list, or why there is none. */
  readonly list: () => Promise<FetchedList>;
  /** The model that is asked. */
  readonly model: () => Promise<string>;
  /** A short streamed answer. */
  readonly first: () => Promise<Answer>;
  /** The same request once more. */
  readonly second: () => Promise<Answer>;
  /** A request that offers one function tool. */
  readonly tool: (choice: "forced" | "auto") => Promise<Answer>;
  /** Headers of the last answer. */
  readonly headers: () => Promise<Headers>;
  readonly instructions: () => Promise<FoundInstructions>;
  /** Gives up what is still under way. */
  readonly dispose: () => void;
};

export const toolName = "report_ready";

/** Larger than any list, smaller than what could fill the memory. */
const listLimit = 4 * 1024 * 1024;

export type Wanted = {
  /** The model the user named, if any. */
  readonly model: string | undefined;
  /** The one of OpenCode's configuration, which is asked if the gateway serves it. */
  readonly configured: string | undefined;
};

export function createLab(world: World, setup: Setup, wanted: Wanted): Lab {
  const { settings } = setup.resolved;
  const memory = createForgetfulMemory();
  const session = `doctor-${randomUUID()}`;
  const redact = createRedactor([...setup.secrets]);

  const list = once(async () => fetchList(world, setup));
  const models = async () => {
    const fetched = await list();
    return fetched.type === "list" ? fetched.models : undefined;
  };
  const instructions = createInstructions({ world, setup, models });
  const model = once(async () => wanted.model ?? chooseModel(await models(), wanted.configured));

  async function resolveInstructions(name: string): Promise<string | Failure> {
    const found = await instructions.find(name);
    if (found.type === "found") return found.text;
    // The check of the instructions has said it better, and keeps requests from being made.
    return { type: "request_unreadable", reason: `${found.path}: ${found.reason}` };
  }

  async function send(change: JsonObject): Promise<Answer> {
    const [served, name] = [await models(), await model()];
    const knowledge = createModelKnowledge(served);
    // The weakest effort answers soonest and costs least.
    const [effort] = knowledge.effortsOf(resolveModel(name, knowledge).id) ?? [];
    return ask({
      createGateway: (watched) =>
        createGateway({
          ...watched,
          resolved: setup.resolved,
          key: setup.key?.value,
          instructions: { resolve: resolveInstructions, official: instructions.official },
          models: () => knowledge,
          memory,
          log: noRequestLog,
          debug: () => {},
          onEndpointLearned: () => {},
          onAnswer: (headers) => {
            answered = headers;
          },
        }),
      fetch: world.fetch,
      redact,
      // The host's own form: only the ending and the query of this URL count.
      url: `${settings.baseURL}/responses`,
      headers: {
        originator: "opencode",
        "user-agent": `opencode ${about.name}/${about.version}`,
        "session-id": session,
      },
      body: {
        model: name,
        ...(effort === undefined ? {} : { reasoning: { effort } }),
        store: false,
        stream: true,
        prompt_cache_key: session,
        ...change,
      },
      limit: world.timeouts.answer,
      signal: world.signal,
      now: world.now,
    });
  }

  let answered = new Headers();
  // Long enough to see whether it comes bit by bit, and still cheap.
  const greeting = { input: [userMessage("Count from 1 to 40, with spaces in between.")] };
  const first = once(() => send(greeting));
  return {
    list,
    model,
    first,
    second: once(() => send(greeting)),
    async headers() {
      await first();
      return answered;
    },
    tool: (choice) =>
      send({
        input: [userMessage(`Call the tool ${toolName} once, with ready set to true.`)],
        tools: [readyTool],
        tool_choice: choice === "auto" ? "auto" : { type: "function", name: toolName },
      }),
    instructions: async () => instructions.find(await model()),
    dispose: instructions.stop,
  };
}

/** The configured one; else served and in our table; else whatever is served; else the usual one. */
function chooseModel(
  list: readonly RemoteModel[] | undefined,
  configured: string | undefined,
): string {
  const served = list?.map(({ id }) => id) ?? [];
  const names = createModelKnowledge(list);
  if (configured !== undefined && served.includes(resolveModel(configured, names).id)) {
    return configured;
  }
  return served.find((id) => catalog.has(id)) ?? served[0] ?? "gpt-5.1-codex";
}

/** The list itself, past the cache: the doctor wants to know what the gateway says now. */
export async function fetchList(world: World, { resolved, key }: Setup): Promise<FetchedList> {
  const { baseURL, responsesPath, headers } = resolved.settings;
  // Nothing was asked; that either is missing, its own check says.
  if (baseURL === undefined || key === undefined) {
    return { type: "failed", attempts: [], settled: false };
  }
  // As the plugin asks: gateways show a newer client more models.
  const cache = createCache(createJsonCache({ folder: cacheFolder(world), debug: () => {} }));
  const version = clientVersion((await cache.loadCatalogue())?.tag);
  const fetched = await fetchModelList({
    urls: modelListURLs(resolveEndpoint(baseURL, responsesPath), version),
    headers: { ...headers, authorization: `Bearer ${key.value}` },
    known: undefined,
    fetch: world.fetch,
    signal: AbortSignal.any([world.signal, AbortSignal.timeout(world.timeouts.network)]),
    limit: { maxBytes: listLimit, timeoutMs: world.timeouts.network },
  });
  world.signal.throwIfAborted();
  return fetched;
}

/** What is learned lasts for this run: the doctor looks at the gateway with fresh eyes. */
function createForgetfulMemory(): GatewayMemory {
  let facts: GatewayFacts = {};
  return {
    recall: async () => facts,
    learn(change) {
      facts = change(facts);
    },
  };
}

function userMessage(text: string): JsonObject {
  return { role: "user", content: [{ type: "input_text", text }] };
}

const readyTool: JsonObject = {
  type: "function",
  name: toolName,
  description: "Reports that the assistant is ready.",
  parameters: {
    type: "object",
    properties: { ready: { type: "boolean" } },
    required: ["ready"],
    additionalProperties: false,
  },
  strict: false,
};
