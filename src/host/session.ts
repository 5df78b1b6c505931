/**
 * What the plugin knows between two starts of the host: who the user is, what is configured, and
 * which models there are. The hooks of a host tell it what they see, and ask it for a gateway.
 */
import { join } from "node:path";
import type { Fetch } from "../fetch.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import { createInstructions, type InstructionsMemory, mirrorsOf } from "../instructions/sources.ts";
import type { JsonObject } from "../json.ts";
import { createJsonCache } from "../json-cache.ts";
import type { RequestLog } from "../log/request-log.ts";
import { createMemory, type GatewayMemory } from "../memory.ts";
import { clientVersion } from "../models/client-version.ts";
import { createEffortsOf } from "../models/efforts.ts";
import { createModelList } from "../models/list/keep.ts";
import type { RemoteModel } from "../models/list/parse.ts";
import type { EffortsOf } from "../models/name.ts";
import { smallModelName } from "../models/small.ts";
import { endpointCandidates } from "../request/endpoint.ts";
import { findUsageWarnings } from "../response/usage.ts";
import { loadSettings, type SettingsInput } from "../settings/load.ts";
import type { ConfigLocation } from "../settings/opencode-config.ts";
import type { ResolvedSettings } from "../settings/resolve.ts";
import { hostEffortsIn } from "./v1/models.ts";
import { pickModelOptions } from "./v1/options.ts";
import type { HostModels } from "./v1/types.ts";

export type SessionDependencies = ConfigLocation & {
  readonly fetch: Fetch;
  /** The plugin's options in `opencode.json`. */
  readonly pluginOptions: unknown;
  readonly instructionsMemory: InstructionsMemory;
  readonly requestLog: RequestLog;
  /** Tells the user, once a session for each `id`. */
  readonly toast: (id: string, message: string) => void;
  /** One line for each decision, when debugging is on. */
  readonly debug: (message: string) => void;
};

/** What a login left behind. */
export type Credential = {
  readonly key: string;
  /** As typed at the login, which may be nothing or no URL. */
  readonly baseURL: string | undefined;
};

export function createSession(deps: SessionDependencies) {
  const { env, debug } = deps;
  const environmentKey = env.OPENCODE_CODEX_API_KEY?.trim() || undefined;
  const cacheFolder = join(deps.home, ".opencode", "cache");
  const cache = createJsonCache({ folder: cacheFolder, debug });
  const modelList = createModelList({ cache, fetch: deps.fetch, now: Date.now, debug });
  const instructions = createInstructions({
    memory: deps.instructionsMemory,
    cache,
    home: deps.home,
    directory: deps.directory,
    fetch: deps.fetch,
    debug,
    listed: (id) => served(id)?.instructions,
    ...mirrorsOf(env),
  });

  let provider: SettingsInput["provider"];
  let credential: Credential | undefined;
  let resolved: ResolvedSettings | undefined;
  let memory: GatewayMemory | undefined;
  let gateway: Promise<Gateway> | undefined;
  /** OpenCode's own record of models. */
  let hostModels: HostModels = {};
  let efforts:
    | { remote: readonly RemoteModel[] | undefined; host: HostModels; of: EffortsOf }
    | undefined;

  const key = (): string | undefined => environmentKey ?? credential?.key;

  async function load(): Promise<Gateway> {
    const current = await loadSettings({
      ...deps,
      provider,
      loginBaseURL: credential?.baseURL,
      secrets: [environmentKey, credential?.key],
    });
    resolved = current;
    for (const [name, source] of Object.entries(current.sources)) {
      debug(`setting ${name} from ${source}`);
    }
    const { instructions: setting = "codex" } = current.settings;
    // Early, so that the text is there when the first request wants it; if there can be one.
    const usable = key() !== undefined && current.settings.baseURL !== undefined;
    if (setting === "codex" && usable) instructions.start();
    memory = createMemory({
      folder: cacheFolder,
      baseURL: current.settings.baseURL ?? "",
      debug,
    });
    return createGateway({
      resolved: current,
      key: key(),
      fetch: deps.fetch,
      instructions: {
        resolve: (model) => instructions.resolve(model, setting),
        official: instructions.official,
      },
      models: {
        effortsOf,
        served: () => modelList.current()?.map(({ id }) => id),
        small: () => smallModelName(smallModelChoice()),
      },
      memory,
      log: deps.requestLog,
      debug,
      onEndpointLearned: (url) => deps.toast("endpoint", `The gateway now answers at ${url}.`),
      onAnswer: (headers) => {
        for (const { id, message } of findUsageWarnings(headers, Date.now())) {
          deps.toast(id, message);
        }
      },
    });
  }

  /** Always by the newest list, which the background may have brought; built once for each. */
  const effortsOf: EffortsOf = (id) => {
    const remote = modelList.current();
    if (efforts?.remote !== remote || efforts?.host !== hostModels) {
      efforts = {
        remote,
        host: hostModels,
        of: createEffortsOf(remote, hostEffortsIn(hostModels)),
      };
    }
    return efforts.of(id);
  };

  const served = (id: string): RemoteModel | undefined =>
    modelList.current()?.find((model) => model.id === id);

  const smallModelChoice = () => ({
    remote: modelList.current(),
    setting: resolved?.settings.smallModel,
  });

  /** Settings are read anew with the next use. */
  function reset(): void {
    gateway = undefined;
  }

  function ready(): Promise<Gateway> {
    gateway ??= load();
    return gateway;
  }

  return {
    /** A key is there, so requests for this provider are ours. */
    get active(): boolean {
      return key() !== undefined;
    },
    hasEnvironmentKey: environmentKey !== undefined,
    get resolved(): ResolvedSettings | undefined {
      return resolved;
    },
    /** Options that `opencode.json` sets for all models of the provider. */
    get modelOptions(): JsonObject {
      return pickModelOptions(provider?.options);
    },
    smallModelChoice,
    ready,

    setProvider(config: SettingsInput["provider"]): void {
      provider = config;
      reset();
    },

    setCredential(next: Credential | undefined): void {
      if (next?.key === credential?.key && next?.baseURL === credential?.baseURL) return;
      credential = next;
      reset();
    },

    /** The gateway's list, for a host that has these models itself. */
    async loadModels(models: HostModels): Promise<readonly RemoteModel[] | undefined> {
      hostModels = models;
      await ready();
      const { settings, problems } = resolved ?? { settings: {}, problems: [] };
      const secret = key();
      if (secret === undefined || settings.baseURL === undefined || problems.length > 0) {
        return undefined;
      }
      const [likeliest, ...others] = endpointCandidates(settings.baseURL, settings.responsesPath);
      const { endpoint: learned } = (await memory?.recall()) ?? {};
      return modelList.load({
        baseURL: settings.baseURL,
        // Only a URL of this base is believed, whatever the cache folder says.
        endpoint: others.find((url) => url === learned) ?? likeliest,
        clientVersion: clientVersion(await instructions.release()),
        headers: { ...settings.headers, authorization: `Bearer ${secret}` },
      });
    },

    effortsOf,

    async dispose(): Promise<void> {
      modelList.dispose();
      void instructions.stop();
      await deps.requestLog.flush();
    },
  };
}
