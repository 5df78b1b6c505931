/**
 * The header that keeps a turn on one account, as a pool wants it: each answer names a state, and
 * every later request of the same turn has to bring the turn's first one, and no other.
 */
import type { ApiError } from "./answers.ts";
import type { TurnRequest } from "./request.ts";

const header = "x-codex-turn-state";

/** `check` returns why a request is refused, if it is; `issue` what its answer's header says. */
export function createTurnStates() {
  const first = new Map<string, string>();
  let issued = 0;
  const turnOf = ({ session, input }: TurnRequest): string => {
    const messages = input.filter(({ type, role }) => type === "message" && role === "user");
    return JSON.stringify([session, messages]);
  };
  return {
    check(request: TurnRequest): ApiError | undefined {
      const expected = request.tools.length > 0 ? first.get(turnOf(request)) : undefined;
      const given = request.headers[header];
      if (given === expected) return undefined;
      const message = `${header} is ${given ?? "missing"} where ${expected ?? "none"} is due`;
      return { message, type: "invalid_request_error", code: "wrong_turn_state", param: header };
    },
    issue(request: TurnRequest): readonly [name: string, value: string] {
      issued += 1;
      const value = `state-${issued}`;
      const turn = turnOf(request);
      if (request.tools.length > 0 && !first.has(turn)) first.set(turn, value);
      return [header, value];
    },
  };
}
