/**
 * The models a host shows for a gateway, as plain data: which, in which order, with which facts.
 * Each host's adapter makes its own records of it. Pure.
 */
import { catalog, type Effort, legacyNames } from "./catalog.ts";
import { type FactsOptions, factsOf, type ModelFacts } from "./facts.ts";
import { isTextModel } from "./list/parse.ts";
import { bareName, resolveModel } from "./name.ts";
import { defaultModel, lineDates, type Ranked } from "./order.ts";

export type ShownModel = ModelFacts & {
  /** What the user picks or writes; it travels to the gateway's pipeline, which resolves it. */
  readonly id: string;
  /** The id of the model that it stands for. */
  readonly model: string;
  /** What a picker shows: always with the id in it, so that it is found by typing that. */
  readonly title: string;
  /** To choose from, weakest first. None where the name says the effort. */
  readonly variants: readonly Effort[];
  /** A model of its own, or another name of one. */
  readonly own: boolean;
  /** ISO date that puts it into its place; empty for what belongs to the end. */
  readonly order: string;
};

export type ShownList = {
  readonly models: readonly ShownModel[];
  /** The one for a user who names none. */
  readonly preferred: string | undefined;
};

export type ShownOptions = FactsOptions & {
  /** Show what the gateway's list does not name, too. */
  readonly all?: boolean;
  /** Every name that runs, and not just models: those with an effort at their end, and retired ones. */
  readonly everyName?: boolean;
  /** What the user named, on the command line or in the configuration, `openai/` left out. */
  readonly named?: readonly string[];
  /** What the user picked before: shown as long as it stands for a model that is. */
  readonly picked?: readonly string[];
};

export function listModels(options: ShownOptions): ShownList {
  const { knowledge, all = false, everyName = false, named = [], picked = [] } = options;
  const ids = idsToShow(options, all);
  const ranked = ids.map((id): Ranked & { id: string; facts: ModelFacts } => {
    const facts = factsOf(id, options);
    return { id, facts, releaseDate: facts.releaseDate, priority: facts.priority };
  });
  const dates = lineDates(ranked);
  const shown = new Map<string, ShownModel>();
  for (const { id, facts } of ranked) {
    shown.set(id, {
      ...facts,
      id,
      model: id,
      title: facts.name === undefined ? id : `${id} · ${facts.name}`,
      variants: facts.efforts,
      own: true,
      order: dates.get(id) ?? "",
    });
  }

  /** Another name of a model, unless it is one of its own. */
  const add = (name: string, wanted = false): void => {
    if (name === "" || shown.has(name)) return;
    const { id, effort, tier } = resolveModel(name, knowledge);
    const base = shown.get(id) ?? { ...factsOf(id, options), variants: undefined };
    const facts = tier === undefined ? base : { ...base, price: base.fastPrice };
    shown.set(name, {
      ...facts,
      id: name,
      model: id,
      title: name.startsWith(id) ? name : `${name} → ${id}`,
      variants: effort === undefined ? facts.efforts : [],
      own: false,
      // What somebody named has its place beside the model; the rest comes after all models.
      order: wanted ? (lineDates([{ id }]).get(id) ?? "") : "",
    });
  };

  for (const name of named) add(name, true);
  for (const name of picked) if (ids.includes(resolveModel(name, knowledge).id)) add(name, true);
  for (const id of ids) if (knowledge.fastTierOf(id) !== undefined) add(`${id}-fast`);
  if (everyName) {
    const plain = [...shown.values()].filter(({ own }) => own);
    for (const { id, efforts } of plain) {
      const bare = bareName(id);
      const names = knowledge.servedAs(bare) === id ? [id, bare] : [id];
      for (const name of names) add(name);
      for (const name of names) for (const effort of efforts) addEffort(name, id, effort);
    }
    for (const [legacy, id] of legacyNames)
      if (ids.includes(resolveModel(id, knowledge).id)) add(legacy);
  }
  function addEffort(base: string, id: string, effort: Effort): void {
    const name = `${base}-${effort}`;
    const resolved = resolveModel(name, knowledge);
    // `gpt-5.1-codex-max` is a model, whatever efforts gpt-5.1-codex may be said to take.
    if (resolved.id === id && resolved.effort === effort) add(name);
  }

  return { models: [...shown.values()], preferred: defaultModel(ranked) };
}

/** Ids of models of their own. */
function idsToShow({ knowledge, host }: ShownOptions, all: boolean): string[] {
  const listed = (knowledge.list ?? []).filter(({ hidden }) => all || !hidden).map(({ id }) => id);
  const known =
    all || listed.length === 0
      ? [...catalog.keys(), ...(all ? [...host.keys()].filter(isTextModel) : [])]
      : [];
  const ids = new Set([...listed, ...known]);
  // Listed beside the model itself, for one of its efforts or for speed: a name of that model.
  return [...ids].filter((id) => {
    const { id: base } = resolveModel(id, knowledge);
    return base === id || !ids.has(base);
  });
}
