/** Which gateways rest, and which one a session's account is at: shared by all processes of a user. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import type { JsonCache } from "../json-cache.ts";
import { createRefusal, isRefusalOf } from "../models/list/cache.ts";
import { type Fault, faults, restOf } from "./policy.ts";

const RestSchema = v.object({
  /** Unix milliseconds. */
  until: v.number(),
  /** In a row. */
  failures: v.number(),
  why: v.picklist(faults),
  /** A mark of the key that failed, too short to find a key by: another key is another try. */
  asker: v.object({ salt: v.string(), seal: v.string() }),
});

const StateSchema = v.object({
  rests: v.record(v.string(), RestSchema),
  /** The gateway that answered each session last, the newest at the end. */
  sessions: v.array(v.tuple([v.string(), v.string()])),
  /** The gateway that answered last of all, and when. */
  answered: v.optional(v.object({ gateway: v.string(), at: v.number() })),
});

type State = v.InferOutput<typeof StateSchema>;

/** What a gateway is known by: its name at its address, and its key for what that one met. */
export type Member = { readonly name: string; readonly baseURL: string; readonly key: string };

export type Resting = {
  /** Unix milliseconds. */
  readonly until: number;
  readonly why: Fault;
  readonly failures: number;
};

export type FailoverState = {
  /** Those that rest now, by name. */
  resting(members: readonly Member[]): Promise<ReadonlyMap<string, Resting>>;
  /** The gateway that answered a session last. */
  accountOf(session: string, members: readonly Member[]): Promise<string | undefined>;
  lastAnswer(
    members: readonly Member[],
  ): Promise<{ readonly name: string; readonly at: number } | undefined>;
  /** @param asked seconds that the gateway asks to wait. */
  fail(member: Member, fault: Fault, asked?: number): Promise<void>;
  /** @param session nothing for a request beside a session's turns. */
  succeed(member: Member, session: string | undefined): Promise<void>;
  /** When every change so far is written. */
  settled(): Promise<void>;
};

/** Sessions whose account is remembered. */
const maxSessions = 100;
/** A rest further away than this was written by a clock that was wrong. */
const longest = 7 * 3_600_000;
/** How old the word of the last answer may be, before it is worth a write. */
const freshMs = 60_000;

export const failoverFile = "failover.json";

export function createFailoverState(cache: JsonCache, now: () => number = Date.now): FailoverState {
  const file = cache.file(failoverFile, StateSchema);
  const none: State = { rests: {}, sessions: [] };
  /** What this process knows, for where the disk is read-only. */
  let own = none;
  async function load(): Promise<State> {
    // What was just learned may still be on its way there.
    await file.settled();
    return (await file.load()) ?? own;
  }
  function change(make: (state: State) => State): Promise<void> {
    own = make(own);
    return file.update((state = own) => {
      own = make(state);
      return own === state ? state : own;
    });
  }

  const restingIn = ({ rests }: State, member: Member): Resting | undefined => {
    const rest = rests[idOf(member)];
    if (rest === undefined || !isRefusalOf(member.key, rest.asker)) return undefined;
    return rest.until > now() && rest.until <= now() + longest ? rest : undefined;
  };

  return {
    settled: file.settled,
    async resting(members) {
      const state = await load();
      return new Map(
        members.flatMap((member) => {
          const rest = restingIn(state, member);
          return rest === undefined ? [] : [[member.name, rest] as const];
        }),
      );
    },
    async accountOf(session, members) {
      const { sessions } = await load();
      const id = sessions.findLast(([known]) => known === hash(session))?.[1];
      return members.find((member) => idOf(member) === id)?.name;
    },
    async lastAnswer(members) {
      const { answered } = await load();
      const found = members.find((member) => idOf(member) === answered?.gateway);
      return found === undefined || answered === undefined
        ? undefined
        : { name: found.name, at: answered.at };
    },
    fail: (member, fault, asked) =>
      change((state) => {
        const id = idOf(member);
        const before = state.rests[id];
        const same = before !== undefined && isRefusalOf(member.key, before.asker);
        // Requests that were under way together fail together, and count once.
        const rested = same && before.until <= now();
        const failures = same ? before.failures + (rested ? 1 : 0) : 1;
        const seconds = restOf(fault, failures, asked);
        if (seconds === 0) return state;
        const until = now() + seconds * 1_000;
        // Another process may have been told to wait longer.
        const kept =
          same && before.until <= now() + longest ? Math.max(until, before.until) : until;
        const rest = { until: kept, failures, why: fault, asker: createRefusal(member.key) };
        return { ...state, rests: { ...state.rests, [id]: rest } };
      }),
    succeed: (member, session) =>
      change((state) => {
        const id = idOf(member);
        const { [id]: rest, ...rests } = state.rests;
        const known = session === undefined ? undefined : hash(session);
        const current = state.sessions.findLast(([one]) => one === known)?.[1];
        const settled = known === undefined || current === id;
        const { answered } = state;
        const fresh = answered?.gateway === id && Math.abs(now() - answered.at) < freshMs;
        if (rest === undefined && settled && fresh) return state;
        const others = state.sessions.filter(([one]) => one !== known);
        const sessions: State["sessions"] =
          known === undefined ? state.sessions : [...others, [known, id]];
        return {
          rests,
          sessions: sessions.slice(-maxSessions),
          answered: { gateway: id, at: now() },
        };
      }),
  };
}

function idOf({ name, baseURL }: Member): string {
  return hash(`${name}\n${baseURL}`);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
