/**
 * What keeps a turn on one account of a gateway's pool: the gateway names it in a header of the
 * turn's first answer, and gets it back with the other requests of the same turn, as from the Codex
 * CLI. It says nothing beyond the turn, the key and the gateway.
 */
import { remember } from "../remember.ts";
import type { Turn } from "./turn.ts";

export const turnStateHeader = "x-codex-turn-state";

/** Sessions whose turn is remembered; subagents have their own. */
const maxSessions = 100;

/** What a header can carry, and servers take: many refuse 8 KiB of headers and more. */
const sendable = /^[\x20-\x7e]{1,4096}$/;

export type TurnStates = {
  /** The headers with the state of the turn, unless they name one already. */
  addTo(headers: Readonly<Record<string, string>>, turn: Turn): Readonly<Record<string, string>>;
  /** Keeps the first state that an answer names in a turn. */
  learn(turn: Turn, answer: Headers): void;
  /** The turn goes on at another account. */
  forget(turn: Turn): void;
};

/** For one key and one gateway; in memory only. */
export function createTurnStates(): TurnStates {
  /** By session, the one that was used last at the end. */
  const states = new Map<string, { readonly id: string; readonly state: string }>();

  function recall({ session, id, loops }: Turn): string | undefined {
    if (session === undefined || !loops) return undefined;
    const known = states.get(session);
    if (known?.id === id) return known.state;
    // The user has said something since.
    states.delete(session);
    return undefined;
  }

  return {
    addTo(headers, turn) {
      const state = recall(turn);
      return state === undefined ? headers : { [turnStateHeader]: state, ...headers };
    },
    learn(turn, answer) {
      const state = answer.get(turnStateHeader);
      const { session, id, loops } = turn;
      if (session === undefined || !loops || state === null || !sendable.test(state)) return;
      const first = recall(turn) ?? state;
      remember(states, session, { id, state: first }, maxSessions);
    },
    forget({ session, loops }) {
      if (session !== undefined && loops) states.delete(session);
    },
  };
}
