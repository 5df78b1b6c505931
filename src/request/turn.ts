/** Which turn of the user's a request belongs to. Pure. */
import { isObject, type JsonObject } from "../json.ts";
import { remember } from "../remember.ts";

/** From one message of the user to the next: the requests of one loop over tools. */
export type Turn = {
  readonly session: string | undefined;
  /** The same for every request of the turn, the host's own tries included. */
  readonly id: string;
  /** Part of a loop over tools; a title is made beside one, in the same session. */
  readonly loops: boolean;
};

/** Characters taken of each end of the user's message, which may hold megabytes of images. */
const sample = 200;

/** @param requested the host's body. */
export function identifyTurn(session: string | undefined, { input, tools }: JsonObject): Turn {
  const items: unknown[] = Array.isArray(input) ? input : [input];
  const messages = items.filter((item) => !isObject(item) || item.role === "user");
  // An edited message has the number of the one before.
  const last = JSON.stringify(messages.at(-1)) ?? "";
  const loops = Array.isArray(tools) && tools.length > 0;
  const marks = [messages.length, last.length, last.slice(0, sample), last.slice(-sample), loops];
  return { session, id: JSON.stringify(marks), loops };
}

/** Sessions remembered. */
const maxSessions = 200;

/** The same for every request of a turn, and for no other. */
export function keyOf({ session = "", id }: Turn): string {
  return `${session}\n${id}`;
}

/**
 * Follows the turns of sessions. A host that asks once more may add to the messages (OpenCode 2: the
 * part that came, and a message in the user's place that asks for the rest): it is the same turn.
 */
export function createTurns() {
  const turns = new Map<string, { readonly seen: string; readonly id: string }>();
  return {
    /** @param repeats the host asks once more for what went wrong before. */
    follow(turn: Turn, repeats = false): Turn {
      const { session, loops } = turn;
      // A title is made beside the turn.
      if (session === undefined || !loops) return turn;
      const last = turns.get(session);
      const id = last !== undefined && (repeats || last.seen === turn.id) ? last.id : turn.id;
      remember(turns, session, { seen: turn.id, id }, maxSessions);
      return { ...turn, id };
    },
  };
}
