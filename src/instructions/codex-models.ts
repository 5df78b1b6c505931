/** What the Codex repository publishes about newer models: release → tag, catalogue → instructions. Pure. */
import * as v from "valibot";
import { parseJson } from "../json.ts";
import { findUnlikely } from "./plausible.ts";

/** A git tag that can stand in a URL without leading anywhere else. */
const ReleaseSchema = v.object({
  tag_name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.-]{0,99}$/)),
});

const ModelSchema = v.object({
  slug: v.pipe(v.string(), v.nonEmpty()),
  base_instructions: v.optional(v.nullable(v.string())),
  model_messages: v.optional(
    v.nullable(
      v.object({
        instructions_template: v.optional(v.nullable(v.string())),
        instructions_variables: v.optional(
          v.nullable(v.object({ personality_default: v.optional(v.nullable(v.string())) })),
        ),
      }),
    ),
  ),
});

type Model = v.InferOutput<typeof ModelSchema>;

const CatalogueSchema = v.object({ models: v.array(v.unknown()) });

/** The tag of GitHub's answer to `/releases/latest`, or nothing if that is no such answer. */
export function parseReleaseTag(text: string): string | undefined {
  const result = v.safeParse(ReleaseSchema, parseJson(text));
  return result.success ? result.output.tag_name : undefined;
}

/**
 * Slug → instructions, from the text of a `models.json`. A model that has none, or an unknown form,
 * is left out: the others are no worse for it. Empty when the text is no catalogue.
 */
export function parseCatalogue(text: string): Map<string, string> {
  const catalogue = v.safeParse(CatalogueSchema, parseJson(text));
  const found = new Map<string, string>();
  if (!catalogue.success) return found;
  for (const entry of catalogue.output.models) {
    const model = v.safeParse(ModelSchema, entry);
    const instructions = model.success ? instructionsOf(model.output) : undefined;
    if (model.success && instructions !== undefined) found.set(model.output.slug, instructions);
  }
  return found;
}

function instructionsOf({ base_instructions, model_messages }: Model): string | undefined {
  if (isText(base_instructions)) return base_instructions;
  const template = model_messages?.instructions_template;
  if (!isText(template)) return undefined;
  // The CLI fills the user's choice of personality in there, and this one for who made none.
  const personality = model_messages?.instructions_variables?.personality_default ?? "";
  const text = template.replace(/\{\{\s*personality\s*\}\}/g, () => personality);
  return isText(text) ? text : undefined;
}

const isText = (text: string | null | undefined): text is string =>
  typeof text === "string" && findUnlikely(text) === undefined;
