/** Where the responses endpoint is: found, remembered, and found again. */
import { afterEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { consolePage, unknownPathResponse } from "../gateway/answers.ts";
import { createFolders } from "../support/folder.ts";
import { type Sent, says, startPlugin, startRelay, until } from "../support/relay.ts";

const folders = createFolders();
afterEach(folders.clean);

/** What the issue lists; on purpose not read from the plugin's own table. */
const known = [
  "/backend-api/codex/responses",
  "/v1/responses",
  "/responses",
  "/codex/responses",
  "/openai/responses",
  "/openai/v1/responses",
];
const [firstPath = "", secondPath = ""] = known;

/** What servers say at a path they do not know. */
const strangers: Readonly<Record<string, (sent: Sent) => Response>> = {
  "HTML with 200": () => consolePage(200),
  "HTML with 404": () => consolePage(404),
  "HTML with 405": () => consolePage(405),
  "JSON 404": ({ path }) => unknownPathResponse("json", path),
  "JSON 404 of a web framework": () => Response.json({ detail: "Not Found" }, { status: 404 }),
  "a plain 404": () => new Response("404 page not found\n", { status: 404 }),
  "an empty 404": () => new Response(null, { status: 404 }),
  "JSON 405": () => Response.json({ detail: "Method Not Allowed" }, { status: 405 }),
  "an empty 405": () => new Response(null, { status: 405 }),
  "HTML without a content type": () =>
    new Response(new TextEncoder().encode("<!-- console --><HTML><p>Hello")),
};

/** A relay whose API is at this path, which the test may change. */
function relayAt(path: string, stranger: (sent: Sent) => Response = () => consolePage(200)) {
  const api = { path, answer: () => says("hello") };
  const relay = startRelay((sent) => (sent.path === api.path ? api.answer() : stranger(sent)));
  return Object.assign(relay, { api });
}

const start = (baseURL: string, folder: string, more: Record<string, unknown> = {}) =>
  startPlugin({ settings: { baseURL, ...more }, folder });

/** The one file that the plugin keeps of a gateway, once it is there. */
async function factsFile(folder: string): Promise<string> {
  const names = () => readdirSync(folder).filter((name) => /^gateway-.*\.json$/.test(name));
  await until(() => names().length > 0);
  return join(folder, names()[0] ?? "");
}
const saved = async (folder: string, text: string): Promise<void> => {
  const file = await factsFile(folder);
  await until(() => readFileSync(file, "utf8").includes(text));
};

describe("every known path is found", () => {
  test.each(known)("%s", async (path) => {
    await using relay = relayAt(path);
    const plugin = start(relay.url, folders.make());
    expect(await plugin.turn()).toEqual({ status: 200, text: "hello", code: null });
    expect(relay.paths()).toEqual(known.slice(0, known.indexOf(path) + 1));
    // One gateway found is no news for the user.
    expect(plugin.learned).toEqual([]);
  });

  test.each(known)("%s below a path of the base URL", async (path) => {
    await using relay = relayAt(`/team-a${path}`);
    const told = await start(`${relay.url}/team-a`, folders.make()).turn();
    expect(told.text).toBe("hello");
    expect(relay.paths().every((asked) => asked.startsWith("/team-a/"))).toBe(true);
  });

  test("from a base URL that ends in an endpoint of another API", async () => {
    await using relay = relayAt("/v1/responses");
    expect((await start(`${relay.url}/v1/chat/completions`, folders.make()).turn()).text).toBe(
      "hello",
    );
    expect(relay.paths()).toEqual(["/v1/responses"]);
  });

  test("from a base URL that ends in another known path", async () => {
    await using relay = relayAt("/openai/v1/responses");
    expect((await start(`${relay.url}/v1`, folders.make()).turn()).text).toBe("hello");
    expect(relay.paths().slice(0, 2)).toEqual([secondPath, firstPath]);
    expect(relay.paths().length).toBe(known.length);
  });
});

describe("whatever the other paths answer", () => {
  test.each(Object.keys(strangers))("%s", async (name) => {
    await using relay = relayAt("/codex/responses", strangers[name]);
    const told = await start(relay.url, folders.make()).turn();
    expect(told).toEqual({ status: 200, text: "hello", code: null });
    expect(relay.sent.length).toBe(4);
  });

  test("each is asked with the same request", async () => {
    await using relay = relayAt("/openai/v1/responses");
    const url = "https://api.openai.com/v1/responses?api-version=2";
    await start(relay.url, folders.make()).turn({ input: "hello" }, { url });
    const [first, ...others] = relay.sent;
    expect(first?.body).toMatchObject({ model: "gpt-5.1-codex", instructions: "Be useful." });
    for (const { rawBody, query, authorization } of others) {
      expect(rawBody).toBe(first?.rawBody ?? "missing");
      expect(query).toBe("?api-version=2");
      expect(authorization).toBe(first?.authorization ?? "missing");
    }
  });
});

describe("what was found is remembered", () => {
  test("in memory", async () => {
    await using relay = relayAt("/codex/responses");
    const plugin = start(relay.url, folders.make());
    await plugin.turn();
    relay.sent.length = 0;
    await plugin.turn();
    await plugin.turn();
    expect(relay.paths()).toEqual(["/codex/responses", "/codex/responses"]);
  });

  test("in the cache folder, for the next start", async () => {
    const folder = folders.make();
    await using relay = relayAt("/codex/responses");
    await start(relay.url, folder).turn();
    await saved(folder, "/codex/responses");
    relay.sent.length = 0;
    await start(relay.url, folder).turn();
    expect(relay.paths()).toEqual(["/codex/responses"]);
  });

  test("per base URL", async () => {
    const folder = folders.make();
    await using relay = relayAt("/codex/responses");
    await using other = relayAt("/v1/responses");
    await start(relay.url, folder).turn();
    await saved(folder, "/codex/responses");
    await start(other.url, folder).turn();
    expect(other.paths()).toEqual([firstPath, secondPath]);
  });

  test("only when it answered: what it refuses may be everywhere the same", async () => {
    const folder = folders.make();
    await using relay = relayAt("/codex/responses");
    relay.api.answer = () => Response.json({ error: { message: "Busy." } }, { status: 503 });
    const plugin = start(relay.url, folder);
    expect(await plugin.turn()).toMatchObject({ status: 503, text: "Busy." });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("without a cache folder that can be written: in memory alone", async () => {
    const folder = folders.make({ file: "in the way" });
    await using relay = relayAt("/codex/responses");
    const plugin = start(relay.url, join(folder, "file"));
    expect((await plugin.turn()).text).toBe("hello");
    await until(() => plugin.debug.some((line) => line.includes("could not write gateway-")));
    expect((await plugin.turn()).text).toBe("hello");
    expect(relay.sent.length).toBe(5);
  });
});

describe("what was remembered is learned anew when it stops working", () => {
  test.each(["HTML with 200", "HTML with 404", "JSON 404", "JSON 405"])("%s", async (name) => {
    const folder = folders.make();
    await using relay = relayAt("/codex/responses", strangers[name]);
    const plugin = start(relay.url, folder);
    await plugin.turn();
    await saved(folder, "/codex/responses");
    relay.sent.length = 0;
    relay.api.path = "/v1/responses";
    expect((await plugin.turn()).text).toBe("hello");
    expect(relay.paths()).toEqual(["/codex/responses", firstPath, "/v1/responses"]);
    expect(plugin.learned).toEqual([`${relay.url}/v1/responses`]);
    await saved(folder, "/v1/responses");
    relay.sent.length = 0;
    expect((await start(relay.url, folder).turn()).text).toBe("hello");
    expect(relay.paths()).toEqual(["/v1/responses"]);
  });

  test.each([500, 502, 503, 520, 429, 403])("not for an HTML page with %d", async (status) => {
    await using relay = relayAt("/codex/responses");
    const plugin = start(relay.url, folders.make());
    await plugin.turn();
    relay.sent.length = 0;
    relay.api.answer = () => consolePage(status);
    const told = await plugin.turn();
    expect(told.status).toBe(status);
    expect(told.text).toContain('an HTML page titled "Relay Console"');
    expect(relay.paths()).toEqual(["/codex/responses"]);
  });
});

describe("the cache folder is not trusted", () => {
  const contents: Readonly<Record<string, (url: string) => string>> = {
    "another origin": (url) => JSON.stringify({ endpoint: `${url}/v1/responses` }),
    "this origin, another path": () => JSON.stringify({ endpoint: "/steal" }),
    "another type": () => JSON.stringify({ endpoint: 7, unsupported: ["input"] }),
    "no JSON": () => "{",
    nothing: () => "",
    "a list": () => "[]",
  };
  test.each(Object.keys(contents))("%s", async (name) => {
    const folder = folders.make();
    await using relay = relayAt("/v1/responses");
    await using other = startRelay(() => says("stolen"));
    await start(relay.url, folder).turn();
    const file = await factsFile(folder);
    writeFileSync(file, contents[name]?.(other.url) ?? "");
    relay.sent.length = 0;
    expect((await start(relay.url, folder).turn()).text).toBe("hello");
    expect(other.sent).toEqual([]);
    expect(relay.paths()).toEqual([firstPath, secondPath]);
  });

  test("parameters without which there is no request are sent all the same", async () => {
    const folder = folders.make();
    await using relay = relayAt(firstPath);
    await start(relay.url, folder).turn();
    const paths = ["model", "input", "instructions", "stream", "tools", "input.0", "no.such"];
    const unsupported = paths.map((path) => ({ path }));
    writeFileSync(await factsFile(folder), JSON.stringify({ unsupported }));
    await start(relay.url, folder).turn();
    const [first, second] = relay.sent;
    expect(second?.body).toEqual(first?.body ?? {});
  });
});

describe("no discovery", () => {
  test("where the base URL names the endpoint", async () => {
    await using relay = relayAt("/v1/responses");
    const told = await start(`${relay.url}/my/responses`, folders.make()).turn();
    expect(told).toMatchObject({ status: 400, code: "endpoint_not_found" });
    expect(relay.paths()).toEqual(["/my/responses"]);
  });

  test("where the settings name it", async () => {
    await using relay = relayAt("/v1/responses");
    const settings = { responsesPath: "/my/own" };
    const told = await start(`${relay.url}/v1`, folders.make(), settings).turn();
    expect(told).toMatchObject({ status: 400, code: "endpoint_not_found" });
    expect(relay.paths()).toEqual(["/v1/my/own"]);
  });

  test("what was learned before responsesPath was set is not used", async () => {
    const folder = folders.make();
    await using relay = startRelay(() => says("hello"));
    await start(relay.url, folder).turn();
    await saved(folder, firstPath);
    await start(relay.url, folder, { responsesPath: "/my/own" }).turn();
    expect(relay.paths()).toEqual([firstPath, "/my/own"]);
  });

  const answers: Readonly<Record<string, [status: number, body: unknown, shown: number]>> = {
    "a model that is not there": [
      404,
      { error: { message: "The model `gpt-5.1-codex` does not exist", code: "model_not_found" } },
      400,
    ],
    "no channel for the model": [
      404,
      { error: { message: "No available channel for model gpt-5.1-codex under group default" } },
      400,
    ],
    "a usage limit of no known end": [
      404,
      { error: { type: "usage_limit_reached", message: "The usage limit has been reached" } },
      400,
    ],
    "a wrong key": [401, { error: { message: "Incorrect API key" } }, 401],
    "a client that is not let in": [403, { error: { message: "Clients only" } }, 403],
    "an empty balance": [402, { error: { message: "Balance used up" } }, 402],
    "a rate limit": [429, { error: { message: "Slow down." } }, 429],
    "a wrong request": [400, { detail: "Store must be set to false" }, 400],
    "an overload": [503, { error: { message: "Busy." } }, 503],
  };
  test.each(Object.keys(answers))("%s", async (name) => {
    const [status, body, shown] = answers[name] ?? [0, {}, 0];
    await using relay = startRelay(() => Response.json(body, { status }));
    expect((await start(relay.url, folders.make()).turn()).status).toBe(shown);
    expect(relay.paths()).toEqual([firstPath]);
  });

  test("a redirect", async () => {
    await using other = startRelay(() => says("stolen"));
    const headers = { location: `${other.url}/v1/responses` };
    await using relay = startRelay(() => new Response(null, { status: 302, headers }));
    const told = await start(relay.url, folders.make()).turn();
    expect(told).toMatchObject({ status: 400, code: "redirected" });
    expect([relay.sent.length, other.sent.length]).toEqual([1, 0]);
  });

  test("a server that is gone in the middle of it", async () => {
    const relay = startRelay(async (_, before) => {
      if (before > 0) await relay[Symbol.asyncDispose]();
      return consolePage(404);
    });
    const told = await start(relay.url, folders.make()).turn();
    expect(told).toMatchObject({ status: 503, code: "unreachable" });
    expect(relay.sent.length).toBe(2);
  });
});

describe("what stops it", () => {
  test("a candidate that asks for another key", async () => {
    await using relay = relayAt("/responses");
    relay.api.answer = () => Response.json({ error: { message: "No key." } }, { status: 401 });
    const told = await start(relay.url, folders.make()).turn();
    expect(told.status).toBe(401);
    expect(told.text).toContain(`${relay.url}/responses refused the key: No key.`);
    expect(relay.paths()).toEqual(known.slice(0, 3));
  });

  test("the host: no other candidate is asked", async () => {
    const abort = new AbortController();
    await using relay = startRelay(({ path, signal }) => {
      if (path === firstPath) return consolePage(404);
      abort.abort();
      return new Promise((resolve) =>
        signal.addEventListener("abort", () => resolve(new Response())),
      );
    });
    const turn = start(relay.url, folders.make()).turn({}, { signal: abort.signal });
    expect(await turn.catch((error: Error) => error.name)).toBe("AbortError");
    expect(relay.paths()).toEqual([firstPath, secondPath]);
    await until(() => relay.sent[1]?.signal.aborted === true);
  });
});

describe("a refused key settles the endpoint", () => {
  const refused = () => Response.json({ error: { message: "No key." } }, { status: 401 });

  test("in memory and on disk", async () => {
    const folder = folders.make();
    await using relay = relayAt("/responses");
    relay.api.answer = refused;
    const plugin = start(relay.url, folder);
    await plugin.turn();
    await saved(folder, "/responses");
    relay.sent.length = 0;
    for (const next of [plugin, start(relay.url, folder)]) await next.turn();
    expect(relay.paths()).toEqual(["/responses", "/responses"]);
    relay.api.answer = () => says("hello");
    expect((await plugin.turn()).text).toBe("hello");
    expect(plugin.learned).toEqual([]);
  });

  test("a gateway that asks for the key before it looks at the path is found with the right one", async () => {
    await using relay = startRelay(({ path }, before) => {
      if (before === 0) return refused();
      return path === "/codex/responses" ? says("hello") : consolePage(404);
    });
    const plugin = start(relay.url, folders.make());
    expect((await plugin.turn()).status).toBe(401);
    expect((await plugin.turn()).text).toBe("hello");
    relay.sent.length = 0;
    await plugin.turn();
    expect(relay.paths()).toEqual(["/codex/responses"]);
  });

  test("but does not replace one that answered", async () => {
    const folder = folders.make();
    await using relay = relayAt("/codex/responses");
    await start(relay.url, folder).turn();
    await saved(folder, "/codex/responses");
    const plugin = start(relay.url, folder);
    relay.api.path = firstPath;
    relay.api.answer = refused;
    expect((await plugin.turn()).status).toBe(401);
    expect(plugin.learned).toEqual([]);
    expect(readFileSync(await factsFile(folder), "utf8")).toContain("/codex/responses");
  });
});

/** OpenCode asks for the title and for the turn at the same moment. */
describe("requests at the same time share one search", () => {
  test("the second goes straight to what the first found", async () => {
    await using relay = relayAt("/codex/responses");
    const plugin = start(relay.url, folders.make());
    const told = await Promise.all([plugin.turn(), plugin.turn({ tools: [] })]);
    expect(told.map(({ text }) => text)).toEqual(["hello", "hello"]);
    expect(relay.paths()).toEqual([...known.slice(0, 4), "/codex/responses"]);
  });

  test("many of them, and a key that is refused", async () => {
    await using relay = relayAt("/codex/responses");
    relay.api.answer = () => Response.json({ error: { message: "No key." } }, { status: 401 });
    const plugin = start(relay.url, folders.make());
    const told = await Promise.all([plugin.turn(), plugin.turn(), plugin.turn()]);
    expect(told.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(relay.sent.length).toBe(4 + 2);
  });

  test("no path fits: both say so, and each path is asked once", async () => {
    await using relay = startRelay(() => consolePage(404));
    const plugin = start(relay.url, folders.make());
    for (const told of await Promise.all([plugin.turn(), plugin.turn()])) {
      expect(told.code).toBe("endpoint_not_found");
      for (const path of known) expect(told.text).toContain(`${relay.url}${path} (404, `);
    }
    expect(relay.paths()).toEqual(known);
  });

  test("an answer that is long in coming holds nobody up", async () => {
    const gate = Promise.withResolvers<void>();
    await using relay = startRelay(async ({ path }, before) => {
      if (path !== "/v1/responses") return consolePage(404);
      // The turn waits for the title, as it would if the gateway served one request at a time.
      if (before === 1) await gate.promise;
      else gate.resolve();
      return says("hello");
    });
    const plugin = start(relay.url, folders.make());
    const told = await Promise.all([plugin.turn(), plugin.turn()]);
    expect(told.map(({ text }) => text)).toEqual(["hello", "hello"]);
    expect(relay.paths()).toEqual([firstPath, "/v1/responses", "/v1/responses"]);
  });

  test("the host gives the first one up: the second finds it all the same", async () => {
    const abort = new AbortController();
    await using relay = startRelay(({ path }, before) => {
      if (path === "/v1/responses") return says("hello");
      if (before > 0) return consolePage(404);
      abort.abort();
      return new Promise((resolve) => setTimeout(() => resolve(consolePage(404)), 50));
    });
    const plugin = start(relay.url, folders.make());
    const first = plugin.turn({}, { signal: abort.signal });
    const second = plugin.turn();
    expect(await first.catch((error: Error) => error.name)).toBe("AbortError");
    expect((await second).text).toBe("hello");
    expect(relay.sent.length).toBe(3);
  });

  test("nobody is there: each says so after one try", async () => {
    const relay = startRelay(() => says("never"));
    await relay[Symbol.asyncDispose]();
    const plugin = start(relay.url, folders.make());
    const told = await Promise.all([plugin.turn(), plugin.turn()]);
    expect(told.map(({ code }) => code)).toEqual(["unreachable", "unreachable"]);
  });

  test("a known endpoint is asked by both at once; what replaces it is looked for once", async () => {
    const folder = folders.make();
    await using relay = relayAt("/codex/responses");
    const plugin = start(relay.url, folder);
    await plugin.turn();
    relay.api.path = "/openai/responses";
    relay.sent.length = 0;
    const told = await Promise.all([plugin.turn(), plugin.turn()]);
    expect(told.map(({ text }) => text)).toEqual(["hello", "hello"]);
    const asked = (path: string): number => relay.paths().filter((found) => found === path).length;
    expect(known.map(asked)).toEqual([1, 1, 1, 2, 2, 0]);
  });
});

test("a request that is mended goes to where it was refused", async () => {
  await using relay = relayAt("/codex/responses");
  relay.api.answer = () =>
    relay.sent.at(-1)?.body.service_tier === undefined
      ? says("hello")
      : Response.json(
          { error: { message: "Unsupported parameter: service_tier" } },
          { status: 400 },
        );
  const told = await start(relay.url, folders.make()).turn({ service_tier: "flex" });
  expect(told.text).toBe("hello");
  expect(relay.paths()).toEqual([...known.slice(0, 4), "/codex/responses"]);
});

describe("when no path fits", () => {
  test.each(Object.keys(strangers))("%s: one error with all that was tried", async (name) => {
    let answered = 0;
    await using relay = startRelay((sent) => strangers[name]?.(sent) ?? says("hello"));
    const plugin = start(relay.url, folders.make());
    const told = await plugin.turn();
    expect(told).toMatchObject({ status: 400, code: "endpoint_not_found" });
    const status = /\d{3}/.exec(name)?.[0] ?? "200";
    for (const path of known) {
      expect(told.text).toContain(`${relay.url}${path} (${status}, `);
      answered += 1;
    }
    expect(told.text).toContain('set "responsesPath" in the settings');
    expect(relay.sent.length).toBe(answered);
    // It is looked for again: the gateway may be better by then.
    await plugin.turn();
    expect(relay.sent.length).toBe(2 * answered);
  });

  test.each([500, 502, 503, 520])("a page with %d everywhere is an outage", async (status) => {
    const page = `<html><head><title>${status} Outage</title></head></html>`;
    await using relay = startRelay(() => new Response(page, { status }));
    const told = await start(relay.url, folders.make()).turn();
    expect(told.status).toBe(status);
    expect(told.text).toContain(`an HTML page titled "${status} Outage"`);
    expect(relay.sent.length).toBe(1);
  });

  test.each([
    [400, 400],
    [403, 403],
    [413, 400],
    [429, 429],
  ])("a page with %d everywhere is about the request", async (status, shown) => {
    await using relay = startRelay(() => consolePage(status));
    const told = await start(relay.url, folders.make()).turn();
    expect(told.status).toBe(shown);
    expect(relay.sent.length).toBe(1);
  });
});
