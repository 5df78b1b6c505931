/**
 * Private header from the host adapter to the pipeline: the effort of the variant the user picked.
 * The body alone cannot tell a variant (which beats the model's name) from an option (which does
 * not). It never leaves the machine.
 */
export const variantHeader = "x-opencode-variant-effort";

/** Private too: marks a title or another small task of the host's own. */
export const smallTaskHeader = "x-opencode-small-task";

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
  variantHeader,
  smallTaskHeader,
]);

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

/** The headers for the gateway, names in lower case. `host` is not changed. */
export function createHeaders({ host, key, promptCacheKey, extra }: HeaderOptions) {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(host)) {
    if (!replaced.has(name)) headers[name] = value;
  }
  const session = sessionHeaders.map((name) => host[name]).find(Boolean) ?? promptCacheKey;
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
