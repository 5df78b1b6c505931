/** Why a gateway could not be reached, from what Bun and Node say of it. Pure. */

export type UnreachableKind =
  | "refused"
  | "refused_or_unknown"
  | "unknown_host"
  | "certificate_expired"
  | "certificate_not_yet_valid"
  | "certificate_of_another_host"
  | "certificate_self_signed"
  | "certificate_of_unknown_authority"
  | "no_tls"
  | "closed"
  | "timed_out"
  | "unreachable";

/** Code, name or message of the error, or of what caused it → kind. The first that fits counts. */
const kinds: readonly (readonly [pattern: RegExp, kind: UnreachableKind])[] = [
  [/ECONNREFUSED/, "refused"],
  // Bun 1.3 says this of an unknown host and of a server without TLS too.
  [/ConnectionRefused/, "refused_or_unknown"],
  [
    /ENOTFOUND|EAI_AGAIN|DNS|getaddrinfo|Unable to resolve|Was there a typo|FailedToOpenSocket/i,
    "unknown_host",
  ],
  [/CERT_HAS_EXPIRED/, "certificate_expired"],
  [/CERT_NOT_YET_VALID/, "certificate_not_yet_valid"],
  [/ALTNAME_INVALID/, "certificate_of_another_host"],
  [/DEPTH_ZERO_SELF_SIGNED_CERT/, "certificate_self_signed"],
  [
    // Bun 1.3 says the last of these of an expired one too, where it does not know the authority.
    /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    "certificate_of_unknown_authority",
  ],
  [/CERT|SSL|TLS|self.signed|certificate|HANDSHAKE/i, "no_tls"],
  [/ECONNRESET|ConnectionClosed|socket.{0,40}closed|EPIPE|UND_ERR_SOCKET/i, "closed"],
  [/TIMEDOUT|Timeout/i, "timed_out"],
];

export function unreachableKind(cause: unknown): UnreachableKind {
  const text = causes(cause).join(" ");
  return kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "unreachable";
}

/** Codes, names and messages of an error and of what caused it. */
function causes(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const code = "code" in error ? String(error.code) : "";
  return [code, error.name, error.message, ...causes(error.cause, depth + 1)];
}
