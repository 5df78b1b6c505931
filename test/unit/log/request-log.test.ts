import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fetch } from "../../../src/fetch.ts";
import { createDisk } from "../../../src/log/disk.ts";
import { createRequestLog, noRequestLog, requestLogFolder } from "../../../src/log/request-log.ts";
import { createFolders } from "../../support/folder.ts";
import { createRandom } from "../../support/random.ts";
import { diskThat, encode, readAll, readOnly, requestWith, streamOf } from "./support.ts";

const folders = createFolders();
afterEach(() => folders.clean());

const fixture = readFileSync("test/fixtures/streams/tools-reasoning.sse");

/** A log in a folder of its own; `lines` are what it told. */
function setup(options: Partial<Parameters<typeof createRequestLog>[0]> = {}) {
  const folder = requestLogFolder(folders.make());
  const lines: string[] = [];
  let ticks = 0;
  const log = createRequestLog({
    folder,
    debug: (line) => lines.push(line),
    // A clock that goes on by a millisecond each time it is asked.
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5) + ticks++,
    ...options,
  });
  return { folder, lines, log };
}

function answering(...responses: (Response | Error)[]): Fetch {
  const left = [...responses];
  return async () => {
    const next = left.shift();
    if (next instanceof Response) return next;
    throw next ?? new Error("asked too often");
  };
}

const secrets = ["planted-key-42"];
const target = "https://gateway.example/v1/responses";

/** One request from begin to end; returns the bytes the host read. */
async function run(log: ReturnType<typeof createRequestLog>, response: Response) {
  const trace = log.begin(requestWith(), { fetch: answering(response), secrets });
  const answer = await trace.finish(await trace.fetch(target, { method: "POST", body: "{}" }));
  const bytes = Buffer.from(await answer.arrayBuffer());
  await log.flush();
  return bytes;
}

describe("stages", () => {
  test("of a streamed answer, in order, with their times", async () => {
    const { folder, log, lines } = setup();
    const headers = { "content-type": "text/event-stream", "x-request-id": "r1" };
    const bytes = await run(log, new Response(streamOf([fixture]), { headers }));
    expect(bytes.equals(fixture)).toBe(true);

    const files = readOnly(folder);
    expect([...files.keys()]).toEqual([
      "01-host-request.json",
      "02-sent.json",
      "03-head.json",
      "04-events.jsonl",
      "05-answer.json",
      "timings.json",
    ]);
    expect(files.get("01-host-request.json")).toEqual({
      stage: "host request",
      id: readdirSync(folder)[0],
      started_at: "2026-01-02T03:04:05.000Z",
      ms: 0,
      headers: { "content-type": "application/json" },
      url: "https://placeholder.example/v1/responses",
      body: { model: "gpt-5.2", input: [] },
    });
    expect(files.get("02-sent.json")).toEqual({
      stage: "sent",
      attempt: 1,
      ms: 1,
      headers: {},
      url: target,
      body: {},
    });
    expect(files.get("03-head.json")).toEqual({
      stage: "head",
      attempt: 1,
      ms: 2,
      status: 200,
      headers,
    });
    expect(files.get("timings.json")).toEqual({
      id: expect.any(String),
      started_at: "2026-01-02T03:04:05.000Z",
      answered_ms: 3,
      status: 200,
      attempts: [
        {
          url: target,
          status: 200,
          sent_ms: 1,
          head_ms: 2,
          first_byte_ms: 4,
          first_output_ms: 4,
          done_ms: 5,
          end: "complete",
          bytes: fixture.length,
          events: expect.any(Number),
          last_event: "response.completed",
        },
      ],
    });
    expect(lines).toEqual([]);
  });

  test("of several attempts: refused, unreachable, answered", async () => {
    const { folder, log } = setup();
    const trace = log.begin(requestWith(), {
      fetch: answering(
        new Response("<html>no</html>", { status: 404 }),
        Object.assign(new Error("no route"), { code: "ECONNREFUSED" }),
        Response.json({ output: [] }),
      ),
      secrets,
    });
    const send = () => trace.fetch(target, { body: '{"a":1}' });
    await (await send()).text();
    await expect(send()).rejects.toThrow("no route");
    const answer = await send();
    await answer.text();
    await trace.finish(new Response("{}"));
    await log.flush();

    const files = readOnly(folder);
    expect([...files.keys()]).toEqual([
      "01-host-request.json",
      "02-sent.json",
      "03-head.json",
      "04-body.json",
      "05-sent.json",
      "06-error.json",
      "07-sent.json",
      "08-head.json",
      "09-body.json",
      "10-answer.json",
      "timings.json",
    ]);
    expect(files.get("04-body.json")).toMatchObject({ attempt: 1, body: "<html>no</html>" });
    expect(files.get("05-sent.json")).toMatchObject({ body: { same_as: "02-sent.json" } });
    expect(files.get("06-error.json")).toMatchObject({
      attempt: 2,
      error: { name: "Error", message: "no route", code: "ECONNREFUSED" },
    });
    expect(files.get("09-body.json")).toMatchObject({ attempt: 3, body: { output: [] } });
    expect(files.get("timings.json")).toMatchObject({
      attempts: [{ status: 404, end: "complete" }, { end: "broken" }, { status: 200 }],
    });
  });

  test("of a stream that breaks: the error reaches the reader and the log", async () => {
    const { folder, log } = setup();
    const broken = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    const trace = log.begin(requestWith(), {
      fetch: answering(
        new Response(streamOf([encode('data: {"type":"a"}\n\ndata: {"ty')], broken)),
      ),
      secrets,
    });
    const response = await trace.finish(await trace.fetch(target, {}));
    expect(await response.text().catch((error: unknown) => error)).toBe(broken);
    await log.flush();
    const files = readOnly(folder);
    expect(files.get("04-events.jsonl")).toEqual([
      { ms: 4, data: { type: "a" } },
      { ms: expect.any(Number), data: '{"ty' },
    ]);
    expect(files.get("06-error.json")).toMatchObject({ error: { code: "ECONNRESET" } });
    expect(files.get("timings.json")).toMatchObject({ attempts: [{ end: "broken" }] });
  });

  test("a cancellation reaches the gateway at once", async () => {
    const { folder, log } = setup();
    let reason: unknown;
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(encode(": ping\n\n")),
      cancel(why) {
        reason = why;
      },
    });
    const trace = log.begin(requestWith(), { fetch: answering(new Response(body)), secrets });
    const reader = (await trace.finish(await trace.fetch(target, {}))).body?.getReader();
    await reader?.read();
    await reader?.cancel("enough");
    expect(reason).toBe("enough");
    await log.flush();
    expect(readOnly(folder).get("timings.json")).toMatchObject({
      attempts: [{ end: "cancelled" }],
    });
  });

  test("a cancellation while a read is under way ends the log once", async () => {
    const { folder, log } = setup();
    const trace = log.begin(requestWith(), {
      fetch: answering(new Response(streamOf([], "stay"))),
      secrets,
    });
    const reader = (await trace.finish(await trace.fetch(target, {}))).body?.getReader();
    const read = reader?.read();
    await reader?.cancel();
    expect(await read).toMatchObject({ done: true });
    await log.flush();
    expect(readOnly(folder).get("timings.json")).toMatchObject({
      attempts: [{ end: "cancelled" }],
    });
  });

  test("what the host is rejected with, and the error it is given", async () => {
    const { folder, log } = setup();
    const trace = log.begin(requestWith(), { fetch: answering(), secrets });
    trace.fail(new DOMException("the user left", "AbortError"));
    await log.flush();
    expect(readOnly(folder).get("02-error.json")).toMatchObject({
      error: { name: "AbortError", message: "the user left" },
    });

    const other = setup();
    const error = await other.log
      .begin(requestWith(), { fetch: answering(), secrets })
      .finish(Response.json({ error: { message: "no" } }, { status: 400 }));
    expect(await error.json()).toEqual({ error: { message: "no" } });
    await other.log.flush();
    expect(readOnly(other.folder).get("02-answer.json")).toMatchObject({
      status: 400,
      body: { error: { message: "no" } },
    });
  });

  test.each([
    ["text", (response: Response) => response.text()],
    ["body", (response: Response) => Bun.readableStreamToText(response.body ?? streamOf([]))],
    ["a response around it", (response: Response) => new Response(response.body).text()],
    ["a clone of it", (response: Response) => response.clone().text()],
  ])("an error is whole for the host, however it reads: %s", async (_, read) => {
    for (const touched of [false, true]) {
      const { folder, log } = setup();
      const trace = log.begin(requestWith(), { fetch: answering(), secrets });
      const made = Response.json({ error: { message: "no" } }, { status: 401, statusText: "No" });
      if (touched) expect(made.body?.locked).toBe(false);
      const error = await trace.finish(made);
      expect(error).toMatchObject({ status: 401, statusText: "No" });
      expect(error.headers.get("content-type")).toStartWith("application/json");
      expect(await read(error)).toBe('{"error":{"message":"no"}}');
      await log.flush();
      const body = { error: { message: "no" } };
      expect(readOnly(folder).get("02-answer.json")).toMatchObject({ status: 401, body });
    }
  });

  test("flush writes what is held back of a stream that goes on", async () => {
    const { folder, log } = setup();
    const delta = encode('data: {"type":"response.output_text.delta","delta":"Hel"}\n\n');
    const trace = log.begin(requestWith(), {
      fetch: answering(new Response(streamOf([delta], "stay"))),
      secrets,
    });
    const reader = (await trace.finish(await trace.fetch(target, {}))).body?.getReader();
    await reader?.read();
    await log.flush();
    const files = readOnly(folder);
    expect(files.get("04-events.jsonl")).toMatchObject([{ data: { delta: "Hel" }, deltas: 1 }]);
    expect(files.get("timings.json")).toMatchObject({ attempts: [{ first_output_ms: 4 }] });
    await reader?.cancel();
  });
});

describe("the answer passes unchanged", () => {
  test.each([1, 2, 3, 4, 5])("any bytes in any chunks, seed %d", async (seed) => {
    const { log } = setup();
    const random = createRandom(seed);
    const noise = Uint8Array.from({ length: 5_000 }, () => random.int(256));
    for (const bytes of [new Uint8Array(fixture), noise]) {
      const chunks = random.cut(bytes).map((piece) => new Uint8Array(piece));
      const read = await run(log, new Response(streamOf(chunks), { status: 203 }));
      expect(read.equals(bytes)).toBe(true);
    }
  });

  test("status, headers and an absent body", async () => {
    const { log } = setup();
    const response = new Response(null, { status: 204, headers: { "x-a": "1" } });
    const trace = log.begin(requestWith(), { fetch: answering(response), secrets });
    const answer = await trace.fetch(target, {});
    expect([answer.status, answer.headers.get("x-a"), answer.body]).toEqual([204, "1", null]);
    const redirect = new Response("moved", { status: 302, headers: { location: "/x" } });
    const other = log.begin(requestWith(), { fetch: answering(redirect), secrets });
    const moved = await other.fetch(target, {});
    expect([moved.status, moved.headers.get("location")]).toEqual([302, "/x"]);
    await moved.body?.cancel();
    await log.flush();
  });

  test("switched off, nothing is wrapped", async () => {
    const response = new Response("x");
    const fetch = answering(response);
    const trace = noRequestLog.begin(requestWith(), { fetch, secrets });
    expect(trace.fetch).toBe(fetch);
    expect(await trace.finish(response)).toBe(response);
    trace.fail(new Error());
    await noRequestLog.flush();
  });
});

describe("a key planted everywhere is in no file", () => {
  const key = 'pl/nted+"key" 42\\x';
  const json = JSON.stringify(key).slice(1, -1);
  const inArguments = JSON.stringify({ api_key: key, cmd: `curl -H 'x: ${key}'` });
  const url = encodeURIComponent(key);
  const basic = Buffer.from(`user:${key}`).toString("base64");
  const sse = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
  const deltas = [...key].map((delta) =>
    sse({ type: "response.output_text.delta", item_id: "m", output_index: 0, delta }),
  );
  const stream = [
    `event: ${key}\n${sse({ type: "x", text: `so: ${key}!` })}`,
    ...deltas,
    sse({ type: "response.output_item.done", item: { arguments: inArguments } }),
    sse({ type: "response.failed", response: { error: { message: `bad key ${key}` } } }),
    `data: not json ${key}\n\n`,
    `data: {"text":"cut off in ${json}`,
  ].join("");

  const body = JSON.stringify({
    model: key,
    instructions: `the key ${key}`,
    metadata: { [key]: key, api_key: key },
    input: [
      { role: "user", content: [{ type: "input_text", text: key }] },
      { type: "function_call", arguments: inArguments },
      { type: "function_call_output", output: `Authorization: Basic ${basic}` },
      { type: "function_call_output", output: `GET https://x.example/?key=${url}` },
    ],
  });

  const places: [string, () => Response][] = [
    ["events cut into single bytes", () => new Response(streamOf(bytewise(stream)))],
    ["events in one chunk", () => new Response(streamOf([encode(stream)]))],
    ["an error body", () => Response.json({ error: { message: `no ${key}` } }, { status: 401 })],
    ["a page", () => new Response(`<html>${key} ${url}</html>`, { status: 502 })],
    ["broken JSON", () => new Response(`{"error": "${json}`, { status: 500 })],
    ["an answer in JSON", () => Response.json({ output: [{ text: key }], key })],
    ["headers", () => new Response("x", { headers: { "x-a": key, "set-cookie": `k=${url}` } })],
  ];

  test.each(places)("%s", async (_, respond) => {
    const { folder, log, lines } = setup();
    const trace = log.begin(
      requestWith({
        url: `https://placeholder.example/v1/responses?key=${url}`,
        headers: { authorization: `Bearer ${key}`, "x-other": key, cookie: `a=${key}` },
        body,
      }),
      { fetch: answering(respond(), new Error(`cannot reach ${key}`)), secrets: [key] },
    );
    const headers = { authorization: `Bearer ${key}`, "x-api-key": key, "x-note": `is ${key}` };
    const response = await trace.fetch(`https://u:${url}@gateway.example/${url}`, {
      headers,
      body,
    });
    await response.text();
    await trace.fetch(target, { headers, body: `not json ${key}` }).catch(() => {});
    await trace.finish(Response.json({ error: { message: key } }, { status: 400 }));
    await log.flush();

    const files = readAll(folder);
    expect(files.size).toBeGreaterThanOrEqual(8);
    for (const [file, text] of files) {
      for (const form of [key, json, JSON.stringify(json).slice(1, -1), url, "lwvbnRlZCsia2V5"]) {
        expect(`${file}: ${text.includes(form)}`).toBe(`${file}: false`);
      }
      expect(text).not.toContain("nted");
    }
    expect(lines).toEqual([]);
  });

  test("secrets of the host's and the gateway's own headers are masked where they come up again", async () => {
    const { folder, log } = setup();
    const trace = log.begin(requestWith({ headers: { "x-relay-token": "relay-token-value" } }), {
      fetch: answering(
        new Response(
          streamOf([encode(sse({ type: "x", a: "cookie-value-1 relay-token-value" }))]),
          {
            headers: { "set-cookie": "id=cookie-value-1; Path=/" },
          },
        ),
      ),
      secrets,
    });
    const init = { headers: { "x-k": "relay-token-value" } };
    await (await trace.finish(await trace.fetch(target, init))).text();
    await log.flush();
    const text = [...readAll(folder).values()].join();
    expect(text).not.toContain("relay-token-value");
    expect(text).not.toContain("cookie-value-1");
  });

  test("a secret at the place where too long a body was cut", async () => {
    const { folder, log } = setup();
    const filler = encode("<".padEnd(1024 * 1024 - 1, "a "));
    const chunks = Array.from({ length: 31 }, () => filler);
    const trace = log.begin(requestWith(), {
      fetch: answering(
        new Response(streamOf([...chunks, encode(" planted-"), encode("a".repeat(2 ** 21))])),
      ),
      secrets: ["planted-key-42"],
    });
    await (await trace.finish(await trace.fetch(target, {}))).text();
    await log.flush();
    const body = [...readAll(folder)].find(([file]) => file.endsWith("04-body.json"))?.[1] ?? "";
    expect(body).toContain('"cut": true');
    expect(body.slice(-100)).toContain("[redacted]");
    expect(body).not.toContain("planted-");
  });
});

function bytewise(text: string): Uint8Array<ArrayBuffer>[] {
  return Array.from(encode(text), (byte) => Uint8Array.of(byte));
}

describe("the disk", () => {
  test("files are for the user alone, also where the folder was open before", async () => {
    const home = folders.make({ ".opencode/logs/codex-plugin/notes.txt": "mine" });
    const folder = requestLogFolder(home);
    const { log } = setup({ folder });
    await run(log, new Response(streamOf([fixture])));
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(mode(folder)).toBe("700");
    const [name = ""] = readdirSync(folder).filter((entry) => entry !== "notes.txt");
    expect(mode(join(folder, name))).toBe("700");
    for (const file of readdirSync(join(folder, name))) {
      expect(mode(join(folder, name, file))).toBe("600");
    }
  });

  test("a new folder is made with all above it for the user alone", async () => {
    const { folder, log } = setup();
    await run(log, new Response("x"));
    expect((statSync(join(folder, "..")).mode & 0o777).toString(8)).toBe("700");
  });

  test("the oldest requests go, by number; what is not ours stays", async () => {
    const folder = requestLogFolder(
      folders.make({ ".opencode/logs/codex-plugin/notes/a.txt": "mine" }),
    );
    const { log } = setup({ folder, limits: { requests: 3, bytes: 1e9 } });
    for (let n = 0; n < 6; n++) await run(log, new Response(`answer ${n}`));
    await log.flush();
    const names = readdirSync(folder).filter((name) => name !== "notes");
    expect(names).toHaveLength(3);
    expect(names.map((name) => name.split("-")[1]).sort()).toEqual(["0004", "0005", "0006"]);
    expect(existsSync(join(folder, "notes/a.txt"))).toBe(true);
  });

  test("the oldest requests go, by size", async () => {
    const { folder, log } = setup({ limits: { requests: 100, bytes: 50_000 } });
    for (let n = 0; n < 5; n++) await run(log, new Response("word ".repeat(4_000)));
    await log.flush();
    const size = [...readAll(folder).values()].reduce((sum, text) => sum + text.length, 0);
    expect(size).toBeLessThanOrEqual(50_000);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test.each([
    ["a file in place of the folder", ".opencode/logs/codex-plugin"],
    ["a file in place of a folder above", ".opencode/logs"],
  ])("%s: the request goes on, one line is told", async (_, path) => {
    const home = folders.make({ [path]: "in the way" });
    const { log, lines } = setup({ folder: requestLogFolder(home) });
    for (let n = 0; n < 3; n++) {
      expect((await run(log, new Response("answer"))).toString()).toBe("answer");
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toStartWith("the request log is incomplete, requests go on without it: ");
    expect(readFileSync(join(home, path), "utf8")).toBe("in the way");
  });

  test("full from some point on: the request goes on, one line is told", async () => {
    const folder = requestLogFolder(folders.make());
    const disk = createDisk(folder);
    let writes = 0;
    const full = async () => {
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    };
    const { log, lines } = setup({
      folder,
      disk: {
        ...disk,
        write: (...input) => (++writes > 2 ? full() : disk.write(...input)),
        append: full,
      },
    });
    expect((await run(log, new Response(streamOf([fixture])))).equals(fixture)).toBe(true);
    await run(log, new Response("x"));
    expect(lines).toEqual([
      "the request log is incomplete, requests go on without it: ENOSPC: no space left on device",
    ]);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test("that never answers holds up nothing, and does not fill the memory", async () => {
    const never = diskThat(() => new Promise(() => {}));
    const { log, lines } = setup({ disk: never, flushLimitMs: 20 });
    expect((await run(log, new Response(streamOf([fixture])))).equals(fixture)).toBe(true);
    const huge = "x".repeat(20 * 1024 * 1024);
    for (let n = 0; n < 4; n++) {
      const trace = log.begin(requestWith({ body: huge }), {
        fetch: answering(new Response(streamOf([fixture]))),
        secrets,
      });
      expect(await (await trace.finish(await trace.fetch(target, {}))).text()).toBe(
        fixture.toString(),
      );
    }
    expect(lines).toEqual([
      "the request log is incomplete, requests go on without it: the disk is too slow, so parts are left out",
    ]);
  });

  test("nothing happens before the request has left, whatever it waits for", async () => {
    const { folder, log } = setup();
    let sent = false;
    const trace = log.begin(requestWith(), {
      fetch: async () => {
        expect(existsSync(folder)).toBe(false);
        sent = true;
        return new Response("x");
      },
      secrets,
    });
    await Bun.sleep(20);
    const pending = trace.fetch(target, { body: "{}" });
    expect(sent).toBe(true);
    expect(existsSync(folder)).toBe(false);
    await (await trace.finish(await pending)).text();
    await log.flush();
    expect(readOnly(folder).size).toBe(6);
  });

  test("a request that is removed while it is written to", async () => {
    const { folder, log, lines } = setup({ limits: { requests: 1, bytes: 1e9 } });
    const slow = log.begin(requestWith(), {
      fetch: answering(new Response(streamOf([fixture], "stay"))),
      secrets,
    });
    const reader = (await slow.finish(await slow.fetch(target, {}))).body?.getReader();
    await reader?.read();
    // The later ones go instead: it is still open.
    for (let n = 0; n < 3; n++) await run(log, new Response("x"));
    expect(readdirSync(folder).some((name) => name.includes("-0001-"))).toBe(true);
    await reader?.cancel();
    await log.flush();
    expect(readdirSync(folder)).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  test("a file of another name in the way is not touched", async () => {
    const folder = requestLogFolder(folders.make());
    const { log } = setup({ folder, limits: { requests: 0, bytes: 0 } });
    await run(log, new Response("x"));
    writeFileSync(join(folder, "20260102T030405000Z-0009-00000000"), "a file, not a folder");
    await run(log, new Response("x"));
    await log.flush();
    expect(readdirSync(folder)).toEqual(["20260102T030405000Z-0009-00000000"]);
  });
});
