import { createHash } from "node:crypto";

/** Set anew below, or belongs to the connection between host and plugin. */
const replaced = new Set([
  "authorization",
  "accept",
  "content-type",
  "content-length",
  "accept-encoding",
  "connection",
  "host",
  "transfer-encoding",
  // Of the host's own tracing, and of the account of another login.
  "b3",
  "traceparent",
  "tracestate",
  "chatgpt-account-id",
]);

/** What the host tells its own services of project, client and session: none of a gateway's business. */
const hostsOwn = /^x-(?:opencode-|session-(?!id$)|parent-session-id$|b3-)/;

/** Where hosts put the session's id, newest habit first. */
const sessionHeaders = ["session-id", "session_id", "x-session-id"];

export type HeaderOptions = {
  /** The host's headers, names in lower case. */
  readonly host: Readonly<Record<string, string>>;
  readonly key: string;
  /** Stands in when the host names no session. */
  readonly promptCacheKey: string | undefined;
  /** `headers` of the settings: add or replace anything except authorization. */
  readonly extra: Readonly<Record<string, string>> | undefined;
};

/** The session's id, by whatever name the host gives it. */
export function findSession(
  host: Readonly<Record<string, string>>,
  promptCacheKey: string | undefined,
): string | undefined {
  return sessionHeaders.map((name) => host[name]).find(Boolean) ?? asHeader(promptCacheKey);
}

/** The headers for the gateway, names in lower case. `host` is not changed. */
export function createHeaders({ host, key, promptCacheKey, extra }: HeaderOptions) {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(host)) {
    if (!replaced.has(name) && !hostsOwn.test(name)) headers[name] = value;
  }
  const session = findSession(host, promptCacheKey);
  if (session !== undefined) {
    headers.session_id = session;
    headers.conversation_id = session;
  }
  headers.accept = "text/event-stream";
  headers["content-type"] = "application/json";
  for (const [name, value] of Object.entries(extra ?? {})) headers[name.toLowerCase()] = value;
  headers.authorization = `Bearer ${key}`;
  return headers;
}

/** The key, or its hash where no header can carry it: the same key is the same session. */
function asHeader(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]{1,256}$/.test(key)) return key;
  return createHash("sha256").update(key).digest("hex");
}
