/** The models OpenCode shows for `openai`. Pure. */
import type { ProviderHook } from "@opencode-ai/plugin";
import { type CatalogModel, catalog, type Effort, legacyNames, limits } from "./catalog.ts";

export type HostModels = Awaited<ReturnType<NonNullable<ProviderHook["models"]>>>;
export type HostModel = HostModels[string];

/**
 * Adds the table's models to the host's, each once with its efforts as variants and once for every
 * `model-effort` name, and the retired names. What the host knows of a model (its price) is kept.
 */
export function extendModels(existing: HostModels): HostModels {
  const models: HostModels = { ...existing };
  for (const [id, entry] of catalog) {
    const model = createModel(id, entry, existing[id]);
    models[id] = model;
    for (const effort of entry.efforts) {
      models[`${id}-${effort}`] = named(model, `${id}-${effort}`, `${model.name} (${effort})`);
    }
  }
  for (const [legacy, id] of legacyNames) {
    const model = models[id];
    if (model !== undefined) models[legacy] = named(model, legacy, `${legacy} → ${model.name}`);
  }
  return models;
}

function createModel(id: string, entry: CatalogModel, known: HostModel | undefined): HostModel {
  return {
    id,
    providerID: "openai",
    api: { id, url: "", npm: "@ai-sdk/openai" },
    name: entry.name,
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
    cost: known?.cost ?? { input: 0, output: 0, cache: { read: 0, write: 0 } },
    limit: limits,
    status: "active",
    options: {},
    headers: {},
    release_date: entry.releaseDate,
    variants: createVariants(entry.efforts),
  };
}

/** The same model under another name; the name travels on the wire and is resolved there. */
function named(model: HostModel, id: string, name: string): HostModel {
  return { ...model, id, name, api: { ...model.api, id } };
}

/** What OpenCode merges into a request's options when the user picks an effort. */
export function createVariants(efforts: readonly Effort[]): NonNullable<HostModel["variants"]> {
  return Object.fromEntries(
    efforts.map((reasoningEffort) => [
      reasoningEffort,
      { reasoningEffort, reasoningSummary: "auto", include: ["reasoning.encrypted_content"] },
    ]),
  );
}
