/**
 * What the plugin knows between two starts of the host: who the user is, what is configured, and
 * which models there are. The hooks of a host tell it what they see, and ask it for a gateway.
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Fetch } from "../fetch.ts";
import { createGateway, type Gateway } from "../gateway.ts";
import { createInstructions, type InstructionsMemory, mirrorsOf } from "../instructions/sources.ts";
import { createJsonCache } from "../json-cache.ts";
import type { RequestLog } from "../log/request-log.ts";
import { createMemory, type GatewayMemory } from "../memory.ts";
import { clientVersion } from "../models/client-version.ts";
import { createModelKnowledge, type ModelKnowledge } from "../models/knowledge.ts";
import { createModelList } from "../models/list/keep.ts";
import type { RemoteModel } from "../models/list/parse.ts";
import type { EffortsOf } from "../models/name.ts";
import type { Report } from "../report.ts";
import { endpointCandidates } from "../request/endpoint.ts";
import { findUsageWarnings } from "../response/usage.ts";
import type { ConfigLocation } from "../settings/config-files.ts";
import {
  type LoadedSettings,
  type Login,
  loadSettings,
  type SettingsInput,
} from "../settings/load.ts";
import { words } from "../words/current.ts";

export type SessionDependencies = ConfigLocation & {
  readonly fetch: Fetch;
  /** The plugin's options in `opencode.json`. */
  readonly pluginOptions: unknown;
  /** Of the system, such as `zh-CN`. */
  readonly locale?: string | undefined;
  readonly instructionsMemory: InstructionsMemory;
  readonly requestLog: RequestLog;
  /** Tells the user, once a session for each `id`. */
  readonly toast: (id: string, message: string) => void;
  /** One line for each decision, when debugging is on. */
  readonly debug: (message: string) => void;
  /** Tells the doctor, if it is there. */
  readonly report?: Report;
};

/** All that one load of the settings found. Nothing in it changes: a later load makes another. */
export type SessionState = {
  readonly resolved: LoadedSettings;
  readonly gateway: Gateway;
  readonly memory: GatewayMemory;
};

export function createSession(deps: SessionDependencies) {
  const { env, debug } = deps;
  const cache = createJsonCache({ folder: join(deps.home, ".opencode", "cache"), debug });
  const modelList = createModelList({ cache, fetch: deps.fetch, now: Date.now, debug });
  const instructions = createInstructions({
    memory: deps.instructionsMemory,
    cache,
    home: deps.home,
    directory: deps.directory,
    fetch: deps.fetch,
    debug,
    listed: (id) => knowledge().find(id)?.instructions,
    ...mirrorsOf(env),
  });

  let provider: SettingsInput["provider"];
  let login: Login | undefined;
  /** The load that counts, and what the last one that counted found. */
  let current: Promise<SessionState> | undefined;
  let latest: LoadedSettings | undefined;
  /** One load after the other: a login is written to the settings file. */
  let previous: Promise<unknown> = Promise.resolve();
  /** What the host's own catalogue says of models. */
  let hostEfforts: EffortsOf | undefined;
  let known: { readonly host: EffortsOf | undefined; readonly models: ModelKnowledge } | undefined;

  /** @param isCurrent false once provider or login are others than these. */
  async function load(
    input: Pick<SettingsInput, "provider" | "login">,
    isCurrent: () => boolean,
  ): Promise<SessionState> {
    const resolved = await loadSettings({ ...deps, ...input, isCurrent });
    if (isCurrent()) latest = resolved;
    const { settings, sources, key } = resolved;
    for (const [name, source] of Object.entries(sources)) {
      debug(`setting ${name} from ${source}`);
    }
    for (const { name, source } of resolved.ignored ?? []) {
      debug(`setting ${name} of ${source} is not used: it belongs to a base URL of the same place`);
    }
    if (key !== undefined) debug(`the key comes from ${key.source}`);
    const { instructions: setting = "codex" } = settings;
    // Early, so that the text is there when the first request wants it; if there can be one.
    const usable = key !== undefined && settings.baseURL !== undefined;
    if (setting === "codex" && usable) instructions.start();
    const memory = createMemory({ cache, baseURL: settings.baseURL ?? "" });
    const gateway = createGateway({
      resolved,
      key: key?.value,
      fetch: deps.fetch,
      instructions: {
        resolve: (model) => instructions.resolve(model, setting),
        official: instructions.official,
      },
      models: knowledge,
      memory,
      log: deps.requestLog,
      debug,
      onEndpointLearned: (url) => deps.toast("endpoint", words().notice.endpoint(url)),
      onAnswer: (headers) => {
        for (const { id, message } of findUsageWarnings(headers, Date.now())) {
          deps.toast(id, message);
        }
      },
    });
    return { resolved, gateway, memory };
  }

  /** Always by the newest list, which the background may have brought; built once for each. */
  function knowledge(): ModelKnowledge {
    const list = modelList.current();
    if (known === undefined || known.models.list !== list || known.host !== hostEfforts) {
      known = { host: hostEfforts, models: createModelKnowledge(list, hostEfforts) };
    }
    return known.models;
  }

  /** Settings are read anew with the next use. */
  function reset(): void {
    current = undefined;
  }

  function ready(): Promise<SessionState> {
    if (current !== undefined) return current;
    const input = { provider, login };
    const loading: Promise<SessionState> = previous.then(() =>
      load(input, () => current === loading),
    );
    previous = loading.catch(() => {});
    current = loading;
    return loading;
  }

  return {
    /** What was found last, for a host that does not wait. */
    get latest(): LoadedSettings | undefined {
      return latest;
    },
    knowledge,
    /** Settings, key and gateway that belong together. */
    ready,

    setProvider(config: SettingsInput["provider"]): void {
      provider = config;
      reset();
    },

    setLogin(next: Login | undefined): void {
      if (isDeepStrictEqual(next, login)) return;
      login = next;
      reset();
    },

    /** The gateway's list, for a host whose own catalogue says this of efforts. */
    async loadModels(host: EffortsOf): Promise<readonly RemoteModel[] | undefined> {
      hostEfforts = host;
      const loading = ready();
      const { resolved, memory } = await loading;
      const { settings, problems, key } = resolved;
      const { endpoint: learned } = await memory.recall();
      // Another login came meanwhile: its list is the one to show.
      if (current !== loading) return this.loadModels(host);
      if (key === undefined || settings.baseURL === undefined || problems.length > 0) {
        return undefined;
      }
      const [likeliest, ...others] = endpointCandidates(settings.baseURL, settings.responsesPath);
      return modelList.load({
        baseURL: settings.baseURL,
        // Only a URL of this base is believed, whatever the cache folder says.
        endpoint: others.find((url) => url === learned) ?? likeliest,
        clientVersion: clientVersion(await instructions.release()),
        headers: { ...settings.headers, authorization: `Bearer ${key.value}` },
      });
    },

    async dispose(): Promise<void> {
      modelList.dispose();
      void instructions.stop();
      await deps.requestLog.flush();
    },
  };
}
