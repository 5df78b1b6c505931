/**
 * What a user may configure, checked by valibot. The same schema serves the settings file, the
 * plugin's options in `opencode.json` and the environment; `config/` carries it as JSON Schema.
 */
import * as v from "valibot";

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** An absolute http(s) URL without credentials, query and fragment; cleaned of trailing slashes. */
export const BaseURLSchema = v.pipe(
  v.string("an absolute http(s) URL"),
  v.trim(),
  v.check(
    (text) => /^https?:\/\/[^/]/i.test(text) && parse(text) !== undefined,
    "an absolute http(s) URL, for example https://gateway.example",
  ),
  v.check((text) => {
    const url = parse(text);
    return url === undefined || (url.username === "" && url.password === "");
  }, "a URL without a user name or password in it"),
  v.check((text) => !/[?#]/.test(text), "a URL without a query (?) or a fragment (#)"),
  v.transform((text) => text.replace(/\/+$/, "")),
  v.description("Base URL of the gateway. A known path such as /v1 at its end is understood."),
);

const ResponsesPathSchema = v.pipe(
  v.string("a path"),
  v.trim(),
  v.regex(/^\/[^?#\s]*[^/?#\s]$/, "a path that starts with /, for example /v1/responses"),
  v.description(
    "Path of the responses endpoint below the base URL, when it is not found by itself.",
  ),
);

/** RFC 9110 field names; values without line breaks or NUL, which would end the header. */
const HeadersSchema = v.pipe(
  v.record(
    v.pipe(
      v.string(),
      v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "a valid header name"),
      v.check(
        (name) => name.toLowerCase() !== "authorization",
        "any header but authorization: the key comes from the login",
      ),
    ),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    v.pipe(v.string("a text"), v.regex(/^[^\r\n\u0000]*$/, "a text without line breaks")),
    "an object of header names and texts",
  ),
  v.description("Headers added to every request, for gateways that only admit certain clients."),
);

/** The settings a user can set, in the file or as plugin options. */
export const SettingsSchema = v.object({
  baseURL: v.optional(BaseURLSchema),
  responsesPath: v.optional(ResponsesPathSchema),
  codexMode: v.optional(
    v.pipe(
      v.boolean("true or false"),
      v.description("Replace OpenCode's default prompt by a bridge to Codex's instructions."),
    ),
  ),
  headers: v.optional(HeadersSchema),
  streamIdleTimeout: v.optional(
    v.pipe(
      v.number("a number of seconds, 1 to 86400"),
      v.minValue(1, "a number of seconds, 1 to 86400"),
      v.maxValue(86_400, "a number of seconds, 1 to 86400"),
      v.description("Seconds without a byte until a stream is given up. Default 300."),
    ),
  ),
});

/** The settings file: the settings, and what the last login said. Unknown keys are kept. */
export const SettingsFileSchema = v.looseObject({
  $schema: v.optional(v.string("a text")),
  ...SettingsSchema.entries,
  lastLogin: v.optional(
    v.pipe(
      v.object({ baseURL: v.string("a text") }, "an object"),
      v.description("Written by the login: lets a later edit of baseURL win over an old login."),
    ),
  ),
});

export type Settings = v.InferOutput<typeof SettingsSchema>;
export type SettingsFile = v.InferOutput<typeof SettingsFileSchema>;
export type SettingName = keyof Settings;
