/** OpenCode 1.14 and later: the host's hooks, turned into calls of the core. */
import { join } from "node:path";
import type { AuthHook, Config, Hooks } from "@opencode-ai/plugin";
import {
  createGateway,
  type Fetch,
  type Gateway,
  type GatewayOptions,
  type GatewayRequest,
} from "../gateway.ts";
import { asString, isObject } from "../json.ts";
import { createLoginMethod } from "../login.ts";
import { createMemory } from "../memory.ts";
import { extendModels } from "../models/list.ts";
import { catalogEfforts } from "../models/resolve.ts";
import { variantHeader } from "../request/headers.ts";
import { isInsecure } from "../settings/insecure.ts";
import { loadSettings } from "../settings/load.ts";
import type { ConfigLocation } from "../settings/opencode-config.ts";
import { describeProblem, type ResolvedSettings } from "../settings/resolve.ts";
import { settingsPath } from "../settings/store.ts";

export type HostDependencies = ConfigLocation & {
  readonly fetch: Fetch;
  /** The plugin's options in `opencode.json`. */
  readonly pluginOptions: unknown;
  readonly instructions: GatewayOptions["instructions"];
  /** Tells the user, once a session for each `id`. */
  readonly toast: (id: string, message: string) => void;
  /** One line for each decision, when debugging is on. */
  readonly debug: (message: string) => void;
};

/** As the host takes it. The SDK's type wants a key from `authorize`, which only the host has. */
export type PluginHooks = Omit<Hooks, "auth"> & {
  auth: Omit<AuthHook, "methods"> & {
    readonly methods: readonly ReturnType<typeof createLoginMethod>[];
  };
};

type ProviderConfig = NonNullable<Config["provider"]>[string];

/** Host and SDK insist on a key of their own; the real one is put in by the gateway. */
const placeholderKey = "set-by-opencode-openai-codex-key";

/** Requests that OpenCode sends without the user's variant. */
const smallAgents = new Set(["title", "summary"]);

export function createHooks(deps: HostDependencies): PluginHooks {
  const { env } = deps;
  const environmentKey = env.OPENCODE_CODEX_API_KEY?.trim() || undefined;
  let credential: { readonly key: string; readonly baseURL: string | undefined } | undefined;
  let provider: ProviderConfig | undefined;
  let resolved: ResolvedSettings | undefined;
  let gateway: Promise<Gateway> | undefined;

  async function load(): Promise<Gateway> {
    resolved = await loadSettings({
      ...deps,
      provider,
      loginBaseURL: credential?.baseURL,
    });
    for (const [name, source] of Object.entries(resolved.sources)) {
      deps.debug(`setting ${name} from ${source}`);
    }
    return createGateway({
      resolved,
      key: environmentKey ?? credential?.key,
      fetch: deps.fetch,
      instructions: deps.instructions,
      effortsOf: catalogEfforts,
      memory: createMemory({
        folder: join(deps.home, ".opencode", "cache"),
        baseURL: resolved.settings.baseURL ?? "",
        debug: deps.debug,
      }),
      debug: deps.debug,
      onEndpointLearned: (url) => deps.toast("endpoint", `The gateway now answers at ${url}.`),
    });
  }

  async function hostFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    gateway ??= load();
    const { handle } = await gateway;
    if (resolved !== undefined) warn(resolved, deps.toast);
    return handle(await toGatewayRequest(input, init));
  }

  return {
    async config(config) {
      provider = config.provider?.openai;
      gateway = load();
      await gateway;
      if (environmentKey === undefined) return;
      config.provider = {
        ...config.provider,
        openai: {
          ...provider,
          options: { ...provider?.options, apiKey: placeholderKey, fetch: hostFetch },
        },
      };
    },

    provider: {
      id: "openai",
      async models({ models }, { auth }) {
        // ChatGPT's own login serves its own models.
        if (auth?.type === "oauth" && environmentKey === undefined) return models;
        return extendModels(models);
      },
    },

    auth: {
      provider: "openai",
      get methods() {
        return [
          createLoginMethod({
            current: () => configuredBaseURL(resolved),
            path: settingsPath(deps.home),
          }),
        ];
      },
      async loader(getAuth) {
        const auth = await getAuth();
        if (auth?.type !== "api") return {};
        credential = { key: auth.key, baseURL: asString(auth.metadata?.baseURL) };
        gateway = load();
        await gateway;
        return { apiKey: placeholderKey, fetch: hostFetch };
      },
    },

    async "chat.headers"({ agent, model, message }, output) {
      if (model.providerID !== "openai" || smallAgents.has(agent)) return;
      const effort = variantEffort(model, message);
      if (effort !== undefined) output.headers[variantHeader] = effort;
    },
  };
}

async function toGatewayRequest(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<GatewayRequest> {
  const request = input instanceof Request ? input : undefined;
  const body = init.body ?? request?.body;
  return {
    url: request?.url ?? String(input),
    headers: Object.fromEntries(new Headers(init.headers ?? request?.headers)),
    // The AI SDK's body is a string, which is not worth a copy.
    body: typeof body === "string" ? body : await new Response(body).text(),
    signal: init.signal ?? request?.signal,
  };
}

function configuredBaseURL(resolved: ResolvedSettings | undefined) {
  const { settings, sources } = resolved ?? {};
  if (settings?.baseURL === undefined || sources?.baseURL === undefined) return undefined;
  return { baseURL: settings.baseURL, source: sources.baseURL };
}

/** The effort of the variant the user picked for this message. Hosts differ in where it stands. */
function variantEffort(model: unknown, message: unknown): string | undefined {
  if (!isObject(model) || !isObject(model.variants) || !isObject(message)) return undefined;
  const name =
    asString(isObject(message.model) ? message.model.variant : undefined) ??
    asString(message.variant);
  const variant = name === undefined ? undefined : model.variants[name];
  return isObject(variant) ? asString(variant.reasoningEffort) : undefined;
}

function warn({ settings, problems }: ResolvedSettings, toast: HostDependencies["toast"]): void {
  if (problems.length > 0) toast("settings", problems.map(describeProblem).join("\n"));
  if (settings.baseURL !== undefined && isInsecure(settings.baseURL)) {
    toast(
      "insecure",
      `${settings.baseURL} has no TLS: your API key and your code travel in clear. Use https:// if the gateway offers it.`,
    );
  }
}
