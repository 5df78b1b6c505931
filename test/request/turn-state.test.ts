import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../src/json.ts";
import {
  createTurnStates,
  findTurn,
  type Turn,
  turnStateHeader,
} from "../../src/request/turn-state.ts";

const user = (text: string) => ({ role: "user", content: [{ type: "input_text", text }] });
const call = { type: "function_call", call_id: "c", name: "read", arguments: "{}" };
const output = { type: "function_call_output", call_id: "c", output: "x" };
const tools = [{ type: "function", name: "read" }];
const body = (...input: unknown[]): JsonObject => ({ input, tools });
const developer = { role: "developer", content: "Be useful." };

describe("the turn of a request", () => {
  const first = findTurn("ses_1", body(developer, user("hello")));

  test.each<[string, JsonObject]>([
    ["a tool was called", body(developer, user("hello"), call, output)],
    ["and another", body(developer, user("hello"), call, output, call, output)],
    ["the assistant spoke", body(developer, user("hello"), { role: "assistant", content: [] })],
    ["another system prompt", body(user("hello"))],
  ])("the same: %s", (_, requested) => expect(findTurn("ses_1", requested)).toEqual(first));

  test.each<[string, JsonObject]>([
    ["the next message", body(developer, user("hello"), call, output, user("go on"))],
    ["the same words again", body(developer, user("hello"), call, output, user("hello"))],
    ["the message was edited", body(developer, user("hello!"))],
    ["no message at all", body(developer)],
  ])("another: %s", (_, requested) => expect(findTurn("ses_1", requested)).not.toEqual(first));

  test("another session's", () => {
    expect(findTurn("ses_2", body(developer, user("hello")))).not.toEqual(first);
  });

  test.each<[string, string | undefined, JsonObject]>([
    ["no session", undefined, body(user("hello"))],
    ["no tools", "ses_1", { input: [user("hello")] }],
    ["an empty list of tools", "ses_1", { input: [user("hello")], tools: [] }],
    ["no list of items", "ses_1", { input: "hello", tools }],
  ])("none: %s", (_, session, requested) => expect(findTurn(session, requested)).toBeUndefined());
});

describe("the state of a turn", () => {
  const turn: Turn = { session: "ses_1", id: "1 a" };
  const next: Turn = { session: "ses_1", id: "2 b" };
  const named = (state: string) => new Headers({ [turnStateHeader]: state });
  const start = () => {
    const states = createTurnStates();
    const recall = (of: Turn | undefined) => states.addTo({}, of)[turnStateHeader];
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

  test("a request of no turn neither gets nor changes it", () => {
    const { learn, recall, forget } = start();
    learn(turn, named("one"));
    learn(undefined, named("two"));
    forget(undefined);
    expect(recall(undefined)).toBeUndefined();
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
    const of = (session: number): Turn => ({ session: `ses_${session}`, id: "1" });
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
