/** The state that a gateway names for a turn goes back to it in that turn, and nowhere else. */
import { afterEach, describe, expect, test } from "bun:test";
import { consolePage } from "../gateway/answers.ts";
import { userMessage } from "../gateway/sample.ts";
import { createFolders } from "../support/folder.ts";
import { says, startPlugin, startRelay } from "../support/relay.ts";

const folders = createFolders();
afterEach(folders.clean);

const start = (baseURL: string, more: Record<string, unknown> = {}, key = "sk-one-0123456789") =>
  startPlugin({ settings: { baseURL, ...more }, folder: folders.make(), change: { key } });

const names = (state: string): Response => {
  const response = says("hello");
  response.headers.set("x-codex-turn-state", state);
  return response;
};
/** Names another state in each answer. */
const pool = () => startRelay((_, before) => names(`state-${before}`));

const call = [
  { type: "function_call", call_id: "c", name: "read", arguments: "{}" },
  { type: "function_call_output", call_id: "c", output: "x" },
];
const tools = [{ type: "function", name: "read", parameters: {} }];
const body = (...input: unknown[]) => ({ input, tools });
const hello = userMessage("hello");

test("in the loop over tools, until the next message", async () => {
  await using relay = pool();
  const plugin = start(relay.url);
  await plugin.turn(body(hello));
  await plugin.turn(body(hello, ...call));
  await plugin.turn(body(hello, ...call, ...call));
  await plugin.turn(body(hello, ...call, userMessage("go on")));
  await plugin.turn(body(hello, ...call, userMessage("go on"), ...call));
  const states = relay.sent.map(({ turnState }) => turnState);
  expect(states).toEqual([null, "state-0", "state-0", null, "state-3"]);
});

test("not to another session, nor with a title beside the turn", async () => {
  await using relay = pool();
  const plugin = start(relay.url);
  const headers = { "session-id": "ses_2" };
  await plugin.turn(body(hello));
  await plugin.turn({ input: [hello], tools: undefined });
  await plugin.turn(body(hello), { headers });
  await plugin.turn(body(hello, ...call));
  await plugin.turn(body(hello, ...call), { headers });
  const states = relay.sent.map(({ turnState }) => turnState);
  expect(states).toEqual([null, null, null, "state-0", "state-2"]);
});

test("not with another key, nor to another gateway", async () => {
  await using relay = pool();
  await using other = pool();
  await start(relay.url).turn(body(hello));
  await start(relay.url, {}, "sk-two-0123456789").turn(body(hello, ...call));
  await start(other.url).turn(body(hello, ...call));
  const states = [...relay.sent, ...other.sent].map(({ turnState }) => turnState);
  expect(states).toEqual([null, null, null]);
});

test("not after the account has changed: the next answer's is the first", async () => {
  const sealed = { type: "reasoning", summary: [], encrypted_content: "gAAA-one" };
  const error = { message: "It could not be verified.", code: "invalid_encrypted_content" };
  await using relay = startRelay((sent, before) => {
    const refused = before > 0 && sent.rawBody.includes("gAAA-one");
    return refused ? Response.json({ error }, { status: 400 }) : names(`state-${before}`);
  });
  const plugin = start(relay.url);
  await plugin.turn(body(hello));
  const second = [hello, sealed, ...call];
  await plugin.turn(body(...second));
  await plugin.turn(body(...second, ...call));
  const states = relay.sent.map(({ turnState }) => turnState);
  expect(states).toEqual([null, "state-0", null, "state-2"]);
});

describe("which answer names it", () => {
  test("not a refusal, which decides nothing", async () => {
    await using relay = startRelay((_, before) => {
      if (before > 0) return says("hello");
      const headers = { "x-codex-turn-state": "refused" };
      return Response.json({ error: { message: "Busy." } }, { status: 503, headers });
    });
    const plugin = start(relay.url);
    await plugin.turn(body(hello));
    await plugin.turn(body(hello));
    expect(relay.sent.map(({ turnState }) => turnState)).toEqual([null, null]);
  });

  test("nor a page at a wrong path", async () => {
    await using relay = startRelay(({ path }) => {
      if (path === "/v1/responses") return says("hello");
      const page = consolePage(404);
      page.headers.set("x-codex-turn-state", "page");
      return page;
    });
    const plugin = start(relay.url);
    await plugin.turn(body(hello));
    await plugin.turn(body(hello, ...call));
    expect(relay.sent.map(({ turnState }) => turnState)).toEqual([null, null, null]);
  });
});

test("the user's own header stays", async () => {
  await using relay = pool();
  const plugin = start(relay.url, { headers: { "X-Codex-Turn-State": "mine" } });
  await plugin.turn(body(hello));
  await plugin.turn(body(hello, ...call));
  expect(relay.sent.map(({ turnState }) => turnState)).toEqual(["mine", "mine"]);
});
