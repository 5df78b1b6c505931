/** OpenCode 2's models as the record that both hosts share, and back. Pure. */
import { isObject } from "../../json.ts";
import { type HostModel, type HostModels, modalities } from "../model.ts";
import type { Cost, Model, ModelRef, ProviderEditor, Values } from "./types.ts";

const providerID = "openai";

/** The module that speaks to OpenAI; the host has it built in, also where it knows no models. */
export const packageName = "@opencode/ai/providers/openai";

/** The host's models in the words the rest of the plugin speaks. */
export function readModels(models: ReadonlyMap<string, Model>): HostModels {
  return Object.fromEntries([...models].map(([id, model]) => [id, readModel(id, model)]));
}

function readModel(id: string, model: Model): HostModel {
  const { input, output, tools } = model.capabilities;
  const variants = (model.variants ?? []).map(({ id, settings }) => [id, { ...settings }] as const);
  return {
    id,
    providerID,
    api: { id: model.modelID ?? id, url: "", npm: packageName },
    name: model.name,
    ...(model.family !== undefined && { family: model.family }),
    capabilities: {
      temperature: false,
      reasoning: variants.length > 0,
      attachment: input.includes("image"),
      toolcall: tools,
      input: readModalities(input),
      output: readModalities(output),
      interleaved: false,
    },
    cost: readCost(model.cost),
    limit: { ...model.limit },
    status: "active",
    options: { ...model.settings },
    headers: {},
    release_date: readDate(model.time?.released),
    variants: Object.fromEntries(variants),
  };
}

/** OpenCode 1 has one price, and those of longer conversations beside it. */
function readCost([first, ...longer]: readonly Cost[] = []): HostModel["cost"] {
  const { input, output, cache } = first ?? { input: 0, output: 0, cache: { read: 0, write: 0 } };
  const steps = longer.flatMap(({ tier, ...step }) =>
    tier === undefined ? [] : [{ ...step, tier }],
  );
  return { input, output, cache: { ...cache }, ...(steps.length > 0 && { tiers: steps }) };
}

function readDate(released: number | undefined): string {
  return released ? new Date(released).toISOString().slice(0, 10) : "";
}

function readModalities(list: readonly string[]): HostModel["capabilities"]["input"] {
  return {
    text: list.includes("text"),
    audio: list.includes("audio"),
    image: list.includes("image"),
    video: list.includes("video"),
    pdf: list.includes("pdf"),
  };
}

export type WrittenProvider = {
  readonly id: string;
  /** Where the host has none. */
  readonly name: string;
  readonly models: HostModels;
  /** Beside the provider's own: a base URL, if that is not said for each request. */
  readonly settings?: Values;
};

/** Makes the host show these models of a provider, beside those it has. */
export function writeProvider(editor: ProviderEditor, written: WrittenProvider): void {
  const { id: providerID, name, models, settings } = written;
  editor.update(providerID, (provider) => {
    // Empty where we make it.
    provider.package ||= packageName;
    if (provider.name === provider.id) provider.name = name;
    // Otherwise each session tries a WebSocket first, which no gateway of this kind serves.
    provider.settings = { ...provider.settings, transport: "http", ...settings };
  });
  for (const [id, model] of Object.entries(models)) {
    editor.models.update(providerID, id, (target) => writeModel(target, model));
  }
}

function writeModel(target: Model, model: HostModel): void {
  const { capabilities } = model;
  target.name = model.name;
  target.modelID = model.api.id;
  if (model.family !== undefined) target.family = model.family;
  target.settings = { ...model.options };
  target.capabilities = {
    tools: capabilities.toolcall,
    input: modalities.filter((kind) => capabilities.input[kind]),
    output: modalities.filter((kind) => capabilities.output[kind]),
  };
  target.limit = { ...model.limit };
  target.variants = Object.entries(model.variants ?? {}).map(([id, settings]) => ({
    id,
    settings: { ...settings },
  }));
  target.enabled = true;
  target.time = { released: Date.parse(model.release_date) || 0 };
  target.cost = writeCost(model.cost);
}

function writeCost({ input, output, cache, tiers = [] }: HostModel["cost"]): Cost[] {
  return [{ input, output, cache: { ...cache } }, ...tiers.map((step) => ({ ...step }))];
}

/** The effort of a variant the user picked, from the host's list of models. */
export function variantEffort(
  listed: unknown,
  { providerID, id, variant }: ModelRef,
): string | undefined {
  const models = isObject(listed) && Array.isArray(listed.data) ? listed.data : listed;
  if (!Array.isArray(models)) return undefined;
  const model: unknown = models.find(
    (entry: unknown) => isObject(entry) && entry.providerID === providerID && entry.id === id,
  );
  if (!isObject(model) || !Array.isArray(model.variants)) return undefined;
  const found: unknown = model.variants.find((entry) => isObject(entry) && entry.id === variant);
  const settings: unknown = isObject(found) ? found.settings : undefined;
  const effort = isObject(settings) ? settings.reasoningEffort : undefined;
  return typeof effort === "string" ? effort : undefined;
}
