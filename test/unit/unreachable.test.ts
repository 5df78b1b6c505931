import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unreachableKind } from "../../src/unreachable.ts";
import { authority, certificate, signed } from "./cli/certificate.ts";

/** Errors of networks, as Bun 1.3, Bun 1.4 and Node 20 throw them. */
function networkError(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new TypeError(message, { cause }), code === "" ? {} : { code });
}

describe("an unreachable gateway", () => {
  const cases: readonly { cause: unknown; told: string }[] = [
    {
      cause: networkError(
        "ConnectionRefused",
        "Unable to connect. Is the computer able to access the url?",
      ),
      told: "refused_or_unknown",
    },
    {
      cause: networkError(
        "ECONNREFUSED",
        "ECONNREFUSED: Unable to connect. Is the computer able to access the url?",
      ),
      told: "refused",
    },
    {
      cause: networkError(
        "",
        "fetch failed",
        networkError("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1"),
      ),
      told: "refused",
    },
    {
      cause: networkError("ENOTFOUND", "getaddrinfo ENOTFOUND nonexistent.invalid"),
      told: "unknown_host",
    },
    {
      cause: networkError("", "fetch failed", networkError("EAI_AGAIN", "getaddrinfo EAI_AGAIN x")),
      told: "unknown_host",
    },
    {
      cause: networkError("FailedToOpenSocket", "Was there a typo in the url or port?"),
      told: "unknown_host",
    },
    {
      cause: networkError(
        "EPROTO",
        "EPROTO: The TLS handshake failed. Does the server speak TLS on this port?",
      ),
      told: "no_tls",
    },
    ...[
      ["DEPTH_ZERO_SELF_SIGNED_CERT", "self signed certificate", "certificate_self_signed"],
      [
        "SELF_SIGNED_CERT_IN_CHAIN",
        "self-signed certificate in certificate chain",
        "certificate_of_unknown_authority",
      ],
      [
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "unable to verify the first certificate",
        "certificate_of_unknown_authority",
      ],
      [
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "unable to get local issuer certificate",
        "certificate_of_unknown_authority",
      ],
      ["CERT_HAS_EXPIRED", "certificate has expired", "certificate_expired"],
      ["CERT_NOT_YET_VALID", "certificate is not yet valid", "certificate_not_yet_valid"],
      [
        "ERR_TLS_CERT_ALTNAME_INVALID",
        'ERR_TLS_CERT_ALTNAME_INVALID fetching "https://h/"',
        "certificate_of_another_host",
      ],
      ["CERT_REVOKED", "certificate revoked", "no_tls"],
    ].flatMap(([code = "", message = "", told = ""]) => [
      { cause: networkError(code, message), told },
      // Node's `fetch` hides it one level down.
      { cause: networkError("", "fetch failed", networkError(code, message)), told },
    ]),
    {
      cause: networkError("ECONNRESET", "The socket connection was closed unexpectedly."),
      told: "closed",
    },
    {
      cause: networkError("", "fetch failed", networkError("UND_ERR_SOCKET", "other side closed")),
      told: "closed",
    },
    { cause: networkError("ETIMEDOUT", "connect ETIMEDOUT"), told: "timed_out" },
    { cause: new DOMException("The operation timed out.", "TimeoutError"), told: "timed_out" },
    { cause: new Error("something else"), told: "unreachable" },
    { cause: "a text", told: "unreachable" },
    { cause: undefined, told: "unreachable" },
  ];
  test.each(cases.map(({ cause, told }) => [String(cause), told, cause] as const))(
    "%s",
    (_, told, cause) => {
      expect<string>(unreachableKind(cause)).toBe(told);
    },
  );

  test("a cause that is its own cause ends", () => {
    const cause = new Error("loop");
    cause.cause = cause;
    expect(unreachableKind(cause)).toBe("unreachable");
  });
});

describe("real certificates", () => {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const kinds: readonly (readonly [
    name: string,
    tls: { key: string; cert: string },
    told: string,
  ])[] = [
    ["expired", { key: signed.key, cert: signed.expired }, "certificate_expired"],
    ["not valid yet", { key: signed.key, cert: signed.early }, "certificate_not_yet_valid"],
    [
      "for another host",
      { key: signed.key, cert: signed.otherHost },
      "certificate_of_another_host",
    ],
    ["signed by itself", certificate, "certificate_self_signed"],
  ];

  test.each(kinds)("%s", async (_, tlsOptions, told) => {
    // A process of its own: the runtime reads the variable when it starts.
    const program = join(folder, "ask.ts");
    writeFileSync(join(folder, "authority.pem"), authority);
    writeFileSync(
      program,
      `import { unreachableKind } from ${JSON.stringify(join(import.meta.dir, "../../src/unreachable.ts"))};
      const url = process.argv[2];
      const cause = await fetch(url).catch((error) => error);
      console.log(unreachableKind(cause));`,
    );
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls: tlsOptions,
      fetch: () => new Response("not to be had"),
    });
    try {
      const url = `https://127.0.0.1:${server.port}/`;
      const child = Bun.spawn([process.execPath, program, url], {
        env: { BUN_BE_BUN: "1", NODE_EXTRA_CA_CERTS: join(folder, "authority.pem") },
        stdout: "pipe",
      });
      expect(await child.stdout.text()).toBe(`${told}\n`);
    } finally {
      await server.stop(true);
    }
  });
});
