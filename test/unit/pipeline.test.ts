import { afterEach, describe, expect, test } from "bun:test";
import * as v from "valibot";
import { createGateway, type GatewayOptions, type GatewayRequest } from "../../src/gateway.ts";
import { createModelKnowledge } from "../../src/models/knowledge.ts";
import { createBridge } from "../../src/prompt/bridge.ts";
import { scripted } from "../gateway/brains.ts";
import { KEY } from "../gateway/sample.ts";
import { startGateway } from "../gateway/server.ts";
import type { Gateway, Respond, GatewayOptions as ServerOptions } from "../gateway/types.ts";
import { collect, eventsIn, recorded } from "../support/answers.ts";
import { gatewayOptions } from "../support/gateway-options.ts";

/** Servers to be closed after the test. */
const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

function startStrict(options: Partial<ServerOptions> = {}): Gateway {
  const gateway = startGateway({ key: KEY, ...options });
  open.push(gateway);
  return gateway;
}

/** Answers only when the client has gone: Bun 1.3 does not stop a server that still owes an answer. */
const silence: Respond = (_, { signal }) =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(new Response()));
  });

/** A server of one fixed answer, which counts. */
function startPlain(answer: (request: Request) => Response | Promise<Response>) {
  const seen: { url: string; headers: Headers; body: string }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      seen.push({ url: request.url, headers: request.headers, body: await request.text() });
      return answer(request);
    },
  });
  open.push({ close: () => server.stop(true) });
  return { url: `http://127.0.0.1:${server.port}`, seen };
}

/** The pipeline with these settings; `debug` collects what is written there. */
function createPipeline(
  settings: Readonly<Record<string, unknown>>,
  change: Partial<GatewayOptions> = {},
) {
  const debug: string[] = [];
  const { handle } = createGateway(
    gatewayOptions(settings, { debug: (line) => debug.push(line), ...change }),
  );
  return { handle, debug };
}

/** A request as OpenCode 1.18 makes it. */
function requestOf(
  change: Readonly<Record<string, unknown>> = {},
  more: Partial<GatewayRequest> = {},
): GatewayRequest {
  return {
    url: "https://api.openai.com/v1/responses",
    headers: {
      authorization: "Bearer placeholder",
      "content-type": "application/json",
      originator: "opencode",
      "session-id": "ses_1",
      "x-session-id": "ses_1",
      "x-session-affinity": "ses_1",
      "user-agent": "opencode/1.18.33 ai-sdk/provider-utils/4",
    },
    body: JSON.stringify({ ...hostBody, ...change }),
    signal: undefined,
    ...more,
  };
}

const hostBody = {
  model: "gpt-5.1-codex-high",
  input: [
    { role: "developer", content: "You are my own agent.\n<env>\n  Working directory: /w\n</env>" },
    {
      role: "user",
      content: [
        { type: "input_text", text: "say hi" },
        { type: "input_image", image_url: "data:image/png;base64,AAAA" },
      ],
    },
    {
      type: "reasoning",
      id: "rs_1",
      encrypted_content: "gAAA",
      summary: [{ type: "summary_text", text: "**Thinking**" }],
    },
    { type: "item_reference", id: "msg_0" },
    { role: "assistant", id: "msg_1", content: [{ type: "output_text", text: "Let me see." }] },
    { type: "function_call", id: "fc_1", call_id: "c1", name: "bash", arguments: "{}" },
    { type: "function_call", id: "fc_2", call_id: "c2", name: "read", arguments: "{}" },
    { type: "function_call_output", call_id: "c1", output: "one" },
    { type: "function_call_output", call_id: "gone", output: "left over" },
    { role: "user", content: [{ type: "input_text", text: "go on" }] },
  ],
  temperature: 1,
  max_output_tokens: 32_000,
  store: false,
  include: ["reasoning.encrypted_content"],
  prompt_cache_key: "ses_1",
  reasoning: { effort: "medium", summary: "auto" },
  text: { verbosity: "low" },
  tools: [
    {
      type: "function",
      name: "bash",
      description: "Runs a command",
      parameters: { type: "object", properties: { command: { type: "string" } } },
      strict: false,
    },
  ],
  tool_choice: "auto",
  stream: true,
};

const developer = (text: string) => ({
  type: "message",
  role: "developer",
  content: [{ type: "input_text", text }],
});

const Failed = v.object({
  error: v.object({ message: v.string(), type: v.string(), code: v.nullable(v.string()) }),
});
async function errorOf(response: Response) {
  const { error } = v.parse(Failed, await response.json());
  // Invisible, and only there where a port or a status happens to look like a passing fault.
  return { status: response.status, ...error, message: error.message.replaceAll("\u2060", "") };
}

describe("a request of OpenCode is one the strict gateway takes", () => {
  test("whole: URL, headers, body", async () => {
    const gateway = startStrict();
    const { handle } = createPipeline({ baseURL: gateway.url });
    const response = await handle(requestOf());
    expect(response.status).toBe(200);
    await response.text();

    const [exchange] = gateway.requests();
    expect(exchange?.refusal).toBeUndefined();
    expect([exchange?.method, exchange?.path, exchange?.query]).toEqual([
      "POST",
      "/backend-api/codex/responses",
      "",
    ]);
    expect(exchange?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      accept: "text/event-stream",
      "content-type": "application/json",
      session_id: "ses_1",
      conversation_id: "ses_1",
      "session-id": "ses_1",
      originator: "opencode",
      "user-agent": "opencode/1.18.33 ai-sdk/provider-utils/4",
    });
    const unknownOutput =
      "The result of this call is not known: it was interrupted before it ended.";
    expect(JSON.parse(exchange?.rawBody ?? "")).toEqual({
      model: "gpt-5.1-codex",
      instructions: "Be useful.",
      input: [
        developer(createBridge(hostBody.tools, { codexMode: true }) ?? ""),
        developer("You are my own agent.\n<env>\n  Working directory: /w\n</env>"),
        { type: "message", ...hostBody.input[1] },
        {
          type: "reasoning",
          encrypted_content: "gAAA",
          summary: [{ type: "summary_text", text: "**Thinking**" }],
        },
        {
          type: "message",
          role: "assistant",
          content: [{ type: "output_text", text: "Let me see." }],
        },
        { type: "function_call", call_id: "c1", name: "bash", arguments: "{}" },
        { type: "function_call", call_id: "c2", name: "read", arguments: "{}" },
        { type: "function_call_output", call_id: "c2", output: unknownOutput },
        { type: "function_call_output", call_id: "c1", output: "one" },
        {
          type: "message",
          role: "assistant",
          content: [
            { type: "output_text", text: "[Output of an earlier tool call, gone]\nleft over" },
          ],
        },
        { type: "message", ...hostBody.input[9] },
      ],
      tools: hostBody.tools,
      tool_choice: "auto",
      parallel_tool_calls: false,
      reasoning: { effort: "high", summary: "auto" },
      store: false,
      stream: true,
      include: ["reasoning.encrypted_content"],
      prompt_cache_key: "ses_1",
    });
  });

  test("a title: no tools, no cache key, a temperature", async () => {
    const gateway = startStrict();
    const { handle } = createPipeline({ baseURL: gateway.url });
    const body = {
      model: "gpt-5.2",
      input: [{ role: "user", content: "title?" }],
      temperature: 0.5,
      stream: true,
    };
    const response = await handle(requestOf({}, { body: JSON.stringify(body) }));
    expect(response.status).toBe(200);
    await response.text();
    expect(gateway.requests()[0]?.body).toEqual({
      model: "gpt-5.2",
      instructions: "Be useful.",
      input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "title?" }] }],
      reasoning: { effort: "medium", summary: "auto" },
      store: false,
      stream: true,
      include: ["reasoning.encrypted_content"],
      text: { verbosity: "low" },
    });
  });

  test.each([
    ["gpt-5.2", undefined, "medium"],
    ["gpt-5.2-codex-xhigh", undefined, "xhigh"],
    ["gpt-5.1-codex-max", "none", "low"],
    ["gpt-5.1-codex-mini-low", undefined, "medium"],
    ["gpt-5.1-xhigh", undefined, "high"],
    ["gpt-5.1-codex-high", "low", "low"],
    ["gpt-5-codex-low", undefined, "low"],
    ["codex-mini-latest", "minimal", "medium"],
    ["gpt-5", "none", "none"],
  ])("%s, variant %p: effort %s", async (model, variant, effort) => {
    const gateway = startStrict();
    const { handle } = createPipeline({ baseURL: gateway.url });
    const request = requestOf({ model });
    const response = await handle({ ...request, hints: variant ? { effort: variant } : {} });
    expect(response.status).toBe(200);
    await response.text();
    const [exchange] = gateway.requests();
    expect(exchange?.body).toMatchObject({ reasoning: { effort, summary: "auto" } });
  });

  test("what the settings say: path, headers; the query survives", async () => {
    const gateway = startStrict({ responsesPath: "/relay/my/path" });
    const { handle } = createPipeline({
      baseURL: `${gateway.url}/relay/`,
      responsesPath: "/my/path",
      headers: { Originator: "codex_cli_rs", "X-Extra": "1" },
    });
    const response = await handle(
      requestOf({}, { url: "https://api.openai.com/v1/responses?api-version=2&a=%20b" }),
    );
    expect(response.status).toBe(200);
    await response.text();
    const [exchange] = gateway.requests();
    expect([exchange?.path, exchange?.query]).toEqual(["/relay/my/path", "?api-version=2&a=%20b"]);
    expect(exchange?.headers).toMatchObject({ originator: "codex_cli_rs", "x-extra": "1" });
  });

  test.each(["", "/", "/v1", "/v1/", "/backend-api/codex/", "/codex", "/responses"])(
    "a base URL that ends in %j",
    async (ending) => {
      const path = {
        "": "/backend-api/codex/responses",
        "/": "/backend-api/codex/responses",
        "/v1": "/v1/responses",
        "/v1/": "/v1/responses",
        "/backend-api/codex/": "/backend-api/codex/responses",
        "/codex": "/codex/responses",
        "/responses": "/responses",
      }[ending];
      const gateway = startStrict({ responsesPath: path ?? "" });
      const { handle } = createPipeline({ baseURL: gateway.url + ending });
      const response = await handle(requestOf());
      await response.text();
      expect(gateway.transcript.map(({ path, status }) => [path, status])).toEqual([
        [path ?? "", 200],
      ]);
    },
  );
});

describe("answers", () => {
  test.each([...recorded])("%s is passed through byte for byte", async (_, bytes) => {
    const server = startPlain(() => new Response(bytes, { headers: { "x-request-id": "r1" } }));
    const { handle } = createPipeline({ baseURL: server.url });
    const response = await handle(requestOf());
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("x-request-id")).toBe("r1");
    expect(Buffer.from(await response.bytes()).equals(bytes)).toBe(true);
  });

  test("it is passed through as it arrives", async () => {
    const gate = Promise.withResolvers<void>();
    const gateway = startStrict({
      brain: scripted([{ kind: "text", text: "hello" }]),
      chunking: { gate: (index) => (index < 5 ? undefined : gate.promise) },
    });
    const { handle } = createPipeline({ baseURL: gateway.url });
    const reader = (await handle(requestOf())).body?.getReader();
    let seen = "";
    const read = async () => new TextDecoder().decode((await reader?.read())?.value);
    while (!seen.includes("response.content_part.added")) seen += await read();
    expect(seen).not.toContain("response.completed");
    gate.resolve();
    while (!seen.includes("event: response.completed")) seen += await read();
    expect(seen).toContain('"delta":"hello"');
  });

  test("who asks for no stream gets JSON", async () => {
    const gateway = startStrict({ brain: scripted([{ kind: "text", text: "hello" }]) });
    const { handle } = createPipeline({ baseURL: gateway.url });
    const response = await handle(requestOf({ stream: false }));
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({
      status: "completed",
      output: [{ type: "message", content: [{ type: "output_text", text: "hello" }] }],
    });
    expect(gateway.requests()[0]?.body).toMatchObject({ stream: true });
  });

  test.each([
    ["response.failed", true],
    ["error", true],
    ["response.failed", false],
    ["error", false],
  ] as const)("%s before any text becomes an error, stream: %p", async (as, stream) => {
    const gateway = startStrict({
      brain: scripted([{ kind: "fail", code: "server_is_overloaded", message: "Busy.", as }]),
    });
    const { handle } = createPipeline({ baseURL: gateway.url });
    expect(await errorOf(await handle(requestOf({ stream })))).toMatchObject({
      status: 503,
      message: "Busy.",
      code: "server_is_overloaded",
    });
  });
});

describe("refusals", () => {
  test("a wrong key: one request; the answer names URL and remedy, and not the key", async () => {
    const gateway = startStrict();
    const { handle } = createPipeline({ baseURL: gateway.url }, { key: "wrong-key-1" });
    const error = await errorOf(await handle(requestOf()));
    expect(error).toEqual({
      status: 401,
      message: `The gateway at ${gateway.url}/backend-api/codex/responses refused the key: Incorrect API key provided. Run "opencode auth login" and choose OpenAI to enter another one.`,
      type: "invalid_request_error",
      code: "invalid_api_key",
    });
    expect(gateway.transcript.length).toBe(1);
  });

  test("status, code and retry-after of the gateway are kept", async () => {
    const gateway = startStrict({
      brain: scripted([
        {
          kind: "error",
          status: 429,
          error: { message: "Slow down.", type: "rate_limit_error", code: "rate_limit_exceeded" },
          headers: { "retry-after": "7", "retry-after-ms": "6500" },
        },
      ]),
    });
    const { handle } = createPipeline({ baseURL: gateway.url });
    const response = await handle(requestOf());
    expect(response.headers.get("retry-after")).toBe("7");
    expect(response.headers.get("retry-after-ms")).toBe("6500");
    expect(await errorOf(response)).toEqual({
      status: 429,
      message: "Slow down.",
      type: "rate_limit_error",
      code: "rate_limit_exceeded",
    });
  });

  test("a usage limit, sent as 404, is a 429", async () => {
    const gateway = startStrict({
      brain: scripted([
        {
          kind: "error",
          status: 404,
          error: { message: "Usage limit.", type: "usage_limit_reached", resets_in_seconds: 90 },
        },
      ]),
    });
    const { handle } = createPipeline({ baseURL: gateway.url });
    const response = await handle(requestOf());
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "90"]);
    expect(gateway.transcript.length).toBe(1);
  });

  test.each([400, 402, 403, 409, 422, 500, 502, 503, 529])("%d stays", async (status) => {
    const server = startPlain(() => Response.json({ error: { message: "No." } }, { status }));
    const { handle } = createPipeline({ baseURL: server.url });
    const error = await errorOf(await handle(requestOf()));
    expect([error.status, error.message, server.seen.length]).toEqual([status, "No.", 1]);
  });
});

describe("what a gateway said is cut where it is quoted", () => {
  test.each([170, 175, 183, 195, 199, 205])(
    "at each place that was tried; no half of a key is left (%d)",
    async (before) => {
      const said = `${"x".repeat(before)} ${KEY} ${"y".repeat(100_000)}`;
      const server = startPlain(() => new Response(said, { status: 404 }));
      const { handle } = createPipeline({ baseURL: server.url });
      const { message } = await errorOf(await handle(requestOf()));
      expect(message.length).toBeLessThan(2_500);
      expect(message).not.toContain(KEY.slice(0, 6));
      expect(message).toContain("Check the base URL");
    },
  );

  test("in the target of a redirect", async () => {
    const location = `https://b.example/${"z".repeat(10_000)}`;
    const server = startPlain(() => new Response(null, { status: 307, headers: { location } }));
    const { handle } = createPipeline({ baseURL: server.url });
    expect((await errorOf(await handle(requestOf()))).message.length).toBeLessThan(700);
  });
});

describe("a model that is not served", () => {
  test.each([
    ["gpt-5.1-codx", ["o3", "gpt-5.1-codex"], "The gateway serves: gpt-5.1-codex."],
    [
      "gpt-5.3",
      ["gpt-5.2", "gpt-5.1", "gpt-5.2-codex", "gpt-4.1", "gpt-5"],
      "The gateway serves: gpt-5.1, gpt-5.2, gpt-4.1.",
    ],
    // Listed, and refused all the same.
    ["gpt-5.2", ["gpt-5.2", "gpt-5.1"], "The gateway serves: gpt-5.1."],
    ["gpt-5.2", ["gpt-5.2"], ""],
    ["gpt-5.2", ["claude"], ""],
    ["gpt-5.2", [], ""],
    ["gpt-5.2", undefined, ""],
  ])("%s of %j", async (model, served, advice) => {
    const refused = { error: { message: "No such model.", code: "model_not_found" } };
    const server = startPlain(() => Response.json(refused, { status: 400 }));
    const { handle } = createPipeline(
      { baseURL: server.url },
      { models: () => createModelKnowledge(served?.map((id) => ({ id }))) },
    );
    const { message } = await errorOf(await handle(requestOf({ model })));
    expect(message).toBe(`No such model. ${advice}`.trim());
  });
});

describe("a body that is too large", () => {
  const bodies: Readonly<Record<string, () => Response>> = {
    "nginx's page": () =>
      new Response("<html><head><title>413 Request Entity Too Large</title></head></html>", {
        status: 413,
      }),
    "JSON that sounds like an overflow": () =>
      Response.json({ error: { message: "Request entity too large" } }, { status: 413 }),
    "no words": () => new Response(null, { status: 413 }),
  };
  test.each(Object.keys(bodies))("%s: its size is told, and no overflow", async (name) => {
    const server = startPlain(() => bodies[name]?.() ?? new Response());
    const { handle } = createPipeline({ baseURL: server.url });
    const error = await errorOf(await handle(requestOf()));
    const bytes = Buffer.byteLength(server.seen[0]?.body ?? "");
    expect(error).toMatchObject({ status: 400, code: "body_too_large" });
    expect(error.message).toContain(`has ${(bytes / 1_000_000).toFixed(1)} MB`);
    expect(error.message).toContain("client_max_body_size");
    expect(error.message).not.toMatch(/too large|context|token/i);
    expect(server.seen.length).toBe(1);
  });

  test("the gateway's own words, where they cannot be misread", async () => {
    const server = startPlain(() => Response.json({ message: "At most 2 MB." }, { status: 413 }));
    const { handle } = createPipeline({ baseURL: server.url });
    expect((await errorOf(await handle(requestOf()))).message).toEndWith("It said: At most 2 MB.");
  });

  test("a gateway that speaks of the context is believed", async () => {
    const code = "context_length_exceeded";
    const server = startPlain(() =>
      Response.json({ error: { message: "Too long.", code } }, { status: 413 }),
    );
    const { handle } = createPipeline({ baseURL: server.url });
    expect(await errorOf(await handle(requestOf()))).toMatchObject({ status: 400, code });
  });
});

describe("tries of one turn", () => {
  const sse = (...events: object[]): string =>
    events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  const delta = { type: "response.output_text.delta", item_id: "m", delta: "a" };
  const good = sse(delta, { type: "response.completed", response: { output: [] } });

  /** What the host gets: a status, or how the stream broke. */
  async function told(response: Response) {
    if (!response.ok) return errorOf(response);
    const { error, bytes } = await collect(response.body);
    const last = eventsIn(bytes).at(-1);
    return error ?? last;
  }

  /** What comes for the first two tries, and for the third. */
  const cases: readonly {
    name: string;
    answer: () => Response;
    early: object;
    late: object;
  }[] = [
    {
      name: "a stream that is cut",
      answer: () => new Response(sse(delta)),
      early: { type: "stream_truncated", isRetryable: true },
      late: {
        type: "stream_truncated",
        isRetryable: false,
        message: expect.stringContaining("Given up after 3 tries."),
      },
    },
    {
      name: "a stream cut before it says anything",
      answer: () => new Response(""),
      early: { type: "stream_truncated", isRetryable: true },
      late: { type: "stream_truncated", isRetryable: false },
    },
    {
      name: "an incomplete answer of no known reason, before output",
      answer: () =>
        new Response(
          sse({
            type: "response.incomplete",
            response: { incomplete_details: { reason: "adapter_eof" } },
          }),
        ),
      early: { status: 503, code: "broken_off" },
      late: { status: 400, code: "broken_off" },
    },
    {
      name: "an error after output",
      answer: () =>
        new Response(sse(delta, { type: "error", error: { code: "server_error", message: "m" } })),
      early: { error: { code: "server_error", message: "m" } },
      late: { error: { code: "invalid_prompt", message: "m. Given up after 3 tries." } },
    },
    {
      name: "503",
      answer: () => Response.json({ error: { message: "Busy" } }, { status: 503 }),
      early: { status: 503, message: "Busy" },
      late: { status: 400, message: "Busy. Given up after 3 tries." },
    },
    {
      name: "429",
      answer: () => Response.json({ error: { message: "Slow" } }, { status: 429 }),
      early: { status: 429, message: "Slow" },
      late: { status: 400, message: "Slow. Given up after 3 tries." },
    },
  ];

  test.each(cases)("$name: the third is final", async ({ answer, early, late }) => {
    const server = startPlain(answer);
    const { handle } = createPipeline({ baseURL: server.url });
    for (const expected of [early, early, late]) {
      expect(await told(await handle(requestOf()))).toMatchObject(expected);
    }
    // Something new from the user starts anew.
    const input = [...hostBody.input, { role: "user", content: "Go on." }];
    expect(await told(await handle(requestOf({ input })))).toMatchObject(early);
    expect(server.seen.length).toBe(4);
  });

  test("a step that was answered starts anew, another session has its own", async () => {
    let answer = "";
    const server = startPlain(() => new Response(answer));
    const { handle } = createPipeline({ baseURL: server.url });
    const ask = async (next: string, session = "ses_1") => {
      answer = next;
      const { headers } = requestOf();
      const more = { headers: { ...headers, "session-id": session } };
      return told(await handle(requestOf({}, more)));
    };
    const cut = { isRetryable: true };
    expect(await ask(sse(delta))).toMatchObject(cut);
    expect(await ask(sse(delta))).toMatchObject(cut);
    expect(await ask(sse(delta), "ses_2")).toMatchObject(cut);
    expect(await ask(good)).toMatchObject({ type: "response.completed" });
    expect(await ask(sse(delta))).toMatchObject(cut);
    expect(await ask(sse(delta))).toMatchObject(cut);
    expect(await ask(sse(delta))).toMatchObject({ isRetryable: false });
  });

  test("a mended request counts as well", async () => {
    const server = startPlain(() =>
      server.seen.length === 1
        ? Response.json({ detail: "Unsupported parameter: prompt_cache_key" }, { status: 400 })
        : Response.json({ error: { message: "Busy" } }, { status: 503 }),
    );
    const { handle } = createPipeline({ baseURL: server.url });
    expect(await told(await handle(requestOf()))).toMatchObject({ status: 503 });
    expect(await told(await handle(requestOf()))).toMatchObject({ status: 400 });
    expect(server.seen.length).toBe(3);
  });
});

test("an error in mid stream says nothing of the key", async () => {
  const events = [
    { type: "response.output_text.delta", item_id: "m", delta: "a" },
    {
      type: "error",
      error: { code: `no_${KEY}`, type: `bad_${KEY}`, message: `Key ${KEY} is used up.` },
    },
  ];
  const server = startPlain(
    () => new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")),
  );
  const { handle } = createPipeline({ baseURL: server.url });
  const { bytes } = await collect((await handle(requestOf())).body);
  const text = new TextDecoder().decode(bytes);
  expect(text).not.toContain(KEY);
  expect(text).toContain("is used up.");
});

describe("nothing is sent", () => {
  const cases: readonly {
    name: string;
    settings?: Record<string, unknown>;
    change?: Partial<GatewayOptions>;
    request?: GatewayRequest;
    code: string;
    said: string;
  }[] = [
    {
      name: "no base URL",
      settings: { baseURL: undefined },
      code: "base_url_missing",
      said: "Looked in: the test.",
    },
    {
      name: "a wrong setting",
      settings: { codexMode: "yes" },
      code: "settings_invalid",
      said: '"codexMode" is "yes"; allowed is true or false.',
    },
    {
      name: "no key",
      change: { key: undefined },
      code: "key_missing",
      said: "OPENCODE_CODEX_API_KEY",
    },
    {
      name: "another endpoint",
      request: requestOf({}, { url: "https://api.openai.com/v1/embeddings" }),
      code: "endpoint_unsupported",
      said: "https://api.openai.com/v1/embeddings was not asked.",
    },
    {
      name: "no URL",
      request: requestOf({}, { url: "nonsense" }),
      code: "endpoint_unsupported",
      said: "nonsense",
    },
    {
      name: "no JSON",
      request: requestOf({}, { body: "nonsense" }),
      code: "request_unreadable",
      said: "its body is no JSON object",
    },
    {
      name: "no body",
      request: requestOf({}, { body: "" }),
      code: "request_unreadable",
      said: "its body is no JSON object",
    },
    {
      name: "a list",
      request: requestOf({}, { body: "[]" }),
      code: "request_unreadable",
      said: "its body is no JSON object",
    },
    {
      name: "no model",
      request: requestOf({ model: undefined }),
      code: "request_unreadable",
      said: "it names no model",
    },
    {
      name: "a model that is no text",
      request: requestOf({ model: 5 }),
      code: "request_unreadable",
      said: "it names no model",
    },
    {
      name: "an effort that does not exist",
      request: requestOf({ model: "gpt-5.1", reasoning: { effort: "turbo" } }),
      code: "parameter_invalid",
      said: 'reasoningEffort is "turbo"; allowed is one of none, minimal, low',
    },
    {
      name: "a summary that does not exist",
      request: requestOf({ reasoning: { summary: "long" } }),
      code: "parameter_invalid",
      said: 'reasoningSummary is "long"; allowed is one of auto, concise',
    },
  ];
  test.each([...cases])(
    "$name",
    async ({ settings, change, request = requestOf(), code, said }) => {
      const gateway = startStrict();
      let calls = 0;
      const { handle } = createPipeline(
        { baseURL: gateway.url, ...settings },
        {
          fetch: (url, init) => {
            calls++;
            return fetch(url, init);
          },
          ...change,
        },
      );
      const error = await errorOf(await handle(request));
      expect([error.status, error.code, calls, gateway.transcript.length]).toEqual([
        400,
        code,
        0,
        0,
      ]);
      expect(error.message).toContain(said);
    },
  );
});

describe("redirects are not followed", () => {
  test.each([301, 302, 303, 307, 308])("%d", async (status) => {
    const target = startPlain(() => new Response("stolen"));
    const server = startPlain(
      () => new Response(null, { status, headers: { location: `${target.url}/elsewhere` } }),
    );
    const { handle } = createPipeline({ baseURL: server.url });
    const error = await errorOf(await handle(requestOf()));
    expect([error.status, error.code]).toEqual([400, "redirected"]);
    expect(error.message).toStartWith(
      `The gateway at ${server.url}/backend-api/codex/responses answered ${status} and wants the request sent to ${target.url}/elsewhere. Redirects are not followed`,
    );
    expect([server.seen.length, target.seen.length]).toEqual([1, 0]);
  });

  test("without a location", async () => {
    const server = startPlain(() => new Response(null, { status: 304 }));
    const { handle } = createPipeline({ baseURL: server.url });
    const error = await errorOf(await handle(requestOf()));
    expect(error.message).toContain("answered 304 and wants the request sent to another address");
  });
});

describe("a gateway that cannot be reached, for real", () => {
  /** A port of the loopback that nobody listens on any more. */
  async function refusedPort(): Promise<number> {
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const { port = 0 } = server;
    await server.stop(true);
    return port;
  }
  const told = async (baseURL: string) =>
    errorOf(await createPipeline({ baseURL }).handle(requestOf()));
  const endpoint = "/backend-api/codex/responses";
  // The two runtimes name these errors differently; Bun 1.3 cannot tell some of them apart.
  const ambiguous =
    /refused the connection( or could not be found)?\. Check that the gateway is running/;

  test("refused", async () => {
    const baseURL = `http://127.0.0.1:${await refusedPort()}`;
    const error = await told(baseURL);
    expect([error.status, error.code]).toEqual([400, "unreachable"]);
    expect(error.message).toStartWith(`The gateway at ${baseURL}${endpoint} `);
    expect(error.message).toMatch(ambiguous);
  });

  test.each(["http", "https"])("an unknown host, %s", async (scheme) => {
    const baseURL = `${scheme}://nonexistent.invalid`;
    const error = await told(baseURL);
    expect([error.status, error.code]).toEqual([400, "unreachable"]);
    expect(error.message).toStartWith(`The gateway at ${baseURL}${endpoint} `);
    expect(error.message).toMatch(/could not be found\. Check/);
  });

  test("https:// to a server without TLS", async () => {
    const server = startPlain(() => new Response());
    const baseURL = server.url.replace("http:", "https:");
    const error = await told(baseURL);
    expect([error.status, error.code]).toEqual([400, "unreachable"]);
    expect(error.message).toStartWith(`The gateway at ${baseURL}${endpoint} `);
    expect(error.message).toMatch(/http:\/\/ or https:\/\//);
    expect(server.seen.length).toBe(0);
  });

  test("once it has answered, a refusal is a hiccup: the host may retry", async () => {
    const gateway = startStrict();
    const { handle } = createPipeline({ baseURL: gateway.url });
    await (await handle(requestOf())).text();
    await gateway.close();
    const error = await errorOf(await handle(requestOf()));
    expect([error.status, error.code]).toEqual([503, "unreachable"]);
  });
});

test("a long message is cut after the key was taken out of it", async () => {
  const key = "planted-0123456789";
  const message = `${"x".repeat(1_990)}${key}${"y".repeat(100)}`;
  const server = startPlain(() => Response.json({ error: { message } }, { status: 400 }));
  const pipeline = createPipeline({ baseURL: server.url }, { key });
  const error = await errorOf(await pipeline.handle(requestOf()));
  expect(error.message).toBe(`${"x".repeat(1_990)}[redacted]…`);
});

describe("the key never shows up", () => {
  const key = "planted/77=key+1";
  const encoded = encodeURIComponent(key);

  /** Answers that quote the key. */
  const quoting: readonly { name: string; answer: () => Response }[] = [
    {
      name: "in the message",
      answer: () => Response.json({ error: { message: `bad key ${key}` } }, { status: 401 }),
    },
    {
      name: "in the code and the type",
      answer: () =>
        Response.json({ error: { message: "no", code: key, type: key } }, { status: 403 }),
    },
    { name: "in plain text", answer: () => new Response(`key ${key}`, { status: 500 }) },
    {
      name: "in a title",
      answer: () => new Response(`<html><title>${key}</title></html>`, { status: 403 }),
    },
    {
      name: "in JSON without a message",
      answer: () => Response.json({ error: { key } }, { status: 400 }),
    },
    {
      name: "in a 404",
      answer: () => Response.json({ message: `nothing for ${key}` }, { status: 404 }),
    },
    { name: "in a 200 that is an error", answer: () => Response.json({ error: { message: key } }) },
    {
      name: "in an error event",
      answer: () =>
        new Response(`data: ${JSON.stringify({ type: "error", code: key, message: key })}\n\n`, {
          headers: { "content-type": "text/event-stream" },
        }),
    },
    {
      name: "in a redirect",
      answer: () =>
        new Response(null, {
          status: 307,
          headers: { location: `https://other.example/?k=${encoded}` },
        }),
    },
  ];
  test.each([...quoting])("$name", async ({ answer }) => {
    const server = startPlain(answer);
    for (const stream of [true, false]) {
      const { handle, debug } = createPipeline({ baseURL: server.url }, { key });
      const response = await handle(requestOf({ stream }));
      const text = `${await response.text()}${JSON.stringify([...response.headers])}`;
      for (const secret of [key, encoded, JSON.stringify(key).slice(1, -1)]) {
        expect(text).not.toContain(secret);
        expect(debug.join("\n")).not.toContain(secret);
      }
      expect(text).toContain("[redacted]");
    }
  });

  test("in the URL and the settings", async () => {
    const said = async (settings: Record<string, unknown>, request: GatewayRequest) => {
      const error = await errorOf(await createPipeline(settings, { key }).handle(request));
      expect(error.message).not.toContain(key);
      expect(error.message).not.toContain(encoded);
      return error.code;
    };
    const server = startPlain(() => new Response("no", { status: 401 }));
    const url = `https://api.openai.com/v1/responses?k=${encoded}`;
    const settings = { baseURL: server.url };
    expect(await said(settings, requestOf({}, { url }))).toBeNull();
    expect(await said(settings, requestOf({}, { url: `https://x.example/${encoded}` }))).toBe(
      "endpoint_unsupported",
    );
    expect(await said({ baseURL: key }, requestOf())).toBe("settings_invalid");
    expect(await said(settings, requestOf({ model: "gpt-5.1", reasoning: { effort: key } }))).toBe(
      "parameter_invalid",
    );
  });

  test("it goes out in one header and nowhere else", async () => {
    const server = startPlain(() => new Response("no", { status: 400 }));
    await createPipeline({ baseURL: server.url }, { key: "plain-77-key" }).handle(requestOf());
    const [request] = server.seen;
    const holding = [...(request?.headers ?? [])].filter(([, value]) => value.includes("plain-77"));
    expect(holding).toEqual([["authorization", "Bearer plain-77-key"]]);
    expect(`${request?.url}${request?.body}`).not.toContain("plain-77");
  });
});

describe("an abort reaches the network", () => {
  test("before the answer", async () => {
    const gateway = startStrict({ respond: silence });
    const abort = new AbortController();
    const answer = createPipeline({ baseURL: gateway.url }).handle(
      requestOf({}, { signal: abort.signal }),
    );
    await gateway.until(({ kind, prefix }) => kind === "responses" && prefix !== undefined);
    abort.abort();
    expect(await answer.catch((error: Error) => error.name)).toBe("AbortError");
    await gateway.until(({ closedByClient }) => closedByClient === true);
  });

  test("in the middle of the stream", async () => {
    const gateway = startStrict({ chunking: { finish: "hang" } });
    const abort = new AbortController();
    const response = await createPipeline({ baseURL: gateway.url }).handle(
      requestOf({}, { signal: abort.signal }),
    );
    await response.body?.getReader().read();
    abort.abort();
    const exchange = await gateway.until(({ closedByClient }) => closedByClient === true);
    expect(exchange.status).toBe(200);
  });

  test("before the request: none is made", async () => {
    const gateway = startStrict();
    const answer = createPipeline({ baseURL: gateway.url }).handle(
      requestOf({}, { signal: AbortSignal.abort() }),
    );
    expect(await answer.catch((error: Error) => error.name)).toBe("AbortError");
    expect(gateway.transcript).toEqual([]);
  });

  test("the reason is the host's own", async () => {
    const gateway = startStrict();
    const reason = new Error("the user pressed escape");
    const answer = createPipeline({ baseURL: gateway.url }).handle(
      requestOf({}, { signal: AbortSignal.abort(reason) }),
    );
    expect(await answer.catch((error: unknown) => error)).toBe(reason);
  });
});
