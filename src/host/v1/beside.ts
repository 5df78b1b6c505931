/** A gateway with a provider of its own, as OpenCode's configuration has it. */
import type { Config } from "@opencode-ai/plugin";
import type { BesideProvider } from "../beside.ts";
import { type HostModel, type Modality, modalities } from "../model.ts";

type Provider = NonNullable<Config["provider"]>[string];
type ConfigModel = NonNullable<Provider["models"]>[string];

export type BesideOptions = Omit<BesideProvider, "id"> & {
  /** What the user wrote for this provider, which wins. */
  readonly written: Provider | undefined;
  /** Stands in for the key, which the gateway puts in. */
  readonly apiKey: string;
  readonly fetch: unknown;
};

/**
 * The provider as the host's configuration has it: the hook for models knows one provider a plugin, so
 * the models are spelled out. `@ai-sdk/openai` talks to the responses endpoint, and the host carries it.
 */
export function createBeside({ written, models, ...own }: BesideOptions): Provider {
  const { name, baseURL, apiKey, fetch } = own;
  const shown = Object.entries(models).map(([id, model]) => [id, toConfigModel(model)] as const);
  return {
    name,
    ...written,
    npm: "@ai-sdk/openai",
    models: { ...Object.fromEntries(shown), ...written?.models },
    options: { baseURL, ...written?.options, apiKey, fetch },
  };
}

function toConfigModel(model: HostModel): ConfigModel {
  const { name, capabilities, cost, limit, options, variants, release_date } = model;
  const those = (of: Readonly<Record<Modality, boolean>>) => modalities.filter((kind) => of[kind]);
  const config = {
    name,
    release_date,
    attachment: capabilities.attachment,
    reasoning: capabilities.reasoning,
    temperature: capabilities.temperature,
    tool_call: capabilities.toolcall,
    cost: {
      input: cost.input,
      output: cost.output,
      cache_read: cost.cache.read,
      cache_write: cost.cache.write,
    },
    limit,
    modalities: { input: those(capabilities.input), output: those(capabilities.output) },
    options,
    // Not in the SDK's type, but in the host's schema.
    variants,
  };
  return config;
}
