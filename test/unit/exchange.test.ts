import { describe, expect, test } from "bun:test";
import { createExchanges, type ExchangeContext } from "../../src/exchange.ts";
import type { Fetch } from "../../src/fetch.ts";
import type { Prepared } from "../../src/request/prepare.ts";
import { collect, encode, responseOf } from "../support/answers.ts";

const baseURL = "https://gateway.example/v1/responses";

const prepared: Prepared = {
  type: "prepared",
  headers: {},
  body: { input: "你好" },
  model: "gpt-5.2",
  stream: true,
  turn: { session: "ses_1", id: "1", loops: true },
};

/** Exchanges without a disk; `answered` holds the ids of the answers whose headers were told. */
function start(fetch: Fetch) {
  const answered: (string | null)[] = [];
  const { exchange } = createExchanges({
    memory: { recall: async () => ({}), learn: () => {} },
    redact: (text) => text,
    debug: () => {},
    onEndpointLearned: () => {},
    onAnswer: (headers) => answered.push(headers.get("x-id")),
  });
  const ask = (change: Partial<ExchangeContext> = {}) =>
    exchange(prepared, {
      request: { url: baseURL, headers: {}, body: "", signal: undefined },
      settings: {},
      baseURL,
      attempt: { last: false, succeed: () => {} },
      fetch,
      ...change,
    });
  return { ask, answered };
}

const created = encode('data: {"type":"response.created","response":{}}\n\n');
const delta = encode('data: {"type":"response.output_text.delta","delta":"a"}\n\n');
/** An answer that begins, and then says nothing. */
const silent = () =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(created);
      controller.enqueue(delta);
    },
  });

test("the headers of every answer are told, a refusal's too", async () => {
  const answers = [
    new Response(silent(), { headers: { "x-id": "answer" } }),
    Response.json({ error: { message: "no" } }, { status: 429, headers: { "x-id": "refusal" } }),
  ];
  const { ask, answered } = start(async () => answers.shift() ?? Response.error());
  await ask();
  await ask();
  expect(answered).toEqual(["answer", "refusal"]);
});

test("the size of a body is in bytes, not in characters", async () => {
  const exchanged = await start(async () => new Response("{}", { status: 413 })).ask();
  // 12 of JSON, and three for each of the two characters.
  expect(exchanged).toMatchObject({ url: baseURL, bytes: '{"input":""}'.length + 6 });
});

test("streamIdleTimeout is the longest silence, in seconds", async () => {
  const { ask } = start(async () => new Response(silent()));
  const exchanged = await ask({ settings: { streamIdleTimeout: 0.05 } });
  if (!("outcome" in exchanged)) throw new Error(exchanged.type);
  const { error } = await collect(responseOf(exchanged.outcome).body);
  expect(error).toMatchObject({ type: "stream_idle" });
});

describe("a gateway that cannot be reached", () => {
  const refused = Object.assign(new Error("Unable to connect."), { code: "ECONNREFUSED" });

  test("is a hiccup once it has answered, and the last try of a turn says so", async () => {
    let up = false;
    const { ask } = start(async () => {
      if (up) return new Response("{}", { status: 429 });
      throw refused;
    });
    const failure = { type: "unreachable", url: baseURL, kind: "refused" };
    expect<unknown>(await ask()).toEqual({ ...failure, transient: false, gaveUp: false });
    up = true;
    await ask();
    up = false;
    expect<unknown>(await ask()).toEqual({ ...failure, transient: true, gaveUp: false });
    const attempt = { last: 3, succeed: () => {} };
    expect<unknown>(await ask({ attempt })).toEqual({ ...failure, transient: true, gaveUp: 3 });
  });
});
