import { describe, expect, test } from "bun:test";
import { describeFailure, type Failure, failureResponse } from "../src/failure.ts";

const advice = 'Run "opencode auth login" and choose OpenAI';

describe("what the user is told", () => {
  const cases: readonly { failure: Failure; told: string }[] = [
    {
      failure: {
        type: "settings_invalid",
        problems: [
          { source: "/h/a.json", field: "codexMode", found: "5", allowed: "true or false" },
          { source: "/h/b.json", field: "", found: "a list", allowed: "an object" },
        ],
      },
      told: 'The settings of opencode-openai-codex-key are not valid. /h/a.json: "codexMode" is 5; allowed is true or false. /h/b.json is a list; allowed is an object.',
    },
    {
      failure: { type: "base_url_missing", lookedIn: ["one", "two"] },
      told: `No base URL of a Codex gateway is configured, so nothing was sent. ${advice}. Looked in: one; two.`,
    },
    {
      failure: { type: "key_missing" },
      told: `No API key for the Codex gateway is stored, so nothing was sent. ${advice}, or set OPENCODE_CODEX_API_KEY.`,
    },
    {
      failure: { type: "endpoint_unsupported", url: "https://api.openai.com/v1/embeddings" },
      told: "A Codex gateway answers on the responses endpoint only, so https://api.openai.com/v1/embeddings was not asked.",
    },
    {
      failure: { type: "request_unreadable", reason: "it names no model" },
      told: "The request could not be read, so nothing was sent: it names no model.",
    },
    {
      failure: {
        type: "parameter_invalid",
        field: "reasoningEffort",
        found: '"x"',
        allowed: "low, high",
      },
      told: 'reasoningEffort is "x"; allowed is one of low, high. Change it in opencode.json.',
    },
    {
      failure: {
        type: "redirected",
        url: "https://a.example/r",
        status: 307,
        location: "https://b.example/",
      },
      told: "The gateway at https://a.example/r answered 307 and wants the request sent to https://b.example/. Redirects are not followed, because the request holds your code and key. If that address is right, make it the base URL.",
    },
    {
      failure: { type: "redirected", url: "https://a.example/r", status: 302, location: undefined },
      told: "The gateway at https://a.example/r answered 302 and wants the request sent to another address. Redirects are not followed, because the request holds your code and key. If that address is right, make it the base URL.",
    },
  ];
  test("what a gateway said at each place is cut, and no half of a key is left", async () => {
    const key = "planted-key-of-the-user";
    const url = "https://a.example/v1";
    for (let before = 170; before <= 205; before++) {
      const said = `${"x".repeat(before)}${key}${"y".repeat(100_000)}`;
      const tried = Array.from({ length: 8 }, () => ({ url, status: 404, said }));
      const failure: Failure = { type: "endpoint_not_found", tried };
      const text = await failureResponse(failure, [key]).text();
      expect(text.length).toBeLessThan(2_500);
      expect(text).not.toContain("plan");
      expect(text).toContain("Check the base URL");
    }
    const location = `https://b.example/${"z".repeat(10_000)}`;
    const moved = describeFailure({ type: "redirected", url, status: 307, location });
    expect(moved.length).toBeLessThan(600);
  });

  test.each([...cases])("$failure.type", ({ failure, told }) => {
    expect(describeFailure(failure)).toBe(told);
  });
});

/** Errors of networks, as Bun 1.3, Bun 1.4 and Node 20 throw them. */
function networkError(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new TypeError(message, { cause }), code === "" ? {} : { code });
}
const refused =
  "refused the connection. Check that the gateway is running and that host and port of the base URL are right.";
const ambiguous =
  "refused the connection or could not be found. Check that the gateway is running, and host name, port and http:// or https:// of the base URL.";
const unknownHost =
  "could not be found. Check the host name in the base URL, your network and your proxy.";
const tls =
  "has no TLS certificate that this machine trusts, or speaks no TLS. Check the certificate, and whether the base URL should begin with http:// or https://; for a private CA set NODE_EXTRA_CA_CERTS.";
const reset =
  "closed the connection before it answered. Check the gateway, and your proxy if you use one.";
const slow = "did not answer in time. Check the gateway and your network.";
const other = "could not be reached. Check the base URL and your network.";

describe("an unreachable gateway", () => {
  const cases: readonly { cause: unknown; told: string }[] = [
    {
      cause: networkError(
        "ConnectionRefused",
        "Unable to connect. Is the computer able to access the url?",
      ),
      told: ambiguous,
    },
    {
      cause: networkError(
        "ECONNREFUSED",
        "ECONNREFUSED: Unable to connect. Is the computer able to access the url?",
      ),
      told: refused,
    },
    {
      cause: networkError(
        "",
        "fetch failed",
        networkError("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1"),
      ),
      told: refused,
    },
    {
      cause: networkError("ENOTFOUND", "getaddrinfo ENOTFOUND nonexistent.invalid"),
      told: unknownHost,
    },
    {
      cause: networkError("", "fetch failed", networkError("EAI_AGAIN", "getaddrinfo EAI_AGAIN x")),
      told: unknownHost,
    },
    {
      cause: networkError("FailedToOpenSocket", "Was there a typo in the url or port?"),
      told: unknownHost,
    },
    {
      cause: networkError(
        "EPROTO",
        "EPROTO: The TLS handshake failed. Does the server speak TLS on this port?",
      ),
      told: tls,
    },
    { cause: networkError("DEPTH_ZERO_SELF_SIGNED_CERT", "self signed certificate"), told: tls },
    {
      cause: networkError(
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "unable to verify the first certificate",
      ),
      told: tls,
    },
    { cause: networkError("CERT_HAS_EXPIRED", "certificate has expired"), told: tls },
    { cause: networkError("ERR_TLS_CERT_ALTNAME_INVALID", "fetch failed"), told: tls },
    {
      cause: networkError("ECONNRESET", "The socket connection was closed unexpectedly."),
      told: reset,
    },
    {
      cause: networkError("", "fetch failed", networkError("UND_ERR_SOCKET", "other side closed")),
      told: reset,
    },
    { cause: networkError("ETIMEDOUT", "connect ETIMEDOUT"), told: slow },
    { cause: new DOMException("The operation timed out.", "TimeoutError"), told: slow },
    { cause: new Error("something else"), told: other },
    { cause: "a text", told: other },
    { cause: undefined, told: other },
  ];
  test.each(cases.map(({ cause, told }) => [String(cause), told, cause] as const))(
    "%s",
    (_, told, cause) => {
      const url = "https://gateway.example/v1/responses";
      expect(describeFailure({ type: "unreachable", url, cause, transient: false })).toBe(
        `The gateway at ${url} ${told}`,
      );
    },
  );

  test("a cause that is its own cause ends", () => {
    const cause = new Error("loop");
    cause.cause = cause;
    expect(
      describeFailure({ type: "unreachable", url: "https://g.example", cause, transient: false }),
    ).toBe(`The gateway at https://g.example ${other}`);
  });
});

describe("as an answer", () => {
  const unreachable = (transient: boolean): Failure => ({
    type: "unreachable",
    url: "https://gateway.example/v1/responses",
    cause: undefined,
    transient,
  });
  const cases: readonly { failure: Failure; status: number }[] = [
    { failure: { type: "key_missing" }, status: 400 },
    { failure: { type: "base_url_missing", lookedIn: [] }, status: 400 },
    { failure: { type: "settings_invalid", problems: [] }, status: 400 },
    {
      failure: { type: "redirected", url: "https://g.example", status: 307, location: "/x" },
      status: 400,
    },
    { failure: unreachable(false), status: 400 },
    // It answered before: asking again makes sense.
    { failure: unreachable(true), status: 503 },
  ];
  test.each([...cases])("$failure.type: $status", async ({ failure, status }) => {
    const response = failureResponse(failure);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      status,
      "application/json",
    ]);
    expect(await response.json()).toEqual({
      error: {
        message: describeFailure(failure),
        type: "opencode_openai_codex_key_error",
        code: failure.type,
      },
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
