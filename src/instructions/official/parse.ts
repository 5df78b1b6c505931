/** What the Codex repository publishes about newer models: release → tag, catalogue → instructions. Pure. */
import * as v from "valibot";
import { parseJson } from "../../json.ts";
import { instructionsOf, parseEntry } from "../../models/catalogue-entry.ts";
import { findUnlikely } from "../plausible.ts";

/** A git tag that can stand in a URL without leading anywhere else. */
const ReleaseSchema = v.object({
  tag_name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.-]{0,99}$/)),
});

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
    const model = parseEntry(entry);
    const instructions = model && instructionsOf(model);
    if (model?.slug === undefined || instructions === undefined) continue;
    if (findUnlikely(instructions) === undefined) found.set(model.slug, instructions);
  }
  return found;
}
