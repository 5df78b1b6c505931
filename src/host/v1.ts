/** OpenCode 1.14 and later: the host's hooks, turned into calls of the core. */
import type { AuthHook, Hooks } from "@opencode-ai/plugin";
import type { GatewayRequest } from "../gateway.ts";
import { asString, isObject } from "../json.ts";
import { createLoginMethod } from "../login.ts";
import { efforts } from "../models/catalog.ts";
import { privateHeaders } from "../request/headers.ts";
import { isInsecure } from "../settings/insecure.ts";
import { describeProblem, type ResolvedSettings } from "../settings/resolve.ts";
import { settingsPath } from "../settings/store.ts";
import { createSession, type SessionDependencies } from "./session.ts";
import { createHostModels } from "./v1/models.ts";
import { fillUserModels } from "./v1/options.ts";
import { createSmallModel } from "./v1/small-model.ts";

type Auth = Awaited<ReturnType<Parameters<NonNullable<AuthHook["loader"]>>[0]>>;

/** As the host takes it. The SDK's type wants a key from `authorize`, which only the host has. */
export type PluginHooks = Omit<Hooks, "auth"> & {
  auth: Omit<AuthHook, "methods"> & {
    readonly methods: readonly ReturnType<typeof createLoginMethod>[];
  };
};

/** Host and SDK insist on a key of their own; the real one is put in by the gateway. */
const placeholderKey = "set-by-opencode-openai-codex-key";

/** Requests that OpenCode sends without the user's variant. */
const smallAgents = new Set(["title", "summary"]);

export function createHooks(deps: SessionDependencies): PluginHooks {
  const session = createSession(deps);
  let ownPrompts: ReadonlySet<string> = new Set();

  async function hostFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const { handle } = await session.ready();
    if (session.resolved !== undefined) warn(session.resolved, deps.toast);
    return handle(await toGatewayRequest(input, init));
  }

  function takeCredential(auth: Auth | undefined): void {
    session.setCredential(
      auth?.type === "api"
        ? { key: auth.key.trim(), baseURL: asString(auth.metadata?.baseURL) }
        : undefined,
    );
  }

  return {
    async config(config) {
      const written = config.provider?.openai;
      session.setProvider(written);
      ownPrompts = agentsWithPrompt(config.agent);
      await session.ready();
      if (written?.models !== undefined) {
        written.models = fillUserModels(written.models, session.modelOptions);
      }
      if (!session.hasEnvironmentKey) return;
      const options = { ...written?.options, apiKey: placeholderKey, fetch: hostFetch };
      config.provider = { ...config.provider, openai: { ...written, options } };
      deps.debug("the key comes from the environment variable OPENCODE_CODEX_API_KEY");
    },

    provider: {
      id: "openai",
      async models({ models }, { auth }) {
        takeCredential(auth);
        // Without a key of ours, or with ChatGPT's own login, these models are not ours to name.
        if (auth?.type === "oauth" && !session.hasEnvironmentKey) return models;
        const remote = await session.loadModels(models);
        return createHostModels(models, {
          remote,
          filter: session.resolved?.settings.models !== "all",
          options: session.modelOptions,
        });
      },
    },

    auth: {
      provider: "openai",
      get methods() {
        return [
          createLoginMethod({
            current: () => configuredBaseURL(session.resolved),
            path: settingsPath(deps.home),
          }),
        ];
      },
      async loader(getAuth) {
        const auth = await getAuth();
        takeCredential(auth);
        if (auth?.type !== "api") return {};
        await session.ready();
        return { apiKey: placeholderKey, fetch: hostFetch };
      },
    },

    async "experimental.provider.small_model"({ provider }, output) {
      if (provider.id !== "openai" || !session.active) return;
      output.model = createSmallModel({
        models: provider.models,
        effortsOf: session.effortsOf,
        ...session.smallModelChoice(),
      });
    },

    async "chat.headers"({ agent, model, message }, output) {
      // Only our own fetch takes these headers out again; ChatGPT's login has another one.
      if (!session.active || model.providerID !== "openai") return;
      if (smallAgents.has(agent)) {
        output.headers[privateHeaders.smallTask] = "1";
        return;
      }
      const effort = variantEffort(model, message);
      if (effort !== undefined) output.headers[privateHeaders.effort] = effort;
      if (ownPrompts.has(agent)) output.headers[privateHeaders.ownPrompt] = "1";
    },

    dispose: session.dispose,
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

/** Names of the agents whose prompt the user wrote. */
function agentsWithPrompt(agents: unknown): ReadonlySet<string> {
  const entries = Object.entries(isObject(agents) ? agents : {});
  return new Set(
    entries.filter(([, agent]) => isObject(agent) && agent.prompt).map(([name]) => name),
  );
}

function configuredBaseURL(resolved: ResolvedSettings | undefined) {
  const { settings, sources } = resolved ?? {};
  if (settings?.baseURL === undefined || sources?.baseURL === undefined) return undefined;
  return { baseURL: settings.baseURL, source: sources.baseURL };
}

/**
 * The effort of the variant the user picked for this message. Hosts differ in where it stands, and
 * leave out one the model has no variant for (1.18.33): then its name says it.
 */
function variantEffort(model: unknown, message: unknown): string | undefined {
  if (!isObject(model) || !isObject(message)) return undefined;
  const name =
    asString(isObject(message.model) ? message.model.variant : undefined) ??
    asString(message.variant);
  const variants = isObject(model.variants) ? model.variants : {};
  const variant = name !== undefined && Object.hasOwn(variants, name) ? variants[name] : undefined;
  if (isObject(variant)) return asString(variant.reasoningEffort);
  return efforts.find((effort) => effort === name);
}

function warn({ settings, problems }: ResolvedSettings, toast: SessionDependencies["toast"]): void {
  if (problems.length > 0) toast("settings", problems.map(describeProblem).join("\n"));
  if (settings.baseURL !== undefined && isInsecure(settings.baseURL)) {
    toast(
      "insecure",
      `${settings.baseURL} has no TLS: your API key and your code travel in clear. Use https:// if the gateway offers it.`,
    );
  }
}
