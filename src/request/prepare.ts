import type { Failure } from "../failure.ts";
import { asString, isObject, type JsonObject, parseJson } from "../json.ts";
import { type EffortsOf, resolveModel } from "../models/resolve.ts";
import type { Settings } from "../settings/schema.ts";
import { createBody } from "./body.ts";
import { createHeaders, variantHeader } from "./headers.ts";
import { resolveReasoning } from "./reasoning.ts";

export type GatewayRequest = {
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON of a request to the Responses API. */
  readonly body: string;
  readonly signal: AbortSignal | undefined;
};

export type Prepared = {
  readonly type: "prepared";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly model: string;
  /** The host asked for a stream. */
  readonly stream: boolean;
};

export type PrepareOptions = {
  readonly settings: Settings;
  readonly key: string;
  readonly effortsOf: EffortsOf;
  readonly instructionsFor: (model: string) => Promise<string | Failure>;
};

/** The request as it goes to the gateway, or why it cannot go. */
export async function prepare(
  request: GatewayRequest,
  { settings, key, effortsOf, instructionsFor }: PrepareOptions,
): Promise<Prepared | Failure> {
  const requested = parseJson(request.body);
  if (!isObject(requested)) return unreadable("its body is no JSON object");
  const name = asString(requested.model);
  if (name === undefined) return unreadable("it names no model");

  const model = resolveModel(name, effortsOf);
  const reasoning = resolveReasoning({
    model,
    variantEffort: request.headers[variantHeader],
    requested: requested.reasoning,
  });
  if (reasoning.type === "invalid") return { ...reasoning, type: "parameter_invalid" };
  const instructions = await instructionsFor(model.id);
  if (typeof instructions !== "string") return instructions;

  return {
    type: "prepared",
    headers: createHeaders({
      host: request.headers,
      key,
      promptCacheKey: asString(requested.prompt_cache_key),
      extra: settings.headers,
    }),
    body: createBody(requested, { model, instructions, reasoning: reasoning.reasoning }),
    model: model.id,
    stream: requested.stream === true,
  };
}

function unreadable(reason: string): Failure {
  return { type: "request_unreadable", reason };
}
