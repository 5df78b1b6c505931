/** Gateways with a provider of their own in OpenCode, beside `openai`. */
import type { Config } from "@opencode-ai/plugin";
import type { JsonObject } from "../../json.ts";
import type { createSession, SessionState } from "../session.ts";
import { createHostModels } from "./models.ts";
import type { HostModel, HostModels } from "./types.ts";

export type BesideProvider = {
  readonly id: string;
  /** Of its first gateway. */
  readonly name: string;
  readonly baseURL: string;
  readonly models: HostModels;
};

/** The providers as the host is to show them, with the lists of their gateways. */
export async function loadBeside(
  { beside }: SessionState,
  session: Pick<ReturnType<typeof createSession>, "loadModelsOf">,
  options: JsonObject,
): Promise<BesideProvider[]> {
  const providers: BesideProvider[] = [];
  for (const [id, group] of beside) {
    await session.loadModelsOf(group);
    const [{ name, member }] = group.rooms;
    if (member === undefined) continue;
    const models = createHostModels({}, { knowledge: group.knowledge(), options });
    providers.push({ id, name, baseURL: member.baseURL, models });
  }
  return providers;
}

type Provider = NonNullable<Config["provider"]>[string];
type ConfigModel = NonNullable<Provider["models"]>[string];
type Modality = "text" | "audio" | "image" | "video" | "pdf";

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
  const modalities = (of: Readonly<Record<Modality, boolean>>): Modality[] =>
    (["text", "audio", "image", "video", "pdf"] as const).filter((kind) => of[kind]);
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
    modalities: { input: modalities(capabilities.input), output: modalities(capabilities.output) },
    options,
    // Not in the SDK's type, but in the host's schema.
    variants,
  };
  return config;
}
