import { afterEach, expect, test } from "bun:test";
import { EFFORTS, LISTED } from "../../gateway/models.ts";
import { KEY } from "../../gateway/sample.ts";
import { startGateway } from "../../gateway/server.ts";
import type { GatewayOptions } from "../../gateway/types.ts";

let gateway: ReturnType<typeof startGateway> | undefined;
afterEach(() => gateway?.close());

const headers = { authorization: `Bearer ${KEY}` };
function list(
  models: GatewayOptions["models"],
  init: RequestInit = { headers },
  path = "/v1/models",
) {
  gateway ??= startGateway({ key: KEY });
  if (models) gateway.options.models = models;
  return fetch(`${gateway.url}${path}`, init);
}
afterEach(() => {
  gateway = undefined;
});

test("both shapes", async () => {
  const codex = await (
    await list("codex", { headers }, "/backend-api/codex/models?client_version=1")
  ).json();
  expect(codex).toMatchObject({
    models: LISTED.map((slug) => [slug, EFFORTS.get(slug) ?? []] as const).map(
      ([slug, efforts]) => ({
        slug,
        context_window: 272_000,
        supported_reasoning_levels: efforts.map((effort) => ({ effort })),
      }),
    ),
  });
  expect(await (await list("openai")).json()).toMatchObject({
    object: "list",
    data: LISTED.map((id) => ({ id, object: "model" })),
  });
});

test("a list of one's own", async () => {
  const models = ["plain", { slug: "rich", efforts: ["max"], base_instructions: "Do it." }];
  expect(await (await list({ shape: "codex", models })).json()).toMatchObject({
    models: [
      { slug: "plain" },
      { slug: "rich", default_reasoning_level: "max", base_instructions: "Do it." },
    ],
  });
});

test("404 and HTML", async () => {
  expect((await list("404")).status).toBe(404);
  const html = await list("html");
  expect([html.status, html.headers.get("content-type")]).toEqual([
    200,
    "text/html; charset=utf-8",
  ]);
});

test("the key is needed", async () => {
  expect((await list("codex", {})).status).toBe(401);
});

test("an ETag is sent and honoured until the list changes", async () => {
  const etag = (await list("codex")).headers.get("etag") ?? "";
  const again = { headers: { ...headers, "if-none-match": etag } };
  expect((await list("codex", again)).status).toBe(304);
  expect((await list("openai", again)).status).toBe(200);
});

test("the slow list comes in the end, or ends with the client", async () => {
  const abort = new AbortController();
  const left = list("slow", { headers, signal: abort.signal });
  await gateway?.until(({ kind }) => kind === "models");
  abort.abort();
  expect(await left.catch((error: Error) => error.name)).toBe("AbortError");
  if (gateway) gateway.options.modelsDelay = 5;
  expect((await list("slow")).status).toBe(200);
});
