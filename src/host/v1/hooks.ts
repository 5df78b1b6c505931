/** OpenCode 1.14 and later: the host's hooks, turned into calls of the core. */
import type { AuthHook, Config, Hooks } from "@opencode-ai/plugin";
import type { JsonObject } from "../../json.ts";
import { listModels } from "../../models/shown.ts";
import { loadCodexHint } from "../../settings/codex-hint.ts";
import { loadCredential, toLogin as storedLogin } from "../../settings/credential.ts";
import {
  namesInConfig,
  namesModelFor,
  type WrittenModel,
  writtenModels,
} from "../../settings/model-names.ts";
import { settingsPath } from "../../settings/store.ts";
import { handleBeside, loadBeside } from "../beside.ts";
import { writeHints } from "../hints.ts";
import { pickModelOptions } from "../model-options.ts";
import { createHostModels, hostEffortsIn } from "../models.ts";
import { placeholderKey } from "../placeholder-key.ts";
import { createSession, type SessionDependencies } from "../session.ts";
import { createWarn } from "../warn.ts";
import { createBeside } from "./beside.ts";
import { type Choices, loadChoices } from "./choices.ts";
import type { CommandLine } from "./command-line.ts";
import { createLoginMethod } from "./login.ts";
import { fillUserModels } from "./options.ts";
import {
  type Auth,
  agentsWithPrompt,
  configuredBaseURL,
  toGatewayRequest,
  toLogin,
  variantEffort,
} from "./read.ts";
import { createSmallModel } from "./small-model.ts";

/** As the host takes it. The SDK's type wants a key from `authorize`, which only the host has. */
export type PluginHooks = Omit<Hooks, "auth"> & {
  auth: Omit<AuthHook, "methods"> & {
    readonly methods: readonly ReturnType<typeof createLoginMethod>[];
  };
};

/** Requests that OpenCode sends without the user's variant. */
const smallAgents = new Set(["title", "summary"]);

export type HookDependencies = SessionDependencies & {
  /** How OpenCode was started, where that is known. */
  readonly commandLine?: CommandLine;
};

export function createHooks(deps: HookDependencies): PluginHooks {
  const { commandLine = { named: [] } } = deps;
  const session = createSession(deps);
  const warn = createWarn(deps.toast);
  let ownPrompts: ReadonlySet<string> = new Set();
  /** Options that `opencode.json` sets for all models of the provider. */
  let modelOptions: JsonObject = {};
  let named: readonly string[] = commandLine.named;
  let written: readonly WrittenModel[] = [];
  /** The host has said what is stored. */
  let told = false;
  /** The gateway of the Codex CLI, where nothing is configured here. */
  let codexCLI: string | undefined;
  let choices: Choices = { picked: false, names: [] };

  /** Gives the provider back to the host, once that turns out to be right. */
  let stepAside = (): void => {};

  async function hostFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const { resolved, gateway } = await session.upToDate();
    warn(resolved);
    return gateway.handle(await toGatewayRequest(input, init));
  }

  /** For a provider beside `openai`, as long as the settings have it. */
  const besideFetch =
    (id: string) =>
    async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const state = await session.upToDate();
      warn(state.resolved);
      return handleBeside(id, state, await toGatewayRequest(input, init));
    };

  /** Providers of the gateways that have one of their own. */
  async function addBeside(config: Config): Promise<void> {
    for (const { id, ...own } of await loadBeside(await session.ready(), session, modelOptions)) {
      const provider = createBeside({
        ...own,
        written: config.provider?.[id],
        apiKey: placeholderKey,
        fetch: besideFetch(id),
      });
      config.provider = { ...config.provider, [id]: provider };
    }
  }

  /** What to start with where the user never named or picked a model. */
  async function preferredModel(): Promise<string | undefined> {
    // OpenCode tells what is stored only later, and with ChatGPT's login nothing is ours.
    const stored = storedLogin(await loadCredential(deps));
    if (!told) session.setLogin(stored);
    if (!(await isOurs())) return undefined;
    await session.loadModels();
    const { resolved } = await session.ready();
    const all = resolved.settings.models === "all";
    return listModels({ knowledge: session.knowledge(), host: new Map(), all }).preferred;
  }

  /** @returns whether requests for this provider are ours. */
  async function takeCredential(auth: Auth | undefined): Promise<boolean> {
    told = true;
    session.setLogin(toLogin(auth));
    return isOurs();
  }

  async function isOurs(): Promise<boolean> {
    const { resolved } = await session.ready();
    return resolved.key !== undefined;
  }

  /** Whether requests for a provider come to us. */
  async function isAsked(id: string): Promise<boolean> {
    return id === "openai" ? isOurs() : (await session.ready()).beside.has(id);
  }

  /**
   * What the host reads later from the configuration. A login is not known yet: with ChatGPT's, all
   * of this is undone, since the host lays these options over those of its own login.
   */
  function takeOver(config: Config, hasKey: boolean): void {
    const written = config.provider?.openai;
    const { models, options } = written ?? {};
    if (written === undefined && !hasKey) return;
    const ours = { ...written };
    if (models !== undefined) ours.models = fillUserModels(models, modelOptions);
    if (hasKey) ours.options = { ...options, apiKey: placeholderKey, fetch: hostFetch };
    config.provider = { ...config.provider, openai: ours };
    const { model } = config;
    stepAside = () => {
      if (model === undefined) delete config.model;
      if (models !== undefined) ours.models = models;
      if (options === undefined) delete ours.options;
      else ours.options = options;
    };
  }

  return {
    async config(config) {
      session.setProvider(config.provider?.openai);
      ownPrompts = agentsWithPrompt(config.agent);
      modelOptions = pickModelOptions(config.provider?.openai?.options);
      named = [...commandLine.named, ...namesInConfig(config)];
      written = writtenModels(config);
      choices = await loadChoices(deps);
      const others = Object.keys(config.provider ?? {}).some((id) => id !== "openai");
      takeOver(config, await isOurs());
      await addBeside(config);
      const { resolved } = await session.ready();
      const configured = resolved.settings.baseURL ?? resolved.refusal?.baseURL;
      codexCLI = configured === undefined ? await loadCodexHint(deps.env, deps.home) : undefined;
      // OpenCode's own choice is the last name by the alphabet, which says nothing of a model.
      if (config.model === undefined && !choices.picked && !others) {
        const preferred = await preferredModel();
        if (preferred !== undefined) config.model = `openai/${preferred}`;
      }
    },

    provider: {
      id: "openai",
      async models({ models }, { auth }) {
        // Without a key of ours, or with ChatGPT's own login, these models are not ours to name.
        const ours = await takeCredential(auth);
        deps.report?.({ step: "models", ours });
        if (!ours) {
          stepAside();
          return models;
        }
        await session.loadModels(hostEffortsIn(models));
        const { resolved } = await session.ready();
        return createHostModels(models, {
          knowledge: session.knowledge(),
          filter: resolved.settings.models !== "all",
          // An editor may have a name in its own settings, which has to be there to be taken.
          everyName: commandLine.picker !== "screen",
          neutralVariant: commandLine.picker === "editor",
          named,
          picked: choices.names,
          options: modelOptions,
          long: resolved.settings.context === "max",
          costMultiplier: resolved.settings.costMultiplier,
        });
      },
    },

    auth: {
      provider: "openai",
      get methods() {
        return [
          createLoginMethod({
            current: () => configuredBaseURL(session.latest),
            path: settingsPath(deps.home),
            codexCLI,
          }),
        ];
      },
      async loader(getAuth) {
        const auth = await getAuth();
        const ours = await takeCredential(auth);
        return ours && auth?.type === "api" ? { apiKey: placeholderKey, fetch: hostFetch } : {};
      },
    },

    async "experimental.provider.small_model"({ provider }, output) {
      if (provider.id !== "openai" || !(await isOurs())) return;
      const { resolved } = await session.ready();
      output.model = createSmallModel({
        models: provider.models,
        knowledge: session.knowledge(),
        setting: resolved.settings.smallModel,
      });
    },

    async "chat.headers"({ agent, model, message }, output) {
      // Only our own fetch takes these headers out again; ChatGPT's login has another one.
      if (!(await isAsked(model.providerID))) return;
      const hints = smallAgents.has(agent)
        ? { smallTask: true, anyModel: !namesModelFor(agent, written) }
        : { effort: variantEffort(model, message), ownPrompt: ownPrompts.has(agent) };
      Object.assign(output.headers, writeHints(hints));
    },

    dispose: session.dispose,
  };
}
