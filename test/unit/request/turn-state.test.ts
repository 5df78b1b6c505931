import { describe, expect, test } from "bun:test";
import type { Turn } from "../../../src/request/turn.ts";
import { createTurnStates, turnStateHeader } from "../../../src/request/turn-state.ts";

describe("the state of a turn", () => {
  const turn: Turn = { session: "ses_1", id: "1 a", loops: true };
  const next: Turn = { session: "ses_1", id: "2 b", loops: true };
  const named = (state: string) => new Headers({ [turnStateHeader]: state });
  const start = () => {
    const states = createTurnStates();
    const recall = (of: Turn) => states.addTo({}, of)[turnStateHeader];
    return { ...states, recall };
  };

  test("the first one stays for the turn", () => {
    const { learn, recall } = start();
    expect(recall(turn)).toBeUndefined();
    learn(turn, new Headers());
    expect(recall(turn)).toBeUndefined();
    learn(turn, named("one"));
    learn(turn, named("two"));
    learn(turn, new Headers());
    expect(recall(turn)).toBe("one");
  });

  test("and is dropped at the next message, also if the user goes back", () => {
    const { learn, recall } = start();
    learn(turn, named("one"));
    expect(recall(next)).toBeUndefined();
    expect(recall(turn)).toBeUndefined();
    learn(next, named("two"));
    expect(recall(next)).toBe("two");
  });

  test("a request of no loop or no session neither gets nor changes it", () => {
    const { learn, recall, forget } = start();
    learn(turn, named("one"));
    for (const other of [
      { ...turn, loops: false },
      { ...turn, session: undefined },
    ]) {
      learn(other, named("two"));
      forget(other);
      expect(recall(other)).toBeUndefined();
    }
    expect(recall(turn)).toBe("one");
  });

  test("is forgotten when the account changes", () => {
    const { learn, recall, forget } = start();
    learn(turn, named("one"));
    forget(turn);
    expect(recall(turn)).toBeUndefined();
    learn(turn, named("two"));
    expect(recall(turn)).toBe("two");
  });

  test.each(["", "x".repeat(4_097), "sch\u00f6n"])("%p is not kept", (state) => {
    const { learn, recall } = start();
    learn(turn, named(state));
    expect(recall(turn)).toBeUndefined();
  });

  test("the user's own header comes first, and nothing given is changed", () => {
    const { learn, addTo } = start();
    learn(turn, named("one"));
    const headers = Object.freeze({ [turnStateHeader]: "mine", accept: "x" });
    expect(addTo(headers, turn)).toEqual(headers);
    expect(addTo(Object.freeze({ accept: "x" }), turn)).toEqual({
      accept: "x",
      [turnStateHeader]: "one",
    });
  });

  test("of a hundred sessions, those used last", () => {
    const { learn, recall } = start();
    const of = (session: number): Turn => ({ session: `ses_${session}`, id: "1", loops: true });
    for (let session = 0; session < 100; session++) learn(of(session), named(`${session}`));
    learn(of(0), named("later"));
    learn(of(100), named("100"));
    expect([0, 1, 2, 99, 100].map((session) => recall(of(session)))).toEqual([
      "0",
      undefined,
      "2",
      "99",
      "100",
    ]);
  });
});
