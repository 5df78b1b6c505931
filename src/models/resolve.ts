import { catalog, type Effort, efforts, legacyNames } from "./catalog.ts";

export type ResolvedModel = {
  /** The bare id that goes on the wire. */
  readonly id: string;
  /** The effort the name ended in, as the user wrote it. */
  readonly effort?: Effort;
};

/** The efforts of a model, weakest first; `undefined` for a model nobody described. */
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
  if (effortsOf(bare) !== undefined) return { id: bare };
  const legacy = legacyNames.get(bare);
  if (legacy !== undefined) return { id: legacy };

  for (const effort of efforts) {
    if (!bare.endsWith(`-${effort}`)) continue;
    const base = bare.slice(0, -effort.length - 1);
    const id = legacyNames.get(base) ?? base;
    if (effortsOf(id) !== undefined) return { id, effort };
  }
  return { id: bare };
}

/**
 * The allowed effort nearest to the one asked for: the strongest that does not exceed it, or the
 * weakest there is. `minimal` counts as `low`: no Codex model takes it by that name.
 */
export function clampEffort(asked: Effort, allowed: readonly Effort[]): Effort {
  if (allowed.includes(asked)) return asked;
  const rank = efforts.indexOf(asked === "minimal" ? "low" : asked);
  const below = allowed.filter((effort) => efforts.indexOf(effort) <= rank);
  return below.at(-1) ?? allowed[0] ?? asked;
}
