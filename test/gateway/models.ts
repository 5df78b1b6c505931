/** The model lists a gateway may serve, and the efforts each model takes. */
import { consolePage, errorResponse } from "./answers.ts";
import type { ModelsOption } from "./types.ts";

export type ModelEntry = {
  slug: string;
  display_name?: string;
  context_window?: number;
  efforts?: readonly string[];
  default?: string;
  input_modalities?: readonly string[];
  base_instructions?: string;
};

/**
 * The gateway's own copy on purpose: a test that took the plugin's table would agree with any
 * mistake in it.
 */
export const EFFORTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["gpt-5.2", ["none", "low", "medium", "high", "xhigh"]],
  ["gpt-5.2-codex", ["low", "medium", "high", "xhigh"]],
  ["gpt-5.1-codex-max", ["low", "medium", "high", "xhigh"]],
  ["gpt-5.1-codex", ["low", "medium", "high"]],
  ["gpt-5.1-codex-mini", ["medium", "high"]],
  ["gpt-5.1", ["none", "low", "medium", "high"]],
  ["gpt-6.2-sol", ["low", "medium", "high", "xhigh", "max", "ultra"]],
  ["gpt-6.2-astra", ["low", "medium", "high", "xhigh", "max", "ultra"]],
  ["gpt-6.1-sol", ["low", "medium", "high", "xhigh", "max", "ultra"]],
  ["gpt-6.1-terra", ["low", "medium", "high", "xhigh", "max", "ultra"]],
  ["gpt-6-astra", ["low", "medium", "high", "xhigh", "max", "ultra"]],
  ["gpt-6-sol", ["low", "medium", "high", "xhigh", "max", "ultra"]],
  ["gpt-6-luna", ["low", "medium", "high", "xhigh", "max"]],
  ["gpt-5.6-sol", ["low", "medium", "high", "xhigh", "max", "ultra"]],
  ["gpt-5.6-terra", ["low", "medium", "high", "xhigh", "max", "ultra"]],
  ["gpt-5.6-luna", ["low", "medium", "high", "xhigh", "max"]],
  ["gpt-5.5", ["low", "medium", "high", "xhigh"]],
  ["gpt-5.4", ["low", "medium", "high", "xhigh"]],
  ["gpt-5.4-mini", ["low", "medium", "high", "xhigh"]],
  ["gpt-5.3-codex-spark", ["low", "medium", "high", "xhigh"]],
]);

/** What the gateway's own list names, unless a test says otherwise. */
export const LISTED: readonly string[] = [
  "gpt-5.2",
  "gpt-5.2-codex",
  "gpt-5.1-codex-max",
  "gpt-5.1-codex",
  "gpt-5.1-codex-mini",
  "gpt-5.1",
];

export const MODELS_PATHS = ["/backend-api/codex/models", "/v1/models", "/models"] as const;

/** The body of a list, in the shape Codex reads or in OpenAI's. */
export function modelListBody(
  shape: "codex" | "openai",
  models: readonly (string | ModelEntry)[],
): unknown {
  const entries = models.map((model) => (typeof model === "string" ? { slug: model } : model));
  if (shape === "openai") {
    return {
      object: "list",
      data: entries.map(({ slug }) => ({
        id: slug,
        object: "model",
        created: 0,
        owned_by: "gateway",
      })),
    };
  }
  return { models: entries.map(codexEntry) };
}

/** Answers a list request; the "slow" wait is the caller's. Sends an ETag and honours it. */
export function modelListResponse(option: ModelsOption, ifNoneMatch: string | undefined): Response {
  if (option === "html") return consolePage(200);
  if (option === "404") {
    return errorResponse(404, {
      message: "This gateway has no model list",
      type: "invalid_request_error",
      code: "not_found",
      param: null,
    });
  }
  const { shape, models } =
    typeof option === "object"
      ? option
      : {
          shape: option === "openai" ? ("openai" as const) : ("codex" as const),
          models: LISTED,
        };
  const text = JSON.stringify(modelListBody(shape, models));
  const etag = `"${Bun.hash(text).toString(16)}"`;
  if (ifNoneMatch === etag) return new Response(null, { status: 304, headers: { etag } });
  return new Response(text, { headers: { "content-type": "application/json", etag } });
}

function codexEntry(entry: ModelEntry): Record<string, unknown> {
  const efforts = entry.efforts ?? EFFORTS.get(entry.slug) ?? ["low", "medium", "high"];
  return {
    slug: entry.slug,
    display_name: entry.display_name ?? entry.slug,
    context_window: entry.context_window ?? 272_000,
    supported_reasoning_levels: efforts.map((effort) => ({
      effort,
      description: `${effort} effort`,
    })),
    default_reasoning_level:
      entry.default ?? (efforts.includes("medium") ? "medium" : (efforts[0] ?? null)),
    input_modalities: entry.input_modalities ?? ["text", "image"],
    ...(entry.base_instructions === undefined
      ? {}
      : { base_instructions: entry.base_instructions }),
  };
}
