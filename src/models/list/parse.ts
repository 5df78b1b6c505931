/**
 * What the gateway's own model list says. Pure; `fetch.ts` asks for it, and `keep.ts` keeps it.
 */
import * as v from "valibot";
import { isObject } from "../../json.ts";
import { EffortSchema, efforts, type Price, PriceSchema } from "../catalog.ts";
import { type CatalogueEntry, instructionsOf, parseEntry } from "../catalogue-entry.ts";
import { isOfOtherVendor } from "../vendor.ts";

/** A model the gateway serves, with what its list says about it. */
export const RemoteModelSchema = v.object({
  id: v.string(),
  name: v.optional(v.string()),
  /** Window in tokens, input and output together. */
  context: v.optional(v.number()),
  /** The window it may be asked for beyond that. */
  maxContext: v.optional(v.number()),
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
  /** `service_tier` of its fast mode; `null`: the list says that it has none. */
  fastTier: v.optional(v.nullable(v.string())),
  /** Not to be shown, but served: as the list says, or as far as it tells on another endpoint only. */
  hidden: v.optional(v.boolean()),
  /** The lowest is the one for a user who names none. */
  priority: v.optional(v.number()),
  price: v.optional(PriceSchema),
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
    const model = parsed && createRemoteModel(parsed);
    if (parsed === undefined || model === undefined || models.has(model.id)) continue;
    if (isTextModel(model.id) && answersResponses(parsed)) models.set(model.id, model);
  }
  // A list of nothing but hidden ones: then they are what there is.
  const all = [...models.values()];
  return all.every(({ hidden }) => hidden) ? all.map(({ hidden: _, ...model }) => model) : all;
}

/**
 * Relays of the new-api family say for each model which endpoints it has. They name plain `openai`
 * for most models that the responses endpoint serves as well, so only a model that has neither, or
 * that makes something else than text, is left out.
 */
function answersResponses(entry: CatalogueEntry): boolean {
  const named = endpointTypes(entry);
  if (named.length === 0) return true;
  return (
    named.some((type) => /^openai($|-response)/.test(type)) &&
    !named.some((type) => /image|video|embed|rerank|audio|speech/.test(type))
  );
}

function endpointTypes({ supported_endpoint_types: types }: CatalogueEntry): string[] {
  return types?.filter((type) => typeof type === "string") ?? [];
}

/**
 * Other vendors' models answer on chat completions, unless the list says otherwise: by the name of
 * an endpoint, or by being in the form that only Codex reads.
 */
function isElsewhere(id: string, entry: CatalogueEntry): boolean {
  if (entry.slug !== undefined || !isOfOtherVendor(id)) return false;
  return !endpointTypes(entry).some((type) => type.startsWith("openai-response"));
}

/** A model as an entry of any catalogue describes it; nothing where it has no name. */
export function createRemoteModel(entry: CatalogueEntry): RemoteModel | undefined {
  const id = entry.slug ?? entry.id;
  if (id === undefined) return undefined;
  const modalities = entry.input_modalities ?? entry.architecture?.input_modalities;
  const { visibility = "list", service_tiers: tiers } = entry;
  return {
    id,
    name: entry.display_name ?? entry.name,
    context: entry.context_window ?? entry.context_length ?? entry.max_model_len,
    maxContext: entry.max_context_window,
    efforts: parseEfforts(entry.supported_reasoning_levels),
    defaultEffort: entry.default_reasoning_level,
    image: modalities?.includes("image"),
    parallelToolCalls: entry.supports_parallel_tool_calls,
    verbosity: entry.default_verbosity,
    instructions: instructionsOf(entry),
    fastTier: tiers && (tiers.find(({ name }) => name?.toLowerCase() === "fast")?.id ?? null),
    hidden: visibility !== "list" || isElsewhere(id, entry) ? true : undefined,
    priority: entry.priority,
    price: parsePrice(entry.pricing),
  };
}

function parsePrice(pricing: CatalogueEntry["pricing"]): Price | undefined {
  if (pricing === undefined) return undefined;
  const { prompt, completion, input_cache_read: read, input_cache_write: write } = pricing;
  // Rounded, because a price for a token times a million is rarely a round number in binary.
  const perMillion = (price: number): number => Number((price * 1_000_000).toPrecision(12));
  return {
    input: perMillion(prompt),
    output: perMillion(completion),
    cacheRead: perMillion(read ?? prompt),
    ...(write === undefined ? {} : { cacheWrite: perMillion(write) }),
  };
}

/** Weakest first, unknown ones dropped. A list of nothing but unknown ones says nothing. */
function parseEfforts(levels: readonly unknown[] | undefined): RemoteModel["efforts"] {
  if (levels === undefined) return undefined;
  const named = levels.map((level) => (isObject(level) ? level.effort : level));
  const known = efforts.filter((effort) => named.includes(effort));
  return known.length === 0 && levels.length > 0 ? undefined : known;
}
