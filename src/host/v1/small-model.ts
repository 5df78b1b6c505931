/** The small model as a hook of OpenCode wants it. Pure. */
import { efforts } from "../../models/catalog.ts";
import type { ModelKnowledge } from "../../models/knowledge.ts";
import { resolveModel } from "../../models/name.ts";
import type { HostModel, HostModels } from "../model.ts";
import { createServedModel, hostEfforts } from "../models.ts";

export type SmallModelOptions = {
  /** OpenCode's final record of models. */
  readonly models: HostModels;
  readonly knowledge: ModelKnowledge;
  /** `smallModel` of the settings. */
  readonly setting: string | undefined;
};

/**
 * The small model as OpenCode's `experimental.provider.small_model` hook wants it: with its lowest
 * effort, or the one its name ends in. A model that is not in OpenCode's record is made up.
 */
export function createSmallModel({ models, knowledge, setting }: SmallModelOptions): HostModel {
  const { effortsOf } = knowledge;
  const name = knowledge.small(setting);
  const { id, effort } = resolveModel(name, knowledge);
  const listed = new Map(Object.entries(models));
  const model = listed.get(name) ?? listed.get(id) ?? createServedModel(id, knowledge);
  const described = effortsOf(id) ?? [];
  // Variants of the user's, or of an OpenCode that guesses: no word on whether the model can do
  // without reasoning, and gpt-6-astra refuses to.
  const shown = (hostEfforts(model) ?? []).filter((shownEffort) => shownEffort !== "none");
  const allowed = described.length > 0 ? described : shown;
  const reasoningEffort = effort ?? efforts.find((weakest) => allowed.includes(weakest));
  return reasoningEffort === undefined
    ? model
    : { ...model, options: { ...model.options, reasoningEffort } };
}
