/**
 * Where relays serve the responses API below their address. The first is the Codex Backend API's own
 * path; the others are tried in this order where it is not there.
 */
const knownPaths = [
  "/backend-api/codex/responses",
  "/v1/responses",
  "/responses",
  "/codex/responses",
  "/openai/responses",
  "/openai/v1/responses",
] as const;

/** Endings of a base URL that already belong to the API → what is missing after them. */
const completions: readonly (readonly [ending: RegExp, missing: string])[] = [
  [/\/responses$/, ""],
  [/\/backend-api\/codex$/, "/responses"],
  [/\/codex$/, "/responses"],
  [/\/backend-api$/, "/codex/responses"],
  [/\/v1$/, "/responses"],
];

/** Endings that are endpoints of other APIs: relays' pages show whole URLs, and those get pasted. */
const foreignEndings = [/\/(?:chat\/)?completions$/, /\/(?:v1|codex)(\/models)$/];

/**
 * The base URL without the path of an endpoint that is not ours at its end, such as
 * `/chat/completions`; the same text where there is none.
 */
export function trimForeignEndpoint(baseURL: string): string {
  // The path alone is looked at: a host may have such a name.
  const { pathname } = new URL(baseURL);
  const found = foreignEndings.map((ending) => ending.exec(pathname)).find(Boolean);
  const ending = found?.[1] ?? found?.[0] ?? "";
  return ending !== "" && baseURL.endsWith(ending) ? baseURL.slice(0, -ending.length) : baseURL;
}

/**
 * URLs of the responses endpoint, the likeliest first, all below the base URL.
 *
 * One URL only where the user said the path: a base URL that ends in `/responses`, or
 * `responsesPath`, which is appended to the base URL.
 *
 * @param configured base URL as the settings schema returns it: absolute, no trailing slash, no query.
 */
export function endpointCandidates(
  configured: string,
  responsesPath?: string,
): readonly [string, ...string[]] {
  const baseURL = trimForeignEndpoint(configured);
  if (responsesPath !== undefined) return [baseURL.replace(/\/responses$/, "") + responsesPath];
  const path = new URL(baseURL).pathname;
  if (path.endsWith("/responses")) return [baseURL];

  const completion = completions.find(([ending]) => ending.test(path));
  const root = completion === undefined ? baseURL : baseURL.replace(completion[0], "");
  const first = completion === undefined ? root + knownPaths[0] : baseURL + completion[1];
  const others = knownPaths.map((known) => root + known).filter((url) => url !== first);
  return [first, ...others];
}

/** Carries the query of the URL the host asked for over to the endpoint. */
export function withQuery(endpoint: string, requested: string): string {
  const query = URL.canParse(requested) ? new URL(requested).search : "";
  return endpoint + query;
}

/** The likeliest URL of the responses endpoint. */
export function resolveEndpoint(baseURL: string, responsesPath?: string): string {
  return endpointCandidates(baseURL, responsesPath)[0];
}
