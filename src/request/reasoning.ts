import * as v from "valibot";
import { asString, isObject, type JsonObject } from "../json.ts";
import { catalog, type Effort, EffortSchema, efforts } from "../models/catalog.ts";
import { clampEffort, type ResolvedModel } from "../models/resolve.ts";

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
};

/**
 * Effort and summary for the wire. A variant beats the model's name, the name beats the options.
 * A model whose efforts are known gets one it takes; any other model keeps what was asked for, but
 * for the summaries `on` and `off`, which no gateway knows.
 */
export function resolveReasoning(options: ReasoningOptions): ReasoningResult {
  const { model, allowed = [], variantEffort } = options;
  const requested = isObject(options.requested) ? options.requested : undefined;
  const asked = variantEffort ?? model.effort ?? asString(requested?.effort);

  if (allowed.length === 0) {
    if (requested === undefined && asked === undefined) return resolved(undefined);
    const { summary, ...rest } = requested ?? {};
    const known = typeof summary === "string" && summaries.has(summary);
    const wireSummary = known ? summaries.get(summary) : summary;
    return resolved({
      ...rest,
      ...(asked === undefined ? {} : { effort: asked }),
      ...(wireSummary === undefined ? {} : { summary: wireSummary }),
    });
  }

  const wanted = asked ?? catalog.get(model.id)?.defaultEffort;
  const effort = v.safeParse(v.optional(EffortSchema), wanted);
  if (!effort.success) return invalid("reasoningEffort", asked, efforts);
  const summary = asString(requested?.summary) ?? "auto";
  if (!summaries.has(summary)) return invalid("reasoningSummary", summary, [...summaries.keys()]);
  const wireSummary = summaries.get(summary);
  return resolved({
    // Without one the gateway uses the model's own default.
    ...(effort.output === undefined ? {} : { effort: clampEffort(effort.output, allowed) }),
    ...(wireSummary === undefined ? {} : { summary: wireSummary }),
  });
}

function resolved(reasoning: JsonObject | undefined): ReasoningResult {
  return { type: "resolved", reasoning };
}

function invalid(field: string, found: unknown, allowed: readonly string[]): ReasoningResult {
  return { type: "invalid", field, found: JSON.stringify(found), allowed: allowed.join(", ") };
}
