/** Refusals that one changed request mends: one retry a turn at most, and what it teaches. */
import { afterEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GatewayOptions } from "../../../src/gateway.ts";
import { sampleBody, userMessage } from "../../gateway/sample.ts";
import { createFolders } from "../../support/folder.ts";
import { type Sent, says, startPlugin, startRelay, until } from "../../support/relay.ts";

const folders = createFolders();
afterEach(folders.clean);

const refuse = (said: unknown, status = 400): Response => Response.json(said, { status });
const start = (baseURL: string, folder = folders.make(), change: Partial<GatewayOptions> = {}) =>
  startPlugin({ settings: { baseURL }, folder, change });

const reasoning = (sealed: string) => ({
  type: "reasoning",
  summary: [],
  encrypted_content: sealed,
});
const sealedIn = ({ rawBody }: Sent): string[] => rawBody.match(/gAAA-\w+/g) ?? [];

describe("reasoning of another account", () => {
  const error = {
    message: "The encrypted content gAAA... could not be verified.",
    type: "invalid_request_error",
    code: "invalid_encrypted_content",
  };
  const history = [userMessage("hello"), reasoning("gAAA-one"), reasoning("gAAA-two")];
  const cannotRead = (sent: Sent): boolean => /gAAA-(one|two)/.test(sent.rawBody);

  test.each([
    ["400", () => refuse({ error })],
    ["422", () => refuse({ error }, 422)],
    ["a JSON error with 200", () => refuse({ error }, 200)],
    ["an error event", () => new Response(`data: ${JSON.stringify({ type: "error", error })}\n\n`)],
  ])("%s: one retry without it", async (_, answer) => {
    await using relay = startRelay((sent) => (cannotRead(sent) ? answer() : says("hello")));
    const told = await start(relay.url).turn({ input: history });
    expect(told).toEqual({ status: 200, text: "hello", code: null });
    expect(relay.sent.map(sealedIn)).toEqual([["gAAA-one", "gAAA-two"], []]);
    // Nothing else is changed.
    const [first, second] = relay.sent;
    expect({ ...second?.body, input: [] }).toEqual({ ...first?.body, input: [] });
  });

  test("the next turn leaves it out from the start, and keeps what came since", async () => {
    await using relay = startRelay((sent) =>
      cannotRead(sent) ? refuse({ error }) : says("hello"),
    );
    const plugin = start(relay.url);
    await plugin.turn({ input: history });
    relay.sent.length = 0;
    await plugin.turn({ input: [...history, userMessage("go on"), reasoning("gAAA-new")] });
    expect(relay.sent.map(sealedIn)).toEqual([["gAAA-new"]]);
  });

  test("the account changes again", async () => {
    let account = /gAAA-b/;
    await using relay = startRelay((sent) =>
      sealedIn(sent).every((sealed) => account.test(sealed)) ? says("hello") : refuse({ error }),
    );
    const plugin = start(relay.url);
    const input = [userMessage("hello"), reasoning("gAAA-a1")];
    await plugin.turn({ input });
    await plugin.turn({ input: [...input, reasoning("gAAA-b1")] });
    account = /gAAA-c/;
    expect((await plugin.turn({ input: [...input, reasoning("gAAA-b1")] })).text).toBe("hello");
    expect(relay.sent.map(sealedIn)).toEqual([["gAAA-a1"], [], ["gAAA-b1"], ["gAAA-b1"], []]);
  });

  test("a second refusal is shown, and there is no third request", async () => {
    await using relay = startRelay(() => refuse({ error }));
    const told = await start(relay.url).turn({ input: history });
    expect(told).toEqual({ status: 400, text: error.message, code: "invalid_encrypted_content" });
    expect(relay.sent.length).toBe(2);
  });

  test("no retry without reasoning, and none for an outage with such words", async () => {
    await using relay = startRelay(() => refuse({ error }));
    expect((await start(relay.url).turn()).status).toBe(400);
    expect(relay.sent.length).toBe(1);
    await using down = startRelay(() => refuse({ error }, 503));
    expect((await start(down.url).turn({ input: history })).status).toBe(503);
    expect(down.sent.length).toBe(1);
  });
});

describe("a parameter that the gateway does not take", () => {
  /** Refuses whoever sends one of these, in the words of a real backend. */
  const without = (...keys: string[]) =>
    startRelay(({ body }) => {
      const wrong = keys.find((key) => key in body);
      return wrong === undefined
        ? says("hello")
        : refuse({ detail: `Unsupported parameter: ${wrong}` });
    });

  test("one retry without it, and the next turn does not send it", async () => {
    await using relay = without("prompt_cache_key");
    const plugin = start(relay.url);
    expect(await plugin.turn()).toEqual({ status: 200, text: "hello", code: null });
    const [first, second] = relay.sent;
    const { prompt_cache_key: _, ...others } = first?.body ?? {};
    expect(second?.body).toEqual(others);
    await plugin.turn();
    expect(relay.sent.length).toBe(3);
  });

  test("is remembered for that base URL, across processes", async () => {
    const folder = folders.make();
    await using relay = without("prompt_cache_key");
    await using other = without();
    await start(relay.url, folder).turn();
    const remembered = (name: string) => readFileSync(join(folder, name), "utf8");
    await until(() =>
      readdirSync(folder).some(
        (name) => name.endsWith(".json") && remembered(name).includes("prompt_cache_key"),
      ),
    );
    relay.sent.length = 0;
    await start(relay.url, folder).turn({ model: "gpt-5.2" });
    expect(relay.sent.length).toBe(1);
    await start(other.url, folder).turn();
    expect(other.sent.map(({ body }) => body.prompt_cache_key)).toEqual(["session-1"]);
  });

  test("with this model: other models still get it", async () => {
    const message = "Unsupported parameter: 'reasoning.summary' is not supported with this model.";
    const error = { message, param: "reasoning.summary", code: "unsupported_parameter" };
    await using relay = startRelay(({ body, rawBody }) =>
      body.model === "gpt-5.1" && rawBody.includes('"summary":"auto"')
        ? refuse({ error })
        : says("hello"),
    );
    const plugin = start(relay.url);
    for (const model of ["gpt-5.1", "gpt-5.1", "gpt-5.2"]) await plugin.turn({ model });
    const sent = relay.sent.map(({ body: { model, reasoning: asked } }) => ({ model, asked }));
    expect(sent).toEqual([
      { model: "gpt-5.1", asked: { effort: "high", summary: "auto" } },
      { model: "gpt-5.1", asked: { effort: "high" } },
      { model: "gpt-5.1", asked: { effort: "high" } },
      { model: "gpt-5.2", asked: { effort: "high", summary: "auto" } },
    ]);
  });

  test("two of them: one retry a turn, so the second turn gets through", async () => {
    await using relay = without("prompt_cache_key", "include");
    const plugin = start(relay.url);
    expect(await plugin.turn()).toMatchObject({
      status: 400,
      text: "Unsupported parameter: include",
    });
    expect(relay.sent.length).toBe(2);
    expect((await plugin.turn()).text).toBe("hello");
    expect(relay.sent.length).toBe(4);
    expect((await plugin.turn()).text).toBe("hello");
    expect(relay.sent.length).toBe(5);
  });

  test("the same refusal again: shown, not remembered, no third request", async () => {
    await using relay = startRelay(() =>
      refuse({ detail: "Your prompt says: unknown parameter: include" }),
    );
    const plugin = start(relay.url);
    expect((await plugin.turn()).status).toBe(400);
    expect(relay.sent.length).toBe(2);
    await plugin.turn();
    expect(relay.sent[2]?.body).toEqual(relay.sent[0]?.body ?? {});
  });

  test("the retry breaks off: the host may ask again, nothing is remembered", async () => {
    await using relay = startRelay(({ body }, before) => {
      if (before === 1) return refuse({ error: { message: "Busy." } }, 503);
      return "include" in body ? refuse({ detail: "Unsupported parameter: include" }) : says("hi");
    });
    expect(await start(relay.url).turn()).toMatchObject({ status: 503, text: "Busy." });
    expect(relay.sent.length).toBe(2);
  });

  test.each(["model", "input", "instructions", "stream", "tools"])(
    "%s: the refusal is shown at once",
    async (key) => {
      await using relay = without(key);
      expect(await start(relay.url).turn()).toMatchObject({
        status: 400,
        text: `Unsupported parameter: ${key}`,
      });
      expect(relay.sent.length).toBe(1);
    },
  );

  test("found while the endpoint is still looked for: discovery and one retry", async () => {
    await using relay = startRelay(({ path, body }) => {
      if (path !== "/v1/responses") return refuse({ detail: "Not Found" }, 404);
      return "include" in body ? refuse({ detail: "Unsupported parameter: include" }) : says("hi");
    });
    const plugin = start(relay.url);
    expect((await plugin.turn()).text).toBe("hi");
    expect(relay.sent.filter(({ path }) => path === "/v1/responses").length).toBe(2);
    relay.sent.length = 0;
    await plugin.turn();
    expect(relay.sent.map(({ path, body }) => [path, "include" in body])).toEqual([
      ["/v1/responses", false],
    ]);
  });
});

describe("instructions that the gateway does not take", () => {
  const said = { detail: "Instructions are not valid" };
  const official = "You are Codex.";
  const onlyOfficial = () =>
    startRelay(({ body }) => (body.instructions === official ? says("hello") : refuse(said)));
  const instructions = (own: string, other: string | undefined) => ({
    instructions: { resolve: async () => own, official: async () => other },
  });

  test("one retry with the official ones", async () => {
    await using relay = onlyOfficial();
    const plugin = start(relay.url, folders.make(), instructions("My own.", official));
    expect((await plugin.turn()).text).toBe("hello");
    const [first, second] = relay.sent;
    expect(second?.body).toEqual({ ...first?.body, instructions: official });
    expect(relay.sent.length).toBe(2);
  });

  test.each([
    ["the official ones were sent", official, official],
    ["there are no official ones", "My own.", undefined],
  ])("%s: no retry, and the setting is named", async (_, own, other) => {
    await using relay = startRelay(() => refuse(said));
    const told = await start(relay.url, folders.make(), instructions(own, other)).turn();
    expect(told.status).toBe(400);
    expect(told.text).toStartWith(
      'Instructions are not valid. Set "instructions" in the settings to "codex"',
    );
    expect(relay.sent.length).toBe(1);
  });

  test("the official ones are refused too: shown, no third request", async () => {
    await using relay = startRelay(() => refuse(said));
    const told = await start(relay.url, folders.make(), instructions("Mine.", official)).turn();
    expect(told.text).toContain('Set "instructions"');
    expect(relay.sent.length).toBe(2);
  });
});

test("one retry a turn, whatever comes after the first repair", async () => {
  const refusals = [
    { detail: "Unsupported parameter: include" },
    { detail: "Unsupported parameter: tool_choice" },
    { detail: "Instructions are not valid" },
  ];
  await using relay = startRelay((_, before) => refuse(refusals[before] ?? {}));
  const told = await start(relay.url).turn(sampleBody());
  expect(told.text).toBe("Unsupported parameter: tool_choice");
  expect(relay.sent.length).toBe(2);
});
