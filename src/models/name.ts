import { type CatalogModel, catalog, type Effort, efforts, legacyNames } from "./catalog.ts";

export type ResolvedModel = {
  /** The bare id that goes on the wire. */
  readonly id: string;
  /** The effort the name ended in, as the user wrote it. */
  readonly effort?: Effort;
  /** `service_tier`, of a name that ended in `-fast`. */
  readonly tier?: string;
};

/**
 * The efforts of a model, weakest first; none for a model that is served but takes none we know of;
 * `undefined` for a name that is no model as far as anybody said.
 */
export type EffortsOf = (id: string) => readonly Effort[] | undefined;

export const catalogEfforts: EffortsOf = (id) => catalog.get(id)?.efforts;

/** The table's row of a model, a vendor in front of its name or not. */
export function rowOf(id: string): CatalogModel | undefined {
  return catalog.get(id) ?? catalog.get(bareName(id));
}

/** What names can mean, as far as anybody said. */
export type ModelNames = {
  readonly effortsOf: EffortsOf;
  /** The one served model whose id ends in this name behind a slash; nothing where it is served itself. */
  readonly servedAs?: (name: string) => string | undefined;
  /** `service_tier` of a model's fast mode, if it has one. */
  readonly fastTierOf?: (id: string) => string | undefined;
};

/** Gateways that serve several vendors put the vendor in front: `openai/gpt-5.2`. */
export function bareName(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/**
 * Splits a model name as users write it into the id the gateway knows, an effort and a tier.
 *
 * `gpt-5.1-codex-high` → `{ id: "gpt-5.1-codex", effort: "high" }`. A name that is itself a model
 * comes first, so `gpt-5.1-codex-max` is the model and not an effort called `max`. The ending of a
 * model nobody described (`my-relay-high`) belongs to its name.
 */
export function resolveModel(
  name: string,
  names: ModelNames = { effortsOf: catalogEfforts },
): ResolvedModel {
  const bare = name.replace(/^openai\//, "");
  // The whole name first: some gateways serve models whose own names begin with `openai/`.
  return findModel(name, names) ?? findModel(bare, names) ?? { id: bare };
}

function findModel(name: string, names: ModelNames): ResolvedModel | undefined {
  return findPlain(name, names) ?? findWithEffort(name, names) ?? findFast(name, names);
}

/** The model of this very name, or the one that it stands for. */
function findPlain(name: string, names: ModelNames): ResolvedModel | undefined {
  const { effortsOf, servedAs } = names;
  const listed = servedAs?.(name);
  // What is listed may be a copy of a model for one effort: then that is what it means.
  if (listed !== undefined) return findModel(listed, { ...names, servedAs: () => undefined });
  if (effortsOf(name) !== undefined) return { id: name };
  const legacy = legacyNames.get(name);
  return legacy === undefined ? undefined : { id: servedAs?.(legacy) ?? legacy };
}

function findWithEffort(name: string, names: ModelNames): ResolvedModel | undefined {
  for (const effort of efforts) {
    if (!name.endsWith(`-${effort}`)) continue;
    const base = name.slice(0, -effort.length - 1);
    const found = findPlain(base, names) ?? findFast(base, names);
    // Without any known effort the ending is part of a name that nobody described.
    if (found !== undefined && (names.effortsOf(found.id) ?? []).length > 0) {
      return { ...found, effort };
    }
  }
  return undefined;
}

const fastEnding = "-fast";

function findFast(name: string, names: ModelNames): ResolvedModel | undefined {
  if (!name.endsWith(fastEnding)) return undefined;
  const found = findPlain(name.slice(0, -fastEnding.length), names);
  const tier = found && names.fastTierOf?.(found.id);
  return found && tier !== undefined ? { ...found, tier } : undefined;
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
