/**
 * The gateway's own model list: where it may be and what it says. Pure; `model-list.ts` fetches it.
 */
import * as v from "valibot";
import { findUnlikely } from "../instructions/plausible.ts";
import { isObject } from "../json.ts";
import { EffortSchema, efforts } from "./catalog.ts";

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

/** Metadata of an entry that is not what it should be counts as not given; the model stays. */
function tolerant<const TSchema extends v.GenericSchema<unknown>>(schema: TSchema) {
  return v.fallback(v.optional(schema), undefined);
}

/** Shown on the terminal as it is, so without anything a terminal would act on. */
const NameSchema = v.pipe(
  v.string(),
  v.transform((text) => text.replace(/[\p{Cc}\p{Cf}]/gu, "").trim()),
  v.minLength(1),
  v.maxLength(120),
);

const IdSchema = v.pipe(
  v.string(),
  v.regex(/^[^\s\p{Cc}\p{Cf}]{1,200}$/u),
  // It becomes a key of OpenCode's record of models.
  v.notValue("__proto__"),
);

const TokensSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const TextSchema = v.pipe(v.string(), v.nonEmpty());
const ListSchema = v.array(v.unknown());

/** One entry, of either shape: relays mix the keys of both. */
const EntrySchema = v.object({
  slug: tolerant(IdSchema),
  id: tolerant(IdSchema),
  display_name: tolerant(NameSchema),
  name: tolerant(NameSchema),
  context_window: tolerant(TokensSchema),
  context_length: tolerant(TokensSchema),
  max_model_len: tolerant(TokensSchema),
  supported_reasoning_levels: tolerant(ListSchema),
  default_reasoning_level: tolerant(EffortSchema),
  input_modalities: tolerant(ListSchema),
  architecture: tolerant(v.object({ input_modalities: tolerant(ListSchema) })),
  supports_parallel_tool_calls: tolerant(v.boolean()),
  default_verbosity: tolerant(v.picklist(["low", "medium", "high"])),
  base_instructions: tolerant(TextSchema),
  model_messages: tolerant(
    v.object({
      instructions_template: tolerant(TextSchema),
      instructions_variables: tolerant(v.object({ personality_default: tolerant(v.string()) })),
    }),
  ),
  supported_endpoint_types: tolerant(ListSchema),
});

type Entry = v.InferOutput<typeof EntrySchema>;

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
    const parsed = v.safeParse(EntrySchema, entry);
    const id = parsed.success ? (parsed.output.slug ?? parsed.output.id) : undefined;
    if (!parsed.success || id === undefined || models.has(id)) continue;
    if (isTextModel(id) && answersResponses(parsed.output)) {
      models.set(id, createRemoteModel(id, parsed.output));
    }
  }
  return [...models.values()];
}

/**
 * Relays of the new-api family say for each model which endpoints it has. They name plain `openai`
 * for most models that the responses endpoint serves as well, so only a model that has neither, or
 * that makes something else than text, is left out.
 */
function answersResponses({ supported_endpoint_types: types }: Entry): boolean {
  const named = types?.filter((type) => typeof type === "string") ?? [];
  if (named.length === 0) return true;
  return (
    named.some((type) => /^openai($|-response)/.test(type)) &&
    !named.some((type) => /image|video|embed|rerank|audio|speech/.test(type))
  );
}

function createRemoteModel(id: string, entry: Entry): RemoteModel {
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
    instructions: parseInstructions(entry),
  };
}

/** Weakest first, unknown ones dropped. A list of nothing but unknown ones says nothing. */
function parseEfforts(levels: readonly unknown[] | undefined): RemoteModel["efforts"] {
  if (levels === undefined) return undefined;
  const named = levels.map((level) => (isObject(level) ? level.effort : level));
  const known = efforts.filter((effort) => named.includes(effort));
  return known.length === 0 && levels.length > 0 ? undefined : known;
}

/** The template has one gap, for the tone the user chose in Codex; there is none to choose here. */
function parseInstructions({ base_instructions: base, model_messages: messages }: Entry) {
  const template = messages?.instructions_template;
  if (template === undefined || (base && findUnlikely(base) === undefined)) return base;
  const tone = messages?.instructions_variables?.personality_default ?? "";
  return template.replaceAll("{{ personality }}", () => tone);
}

/**
 * Where the list may be, likeliest first: beside the responses endpoint, then at the usual places
 * below the same base. Never on another origin, never above the gateway's own path.
 *
 * Everywhere with the client's version: relays that have both forms of a list go by it, at
 * `/v1/models` too, and any other ignores it.
 *
 * @param endpoint the URL that requests go to; its query is not carried over.
 */
export function modelListURLs(endpoint: string, clientVersion: string): string[] {
  const url = new URL(endpoint);
  const folder = url.pathname.replace(/\/[^/]*$/, "");
  const root = folder.replace(/\/backend-api\/codex$|\/v1$/, "");
  const paths = new Set([`${folder}/models`, `${root}/v1/models`, `${root}/models`]);
  return [...paths].map((path) => `${url.origin}${path}?client_version=${clientVersion}`);
}
