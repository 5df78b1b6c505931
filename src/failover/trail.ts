/** Which gateway each turn and session is at, and what was last wrong with whom. In memory only. Pure. */
import { remember } from "../remember.ts";
import { keyOf, type Turn } from "../request/turn.ts";
import type { Fault } from "./policy.ts";

/** From where to where, and why: `back` where the first is well again. */
export type Move = {
  readonly from: string;
  readonly to: string;
  readonly why: Fault | "back";
};

/** Most turns, and sessions, whose gateway is remembered. */
const maxRemembered = 200;

export function createTrail() {
  /** The gateway of each turn. */
  const turns = new Map<string, string>();
  /** Gateways that have failed the step that a turn is at, and how. */
  const steps = new Map<string, ReadonlyMap<string, Fault>>();
  /** The gateway that answered each session last. */
  const sessions = new Map<string, string>();
  /** The gateway in use, by the one that would be asked first. */
  const inUse = new Map<string, string>();
  /** For saying why a gateway is left. */
  const lastFault = new Map<string, Fault>();

  return {
    /** The gateway that has answered in this turn. */
    of: (turn: Turn) => turns.get(keyOf(turn)),
    /** Those that have failed the step that the turn is at, and how. */
    failing: (turn: Turn): ReadonlyMap<string, Fault> => steps.get(keyOf(turn)) ?? new Map(),
    /** The gateway that answered this session last, if that was in this process. */
    answered: (session: string) => sessions.get(session),

    fail(name: string, turn: Turn, fault: Fault): void {
      lastFault.set(name, fault);
      const failing = new Map(steps.get(keyOf(turn))).set(name, fault);
      remember(steps, keyOf(turn), failing, maxRemembered);
    },

    /** An answer has begun. */
    begin(name: string, turn: Turn): void {
      remember(turns, keyOf(turn), name, maxRemembered);
    },

    /** An answer has come to its end. */
    complete(name: string, turn: Turn): void {
      steps.delete(keyOf(turn));
      const { session, loops } = turn;
      if (loops && session !== undefined) remember(sessions, session, name, maxRemembered);
    },

    /**
     * The gateway that a request got to.
     *
     * @param home the one that a request like this goes to when all is well.
     * @returns what is to be told, once for each change.
     */
    arrive(
      name: string,
      home: string,
      resting: ReadonlyMap<string, { readonly why: Fault }>,
    ): Move | undefined {
      const from = inUse.get(home) ?? home;
      if (from === name) return undefined;
      inUse.set(home, name);
      const left = lastFault.get(from) ?? resting.get(from)?.why;
      return { from, to: name, why: name === home || left === undefined ? "back" : left };
    },
  };
}
