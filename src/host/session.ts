/**
 * What the plugin knows between two starts of the host: who the user is, what is configured, and
 * which models there are. The hooks of a host tell it what they see, and ask it for a gateway.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Fetch } from "../fetch.ts";
import { createInstructions, type InstructionsMemory, mirrorsOf } from "../instructions/sources.ts";
import { createJsonCache } from "../json-cache.ts";
import type { RequestLog } from "../log/request-log.ts";
import { clientVersion } from "../models/client-version.ts";
import type { RemoteModel } from "../models/list/parse.ts";
import type { EffortsOf } from "../models/name.ts";
import type { Report } from "../report.ts";
import type { ConfigLocation } from "../settings/config-files.ts";
import type { Login, SettingsInput } from "../settings/input.ts";
import { keysPath } from "../settings/keys.ts";
import { type LoadedSettings, loadSettings } from "../settings/load.ts";
import { settingsPath } from "../settings/store.ts";

import { createGroups, type Group, listOf, union } from "./groups.ts";
import { createRooms, type Room, remembering } from "./room.ts";

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
export type SessionState = Group & {
  readonly resolved: LoadedSettings;
  /** The providers beside `openai`, by their ids. */
  readonly beside: ReadonlyMap<string, Group>;
};

export function createSession(deps: SessionDependencies) {
  const { env, debug } = deps;
  const cache = createJsonCache({ folder: join(deps.home, ".opencode", "cache"), debug });
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
  /** What the files of settings and keys looked like when they were read. */
  let stamp = "";
  /** The gateways in use. */
  let open: readonly Room[] = [];
  const catalogue = () => instructions.current()?.models;
  const rooms = createRooms({
    cache,
    fetch: deps.fetch,
    instructions: (setting = "codex") => ({
      resolve: (model) => instructions.resolve(model, setting),
      official: instructions.official,
    }),
    hostEfforts: () => hostEfforts,
    catalogue,
    log: deps.requestLog,
    toast: deps.toast,
    debug,
  });
  const groups = createGroups({
    cache,
    rooms,
    hostEfforts: () => hostEfforts,
    catalogue,
    toast: deps.toast,
    debug,
  });
  /** What any of them serves, for the host to show. */
  const knowledge = remembering(
    () => union(open.map((room) => room.knowledge().list)),
    () => hostEfforts,
    catalogue,
  );

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
    const usable =
      (key !== undefined && settings.baseURL !== undefined) ||
      resolved.beside.some((gateway) => gateway.key !== undefined);
    if (setting === "codex" && usable) instructions.start();
    const state = {
      ...groups.open(resolved),
      resolved,
      beside: groups.openBeside(resolved),
    };
    if (isCurrent()) {
      open = state.rooms;
      // A login may just have been written into them.
      stamp = await stampOf(deps.home);
    }
    return state;
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

    /** The same for a request, by what stands in the files now: the program changes them. */
    async upToDate(): Promise<SessionState> {
      await ready();
      if ((await stampOf(deps.home)) !== stamp) reset();
      return ready();
    },

    setProvider(config: SettingsInput["provider"]): void {
      provider = config;
      reset();
    },

    setLogin(next: Login | undefined): void {
      if (isDeepStrictEqual(next, login)) return;
      login = next;
      reset();
    },

    /** The gateway's list, for a host whose own catalogue says this of efforts, once it is known. */
    async loadModels(host = hostEfforts): Promise<readonly RemoteModel[] | undefined> {
      hostEfforts = host;
      const loading = ready();
      const { rooms: all } = await loading;
      const version = clientVersion((await instructions.release())?.tag);
      const list = await listOf(all, version);
      // Another login came meanwhile: its list is the one to show.
      if (current !== loading) return this.loadModels(host);
      return list;
    },

    /** The same for a provider beside `openai`. */
    async loadModelsOf({ rooms: all }: Group): Promise<readonly RemoteModel[] | undefined> {
      return listOf(all, clientVersion((await instructions.release())?.tag));
    },

    async dispose(): Promise<void> {
      rooms.dispose();
      void instructions.stop();
      await Promise.all([deps.requestLog.flush(), groups.settled()]);
    },
  };
}

/** Changes whenever one of the two files does. */
async function stampOf(home: string): Promise<string> {
  const stamps = await Promise.all(
    [settingsPath(home), keysPath(home)].map(async (path) => {
      const { mtimeMs, size, ino } = await stat(path).catch(() => ({
        mtimeMs: 0,
        size: 0,
        ino: 0,
      }));
      return `${mtimeMs} ${size} ${ino}`;
    }),
  );
  return stamps.join("\n");
}
