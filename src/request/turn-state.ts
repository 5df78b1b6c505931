/**
 * What keeps a turn on one account of a gateway's pool: the gateway names it in a header of the
 * turn's first answer, and gets it back with the other requests of the same turn, as from the Codex
 * CLI. It says nothing beyond the turn, the key and the gateway.
 */
import { createHash } from "node:crypto";
import { isObject, type JsonObject } from "../json.ts";

export const turnStateHeader = "x-codex-turn-state";

/** From one message of the user to the next: the requests of one loop over tools. */
export type Turn = {
  readonly session: string;
  /** Number and hash of the user's messages: an edited message has the number of the one before. */
  readonly id: string;
};

/**
 * The turn that a request belongs to; none where it is part of no loop, as a title, which has the
 * session of the turn that it is made beside.
 *
 * @param requested the host's body.
 */
export function findTurn(session: string | undefined, requested: JsonObject): Turn | undefined {
  const { input, tools } = requested;
  const looping = Array.isArray(tools) && tools.length > 0 && Array.isArray(input);
  if (session === undefined || !looping) return undefined;
  const messages: unknown[] = input.filter((item) => isObject(item) && item.role === "user");
  const last = JSON.stringify(messages.at(-1) ?? null);
  const hash = createHash("sha256").update(last).digest("hex");
  return { session, id: `${messages.length} ${hash}` };
}

/** Sessions whose turn is remembered; subagents have their own. */
const maxSessions = 100;

/** What a header can carry, and servers take: many refuse 8 KiB of headers and more. */
const sendable = /^[\x20-\x7e]{1,4096}$/;

export type TurnStates = {
  /** The headers with the state of the turn, unless they name one already. */
  addTo(
    headers: Readonly<Record<string, string>>,
    turn: Turn | undefined,
  ): Readonly<Record<string, string>>;
  /** Keeps the first state that an answer names in a turn. */
  learn(turn: Turn | undefined, answer: Headers): void;
  /** The turn goes on at another account. */
  forget(turn: Turn | undefined): void;
};

/** For one key and one gateway; in memory only. */
export function createTurnStates(): TurnStates {
  /** By session, the one that was used last at the end. */
  const states = new Map<string, { readonly id: string; readonly state: string }>();

  function recall(turn: Turn | undefined): string | undefined {
    if (turn === undefined) return undefined;
    const known = states.get(turn.session);
    if (known?.id === turn.id) return known.state;
    // The user has said something since.
    states.delete(turn.session);
    return undefined;
  }

  return {
    addTo(headers, turn) {
      const state = recall(turn);
      return state === undefined ? headers : { [turnStateHeader]: state, ...headers };
    },
    learn(turn, answer) {
      const state = answer.get(turnStateHeader);
      if (turn === undefined || state === null || !sendable.test(state)) return;
      const first = recall(turn) ?? state;
      states.delete(turn.session);
      states.set(turn.session, { id: turn.id, state: first });
      const [oldest] = states.keys();
      if (states.size > maxSessions && oldest !== undefined) states.delete(oldest);
    },
    forget(turn) {
      if (turn !== undefined) states.delete(turn.session);
    },
  };
}
