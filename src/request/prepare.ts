import type { Failure } from "../failure.ts";
import { asString, isObject, type JsonObject, parseJson } from "../json.ts";
import type { ModelKnowledge } from "../models/knowledge.ts";
import { type ResolvedModel, resolveModel } from "../models/name.ts";
import type { Settings } from "../settings/schema.ts";
import { words } from "../words/current.ts";
import { createBody } from "./body.ts";
import { createHeaders, findSession } from "./headers.ts";
import type { RequestHints } from "./hints.ts";
import { resolveReasoning } from "./reasoning.ts";
import { identifyTurn, type Turn } from "./turn.ts";
import { wellFormed } from "./well-formed.ts";

export type GatewayRequest = {
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON of a request to the Responses API. */
  readonly body: string;
  readonly signal: AbortSignal | undefined;
  readonly hints?: RequestHints;
  /** `body` as it was parsed, where somebody has done so already. */
  readonly parsed?: JsonObject;
  /** The turn it belongs to, where somebody follows the turns already. */
  readonly turn?: Turn;
};

export type Prepared = {
  readonly type: "prepared";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly model: string;
  /** The host asked for a stream. */
  readonly stream: boolean;
  readonly turn: Turn;
};

export type PrepareOptions = {
  readonly settings: Settings;
  readonly key: string;
  readonly models: ModelKnowledge;
  readonly instructionsFor: (model: string) => Promise<string | Failure>;
};

/** The request as it goes to the gateway, or why it cannot go. */
export async function prepare(
  request: GatewayRequest,
  { settings, key, models, instructionsFor }: PrepareOptions,
): Promise<Prepared | Failure> {
  const requested = request.parsed ?? parseBody(request.body);
  if (requested === undefined) return unreadable(words().request.notJson);
  const name = asString(requested.model);
  if (name === undefined) return unreadable(words().request.noModel);

  const { smallTask = false, anyModel = false, ownPrompt = false } = request.hints ?? {};
  const model = anyModel ? smallModel(models, settings) : resolveModel(name, models);
  const reasoning = resolveReasoning({
    model,
    allowed: models.effortsOf(model.id),
    // A title is not worth the effort of the turn that it is for.
    variantEffort: anyModel ? model.effort : request.hints?.effort,
    requested: requested.reasoning,
    smallTask,
  });
  if (reasoning.type === "invalid") return { ...reasoning, type: "parameter_invalid" };
  const instructions = await instructionsFor(model.id);
  if (typeof instructions !== "string") return instructions;

  const promptCacheKey = asString(requested.prompt_cache_key);
  return {
    type: "prepared",
    headers: createHeaders({
      host: request.headers,
      key,
      promptCacheKey,
      extra: settings.headers,
    }),
    body: createBody(requested, {
      model,
      instructions,
      reasoning: reasoning.reasoning,
      codexMode: settings.codexMode ?? true,
      ownPrompt,
    }),
    model: model.id,
    stream: requested.stream === true,
    turn: identifyTurn(findSession(request.headers, promptCacheKey), requested),
  };
}

/**
 * The model for a title, with the weakest effort or the one its name ends in. Hosts before 1.17 do
 * not ask us which one that is, and take one that the gateway may not serve, or the turn's own.
 */
function smallModel(models: ModelKnowledge, { smallModel }: Settings): ResolvedModel {
  const model = resolveModel(models.small(smallModel), models);
  const [weakest] = models.effortsOf(model.id) ?? [];
  return weakest === undefined ? model : { effort: weakest, ...model };
}

/** Nothing where the text is no JSON object. */
export function parseBody(body: string): JsonObject | undefined {
  const parsed = parseJson(wellFormed(body));
  return isObject(parsed) ? parsed : undefined;
}

function unreadable(reason: string): Failure {
  return { type: "request_unreadable", reason };
}
