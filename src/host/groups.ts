/** Gateways that stand in for each other as one, for `openai` and for each provider beside it. */
import { createAccounts } from "../failover/accounts.ts";
import { createFailover } from "../failover/failover.ts";
import { createFailoverState } from "../failover/state.ts";
import { type Gateway, isSendable } from "../gateway.ts";
import type { JsonCache } from "../json-cache.ts";
import type { ModelKnowledge } from "../models/knowledge.ts";
import type { RemoteModel } from "../models/list/parse.ts";
import type { EffortsOf } from "../models/name.ts";
import { maxTries } from "../response/retry.ts";
import { mainGateway } from "../settings/gateway-schema.ts";
import type { ConfiguredGateway } from "../settings/gateways.ts";
import type { LoadedSettings } from "../settings/load.ts";
import { createTries } from "../tries.ts";
import { words } from "../words/current.ts";
import { type Room, type Rooms, remembering } from "./room.ts";

/** The gateways of one provider. */
export type Group = {
  /** All of them as one, where there are several. */
  readonly gateway: Gateway;
  /** Those that can be asked, the first in front. */
  readonly rooms: readonly [Room, ...Room[]];
  /** What any of them serves, for the host to show. */
  readonly knowledge: () => ModelKnowledge;
};

export type GroupsDependencies = {
  readonly cache: JsonCache;
  readonly rooms: Rooms;
  readonly hostEfforts: () => EffortsOf | undefined;
  readonly catalogue: () => readonly RemoteModel[] | undefined;
  readonly toast: (id: string, message: string) => void;
  readonly debug: (message: string) => void;
};

export type Groups = {
  /** The gateways of `openai`. */
  open(resolved: LoadedSettings): Group;
  /** Those of the providers beside it, by their ids. */
  openBeside(resolved: LoadedSettings): ReadonlyMap<string, Group>;
  /** When all that was learned is written. */
  settled(): Promise<void>;
};

/** Seconds without a first byte until another gateway is asked, which costs a second answer. */
const defaultFirstByteTimeout = 120;

export function createGroups(deps: GroupsDependencies): Groups {
  const { rooms, hostEfforts, catalogue, debug } = deps;
  const failoverState = createFailoverState(deps.cache);
  const accounts = createAccounts();
  let moves = 0;

  /** The providers beside `openai` that have a gateway with a key. */
  function openBeside(resolved: LoadedSettings): ReadonlyMap<string, Group> {
    const groups = new Map<string, Group>();
    for (const id of new Set(resolved.beside.map(({ provider: own = "" }) => own))) {
      const all = resolved.beside.filter(({ provider: own }) => own === id);
      const first = all.find((one) => one.key !== undefined);
      if (first === undefined) continue;
      groups.set(id, openAll({ ...resolved, ...first.resolved, key: first.key }, all));
    }
    return groups;
  }

  function openAll(resolved: LoadedSettings, configured: readonly ConfiguredGateway[]): Group {
    const able = configured.filter((one) => one.key !== undefined && isSendable(one.key));
    const { settings, key } = resolved;
    const [only, ...more] = able;
    if (only === undefined || more.length === 0 || settings.failover === false) {
      const { name = mainGateway, models } = only ?? {};
      const room = rooms.open({ name, resolved, key, models });
      return groupOf(room.gateway, [room]);
    }
    const together = { tries: createTries(Math.max(maxTries, able.length)), accounts };
    const first = rooms.open(only, together);
    const others = more.map((one) => rooms.open(one, together));
    const [head, ...rest] = [first, ...others].flatMap(({ member }) => member ?? []);
    if (head === undefined) return groupOf(first.gateway, [first]);
    const seconds = settings.firstByteTimeout ?? defaultFirstByteTimeout;
    const gateway = createFailover({
      members: [head, ...rest],
      state: failoverState,
      accounts,
      tries: together.tries,
      firstByteTimeoutMs: seconds * 1_000,
      onMove: ({ from, to, why }) => {
        const said = words().failover;
        const message = why === "back" ? said.back(from, to) : said.moved(from, to, said.why[why]);
        debug(message);
        moves += 1;
        deps.toast(`failover ${moves}`, message);
      },
      debug,
    });
    return groupOf(gateway, [first, ...others]);
  }

  function groupOf(gateway: Gateway, all: Group["rooms"]): Group {
    const list = () => union(all.map((room) => room.knowledge().list));
    return { gateway, rooms: all, knowledge: remembering(list, hostEfforts, catalogue) };
  }

  return {
    open: (resolved) => openAll(resolved, resolved.gateways),
    openBeside,
    settled: failoverState.settled,
  };
}

/** What the gateways of a group serve, asked for anew where it is time. */
export async function listOf(
  all: Group["rooms"],
  version: string,
): Promise<readonly RemoteModel[] | undefined> {
  const lists = await Promise.all(all.map((room) => room.loadList(version)));
  // Where the first has no list, nobody knows what it serves beside the others.
  return lists[0] === undefined ? undefined : union(lists);
}

/** Each model once, as the first that has it describes it; the list itself where there is but one. */
export function union(
  lists: readonly (readonly RemoteModel[] | undefined)[],
): readonly RemoteModel[] | undefined {
  const known = lists.filter((list) => list !== undefined);
  if (known.length < 2) return known[0];
  const models = new Map<string, RemoteModel>();
  for (const model of known.flat()) if (!models.has(model.id)) models.set(model.id, model);
  return [...models.values()];
}
