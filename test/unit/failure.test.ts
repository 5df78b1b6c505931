import { describe, expect, test } from "bun:test";
import { describeFailure, type Failure, failureResponse } from "../../src/failure.ts";
import { SseLimitError } from "../../src/response/sse.ts";

const advice = 'Run "opencode auth login" and choose OpenAI';

/** One failure of a type, the exact words for it, and the status that the host sees. */
type Case<T extends Failure["type"]> = {
  readonly failure: Extract<Failure, { readonly type: T }>;
  readonly told: string;
  readonly status: 400 | 503;
};

const url = "https://a.example/r";
const baseURL = "https://a.example/v1";
const refused = `The gateway at ${url} refused the connection. Check that the gateway is running and that host and port of the base URL are right.`;
const brokenOff = `The answer of the gateway at ${baseURL} broke off: `;
const lastTry = "Given up after 3 tries.";
const tooLarge = `MB, and the gateway at ${url}, or a proxy before it, takes less (413). The limit is theirs to raise (nginx: client_max_body_size, 1 MB by default). Leave out large images and files, or start a new session.`;
const redirected = (to: string) =>
  `wants the request sent to ${to}. Redirects are not followed, because the request holds your code and key. If that address is right, make it the base URL.`;
/** As an event that is too large breaks it off. */
const limit = new SseLimitError(16 * 1024 * 1024);

/** Every type has a row: one that is forgotten does not compile. */
const table = {
  settings_invalid: [
    {
      failure: {
        type: "settings_invalid",
        problems: [
          { source: "/h/a.json", field: "codexMode", found: "5", allowed: "true or false" },
          { source: "/h/b.json", field: "", found: "a list", allowed: "an object" },
        ],
      },
      told: 'The settings of opencode-openai-codex-key are not valid. /h/a.json: "codexMode" is 5; allowed is true or false. /h/b.json is a list; allowed is an object.',
      status: 400,
    },
  ],
  base_url_missing: [
    {
      failure: { type: "base_url_missing", lookedIn: ["one", "two"] },
      told: `No base URL of a Codex gateway is configured, so nothing was sent. ${advice}. Looked in: one; two.`,
      status: 400,
    },
  ],
  origin_not_trusted: [
    {
      failure: {
        type: "origin_not_trusted",
        baseURL: "https://other.example/v1",
        origin: "https://other.example",
        source: "provider.openai.options.baseURL in /p/opencode.json",
        key: "the login",
        settingsFile: "/h/.opencode/openai-codex-auth-config.json",
      },
      told: `The gateway https://other.example is named by provider.openai.options.baseURL in /p/opencode.json alone, a file of the project, and the key (the login) was not entered for it, so nothing was sent. If that gateway may have this key, write "trustedOrigins": ["https://other.example"] into /h/.opencode/openai-codex-auth-config.json; else take the base URL out of the project's file.`,
      status: 400,
    },
  ],
  key_missing: [
    {
      failure: { type: "key_missing" },
      told: `No API key for the Codex gateway is stored, so nothing was sent. ${advice}, or set OPENCODE_CODEX_API_KEY.`,
      status: 400,
    },
  ],
  beside_missing: [
    {
      failure: { type: "beside_missing", provider: "relay2" },
      told: 'No gateway with a key serves the provider relay2 any more, so nothing was sent. "npx opencode-openai-codex-key gateways" lists them.',
      status: 400,
    },
  ],
  key_invalid: [
    {
      failure: { type: "key_invalid" },
      told: `The API key of the Codex gateway has a space, a line break or another character that no key has, so nothing was sent. ${advice}, and paste the key alone.`,
      status: 400,
    },
  ],
  endpoint_unsupported: [
    {
      failure: { type: "endpoint_unsupported", url: "https://api.openai.com/v1/embeddings" },
      told: "A Codex gateway answers on the responses endpoint only, so https://api.openai.com/v1/embeddings was not asked.",
      status: 400,
    },
  ],
  request_unreadable: [
    {
      failure: { type: "request_unreadable", reason: "it names no model" },
      told: "The request could not be read, so nothing was sent: it names no model.",
      status: 400,
    },
  ],
  parameter_invalid: [
    {
      failure: {
        type: "parameter_invalid",
        field: "reasoningEffort",
        found: '"x"',
        allowed: "low, high",
      },
      told: 'reasoningEffort is "x"; allowed is one of low, high. Change it in opencode.json.',
      status: 400,
    },
  ],
  instructions_unreadable: [
    {
      failure: { type: "instructions_unreadable", path: "/h/p.md", reason: "it does not exist" },
      told: 'The instructions file /h/p.md cannot be used: it does not exist. Mend it, or change "instructions" in the settings.',
      status: 400,
    },
  ],
  redirected: [
    {
      failure: { type: "redirected", url, status: 307, location: "https://b.example/" },
      told: `The gateway at ${url} answered 307 and ${redirected("https://b.example/")}`,
      status: 400,
    },
    {
      failure: { type: "redirected", url, status: 302, location: undefined },
      told: `The gateway at ${url} answered 302 and ${redirected("another address")}`,
      status: 400,
    },
  ],
  endpoint_not_found: [
    {
      failure: {
        type: "endpoint_not_found",
        tried: [
          { url: "https://a.example/responses", status: 404, said: "no route" },
          { url: "https://a.example/v1/responses", status: 200, said: "a page" },
        ],
      },
      told: 'The gateway has no responses endpoint where it was looked for. Tried: https://a.example/responses (404, no route); https://a.example/v1/responses (200, a page). Check the base URL, or set "responsesPath" in the settings to the path your gateway\'s documentation names.',
      status: 400,
    },
  ],
  broken_off: [
    // The host asks again by itself, until the turn has had its tries.
    {
      failure: { type: "broken_off", baseURL, cause: new Error("It closed.") },
      told: `${brokenOff}It closed.`,
      status: 503,
    },
    {
      failure: { type: "broken_off", baseURL, cause: "a word", gaveUp: false },
      told: `${brokenOff}a word`,
      status: 503,
    },
    {
      failure: { type: "broken_off", baseURL, cause: new Error("It closed."), gaveUp: 3 },
      told: `${brokenOff}It closed. ${lastTry}`,
      status: 400,
    },
    // As large the next time, so that the number of tries has nothing to do with it.
    {
      failure: { type: "broken_off", baseURL, cause: limit },
      told: `${brokenOff}The stream sent more than 16777216 bytes without finishing an event.`,
      status: 400,
    },
    {
      failure: { type: "broken_off", baseURL, cause: limit, gaveUp: 3 },
      told: `${brokenOff}The stream sent more than 16777216 bytes without finishing an event.`,
      status: 400,
    },
  ],
  body_too_large: [
    {
      failure: { type: "body_too_large", url, bytes: 1_549_000, said: undefined },
      told: `The body of the request has 1.5 ${tooLarge}`,
      status: 400,
    },
    {
      failure: { type: "body_too_large", url, bytes: 25_000_000, said: "Ask for more." },
      told: `The body of the request has 25.0 ${tooLarge} It said: Ask for more.`,
      status: 400,
    },
  ],
  unreachable: [
    // It never answered: mostly a wrong address, which no retry mends.
    {
      failure: { type: "unreachable", url, kind: "refused", transient: false },
      told: refused,
      status: 400,
    },
    {
      failure: { type: "unreachable", url, kind: "refused", transient: false, gaveUp: 3 },
      told: refused,
      status: 400,
    },
    // It answered before: asking again makes sense.
    {
      failure: { type: "unreachable", url, kind: "refused", transient: true, gaveUp: false },
      told: refused,
      status: 503,
    },
    {
      failure: { type: "unreachable", url, kind: "refused", transient: true, gaveUp: 3 },
      told: `${refused} ${lastTry}`,
      status: 400,
    },
  ],
} satisfies { readonly [T in Failure["type"]]: readonly [Case<T>, ...Case<T>[]] };

const cases: readonly Case<Failure["type"]>[] = Object.values(table).flat();

describe("a failure", () => {
  test.each([...cases])("$failure.type: $status, $told", async ({ failure, told, status }) => {
    expect(describeFailure(failure)).toBe(told.replace(` ${lastTry}`, ""));
    const response = failureResponse(failure);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      status,
      "application/json",
    ]);
    expect(await response.json()).toEqual({
      error: { message: told, type: "opencode_openai_codex_key_error", code: failure.type },
    });
  });

  const key = "planted 77 key";
  const leaks: readonly Failure[] = [
    {
      type: "redirected",
      url: "https://g.example",
      status: 307,
      location: `https://b.example/?x=${encodeURIComponent(key)}`,
    },
    { type: "redirected", url: "https://g.example", status: 307, location: `/${key}` },
    { type: "endpoint_unsupported", url: `https://api.openai.com/${key}` },
    { type: "parameter_invalid", field: "reasoningEffort", found: key, allowed: "low" },
    { type: "settings_invalid", problems: [{ source: key, field: key, found: key, allowed: key }] },
  ];
  test.each([...leaks])("the key is kept out: $type", async (failure) => {
    const text = await failureResponse(failure, [key]).text();
    expect(text).not.toContain(key);
    expect(text).not.toContain(encodeURIComponent(key));
    expect(text).toContain("[redacted]");
  });
});
