/** The models a host shows for a gateway, as its own records. Pure. */
import { isObject, type JsonObject } from "../json.ts";
import { type Effort, efforts } from "../models/catalog.ts";
import { type CostMultiplier, multiplierFor } from "../models/cost.ts";
import { factsOf, type HostFacts, type ModelFacts } from "../models/facts.ts";
import { createModelKnowledge, type ModelKnowledge } from "../models/knowledge.ts";
import { isTextModel, type RemoteModel } from "../models/list/parse.ts";
import { bareName, type EffortsOf } from "../models/name.ts";
import { listModels, type ShownModel } from "../models/shown.ts";
import type { HostModel, HostModels } from "./model.ts";

export type HostModelsOptions = {
  /** The gateway's own list, if it is known. */
  readonly remote?: readonly RemoteModel[] | undefined;
  /** Made of `remote` and the host's catalogue where it is not given. */
  readonly knowledge?: ModelKnowledge;
  /** Show nothing that is not in the gateway's list. Default true. */
  readonly filter?: boolean;
  /** Every name that runs, and not just models. Default true: only a picker is better off without. */
  readonly everyName?: boolean;
  /** Names that the user wrote somewhere: they are shown in any case, and so can be tried. */
  readonly named?: readonly string[];
  /** What the user picked before. */
  readonly picked?: readonly string[];
  /** A variant that says nothing, for hosts that preselect the first one they find. */
  readonly neutralVariant?: boolean;
  /** Options set for the whole provider, as `pickModelOptions` returns them. */
  readonly options?: JsonObject;
  /** The longest window the gateway allows. */
  readonly long?: boolean;
  readonly costMultiplier?: CostMultiplier | undefined;
};

/**
 * What OpenCode shows: `listModels`, in OpenCode's form. The order of its picker is by date, newest
 * first, and then by title; so both are ours.
 *
 * @param existing OpenCode's own record of models; not changed.
 */
export function createHostModels(
  existing: HostModels,
  { remote, filter = true, everyName = true, options = {}, ...more }: HostModelsOptions = {},
): HostModels {
  const known = new Map(Object.entries(existing));
  const knowledge = more.knowledge ?? createModelKnowledge(remote, hostEffortsIn(existing));
  const host = new Map([...known].flatMap(([id, model]) => hostFacts(id, model, known)));
  const { models } = listModels({ ...more, knowledge, host, all: !filter, everyName });
  const shown = models.map((model): [string, HostModel] => [
    model.id,
    createModel(model, {
      host: ownModel(model.model, known) ?? ownModel(bareName(model.model), known),
      knowledge,
      options,
      ...more,
    }),
  ]);
  // OpenCode's modes, such as another way of reasoning, are no models of a gateway.
  const modes = filter
    ? []
    : [...known].filter(([id, { api }]) => api.id !== id && isTextModel(id));
  return Object.fromEntries([...modes, ...shown]);
}

/** One model that OpenCode has no record of. */
export function createServedModel(id: string, knowledge: ModelKnowledge): HostModel {
  const facts = factsOf(id, { knowledge, host: new Map() });
  const model = {
    ...facts,
    id,
    model: id,
    title: id,
    variants: facts.efforts,
    own: true,
    order: "",
  };
  return createModel(model, { host: undefined, knowledge, options: {} });
}

/** A mode is another model under a name of its own. */
function ownModel(id: string, known: ReadonlyMap<string, HostModel>): HostModel | undefined {
  const model = known.get(id);
  return model?.api.id === id ? model : undefined;
}

function hostFacts(
  id: string,
  model: HostModel,
  known: ReadonlyMap<string, HostModel>,
): [string, HostFacts][] {
  if (model.api.id !== id) return [];
  const fast = known.get(`${id}-fast`);
  const price = priceOf(model);
  const fastPrice = fast?.api.id === id ? priceOf(fast) : undefined;
  return [
    [
      id,
      {
        name: model.name,
        context: model.limit.context,
        output: model.limit.output,
        reasoning: model.capabilities.reasoning,
        releaseDate: model.release_date,
        ...(price && { price }),
        ...(fastPrice && { fastPrice }),
      },
    ],
  ];
}

/** OpenCode says 0 where it does not know a price. */
function priceOf({ cost }: HostModel) {
  if (cost.input === 0 && cost.output === 0) return undefined;
  const { input, output, cache } = cost;
  return { input, output, cacheRead: cache.read, cacheWrite: cache.write };
}

type ModelContext = Pick<HostModelsOptions, "neutralVariant" | "costMultiplier"> & {
  readonly host: HostModel | undefined;
  readonly knowledge: ModelKnowledge;
  readonly options: JsonObject;
};

function createModel(shown: ShownModel, context: ModelContext): HostModel {
  const { host, options, neutralVariant = false } = context;
  const base = host ?? createUnknownModel(shown.id);
  const { capabilities } = base;
  const image = shown.image ?? capabilities.input.image;
  return {
    ...base,
    id: shown.id,
    providerID: "openai",
    // Always the responses endpoint, whatever package OpenCode knows the model by.
    api: { id: shown.id, url: base.api.url, npm: "@ai-sdk/openai" },
    name: shown.title,
    capabilities: {
      ...capabilities,
      reasoning: shown.reasoning ?? capabilities.reasoning,
      attachment: image || (shown.image === undefined && capabilities.attachment),
      input: {
        ...capabilities.input,
        image,
        // The catalogue's word; a list that rules out images rules out pages as well.
        pdf: capabilities.input.pdf && image,
      },
    },
    cost: createCost(shown, context),
    // What the host says of the input alone belongs to its own window.
    limit: host?.limit.context === shown.limit.context ? host.limit : shown.limit,
    // OpenCode hides the others, but what is shown works.
    status: "active",
    options: {
      ...createDefaults(shown),
      ...options,
      ...base.options,
    },
    variants: createVariants(shown.variants, neutralVariant),
    release_date: shown.order,
  };
}

/** For a model that only its name is known of. */
function createUnknownModel(id: string): HostModel {
  return {
    id,
    providerID: "openai",
    api: { id, url: "", npm: "@ai-sdk/openai" },
    name: id,
    family: id.includes("codex") ? "gpt-codex" : "gpt",
    capabilities: {
      temperature: false,
      reasoning: true,
      attachment: true,
      toolcall: true,
      input: { text: true, audio: false, image: true, video: false, pdf: false },
      output: { text: true, audio: false, image: false, video: false, pdf: false },
      interleaved: false,
    },
    cost: { input: 0, output: 0, cache: { read: 0, write: 0 } },
    limit: { context: 0, output: 0 },
    status: "active",
    options: {},
    headers: {},
    release_date: "",
    variants: {},
  };
}

/** OpenCode's own record knows dearer steps for long conversations too; they are multiplied alike. */
function createCost({ model, price }: ShownModel, context: ModelContext): HostModel["cost"] {
  const { host, knowledge, costMultiplier } = context;
  const { input, output, cacheRead: read, cacheWrite: write = 0 } = price;
  const flat = { input, output, cache: { read, write } };
  const steps = host !== undefined && knowledge.find(model)?.price === undefined;
  if (!steps) return flat;
  const by = multiplierFor(model, costMultiplier);
  const { input: _, output: __, cache: ___, ...longer } = host.cost;
  return { ...flat, ...multiply(longer, by) };
}

function multiply<T>(value: T, by: number): T;
function multiply(value: unknown, by: number): unknown {
  if (typeof value === "number") return Number((value * by).toPrecision(12));
  if (Array.isArray(value)) return value.map((item: unknown) => multiply(item, by));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    // From how many tokens on a step counts is no price.
    Object.entries(value).map(([key, item]) => [key, key === "tier" ? item : multiply(item, by)]),
  );
}

/** OpenCode itself asks these for medium effort, and for less where it wants a title. */
const hasHostDefault = /gpt-5(?!-pro|-chat)/;

/** What a model is asked for when the user asked for nothing. */
function createDefaults({ id, defaultEffort, ...facts }: ModelFacts & { id: string }): JsonObject {
  const { parallelToolCalls, verbosity } = facts;
  return {
    ...(defaultEffort !== undefined && { reasoningSummary: "auto" }),
    ...(defaultEffort !== undefined &&
      (defaultEffort !== "medium" || !hasHostDefault.test(id)) && {
        reasoningEffort: defaultEffort,
      }),
    ...(parallelToolCalls !== undefined && { parallelToolCalls }),
    ...(verbosity !== undefined && { textVerbosity: verbosity }),
  };
}

/**
 * What OpenCode merges into a request's options when the user picks an effort. Nothing but the
 * effort: a variant beats the options of model and provider, and must not undo their summary.
 *
 * @param neutral with one more that says nothing, called as OpenCode's own word for none.
 */
export function createVariants(
  choice: readonly Effort[],
  neutral = false,
): NonNullable<HostModel["variants"]> {
  const chosen = choice.map((reasoningEffort) => [reasoningEffort, { reasoningEffort }] as const);
  if (chosen.length === 0 || !neutral) return Object.fromEntries(chosen);
  return { default: {}, ...Object.fromEntries(chosen) };
}

/** The efforts a model of OpenCode's has variants for; none if it does not reason at all. */
export function hostEfforts(
  model: HostModel | undefined,
  id = model?.api.id,
): readonly Effort[] | undefined {
  // A mode such as `gpt-5.4-fast` is not a model of the gateway: another id goes on the wire.
  if (model === undefined || model.api.id !== id) return undefined;
  if (!model.capabilities.reasoning) return [];
  const found = efforts.filter((effort) => Object.hasOwn(model.variants ?? {}, effort));
  return found.length > 0 ? found : undefined;
}

/** `createEffortsOf` asks the host's catalogue by this. */
export function hostEffortsIn(models: HostModels): EffortsOf {
  const known = new Map(Object.entries(models));
  return (id) => hostEfforts(known.get(id), id);
}
