/** The models OpenCode shows for `openai`. Pure. */
import type { JsonObject } from "../../json.ts";
import {
  type CatalogModel,
  catalog,
  type Effort,
  efforts,
  legacyNames,
  limits,
} from "../../models/catalog.ts";
import { bareName, createEffortsOf } from "../../models/efforts.ts";
import { isTextModel, type RemoteModel } from "../../models/list/parse.ts";
import { clampEffort, type EffortsOf, resolveModel } from "../../models/name.ts";
import type { HostModel, HostModels } from "./types.ts";

export type HostModelsOptions = {
  /** The gateway's own list, if it is known. */
  readonly remote?: readonly RemoteModel[] | undefined;
  /** Show nothing that is not in the gateway's list. Default true. */
  readonly filter?: boolean;
  /** Options set for the whole provider, as `pickModelOptions` returns them. */
  readonly options?: JsonObject;
};

/**
 * What OpenCode shows: the gateway's list; without one, or without the filter, its own catalogue
 * and our table too. Each model stands there once with its efforts as variants and once for every
 * `model-effort` name, and a retired name wherever the model that replaced it does.
 *
 * What is known of a model is taken from the gateway's list, else from OpenCode, else from the
 * table. OpenCode's modes (`gpt-5.4-fast` is gpt-5.4 with a service tier) are no models of a
 * gateway: they are only left in where its list does not decide.
 *
 * @param existing OpenCode's own record of models; not changed.
 */
export function createHostModels(
  existing: HostModels,
  { remote, filter = true, options = {} }: HostModelsOptions = {},
): HostModels {
  const served = new Map(remote?.map((model) => [model.id, model]));
  const known = new Map(Object.entries(existing));
  const effortsOf = createEffortsOf(remote, hostEffortsIn(existing));
  const ids =
    filter && served.size > 0
      ? new Set(served.keys())
      : new Set([...known.keys(), ...catalog.keys(), ...served.keys()]);

  const models = new Map<string, HostModel>();
  for (const id of ids) {
    const host = known.get(id);
    if (host !== undefined && !served.has(id) && !catalog.has(id)) {
      models.set(id, extendHostModel(host, options));
      continue;
    }
    // Listed beside the model itself: it comes again below, as a name of that model.
    const { id: base, effort } = resolveModel(id, effortsOf);
    if (effort !== undefined && ids.has(base)) continue;
    const bare = bareName(id);
    models.set(
      id,
      createModel(id, {
        remote: served.get(id),
        host: host ?? known.get(bare),
        entry: catalog.get(id) ?? catalog.get(bare),
        efforts: effortsOf(id),
        options,
      }),
    );
  }

  for (const [id, model] of [...models]) {
    for (const effort of isTextModel(id) ? (effortsOf(id) ?? []) : []) {
      const name = `${id}-${effort}`;
      const resolved = resolveModel(name, effortsOf);
      // `gpt-5.1-codex-max` is a model, whatever efforts gpt-5.1-codex may be said to take.
      if (resolved.id !== id || resolved.effort !== effort) continue;
      models.set(name, rename(model, name, `${model.name} (${effort})`));
    }
  }
  for (const [legacy, id] of legacyNames) {
    const model = models.get(id);
    if (model === undefined || served.has(legacy)) continue;
    models.set(legacy, rename(model, legacy, `${legacy} → ${model.name}`));
  }
  return Object.fromEntries(models);
}

/** One model that OpenCode has no record of. */
export function createServedModel(remote: RemoteModel): HostModel {
  return createModel(remote.id, {
    remote,
    host: undefined,
    entry: catalog.get(remote.id),
    efforts: createEffortsOf([remote])(remote.id),
    options: {},
  });
}

type ModelSources = {
  readonly remote: RemoteModel | undefined;
  readonly host: HostModel | undefined;
  readonly entry: CatalogModel | undefined;
  readonly efforts: readonly Effort[] | undefined;
  readonly options: JsonObject;
};

function createModel(id: string, sources: ModelSources): HostModel {
  const { remote, host, entry, efforts = [], options } = sources;
  const base = host ?? createUnknownModel(id, entry);
  const { capabilities } = base;
  const image = remote?.image ?? capabilities.input.image;
  const reasoning = efforts.length > 0 || (remote?.efforts === undefined && capabilities.reasoning);
  return {
    ...base,
    id,
    providerID: "openai",
    // Always the responses endpoint, whatever package OpenCode knows the model by.
    api: { id, url: base.api.url, npm: "@ai-sdk/openai" },
    name: remote?.name ?? base.name,
    capabilities: {
      ...capabilities,
      reasoning,
      attachment: image || (remote?.image === undefined && capabilities.attachment),
      input: {
        ...capabilities.input,
        image,
        // The catalogue's word; a list that rules out images rules out pages as well.
        pdf: capabilities.input.pdf && image,
      },
    },
    limit: chooseLimit(base, sources),
    // OpenCode hides the others, but what is served works.
    status: "active",
    options: {
      ...createDefaults(id, sources),
      ...options,
      ...(base.api.id === id ? base.options : {}),
    },
    variants: createVariants(efforts),
  };
}

/** A model of OpenCode's that neither the gateway nor we know more about. */
function extendHostModel(host: HostModel, options: JsonObject): HostModel {
  if (!isTextModel(host.id)) return host;
  const efforts = hostEfforts(host) ?? [];
  const defaults = createDefaults(host.api.id, { efforts });
  return {
    ...host,
    options: { ...defaults, ...options, ...host.options },
    variants: createVariants(efforts),
  };
}

/** For a model that only its name is known of. */
function createUnknownModel(id: string, entry: CatalogModel | undefined): HostModel {
  return {
    id,
    providerID: "openai",
    api: { id, url: "", npm: "@ai-sdk/openai" },
    name: entry?.name ?? id,
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
    limit: limits,
    status: "active",
    options: {},
    headers: {},
    release_date: entry?.releaseDate ?? "",
    variants: {},
  };
}

/** The gateway's word, then the catalogue's; without a list the table's, which the CLI goes by. */
function chooseLimit(base: HostModel, { remote, entry }: ModelSources): HostModel["limit"] {
  if (remote?.context !== undefined) return createLimit(remote.context, base);
  return remote === undefined && entry !== undefined ? limits : base.limit;
}

/**
 * OpenCode keeps room for an answer in the window, so an answer must not be said to fill it. What
 * the catalogue says of the input belongs to its own window and is left out.
 */
function createLimit(context: number, base: HostModel): HostModel["limit"] {
  return { context, output: Math.min(base.limit.output, Math.floor(context / 2)) };
}

/** OpenCode itself asks these for medium effort, and for less where it wants a title. */
const hasHostDefault = /gpt-5(?!-pro|-chat)/;

/** What a model is asked for when the user asked for nothing. */
function createDefaults(
  id: string,
  { remote, entry, efforts = [] }: Partial<ModelSources>,
): JsonObject {
  const defaults: Record<string, unknown> = {};
  if (efforts.length > 0) {
    defaults.reasoningSummary = "auto";
    const named = remote?.defaultEffort ?? entry?.defaultEffort ?? "medium";
    const effort = clampEffort(named, efforts);
    if (effort !== "medium" || !hasHostDefault.test(id)) defaults.reasoningEffort = effort;
  }
  if (remote?.parallelToolCalls !== undefined) {
    defaults.parallelToolCalls = remote.parallelToolCalls;
  }
  if (remote?.verbosity !== undefined) defaults.textVerbosity = remote.verbosity;
  return defaults;
}

/** The same model under another name; the name travels on the wire and is resolved there. */
function rename(model: HostModel, id: string, name: string): HostModel {
  return { ...model, id, name, api: { ...model.api, id } };
}

/**
 * What OpenCode merges into a request's options when the user picks an effort. Nothing but the
 * effort: a variant beats the options of model and provider, and must not undo their summary.
 */
export function createVariants(efforts: readonly Effort[]): NonNullable<HostModel["variants"]> {
  return Object.fromEntries(
    efforts.map((reasoningEffort) => [reasoningEffort, { reasoningEffort }]),
  );
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
