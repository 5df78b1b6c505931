/** One gateway and all that is known of it: what it learned, its models, its balance. */
import type { Accounts } from "../failover/accounts.ts";
import type { FailoverMember } from "../failover/failover.ts";
import type { Fetch } from "../fetch.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../gateway.ts";
import type { JsonCache } from "../json-cache.ts";
import type { RequestLog } from "../log/request-log.ts";
import { createMemory, type GatewayMemory } from "../memory.ts";
import { createModelKnowledge, type ModelKnowledge } from "../models/knowledge.ts";
import { createModelList, type ModelList } from "../models/list/keep.ts";
import type { RemoteModel } from "../models/list/parse.ts";
import { type EffortsOf, resolveModel } from "../models/name.ts";
import { endpointCandidates } from "../request/endpoint.ts";
import { findUsageWarnings } from "../response/usage.ts";
import type { ConfiguredGateway } from "../settings/gateways.ts";
import type { Tries } from "../tries.ts";
import { words } from "../words/current.ts";
import { createBalanceWatch } from "./balance.ts";

export type RoomDependencies = {
  readonly cache: JsonCache;
  readonly fetch: Fetch;
  readonly instructions: (setting: string | undefined) => GatewayOptions["instructions"];
  readonly hostEfforts: () => EffortsOf | undefined;
  /** The models of the newest release of Codex that is known. */
  readonly catalogue: () => readonly RemoteModel[] | undefined;
  readonly log: RequestLog;
  readonly toast: (id: string, message: string) => void;
  readonly debug: (message: string) => void;
};

/** What gateways that stand in for each other share. */
export type Together = { readonly tries: Tries; readonly accounts: Accounts };

export type Room = {
  readonly name: string;
  readonly gateway: Gateway;
  readonly memory: GatewayMemory;
  readonly knowledge: () => ModelKnowledge;
  /** Nothing where it lacks base URL or key. */
  readonly loadList: (clientVersion: string) => Promise<readonly RemoteModel[] | undefined>;
  /** Nothing where it lacks base URL or key. */
  readonly member: FailoverMember | undefined;
};

export type Rooms = {
  open(configured: ConfiguredGateway, together?: Together): Room;
  dispose(): void;
};

export function createRooms(deps: RoomDependencies): Rooms {
  const { cache, fetch, debug, hostEfforts, catalogue } = deps;
  /** They outlive a change of the settings. */
  const lists = new Map<string, ModelList>();
  const told = new Set<string>();

  function listOf(name: string, baseURL: string | undefined): ModelList {
    const id = `${name} ${baseURL}`;
    const list = lists.get(id) ?? createModelList({ cache, fetch, now: Date.now, debug });
    lists.set(id, list);
    return list;
  }

  function open(configured: ConfiguredGateway, together?: Together): Room {
    const { name, resolved, key, models } = configured;
    const { settings, problems } = resolved;
    const { baseURL } = settings;
    const list = listOf(name, baseURL);
    const memory = createMemory({ cache, baseURL: baseURL ?? "" });
    const current = () => named(list.current(), models);
    const knowledge = remembering(current, hostEfforts, catalogue);
    const tell = (id: string, message: string): void =>
      together === undefined
        ? deps.toast(id, message)
        : deps.toast(`${name} ${id}`, `${name}: ${message}`);
    const balance = createBalanceWatch({ ...deps, configured, told, toast: deps.toast });
    const gateway = createGateway({
      resolved,
      key: key?.value,
      fetch,
      instructions: deps.instructions(settings.instructions),
      models: knowledge,
      memory,
      log: deps.log,
      debug,
      onEndpointLearned: (url) => tell("endpoint", words().notice.endpoint(url)),
      onAnswer(headers) {
        balance.onAnswer(headers);
        for (const { id, message } of findUsageWarnings(headers, Date.now())) tell(id, message);
      },
      onLimits: balance.onLimits,
      ...(together === undefined ? {} : { name, tries: together.tries }),
      ...(together === undefined
        ? {}
        : { ownOnly: (body) => together.accounts.ownOnly(body, name) }),
    });
    const able = baseURL !== undefined && key !== undefined && problems.length === 0;
    return {
      name,
      gateway,
      memory,
      knowledge,
      async loadList(clientVersion) {
        if (!able) return undefined;
        const { endpoint: learned } = await memory.recall();
        const [likeliest, ...others] = endpointCandidates(baseURL, settings.responsesPath);
        const loaded = await list.load({
          baseURL,
          // Only a URL of this base is believed, whatever the cache folder says.
          endpoint: others.find((url) => url === learned) ?? likeliest,
          clientVersion,
          headers: { ...settings.headers, authorization: `Bearer ${key.value}` },
        });
        return named(loaded, models);
      },
      member: able
        ? {
            name,
            baseURL,
            key: key.value,
            gateway,
            serves(model) {
              const models = knowledge();
              const { id } = resolveModel(model, models);
              return models.list === undefined || models.find(id) !== undefined;
            },
          }
        : undefined,
    };
  }

  return {
    open,
    dispose() {
      for (const list of lists.values()) list.dispose();
    },
  };
}

/** The user's word for what is served, with what the list says about each. */
function named(
  list: readonly RemoteModel[] | undefined,
  ids: readonly string[] | undefined,
): readonly RemoteModel[] | undefined {
  return ids === undefined ? list : ids.map((id) => list?.find((one) => one.id === id) ?? { id });
}

/** Always by the newest list, which the background may have brought; built once for each. */
export function remembering(
  current: () => readonly RemoteModel[] | undefined,
  hostEfforts: () => EffortsOf | undefined,
  catalogue: () => readonly RemoteModel[] | undefined,
): () => ModelKnowledge {
  let known: { list: unknown; others: readonly unknown[]; models: ModelKnowledge } | undefined;
  return () => {
    const list = current();
    const others = [hostEfforts(), catalogue()] as const;
    const isSame = others.every((other, index) => other === known?.others[index]);
    if (known === undefined || !isSame || !isSameList(known.list, list)) {
      known = { list, others, models: createModelKnowledge(list, ...others) };
    }
    return known.models;
  };
}

/** A list that is put together anew each time is the same if its models are. */
function isSameList(a: unknown, b: readonly RemoteModel[] | undefined): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || b === undefined || a.length !== b.length) return false;
  return b.every((model, index) => a[index] === model);
}
