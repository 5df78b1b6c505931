/**
 * What the gateway's own model list says. Pure; `fetch.ts` asks for it, and `keep.ts` keeps it.
 */
import * as v from "valibot";
import { isObject } from "../../json.ts";
import { EffortSchema, efforts } from "../catalog.ts";
import { type CatalogueEntry, instructionsOf, parseEntry } from "../catalogue-entry.ts";

/** A model the gateway serves, with what its list says about it. */
export const RemoteModelSchema = v.object({
  id: v.string(),
  name: v.optional(v.string()),
  /** Window in tokens, input and output together. */
  context: v.optional(v.number()),
  /** Weakest first. Empty: the list says that the model takes none. */
  efforts: v.optional(v.array(EffortSchema)),
  defaultEffort: v.optional(EffortSchema),
  /** Takes images as input. */
  image: v.optional(v.boolean()),
  parallelToolCalls: v.optional(v.boolean()),
  /** `text.verbosity` that the Codex CLI would send to it. */
  verbosity: v.optional(v.picklist(["low", "medium", "high"])),
  /** The model's official instructions, whole; judged where they are used. */
  instructions: v.optional(v.string()),
});

export type RemoteModel = v.InferOutput<typeof RemoteModelSchema>;

/** Models that write no text, or that answer on another endpoint only. Matched against the id. */
const notText: readonly RegExp[] = [
  /embed|rerank|moderation/i,
  /image|video|audio|speech|voice|transcri|realtime/i,
  /(^|[-_/])(tts|whisper|sora|dall-e|imagen|veo|flux|midjourney|mj|suno|kling|sdxl|stable-diffusion)([-_.\d]|$)/i,
  /(^|[-_/])(bge|m3e|gte|jina)-/i,
  // Completions and chat completions only.
  /(^|\/)(babbage|davinci|curie|ada)-|gpt-3\.5-turbo-instruct|search-preview/i,
];

/** Whether a model of this name can answer with text on the responses endpoint. */
export function isTextModel(id: string): boolean {
  return !notText.some((pattern) => pattern.test(id));
}

/**
 * Reads a list in the shape of Codex (`{ models: [{ slug }] }`) or of OpenAI (`{ data: [{ id }] }`).
 *
 * An entry that cannot be read is dropped, and so are models that do not answer with text on the
 * responses endpoint. `undefined` when nothing is left: OpenCode drops a provider without models,
 * so a list without one is worth no more than no list.
 */
export function parseModelList(json: unknown): RemoteModel[] | undefined {
  if (!isObject(json)) return undefined;
  for (const entries of [json.models, json.data]) {
    const models = Array.isArray(entries) ? parseEntries(entries) : [];
    if (models.length > 0) return models;
  }
  return undefined;
}

function parseEntries(entries: readonly unknown[]): RemoteModel[] {
  const models = new Map<string, RemoteModel>();
  for (const entry of entries) {
    const parsed = parseEntry(entry);
    const id = parsed?.slug ?? parsed?.id;
    if (parsed === undefined || id === undefined || models.has(id)) continue;
    if (isTextModel(id) && answersResponses(parsed)) models.set(id, createRemoteModel(id, parsed));
  }
  return [...models.values()];
}

/**
 * Relays of the new-api family say for each model which endpoints it has. They name plain `openai`
 * for most models that the responses endpoint serves as well, so only a model that has neither, or
 * that makes something else than text, is left out.
 */
function answersResponses({ supported_endpoint_types: types }: CatalogueEntry): boolean {
  const named = types?.filter((type) => typeof type === "string") ?? [];
  if (named.length === 0) return true;
  return (
    named.some((type) => /^openai($|-response)/.test(type)) &&
    !named.some((type) => /image|video|embed|rerank|audio|speech/.test(type))
  );
}

function createRemoteModel(id: string, entry: CatalogueEntry): RemoteModel {
  const modalities = entry.input_modalities ?? entry.architecture?.input_modalities;
  return {
    id,
    name: entry.display_name ?? entry.name,
    context: entry.context_window ?? entry.context_length ?? entry.max_model_len,
    efforts: parseEfforts(entry.supported_reasoning_levels),
    defaultEffort: entry.default_reasoning_level,
    image: modalities?.includes("image"),
    parallelToolCalls: entry.supports_parallel_tool_calls,
    verbosity: entry.default_verbosity,
    instructions: instructionsOf(entry),
  };
}

/** Weakest first, unknown ones dropped. A list of nothing but unknown ones says nothing. */
function parseEfforts(levels: readonly unknown[] | undefined): RemoteModel["efforts"] {
  if (levels === undefined) return undefined;
  const named = levels.map((level) => (isObject(level) ? level.effort : level));
  const known = efforts.filter((effort) => named.includes(effort));
  return known.length === 0 && levels.length > 0 ? undefined : known;
}
