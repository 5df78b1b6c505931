/** Path of the Codex Backend API below a gateway's address. */
const backendPath = "/backend-api/codex/responses";

/**
 * What to append to a base URL, by how its path ends. The first that fits is taken; a path that
 * says nothing about the API (`https://host`, `https://host/team-a`) gets the whole backend path.
 */
const completions: readonly (readonly [ending: RegExp, suffix: string])[] = [
  [/\/responses$/, ""],
  [/\/codex$/, "/responses"],
  [/\/backend-api$/, "/codex/responses"],
  [/\/v1$/, "/responses"],
  [/$/, backendPath],
];

/**
 * The URL of the gateway's responses endpoint.
 *
 * @param baseURL as the settings schema returns it: absolute, no trailing slash, no query.
 * @param responsesPath set by the user: appended to the base URL in place of the known paths.
 */
export function resolveEndpoint(baseURL: string, responsesPath?: string): string {
  const base = baseURL.replace(/\/+$/, "");
  if (responsesPath !== undefined) return base.replace(/\/responses$/, "") + responsesPath;
  const path = new URL(base).pathname.replace(/\/$/, "");
  const [, suffix] = completions.find(([ending]) => ending.test(path)) ?? ["", backendPath];
  return base + suffix;
}

/** Carries the query of the URL the host asked for over to the endpoint. */
export function withQuery(endpoint: string, requested: string): string {
  const query = URL.canParse(requested) ? new URL(requested).search : "";
  return endpoint + query;
}
