/**
 * An entry of a model catalogue, in the forms of Codex (`slug`) and of OpenAI (`id`): gateways serve
 * either as their list, and the Codex repository publishes the first. Pure.
 */
import * as v from "valibot";
import { findUnlikely } from "../instructions/plausible.ts";
import { EffortSchema } from "./catalog.ts";

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
const PricePerTokenSchema = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^[\d.eE-]{1,30}$/), v.transform(Number))]),
  v.finite(),
  v.minValue(0),
);

/** One entry, of either shape: relays mix the keys of both. */
const EntrySchema = v.object({
  slug: tolerant(IdSchema),
  id: tolerant(IdSchema),
  display_name: tolerant(NameSchema),
  name: tolerant(NameSchema),
  context_window: tolerant(TokensSchema),
  max_context_window: tolerant(TokensSchema),
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
  /** `list` for what the CLI's own picker shows. */
  visibility: tolerant(v.string()),
  /** The lowest is the CLI's default. */
  priority: tolerant(v.number()),
  service_tiers: tolerant(v.array(v.object({ id: v.string(), name: tolerant(v.string()) }))),
  /** US dollars for one token, as text: OpenRouter's form. */
  pricing: tolerant(
    v.object({
      prompt: PricePerTokenSchema,
      completion: PricePerTokenSchema,
      input_cache_read: tolerant(PricePerTokenSchema),
      input_cache_write: tolerant(PricePerTokenSchema),
    }),
  ),
});

export type CatalogueEntry = v.InferOutput<typeof EntrySchema>;

/** The entry, or nothing where it is no object. */
export function parseEntry(entry: unknown): CatalogueEntry | undefined {
  const parsed = v.safeParse(EntrySchema, entry);
  return parsed.success ? parsed.output : undefined;
}

/**
 * The model's official instructions; a placeholder in their place only where there is nothing else.
 * The template has one gap, for the tone the user chose in Codex; there is none to choose here.
 */
export function instructionsOf(entry: CatalogueEntry): string | undefined {
  const { base_instructions: base, model_messages: messages } = entry;
  const template = messages?.instructions_template;
  if (template === undefined || (base && findUnlikely(base) === undefined)) return base;
  const tone = messages?.instructions_variables?.personality_default ?? "";
  return template.replace(/\{\{\s{0,8}personality\s{0,8}\}\}/g, () => tone);
}
