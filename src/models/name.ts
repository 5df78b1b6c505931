import { catalog, type Effort, efforts, legacyNames } from "./catalog.ts";

export type ResolvedModel = {
  /** The bare id that goes on the wire. */
  readonly id: string;
  /** The effort the name ended in, as the user wrote it. */
  readonly effort?: Effort;
};

/**
 * The efforts of a model, weakest first; none for a model that is served but takes none we know of;
 * `undefined` for a name that is no model as far as anybody said.
 */
export type EffortsOf = (id: string) => readonly Effort[] | undefined;

export const catalogEfforts: EffortsOf = (id) => catalog.get(id)?.efforts;

/**
 * Splits a model name as users write it into the id the gateway knows and an effort.
 *
 * `gpt-5.1-codex-high` → `{ id: "gpt-5.1-codex", effort: "high" }`. A name that is itself a model
 * comes first, so `gpt-5.1-codex-max` is the model and not an effort called `max`. The ending of a
 * model nobody described (`my-relay-high`) belongs to its name.
 */
export function resolveModel(name: string, effortsOf: EffortsOf = catalogEfforts): ResolvedModel {
  const bare = name.replace(/^openai\//, "");
  // The whole name first: some gateways serve models whose own names begin with `openai/`.
  return findModel(name, effortsOf) ?? findModel(bare, effortsOf) ?? { id: bare };
}

function findModel(name: string, effortsOf: EffortsOf): ResolvedModel | undefined {
  if (effortsOf(name) !== undefined) return { id: name };
  const legacy = legacyNames.get(name);
  if (legacy !== undefined) return { id: legacy };

  for (const effort of efforts) {
    if (!name.endsWith(`-${effort}`)) continue;
    const base = name.slice(0, -effort.length - 1);
    const id = legacyNames.get(base) ?? base;
    // Without any known effort the ending is part of a name that nobody described.
    if ((effortsOf(id) ?? []).length > 0) return { id, effort };
  }
  return undefined;
}

/**
 * The allowed effort nearest to the one asked for; of two that are as near, the weaker, which costs
 * less. `minimal` counts as `low`: no Codex model takes it by that name.
 *
 * @param allowed weakest first; with none in it, what was asked for stays.
 */
export function clampEffort(asked: Effort, allowed: readonly Effort[]): Effort {
  if (allowed.includes(asked)) return asked;
  const rank = efforts.indexOf(asked === "minimal" ? "low" : asked);
  const distance = (effort: Effort): number => Math.abs(efforts.indexOf(effort) - rank);
  // The sort is stable, so the weaker of two comes first.
  const [nearest = asked] = allowed.toSorted((a, b) => distance(a) - distance(b));
  return nearest;
}
