import * as v from "valibot";
import { asString, isObject, type JsonObject } from "../json.ts";
import { type Effort, EffortSchema, efforts } from "../models/catalog.ts";
import { clampEffort, type ResolvedModel, rowOf } from "../models/name.ts";

/** Values of `reasoningSummary` → what goes on the wire; `undefined` leaves the key out. */
const summaries: ReadonlyMap<string, string | undefined> = new Map([
  ["auto", "auto"],
  ["concise", "concise"],
  ["detailed", "detailed"],
  ["on", "auto"],
  ["off", undefined],
  ["none", undefined],
]);

export type ReasoningResult =
  | { readonly type: "resolved"; readonly reasoning: JsonObject | undefined }
  | {
      readonly type: "invalid";
      readonly field: string;
      readonly found: string;
      readonly allowed: string;
    };

export type ReasoningOptions = {
  readonly model: ResolvedModel;
  /** Efforts the model takes, weakest first; nothing where nobody knows. */
  readonly allowed: readonly Effort[] | undefined;
  /** Effort of the variant the user picked. */
  readonly variantEffort: string | undefined;
  /** `reasoning` of the host's body: the options of model and provider, and the host's defaults. */
  readonly requested: unknown;
  /** A title or the like, for which the host itself chose the effort. */
  readonly smallTask: boolean;
};

/**
 * Effort and summary for the wire. A variant beats the model's name, the name beats the options.
 * A model whose efforts are known gets the nearest it takes; any other model keeps what was asked
 * for, but for what no gateway knows: the summaries `on` and `off`, and the effort `ultra`.
 */
export function resolveReasoning(options: ReasoningOptions): ReasoningResult {
  const { model, allowed = [], variantEffort, smallTask } = options;
  const requested = isObject(options.requested) ? options.requested : undefined;
  const asked = variantEffort ?? model.effort ?? asString(requested?.effort);

  if (allowed.length === 0) {
    if (requested === undefined && asked === undefined) return resolved(undefined);
    const { summary, effort: _, ...rest } = requested ?? {};
    const known = typeof summary === "string" && summaries.has(summary);
    const wireSummary = known ? summaries.get(summary) : summary;
    // Some models refuse to answer without reasoning, and a title is not worth a refusal.
    const unsafe = smallTask && asked === "none";
    return resolved({
      ...rest,
      ...(asked === undefined || unsafe ? {} : { effort: wireEffort(asked) }),
      ...(wireSummary === undefined ? {} : { summary: wireSummary }),
    });
  }

  const wanted = asked ?? rowOf(model.id)?.defaultEffort;
  const effort = v.safeParse(v.optional(EffortSchema), wanted && wireEffort(wanted));
  if (!effort.success) return invalid("reasoningEffort", asked, efforts);
  const summary = asString(requested?.summary) ?? "auto";
  if (!summaries.has(summary)) return invalid("reasoningSummary", summary, [...summaries.keys()]);
  const wireSummary = summaries.get(summary);
  const taken = [...new Set(allowed.map((taken) => wireEffort(taken)))];
  return resolved({
    // Without one the gateway uses the model's own default.
    ...(effort.output === undefined ? {} : { effort: clampEffort(effort.output, taken) }),
    ...(wireSummary === undefined ? {} : { summary: wireSummary }),
  });
}

/** `ultra` is a name of the Codex CLI's own, which sends `max` for it. */
function wireEffort(effort: Effort): Effort;
function wireEffort(effort: string): string;
function wireEffort(effort: string): string {
  return effort === "ultra" ? "max" : effort;
}

function resolved(reasoning: JsonObject | undefined): ReasoningResult {
  return { type: "resolved", reasoning };
}

function invalid(field: string, found: unknown, allowed: readonly string[]): ReasoningResult {
  return { type: "invalid", field, found: JSON.stringify(found), allowed: allowed.join(", ") };
}
