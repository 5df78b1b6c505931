/** Answers that are not streams: API errors and the page of a relay's web console. */

/** The error object of the API; `param` names the offending field. */
export type ApiError = {
  message: string;
  type: string;
  code: string | null;
  param: string | null;
};

/** `{ error }` as JSON. */
export function errorResponse(
  status: number,
  error: unknown,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error }, { status, headers });
}

/** Many relays serve their console for each path they do not know, some of them with status 200. */
export function consolePage(status: number): Response {
  const page =
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Relay Console</title>' +
    '</head><body><div id="app"></div><script src="/assets/app.js"></script></body></html>\n';
  return new Response(page, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** The answer to a path that nothing is served at. */
export function unknownPathResponse(kind: "json" | "html" | "html404", path: string): Response {
  if (kind === "html") return consolePage(200);
  if (kind === "html404") return consolePage(404);
  return errorResponse(404, {
    message: `Nothing is served at ${path}`,
    type: "invalid_request_error",
    code: "not_found",
    param: null,
  });
}
