import { afterEach, describe, expect, test } from "bun:test";
import { createParser } from "eventsource-parser";
import * as v from "valibot";
import { demoBrain, scripted } from "../../gateway/brains.ts";
import { HEADERS, KEY, sampleBody, userMessage } from "../../gateway/sample.ts";
import { startGateway } from "../../gateway/server.ts";
import type { Gateway, GatewayOptions } from "../../gateway/types.ts";

const open: Gateway[] = [];
function start(options: Partial<GatewayOptions> = {}): Gateway {
  const gateway = startGateway({ key: KEY, ...options });
  open.push(gateway);
  return gateway;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
});

function post(gateway: Gateway, body: unknown = sampleBody(), init: RequestInit = {}) {
  const url = `${gateway.url}/backend-api/codex/responses`;
  return fetch(url, { method: "POST", headers: HEADERS, body: JSON.stringify(body), ...init });
}
const Event = v.looseObject({ type: v.string() });
function eventsIn(text: string) {
  const events: v.InferOutput<typeof Event>[] = [];
  const onEvent = ({ data }: { data: string }) => events.push(v.parse(Event, JSON.parse(data)));
  createParser({ onEvent }).feed(text);
  return events;
}
const lastOf = async (response: Response) => eventsIn(await response.text()).at(-1);

describe("key and shape", () => {
  test("a wrong key gets 401 and no stream", async () => {
    const gateway = start();
    const headers = { ...HEADERS, authorization: "Bearer wrong" };
    const response = await post(gateway, sampleBody(), { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: "invalid_api_key" } });
    expect(gateway.requests()).toMatchObject([
      { status: 401, refusal: { code: "invalid_api_key" } },
    ]);
  });

  test("a wrong shape gets 400 with the field; not when strict is off", async () => {
    const gateway = start();
    const body = sampleBody({ temperature: 0 });
    const response = await post(gateway, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: "temperature" } });
    gateway.options.strict = false;
    expect((await post(gateway, body)).status).toBe(200);
    expect((await post(gateway, body, { headers: {} })).status).toBe(401);
  });

  test("a turn's state has to come back with the turn's other requests, and with no other", async () => {
    const gateway = start({ turnStates: true });
    const ask = async (state: string | undefined, change: Record<string, unknown> = {}) => {
      const headers = { ...HEADERS, ...(state !== undefined && { "x-codex-turn-state": state }) };
      const response = await post(gateway, sampleBody(change), { headers });
      return [response.status, response.headers.get("x-codex-turn-state")];
    };
    const next = { input: [userMessage("hello"), userMessage("go on")] };
    expect(await ask(undefined)).toEqual([200, "state-1"]);
    expect(await ask("state-1")).toEqual([200, "state-2"]);
    for (const wrong of [undefined, "state-2"]) expect(await ask(wrong)).toEqual([400, null]);
    expect(await ask("state-1", next)).toEqual([400, null]);
    expect(await ask(undefined, next)).toEqual([200, "state-3"]);
    expect(await ask("state-1", { tools: undefined, tool_choice: undefined })).toEqual([400, null]);
  });

  test.each([
    ["json", 404, "application/json"],
    ["html", 200, "text/html"],
    ["html404", 404, "text/html"],
  ] as const)("an unknown path, %s", async (unknownPath, status, type) => {
    const gateway = start({ unknownPath });
    const response = await fetch(`${gateway.url}/nowhere?a=1`, { method: "POST", body: "{}" });
    expect([response.status, response.headers.get("content-type")?.split(";")[0]]).toEqual([
      status,
      type,
    ]);
    expect(gateway.transcript).toMatchObject([
      { n: 1, path: "/nowhere", query: "?a=1", kind: "unknown" },
    ]);
  });

  test("the path can be moved, and there can be several", async () => {
    const gateway = start({ responsesPath: ["/v1/responses", "/responses"] });
    const init = { method: "POST", headers: HEADERS, body: JSON.stringify(sampleBody()) };
    expect((await fetch(`${gateway.url}/v1/responses`, init)).status).toBe(200);
    expect((await post(gateway)).status).toBe(404);
  });
});

describe("answers", () => {
  test("a script plays per session; titles use up no step", async () => {
    const gateway = start({
      brain: scripted([
        { kind: "tools", calls: [{ name: "bash", arguments: { command: "ls" } }] },
        { kind: "text", text: "over" },
      ]),
    });
    const callOf = { response: { output: [{ type: "function_call", name: "bash" }] } };
    expect(await lastOf(await post(gateway))).toMatchObject(callOf);
    const { tools: _none, ...title } = sampleBody();
    expect(await lastOf(await post(gateway, title))).toMatchObject({
      response: { output: [{ type: "message" }] },
    });
    expect(await lastOf(await post(gateway))).toMatchObject({
      response: { output: [{ content: [{ text: "over" }] }] },
    });
    expect(await lastOf(await post(gateway, sampleBody({ prompt_cache_key: "b" })))).toMatchObject(
      callOf,
    );
    expect([gateway.turns().length, gateway.titles().length]).toEqual([3, 1]);
  });

  test("usage follows from the shared prefix, and can be overridden", async () => {
    const gateway = start();
    await post(gateway);
    const second = await lastOf(await post(gateway));
    const { prefix } = gateway.requests()[1] ?? {};
    expect(prefix).toMatchObject({ complete: true });
    const usage = {
      input_tokens: Math.ceil((prefix?.total ?? 0) / 4),
      input_tokens_details: { cached_tokens: Math.floor((prefix?.shared ?? 0) / 4) },
    };
    expect(second).toMatchObject({ type: "response.completed", response: { usage } });
    gateway.options.usage = { total_tokens: 7 };
    expect(await lastOf(await post(gateway))).toMatchObject({
      response: { usage: { total_tokens: 7 } },
    });
  });

  test("an error step, a raw step, a brain that throws", async () => {
    const error = { message: "later", code: "rate_limit_exceeded" };
    const gateway = start({
      brain: scripted([
        { kind: "error", status: 429, error, headers: { "retry-after": "3" } },
        { kind: "raw", response: new Response("plain", { status: 502 }) },
      ]),
    });
    const limited = await post(gateway);
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "3"]);
    expect(await limited.json()).toEqual({ error });
    expect(await (await post(gateway)).text()).toBe("plain");
    gateway.options.brain = () => {
      throw new Error("no idea");
    };
    expect(await (await post(gateway)).json()).toMatchObject({ error: { message: "no idea" } });
    expect(gateway.requests().map(({ status }) => status)).toEqual([429, 502, 500]);
  });

  test("respond sees a request after the check, or before it", async () => {
    const gateway = start({
      respond: (_request, { attempt }) =>
        attempt === 1 ? new Response("fault", { status: 503 }) : undefined,
    });
    expect((await post(gateway)).status).toBe(503);
    expect((await post(gateway)).status).toBe(200);
    gateway.options.respond = () => new Response("first", { status: 418 });
    expect((await post(gateway, {})).status).toBe(400);
    gateway.options.respondFirst = true;
    expect((await post(gateway, {})).status).toBe(418);
  });
});

describe("the wire", () => {
  test("a gate holds the stream back until the test wants more", async () => {
    const gate = Promise.withResolvers<void>();
    const gateway = start({
      chunking: { gate: (index) => (index < 2 ? undefined : gate.promise) },
    });
    const reader = (await post(gateway)).body?.getReader();
    let seen = "";
    const read = async () => new TextDecoder().decode((await reader?.read())?.value);
    while (!seen.includes("response.in_progress")) seen += await read();
    expect(seen).not.toContain("response.output_item.added");
    gate.resolve();
    while (!seen.includes("event: response.completed")) seen += await read();
  });

  test("an abort is noticed", async () => {
    const gateway = start({ chunking: { finish: "hang" } });
    const abort = new AbortController();
    const response = await post(gateway, sampleBody(), { signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    const exchange = await gateway.until(({ closedByClient }) => closedByClient === true);
    expect(exchange).toMatchObject({ n: 1, status: 200 });
    expect(exchange.finished).toBeUndefined();
  });

  test("an abort before the answer is noticed", async () => {
    const gateway = start({ respond: () => new Promise(() => {}) });
    const abort = new AbortController();
    const answer = post(gateway, sampleBody(), { signal: abort.signal });
    await gateway.until(({ kind, prefix }) => kind === "responses" && prefix !== undefined);
    abort.abort();
    expect(await answer.catch((error: Error) => error.name)).toBe("AbortError");
    await gateway.until(({ closedByClient }) => closedByClient === true);
  });

  test("a full read is no abort", async () => {
    const gateway = start();
    await (await post(gateway)).text();
    const exchange = await gateway.until(({ finished }) => finished === true);
    expect(exchange.closedByClient).toBeUndefined();
  });

  test("a reset comes after the head and the pieces", async () => {
    const gateway = start({ chunking: { finish: "reset" } });
    const response = await post(gateway);
    expect(response.status).toBe(200);
    expect(await response.text().catch((error: Error) => error)).toBeInstanceOf(Error);
  });
});

describe("the demo brain", () => {
  const task = userMessage("write hello world to test.txt");
  const cwd = { ...userMessage("<env>\n  Working directory: /w/here\n</env>"), role: "developer" };
  const tool = (name: string, type = "function") => ({
    type,
    name,
    parameters: { type: "object", properties: {} },
  });
  const patch = "*** Begin Patch\n*** Add File: test.txt\n+hello world\n*** End Patch";
  const command = "printf '%s\\n' 'hello world' > 'test.txt'";
  test.each([
    [[tool("write"), tool("apply_patch")], { arguments: JSON.stringify({ patchText: patch }) }],
    [[tool("apply_patch", "custom")], { type: "custom_tool_call", input: `${patch}\n` }],
    [
      [tool("bash"), tool("write")],
      { arguments: JSON.stringify({ filePath: "/w/here/test.txt", content: "hello world\n" }) },
    ],
    [[tool("bash")], { arguments: JSON.stringify({ command, description: "Writes test.txt" }) }],
    [[tool("exec_command")], { arguments: JSON.stringify({ cmd: command }) }],
  ])("writes with what is there: %j", async (tools, expected) => {
    const gateway = start({ brain: demoBrain });
    const last = await lastOf(await post(gateway, sampleBody({ tools, input: [cwd, task] })));
    expect(last).toMatchObject({ response: { output: [{ type: "reasoning" }, expected] } });
  });
});
