import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../../../src/json.ts";
import { createTurns, identifyTurn } from "../../../src/request/turn.ts";

const user = (text: string) => ({ role: "user", content: [{ type: "input_text", text }] });
const call = { type: "function_call", call_id: "c", name: "read", arguments: "{}" };
const output = { type: "function_call_output", call_id: "c", output: "x" };
const tools = [{ type: "function", name: "read" }];
const body = (...input: unknown[]): JsonObject => ({ input, tools });
const developer = { role: "developer", content: "Be useful." };

describe("the turn of a request", () => {
  const first = identifyTurn("ses_1", body(developer, user("hello")));

  test.each<[string, JsonObject]>([
    ["a tool was called", body(developer, user("hello"), call, output)],
    ["and another", body(developer, user("hello"), call, output, call, output)],
    ["the assistant spoke", body(developer, user("hello"), { role: "assistant", content: [] })],
    ["another system prompt", body(user("hello"))],
  ])("the same: %s", (_, requested) => expect(identifyTurn("ses_1", requested)).toEqual(first));

  test.each<[string, JsonObject]>([
    ["the next message", body(developer, user("hello"), call, output, user("go on"))],
    ["the same words again", body(developer, user("hello"), call, output, user("hello"))],
    ["the message was edited", body(developer, user("hello!"))],
    ["no message at all", body(developer)],
  ])("another: %s", (_, requested) => expect(identifyTurn("ses_1", requested)).not.toEqual(first));

  test("another session's", () => {
    expect(identifyTurn("ses_2", body(developer, user("hello")))).not.toEqual(first);
  });

  test.each<[string, JsonObject]>([
    ["no tools", { input: [user("hello")] }],
    ["an empty list of tools", { input: [user("hello")], tools: [] }],
  ])("another, and no loop: %s", (_, requested) => {
    const title = identifyTurn("ses_1", requested);
    expect(title.loops).toBe(false);
    expect(title.id).not.toBe(first.id);
  });

  test("a message that is a text counts", () => {
    const [one, two] = ["hello", "goodbye"].map((input) => identifyTurn("ses_1", { input }));
    expect(one?.id).not.toBe(two?.id);
  });

  test("an image of megabytes is told from another by its ends and its length", () => {
    const image = (data: string) => body(user(`${"x".repeat(1_000)}${data}${"x".repeat(1_000)}`));
    expect(identifyTurn("s", image("aa"))).not.toEqual(identifyTurn("s", image("a")));
    const long = "x".repeat(1_000);
    const [one, two, three] = [`${long}a`, `${long}b`, `a${long}`].map((text) =>
      identifyTurn("s", body(user(text))),
    );
    expect(one).not.toEqual(two);
    expect(one).not.toEqual(three);
  });
});

describe("following turns", () => {
  const part = { role: "assistant", content: "Once upon" };
  const first = body(user("tell"));
  const rest = body(user("tell"), part, user("go on from there"));
  const looped = body(user("tell"), part, user("go on from there"), call, output);
  const next = body(user("tell"), part, user("go on from there"), call, output, user("thanks"));
  const identify = (requested: JsonObject, session = "ses_1") => identifyTurn(session, requested);

  test("a repetition belongs to the turn it repeats, and so does what follows it", () => {
    const turns = createTurns();
    const turn = turns.follow(identify(first));
    expect(turn).toEqual(identify(first));
    expect(turns.follow(identify(rest), true)).toEqual(turn);
    expect(turns.follow(identify(rest), true)).toEqual(turn);
    expect(turns.follow(identify(looped))).toEqual(turn);
    expect(turns.follow(identify(next))).toEqual(identify(next));
  });

  test("what is no repetition is a turn of its own", () => {
    const turns = createTurns();
    turns.follow(identify(first));
    expect(turns.follow(identify(rest))).toEqual(identify(rest));
  });

  test("a repetition of nothing, of another session, or of a title is what it says", () => {
    const turns = createTurns();
    expect(turns.follow(identify(rest), true)).toEqual(identify(rest));
    turns.follow(identify(first, "ses_2"));
    expect(turns.follow(identify(next, "ses_3"), true)).toEqual(identify(next, "ses_3"));
    const title = identify({ input: [user("name it")] }, "ses_2");
    expect(turns.follow(title, true)).toEqual(title);
    expect(turns.follow(identify(rest, "ses_2"), true).id).toBe(identify(first).id);
  });

  test("the session that was silent longest is forgotten first", () => {
    const turns = createTurns();
    for (let n = 0; n <= 200; n += 1) turns.follow(identify(first, `ses_${n}`));
    expect(turns.follow(identify(rest, "ses_0"), true)).toEqual(identify(rest, "ses_0"));
    expect(turns.follow(identify(rest, "ses_200"), true).id).toBe(identify(first).id);
  });
});
