import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { BaseURLSchema } from "../../../src/settings/fields.ts";
import { SettingsFileSchema, SettingsSchema } from "../../../src/settings/schema.ts";

const notAbsolute = "an absolute http(s) URL, for example https://gateway.example";
const noCredentials = "a URL without a user name or password in it";
const noQuery = "a URL without a query (?) or a fragment (#)";

/** The message of the first issue, as `resolveSettings` and the login ask for it. */
function issueOf(schema: v.GenericSchema, value: unknown): string | undefined {
  return v.safeParse(schema, value, { abortPipeEarly: true }).issues?.[0].message;
}

describe("a base URL is cleaned", () => {
  test.each([
    ["https://gateway.example", "https://gateway.example"],
    ["https://gateway.example/", "https://gateway.example"],
    ["https://gateway.example///", "https://gateway.example"],
    ["  https://gateway.example/v1/ \n", "https://gateway.example/v1"],
    ["http://192.168.1.4:8080/", "http://192.168.1.4:8080"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://[::1]:3000/v1", "http://[::1]:3000/v1"],
    ["HTTPS://Gateway.Example/Team-A", "HTTPS://Gateway.Example/Team-A"],
    ["https://bücher.example", "https://bücher.example"],
    ["https://gateway.example/a@b", "https://gateway.example/a@b"],
    ["https://gateway.example/backend-api/codex/", "https://gateway.example/backend-api/codex"],
    ["https://gateway.example/responses", "https://gateway.example/responses"],
  ])("%j → %j", (text, cleaned) => {
    expect(v.parse(BaseURLSchema, text)).toBe(cleaned);
  });
});

describe("a text that is no base URL is refused", () => {
  test.each([
    ["", notAbsolute],
    ["   ", notAbsolute],
    ["not a url", notAbsolute],
    ["gateway.example", notAbsolute],
    ["gateway.example:443/v1", notAbsolute],
    ["//gateway.example", notAbsolute],
    ["/v1", notAbsolute],
    ["https://", notAbsolute],
    ["https:///v1", notAbsolute],
    ["https:gateway.example", notAbsolute],
    ["https:/gateway.example", notAbsolute],
    ["https://gate way.example", notAbsolute],
    ["https://gateway.example:99999", notAbsolute],
    ["https://[::1", notAbsolute],
    ["ftp://gateway.example", notAbsolute],
    ["file:///etc/passwd", notAbsolute],
    ["javascript:alert(1)", notAbsolute],
    ["data:text/plain,x", notAbsolute],
    ["ws://gateway.example", notAbsolute],
    ["{env:GATEWAY}", notAbsolute],
    ["https://user:pass@gateway.example", noCredentials],
    ["https://user@gateway.example", noCredentials],
    ["https://:pass@gateway.example", noCredentials],
    ["https://gateway.example?key=1", noQuery],
    ["https://gateway.example/?", noQuery],
    ["https://gateway.example/v1#top", noQuery],
    ["https://gateway.example/#", noQuery],
  ])("%j", (text, allowed) => {
    expect(issueOf(BaseURLSchema, text)).toBe(allowed);
  });
});

describe("a path of the responses endpoint", () => {
  const allowed = "a path that starts with /, for example /v1/responses";
  test.each([
    ["/v1/responses", "/v1/responses"],
    [" /x ", "/x"],
    ["/a-b/c.d/responses", "/a-b/c.d/responses"],
  ])("%j → %j", (text, path) => {
    expect(v.parse(SettingsSchema, { responsesPath: text })).toEqual({ responsesPath: path });
  });
  test.each(["", " ", "/", "v1/responses", "/v1/", "/v1?a=1", "/v1#a", "/v 1", "https://x/y"])(
    "%j is refused",
    (text) => {
      expect(issueOf(SettingsSchema, { responsesPath: text })).toBe(allowed);
    },
  );
});

/** Every kind of value JSON has, for the fields to refuse what is not theirs. */
const values: readonly (readonly [kind: string, value: unknown])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["zero", 0],
  ["a number", 1.5],
  ["a negative number", -1],
  ["an empty text", ""],
  ["a text", "some text"],
  ["a URL", "https://gateway.example"],
  ["a path", "/v1/responses"],
  ["a list", []],
  ["a list of texts", ["https://gateway.example"]],
  ["an object", {}],
  ["an object with a text", { name: "text" }],
  ["an object with a number", { name: 1 }],
];

describe("every field refuses every value of another type", () => {
  /** Field → the kinds it takes, the rest is to be refused. */
  const accepted: Readonly<Record<string, readonly string[]>> = {
    baseURL: ["a URL"],
    responsesPath: ["a path"],
    codexMode: ["true", "false"],
    streamIdleTimeout: ["a number"],
  };
  const cases = Object.entries(accepted).flatMap(([field, kinds]) =>
    values.map(([kind, value]) => ({ field, kind, value, fits: kinds.includes(kind) })),
  );
  test.each(cases)("$field: $kind", ({ field, value, fits }) => {
    for (const schema of [SettingsSchema, SettingsFileSchema]) {
      const result = v.safeParse(schema, { [field]: value });
      expect(result.success).toBe(fits);
      if (!result.success) expect(v.getDotPath(result.issues[0])).toBe(field);
    }
  });

  test.each([
    [0.5, false],
    [1, true],
    [300, true],
    [86_400, true],
    [86_401, false],
    [Number.NaN, false],
    [Number.POSITIVE_INFINITY, false],
  ])("streamIdleTimeout %p", (streamIdleTimeout, fits) => {
    expect(v.safeParse(SettingsSchema, { streamIdleTimeout }).success).toBe(fits);
  });
});

describe("headers", () => {
  test.each([
    { "user-agent": "codex_cli_rs/0.80.0" },
    { "X-Any-Name_1": "" },
    { "!#$%&'*+.^_`|~-": "tab\there, é" },
    {},
  ])("%j is kept", (headers) => {
    expect(v.parse(SettingsSchema, { headers })).toEqual({ headers });
  });

  const badName = "an object whose keys are valid header names";
  const notAuthorization = "any header but authorization: the key comes from the login";
  const badValue = "a text of Latin letters without line breaks";
  test.each([
    ["a space in the name", { "a b": "x" }, badName],
    ["a colon in the name", { "a:b": "x" }, badName],
    ["no name", { "": "x" }, badName],
    ["a line break in the name", { "a\r\nb": "x" }, badName],
    ["a name beyond ASCII", { é: "x" }, badName],
    ["authorization", { authorization: "Bearer x" }, notAuthorization],
    ["Authorization", { Authorization: "Bearer x" }, notAuthorization],
    ["AUTHORIZATION", { AUTHORIZATION: "" }, notAuthorization],
    ["a line feed in the value", { a: "x\ny" }, badValue],
    ["a carriage return in the value", { a: "x\ry" }, badValue],
    ["NUL in the value", { a: "x\u0000" }, badValue],
    ["a control character in the value", { a: "x\u001by" }, badValue],
    ["a value beyond Latin-1", { a: "日本" }, badValue],
    ["a number", { a: 1 }, "a text"],
    ["null", { a: null }, "a text"],
    ["a list as value", { a: ["x"] }, "a text"],
  ])("%s is refused", (_, headers, allowed) => {
    expect(issueOf(SettingsSchema, { headers })).toBe(allowed);
  });

  test.each([
    "host",
    "Host",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "Proxy-Authorization",
    "proxy-connection",
    "te",
    "trailer",
    "Transfer-Encoding",
    "upgrade",
    "content-length",
  ])("%s belongs to the connection", (name) => {
    expect(issueOf(SettingsSchema, { headers: { [name]: "x" } })).toStartWith(
      "any header but those of the connection itself: host, connection, ",
    );
  });

  test.each(values.filter(([kind]) => !kind.startsWith("a list") && !kind.startsWith("an object")))(
    "%s is no object of headers",
    (_, headers) => {
      expect(issueOf(SettingsSchema, { headers })).toBe("an object of header names and texts");
    },
  );
});

describe("the settings file", () => {
  test("keeps keys it does not know", () => {
    const file = { $schema: "./x.json", later: { a: [1] }, lastLogin: { baseURL: "typed" } };
    expect(v.parse(SettingsFileSchema, file)).toEqual(file);
  });
  test.each([
    [{ $schema: 1 }, "$schema"],
    [{ lastLogin: "https://gateway.example" }, "lastLogin"],
    [{ lastLogin: null }, "lastLogin"],
    [{ lastLogin: { baseURL: 1 } }, "lastLogin.baseURL"],
  ])("%j is refused", (file, field) => {
    const result = v.safeParse(SettingsFileSchema, file);
    expect(result.issues?.map((issue) => v.getDotPath(issue))).toEqual([field]);
  });
  test.each([
    ["https://gateway.example", "https://gateway.example"],
    [" HTTPS://Gateway.Example:443/ ", "https://gateway.example"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["http://[::1]:80", "http://[::1]"],
  ])("trustedOrigins takes %j", (written, origin) => {
    expect(v.parse(SettingsFileSchema, { trustedOrigins: [written] })).toEqual({
      trustedOrigins: [origin],
    });
  });
  test.each([
    "gateway.example",
    "https://gateway.example/v1",
    "https://*.gateway.example",
    "https://me@gateway.example",
    "https://gateway.example?a",
    "https://gateway.example:99999",
    "*",
    "",
    5,
    null,
  ])("trustedOrigins refuses %j", (written) => {
    expect(issueOf(SettingsFileSchema, { trustedOrigins: [written] })).toBe(
      "an origin: http(s)://, host and port, for example https://gateway.example",
    );
  });
  test.each([["https://gateway.example"], [{}], [true]])("%j is no list of origins", (written) => {
    expect(issueOf(SettingsFileSchema, { trustedOrigins: written })).toBe("a list of origins");
  });
  test("trustedOrigins is nothing that the plugin's options can say", () => {
    const trustedOrigins = ["https://gateway.example"];
    expect(v.parse(SettingsSchema, { trustedOrigins })).toEqual({});
  });
  test("a login without a base URL is one that somebody removed", () => {
    expect(v.parse(SettingsFileSchema, { lastLogin: {} })).toEqual({ lastLogin: {} });
  });
});
