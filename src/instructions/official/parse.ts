/** What the Codex repository publishes about newer models: release → tag, catalogue → models. Pure. */
import * as v from "valibot";
import { parseJson } from "../../json.ts";
import { parseEntry } from "../../models/catalogue-entry.ts";
import { createRemoteModel, type RemoteModel } from "../../models/list/parse.ts";
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
 * What the text of a `models.json` says of its models. Instructions that cannot be any are left out,
 * and so is an entry of an unknown form: the others are no worse for it. Empty when the text is no
 * catalogue.
 */
export function parseCatalogue(text: string): RemoteModel[] {
  const catalogue = v.safeParse(CatalogueSchema, parseJson(text));
  if (!catalogue.success) return [];
  return catalogue.output.models.flatMap((entry) => {
    const parsed = parseEntry(entry);
    const model = parsed && createRemoteModel(parsed);
    if (model === undefined || parsed?.slug === undefined) return [];
    const { instructions, ...facts } = model;
    const usable = instructions !== undefined && findUnlikely(instructions) === undefined;
    return [usable ? model : facts];
  });
}
