import { describe, expect, test } from "bun:test";
import {
  isSecretField,
  isSecretName,
  maskCutSecret,
  maskSecrets,
  redactHeaders,
  redactSecrets,
  secretsIn,
  secretsInSettings,
} from "../../src/redact.ts";

const hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";

describe("a known secret", () => {
  const secret = 'k/1+"q\\z 9<&>é€-planted';
  const json = JSON.stringify(secret).slice(1, -1);

  test.each([
    ["as it is", secret],
    ["in JSON", json],
    ["in JSON within JSON", JSON.stringify(json).slice(1, -1)],
    ["with the slashes escaped", json.replaceAll("/", "\\/")],
    [
      "as Go's JSON",
      json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026"),
    ],
    ["percent-encoded", encodeURIComponent(secret)],
    ["in hexadecimal", Buffer.from(secret).toString("hex")],
    ["in hexadecimal, upper case", Buffer.from(secret).toString("hex").toUpperCase()],
    ["in a form", encodeURIComponent(secret).replaceAll("%20", "+")],
    [
      "percent-encoded in lower case",
      encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
    ],
  ])("%s", (_, form) => {
    expect(redactSecrets(`<${form}> and ${form}.`, [secret])).toBe("<[redacted]> and [redacted].");
    expect(maskSecrets(`<${form}>`, [secret])).toBe("<[redacted]>");
  });

  test.each(["", "u", "us", "use", "user:", "user:x"])("in base64, after %j", (before) => {
    for (const after of ["", "p", "pq", ":x"]) {
      for (const encoding of ["base64", "base64url"] as const) {
        const text = Buffer.from(before + secret + after).toString(encoding);
        const masked = maskSecrets(text, [secret]);
        expect(masked).toContain("[redacted]");
        // What is left are the characters around it, which hold no byte of it as a whole.
        expect(masked.replace("[redacted]", "").length).toBeLessThan(before.length * 2 + 10);
      }
    }
  });

  test("of two secrets the longer one goes first", () => {
    expect(maskSecrets("abcdef abc", ["abc", "abcdef"])).toBe("[redacted] [redacted]");
  });

  test("missing and empty ones are no secrets", () => {
    expect(redactSecrets("some text", [undefined, ""])).toBe("some text");
  });

  test("with half a character in it", () => {
    expect(maskSecrets("a\ud800b", ["\ud800"])).toBe("a[redacted]b");
  });

  test("the beginning of one, where a text was cut off", () => {
    expect(maskCutSecret("the key is planted-", ["planted-key"])).toBe("the key is [redacted]");
    expect(maskCutSecret("the key is plan", ["planted-key"])).toBe("the key is plan");
  });
});

describe("what has the shape of a secret", () => {
  test.each([
    ["sk-other0123456789", "[redacted]"],
    ["sk-proj-Ab3_dEf-1234567890abcdefGHIJ", "[redacted]"],
    ["sk-ant-api03-Zz1_Yy2-Xx3Ww4Vv5", "[redacted]"],
    ["sk-550e8400-e29b-41d4-a716-446655440000", "[redacted]"],
    [`the key cr_${hex} is wrong`, "the key [redacted] is wrong"],
    ["sk_live_51HG4abcDEF7890ghiJKL", "[redacted]"],
    ["Incorrect API key: sk-abcdef1234567890.", "Incorrect API key: [redacted]."],
    [String.raw`line\nsk-abcdef1234567890\n`, String.raw`line\n[redacted]\n`],
    ["x%20sk-abcdef1234567890", "x%20[redacted]"],
    [`ghp_${"a1B2".repeat(9)}`, "[redacted]"],
    [`AIza${"Sy0-_".repeat(7)}`, "[redacted]"],
    ["AKIAIOSFODNN7EXAMPLE", "[redacted]"],
    [`<${jwt}>`, "<[redacted]>"],
    ["Authorization: Bearer abc123def456", "Authorization: Bearer [redacted]"],
    ["Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic [redacted]"],
    ["bearer%20abc123def456", "bearer%20[redacted]"],
    ["Set-Cookie: id=a3fWa; Path=/", "Set-Cookie: id=[redacted]"],
    ["cookie: session=abcd; other=x\nhost: a", "cookie: session=[redacted]\nhost: a"],
    ["https://me:pass@gateway.example/v1", "https://[redacted]@gateway.example/v1"],
    ["https://me:p@ss@gateway.example/v1", "https://[redacted]@gateway.example/v1"],
    [
      String.raw`https:\/\/me:pass@gateway.example`,
      String.raw`https:\/\/[redacted]@gateway.example`,
    ],
    ["https://x1234567890ab@github.com", "https://[redacted]@github.com"],
    ["https://a.example/?key=abc&x=1", "https://a.example/?key=[redacted]&x=1"],
    ["/v1?x=1&api_key=other0123#a", "/v1?x=1&api_key=[redacted]#a"],
    ["?access_token=a.b", "?access_token=[redacted]"],
    ["?apiKey=a", "?apiKey=[redacted]"],
    [`OPENAI_API_KEY=${hex}`, "OPENAI_API_KEY=[redacted]"],
    [`export SECRET="${hex}"`, 'export SECRET="[redacted]"'],
    [`"token": "a8Fk2LmQ9xZ7pR4tV1"`, '"token": "[redacted]"'],
    [String.raw`{\"secret\":\"a8Fk2LmQ9xZ7pR4tV1\"}`, String.raw`{\"secret\":\"[redacted]\"}`],
    [`the key is ${hex}.`, "the key is [redacted]."],
    [
      `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEpAIBAAKCAQEA".repeat(5)}\nabc=\n-----END`,
      "-----BEGIN RSA PRIVATE KEY-----\n[redacted]-----END",
    ],
  ])("%s", (text, expected) => {
    expect(redactSecrets(text)).toBe(expected);
  });
});

describe("ordinary text and code stay as they are", () => {
  test.each([
    "key-value pairs, token_count, token-by-token, sk-learn, sk-learn-compatible-estimators",
    "import { keyBy } from 'lodash'; const key = getKey(user.id2);",
    "const key = keyFromNameOfTheUser; const token = parser.nextToken();",
    "key: Math.max(token_count, max_output_tokens)",
    "max_output_tokens=1000000000000000000",
    "basic understanding of bearer authentication, Basic TypeScript, basic JavaScript",
    "Bearer authentication uses a bearer token.",
    "//@ts-ignore and // @param and /** @see https://a.example/@scope/name */",
    "//foo@bar, git@github.com:a/b.git, ssh://git@github.com/a/b.git, mailto:me@a.example",
    "https://user@host.example/path",
    "https://a.example:8080/v1?x=a@b",
    "a?keyword=1&author=me&monkey=2&page_token=abc&sort_key=name",
    "if (a && token === b) { x = y ? key : value; }",
    `commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b, integrity sha512-${"aB3/".repeat(20)}`,
    "id 550e8400-e29b-41d4-a716-446655440000, task_550e8400-e29b-41d4-a716-446655440000",
    "disk-0123456789abcdef and mask_0123456789abcdef",
    "struct sk_buff *skb = sk_buff_allocate_something(cr_date_of_creation);",
    '{"prompt_cache_key":"ses_4f2a9c81b7e3d5a6"}',
    "prompt_cache_key=ses_4f2a9c81b7e3d5a6",
    "token: src/components/UserProfile/index",
    "-----BEGIN PRIVATE KEY----- is the first line of such a file, then the parser reads on",
    "cookie: chocolate chip, a secret garden, the password is required",
    "eyJ is how JSON begins in base64",
    "密钥 key 是必需的，请检查 token。",
  ])("%s", (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  test.each([
    "node_modules/valibot/dist/index.mjs",
    "node_modules/eventsource-parser/dist/index.js",
    "node_modules/jsonc-parser/README.md",
    "package.json",
    "src/gateway.ts",
  ])("%s", async (file) => {
    const text = await Bun.file(file).text();
    expect(redactSecrets(text)).toBe(text);
  });
});

describe("names", () => {
  test.each([
    "Authorization",
    "proxy-authorization",
    "Cookie",
    "set-cookie",
    "x-api-key",
    "api-key",
    "X-Goog-Api-Key",
    "x-auth-token",
    "cf-access-client-secret",
    "apiKey",
    "access_token",
  ])("%s is secret", (name) => expect(isSecretName(name)).toBe(true));

  test.each([
    "session-id",
    "x-session-affinity",
    "user-agent",
    "x-ratelimit-remaining-tokens",
    "prompt-cache-key",
    "idempotency-key",
    "keyword",
    "author",
    "www-authenticate",
  ])("%s is not", (name) => expect(isSecretName(name)).toBe(false));

  test("a field of JSON", () => {
    expect(isSecretField("api_key", "x")).toBe(true);
    expect(isSecretField("clientSecret", "x")).toBe(true);
    expect(isSecretField("password", "hunter2")).toBe(true);
    expect(isSecretField("token", hex)).toBe(true);
    expect(isSecretField("token", "Hello")).toBe(false);
    expect(isSecretField("key", "Enter")).toBe(false);
    expect(isSecretField("prompt_cache_key", "ses_4f2a9c81b7e3d5a6")).toBe(false);
    expect(isSecretField("token_count", "5")).toBe(false);
  });
});

describe("headers", () => {
  test("values of secret names, and secrets in the others", () => {
    const headers = { authorization: "x", "x-note": "a planted-key", "planted-key-id": "y" };
    expect(
      redactHeaders(Object.entries(headers), (text) => redactSecrets(text, ["planted-key"])),
    ).toEqual({
      authorization: "[redacted]",
      "x-note": "a [redacted]",
      "[redacted]-id": "[redacted]",
    });
  });

  test("their secrets, without what is too short to be one", () => {
    const headers = new Headers({
      authorization: "Bearer abcdefgh",
      "x-api-key": "1",
      cookie: "a=12345678; b=2",
      "x-id": hex,
    });
    expect(secretsIn(headers).sort()).toEqual([
      "12345678",
      "Bearer abcdefgh",
      "a=12345678; b=2",
      "abcdefgh",
    ]);
  });

  test("in the settings the value counts as well", () => {
    expect(secretsInSettings({ "x-tenant": hex, "x-client": "codex_cli_rs", a: "1" })).toEqual([
      hex,
    ]);
    expect(secretsInSettings({ "x-a": "sk-other0123456789" })).toEqual(["sk-other0123456789"]);
    expect(secretsInSettings(undefined)).toEqual([]);
  });
});

/**
 * Texts that make a careless pattern go over the same characters again and again: it would then take
 * minutes. Measured: 10 to 100 ms.
 */
describe("two megabytes take linear time", () => {
  const size = 2_000_000;
  test.each([
    "a",
    "-",
    "sk-",
    "sk-eyJ",
    "eyJ",
    "eyJ.",
    "-eyJ",
    "key",
    "key=",
    "key= ",
    "?key",
    "?key=a&",
    "//a",
    "://",
    "://a@",
    "a@",
    "bearer ",
    "basic+",
    "cookie: a",
    "cookie:a=",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "data:image/png;base64,",
    "const key = useKey('x'); // the token_count of sk-learn, https://a.example/?x=1\n",
    "\\n",
    "%20",
    " ",
  ])("%j", (piece) => {
    const text = piece.repeat(Math.ceil(size / piece.length));
    const start = performance.now();
    redactSecrets(text, ["planted-key-0123456789"]);
    expect(performance.now() - start).toBeLessThan(4_000);
  });
});
