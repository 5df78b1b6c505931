/** The values that may be configured, each with what is allowed in words for the user. */
import * as v from "valibot";
import { words } from "../words/current.ts";
import type { Allowed } from "../words/words.ts";

/** Found when it is said: the language may come out of the very file that is checked. */
export const allowed =
  (name: Allowed): (() => string) =>
  () =>
    words().setting.allowed[name];

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** An absolute http(s) URL without credentials, query and fragment; cleaned of trailing slashes. */
export const BaseURLSchema = v.pipe(
  v.string(allowed("url")),
  v.trim(),
  v.check(
    (text) => /^https?:\/\/[^/]/i.test(text) && parse(text) !== undefined,
    allowed("exampleURL"),
  ),
  v.check((text) => {
    const url = parse(text);
    return url === undefined || (url.username === "" && url.password === "");
  }, allowed("urlWithoutUser")),
  v.check((text) => !/[?#]/.test(text), allowed("urlWithoutQuery")),
  v.description("Base URL of the gateway. A known path such as /v1 at its end is understood."),
  v.transform((text) => text.replace(/([^/])\/+$/, "$1")),
);

export const ResponsesPathSchema = v.pipe(
  v.string(allowed("path")),
  v.trim(),
  v.regex(/^\/[^?#\s]*[^/?#\s]$/, allowed("examplePath")),
  v.description(
    "Path of the responses endpoint below the base URL, when it is not found by itself.",
  ),
);

const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * They say how this one connection works (RFC 9110, 7.6.1), or which server it is for: a `host` of a
 * setting's own would have a front pass the key on to another one.
 */
export const connectionHeaders: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length",
]);

/** RFC 9110 field names and values: `fetch` throws on others, or the server refuses them. */
export const HeadersSchema = v.pipe(
  v.record(
    v.string(),
    v.pipe(
      v.string(allowed("text")),
      v.regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/, allowed("headerValue")),
    ),
    allowed("headers"),
  ),
  v.check(
    (headers) => Object.keys(headers).every((name) => fieldName.test(name)),
    allowed("headerNames"),
  ),
  v.check(
    (headers) => Object.keys(headers).every((name) => name.toLowerCase() !== "authorization"),
    allowed("otherThanAuthorization"),
  ),
  v.check(
    (headers) => Object.keys(headers).every((name) => !connectionHeaders.has(name.toLowerCase())),
    () => words().setting.otherThanConnection([...connectionHeaders]),
  ),
  v.description("Headers added to every request, for gateways that only admit certain clients."),
);

/** Names of the instructions to send; a path instead of a name is a file of the user's own. */
export const instructionNames = ["codex", "builtin", "none"] as const;

export const InstructionsSchema = v.pipe(
  v.union(
    [
      v.picklist(instructionNames),
      // A name with a typo in it must not be taken for a file. JSON Schema knows no flag for case.
      v.pipe(v.string(), v.trim(), v.regex(/[/\\]|\.([mM][dD]|[tT][xX][tT])$/)),
    ],
    allowed("instructions"),
  ),
  v.description(
    "Instructions to send: Codex's official ones (codex, the default), the plugin's own (builtin), none, or the text of a file.",
  ),
);

export const SecondsSchema = v.pipe(
  v.number(allowed("seconds")),
  v.minValue(1, allowed("seconds")),
  v.maxValue(86_400, allowed("seconds")),
);

const MultiplierSchema = v.pipe(
  v.number(allowed("multiplier")),
  v.minValue(0, allowed("multiplier")),
  v.maxValue(1000, allowed("multiplier")),
);
export const CostMultiplierSchema = v.pipe(
  v.union([MultiplierSchema, v.record(v.string(), MultiplierSchema)], allowed("multiplier")),
  v.description(
    "What the gateway takes for one dollar of OpenAI's prices, for all models or by model. Default 1.",
  ),
);

/** As browsers write one; a slash at the end, a default port and upper case are understood. */
export const OriginSchema = v.pipe(
  v.string(allowed("origin")),
  v.trim(),
  v.regex(/^[hH][tT][tT][pP][sS]?:\/\/[^/?#@*\s]+\/?$/, allowed("origin")),
  v.check((text) => parse(text) !== undefined, allowed("origin")),
  v.transform((text) => new URL(text).origin),
);
