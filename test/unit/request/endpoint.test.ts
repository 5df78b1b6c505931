import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { endpointCandidates, resolveEndpoint, withQuery } from "../../../src/request/endpoint.ts";
import { BaseURLSchema } from "../../../src/settings/fields.ts";

/** As a user writes it: through the check that cleans it. */
const resolve = (written: string, responsesPath?: string): string =>
  resolveEndpoint(v.parse(BaseURLSchema, written), responsesPath);

const forms: readonly (readonly [written: string, endpoint: string])[] = [
  ["https://host.example", "https://host.example/backend-api/codex/responses"],
  ["https://host.example:8443", "https://host.example:8443/backend-api/codex/responses"],
  ["http://127.0.0.1:3000", "http://127.0.0.1:3000/backend-api/codex/responses"],
  ["http://[::1]:3000", "http://[::1]:3000/backend-api/codex/responses"],
  ["https://host.example/team-a", "https://host.example/team-a/backend-api/codex/responses"],
  ["https://host.example/backend-api", "https://host.example/backend-api/codex/responses"],
  ["https://host.example/a/backend-api", "https://host.example/a/backend-api/codex/responses"],
  ["https://host.example/backend-api/codex", "https://host.example/backend-api/codex/responses"],
  ["https://host.example/codex", "https://host.example/codex/responses"],
  ["https://host.example/a/codex", "https://host.example/a/codex/responses"],
  ["https://host.example/v1", "https://host.example/v1/responses"],
  ["https://host.example/openai/v1", "https://host.example/openai/v1/responses"],
  ["https://host.example/responses", "https://host.example/responses"],
  ["https://host.example/v1/responses", "https://host.example/v1/responses"],
  [
    "https://host.example/backend-api/codex/responses",
    "https://host.example/backend-api/codex/responses",
  ],
  // The whole URL of another API, as relays' pages show it.
  ["https://host.example/v1/chat/completions", "https://host.example/v1/responses"],
  ["https://host.example/openai/v1/chat/completions", "https://host.example/openai/v1/responses"],
  ["https://host.example/v1/completions", "https://host.example/v1/responses"],
  ["https://host.example/v1/models", "https://host.example/v1/responses"],
  [
    "https://host.example/backend-api/codex/models",
    "https://host.example/backend-api/codex/responses",
  ],
  ["https://host.example/chat/completions", "https://host.example/backend-api/codex/responses"],
  [
    "https://host.example/team-a/chat/completions",
    "https://host.example/team-a/backend-api/codex/responses",
  ],
  // Only below /v1 or /codex is that the API's.
  ["https://host.example/models", "https://host.example/models/backend-api/codex/responses"],
  ["https://chat/completions", "https://chat/backend-api/codex/responses"],
  // A dot segment: left as it is written.
  [
    "https://host.example/chat/./completions",
    "https://host.example/chat/./completions/backend-api/codex/responses",
  ],
  ["https://completions", "https://completions/backend-api/codex/responses"],
  [
    "https://host.example/my-completions",
    "https://host.example/my-completions/backend-api/codex/responses",
  ],
  // Only a whole last segment says something about the API.
  ["https://codex", "https://codex/backend-api/codex/responses"],
  ["https://responses", "https://responses/backend-api/codex/responses"],
  ["https://v1", "https://v1/backend-api/codex/responses"],
  ["https://host.example/mycodex", "https://host.example/mycodex/backend-api/codex/responses"],
  ["https://host.example/v1beta", "https://host.example/v1beta/backend-api/codex/responses"],
  ["https://host.example/v1/codex2", "https://host.example/v1/codex2/backend-api/codex/responses"],
];

describe("the endpoint of a base URL", () => {
  test.each(
    forms.flatMap(([written, endpoint]) => [
      [written, endpoint],
      [`${written}/`, endpoint],
      [` ${written}// `, endpoint],
    ]),
  )("%j → %s", (written, endpoint) => {
    expect(resolve(written)).toBe(endpoint);
  });
});

describe("responsesPath is appended to the base URL", () => {
  test.each([
    ["https://host.example", "/my/responses", "https://host.example/my/responses"],
    ["https://host.example/", "/my/responses", "https://host.example/my/responses"],
    ["https://host.example/v1", "/codex/responses", "https://host.example/v1/codex/responses"],
    ["https://host.example/backend-api/codex", "/r", "https://host.example/backend-api/codex/r"],
    ["https://host.example/v1/responses", "/other", "https://host.example/v1/other"],
    ["https://host.example/v1/chat/completions", "/other", "https://host.example/v1/other"],
    ["https://host.example/v1/models/", "/other", "https://host.example/v1/other"],
  ])("%s + %s", (written, path, endpoint) => {
    expect(resolve(written, path)).toBe(endpoint);
    expect(endpointCandidates(v.parse(BaseURLSchema, written), path)).toEqual([endpoint]);
  });
});

describe("candidates", () => {
  const below = (root: string, ...paths: string[]): string[] => paths.map((path) => root + path);
  const paths = [
    "/backend-api/codex/responses",
    "/v1/responses",
    "/responses",
    "/codex/responses",
    "/openai/responses",
    "/openai/v1/responses",
  ];
  const without = (path: string): string[] => paths.filter((known) => known !== path);

  test.each([
    ["https://h.example", below("https://h.example", ...paths)],
    ["https://h.example/a", below("https://h.example/a", ...paths)],
    [
      "https://h.example/v1",
      below("https://h.example", "/v1/responses", ...without("/v1/responses")),
    ],
    ["https://h.example/backend-api", below("https://h.example", ...paths)],
    ["https://h.example/backend-api/codex", below("https://h.example", ...paths)],
    [
      "https://h.example/codex",
      below("https://h.example", "/codex/responses", ...without("/codex/responses")),
    ],
    ["https://h.example/v1/responses", ["https://h.example/v1/responses"]],
    [
      "https://h.example/v1/chat/completions",
      below("https://h.example", "/v1/responses", ...without("/v1/responses")),
    ],
    ["https://h.example/chat/completions", below("https://h.example", ...paths)],
  ])("%s", (baseURL, urls) => {
    expect<unknown>(endpointCandidates(baseURL)).toEqual(urls);
  });

  test.each(forms)("%s: all on the same host, each once, the likeliest first", (written, first) => {
    const urls = endpointCandidates(v.parse(BaseURLSchema, written));
    expect(urls[0]).toBe(first);
    expect(new Set(urls).size).toBe(urls.length);
    expect([...new Set(urls.map((url) => new URL(url).host))]).toEqual([new URL(written).host]);
  });
});

describe("the query of the original request survives", () => {
  const endpoint = "https://gateway.example/v1/responses";
  test.each([
    ["https://api.openai.com/v1/responses", ""],
    ["https://api.openai.com/v1/responses?", ""],
    ["https://api.openai.com/v1/responses?api-version=1", "?api-version=1"],
    ["https://api.openai.com/v1/responses?a=1&b=%20x&a=2", "?a=1&b=%20x&a=2"],
    ["https://api.openai.com/v1/responses?a=1#top", "?a=1"],
    ["/v1/responses?a=1", ""],
    ["", ""],
  ])("%j", (requested, query) => {
    expect(withQuery(endpoint, requested)).toBe(endpoint + query);
  });
});
