/**
 * What a user may configure, checked by valibot. The same schema serves the settings file, the
 * plugin's options in `opencode.json` and the environment; `config/` carries it as JSON Schema.
 */
import * as v from "valibot";

/**
 * Where editors find `config/settings.schema.json`; the login writes it into the settings file. It
 * answers once the package is published, and until then an editor merely has nothing to check by.
 */
export const schemaURL = "https://unpkg.com/opencode-openai-codex-key/config/settings.schema.json";

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
  v.description("Base URL of the gateway. A known path such as /v1 at its end is understood."),
  v.transform((text) => text.replace(/([^/])\/+$/, "$1")),
);

const ResponsesPathSchema = v.pipe(
  v.string("a path"),
  v.trim(),
  v.regex(/^\/[^?#\s]*[^/?#\s]$/, "a path that starts with /, for example /v1/responses"),
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
const HeadersSchema = v.pipe(
  v.record(
    v.string(),
    v.pipe(
      v.string("a text"),
      v.regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/, "a text of Latin letters without line breaks"),
    ),
    "an object of header names and texts",
  ),
  v.check(
    (headers) => Object.keys(headers).every((name) => fieldName.test(name)),
    "an object whose keys are valid header names",
  ),
  v.check(
    (headers) => Object.keys(headers).every((name) => name.toLowerCase() !== "authorization"),
    "any header but authorization: the key comes from the login",
  ),
  v.check(
    (headers) => Object.keys(headers).every((name) => !connectionHeaders.has(name.toLowerCase())),
    `any header but those of the connection itself: ${[...connectionHeaders].join(", ")}`,
  ),
  v.description("Headers added to every request, for gateways that only admit certain clients."),
);

/** Names of the instructions to send; a path instead of a name is a file of the user's own. */
export const instructionNames = ["codex", "builtin", "none"] as const;

const InstructionsSchema = v.pipe(
  v.union(
    [
      v.picklist(instructionNames),
      // A name with a typo in it must not be taken for a file. JSON Schema knows no flag for case.
      v.pipe(v.string(), v.trim(), v.regex(/[/\\]|\.([mM][dD]|[tT][xX][tT])$/)),
    ],
    '"codex", "builtin", "none" or the path of a text file, for example ~/my-codex.md',
  ),
  v.description(
    "Instructions to send: Codex's official ones (codex, the default), the plugin's own (builtin), none, or the text of a file.",
  ),
);

const wantedMultiplier =
  'a number from 0 to 1000, or an object of such numbers by model, "*" for all others';
const MultiplierSchema = v.pipe(
  v.number(wantedMultiplier),
  v.minValue(0, wantedMultiplier),
  v.maxValue(1000, wantedMultiplier),
);
const CostMultiplierSchema = v.pipe(
  v.union([MultiplierSchema, v.record(v.string(), MultiplierSchema)], wantedMultiplier),
  v.description(
    "What the gateway takes for one dollar of OpenAI's prices, for all models or by model. Default 1.",
  ),
);

/** The settings a user can set, in the file or as plugin options. */
export const SettingsSchema = v.object(
  {
    baseURL: v.optional(BaseURLSchema),
    responsesPath: v.optional(ResponsesPathSchema),
    codexMode: v.optional(
      v.pipe(
        v.boolean("true or false"),
        v.description("Replace OpenCode's default prompt by a bridge to Codex's instructions."),
      ),
    ),
    headers: v.optional(HeadersSchema),
    instructions: v.optional(InstructionsSchema),
    models: v.optional(
      v.pipe(
        v.picklist(["gateway", "all"], '"gateway" or "all"'),
        v.description(
          "Models OpenCode shows: what the gateway's own list names (gateway, the default), or everything known (all).",
        ),
      ),
    ),
    context: v.optional(
      v.pipe(
        v.picklist(["max"], '"max"'),
        v.description(
          "Use the longest window that the gateway or Codex's catalogue allows (max), and not the usual one.",
        ),
      ),
    ),
    costMultiplier: v.optional(CostMultiplierSchema),
    smallModel: v.optional(
      v.pipe(
        v.string("the name of a model"),
        v.trim(),
        v.nonEmpty("the name of a model"),
        v.description("Model for titles and other small tasks."),
      ),
    ),
    streamIdleTimeout: v.optional(
      v.pipe(
        v.number("a number of seconds, 1 to 86400"),
        v.minValue(1, "a number of seconds, 1 to 86400"),
        v.maxValue(86_400, "a number of seconds, 1 to 86400"),
        v.description("Seconds without a byte until a stream is given up. Default 300."),
      ),
    ),
  },
  "an object",
);

const wantedOrigin = "an origin: http(s)://, host and port, for example https://gateway.example";

/** As browsers write one; a slash at the end, a default port and upper case are understood. */
const OriginSchema = v.pipe(
  v.string(wantedOrigin),
  v.trim(),
  v.regex(/^[hH][tT][tT][pP][sS]?:\/\/[^/?#@*\s]+\/?$/, wantedOrigin),
  v.check((text) => parse(text) !== undefined, wantedOrigin),
  v.transform((text) => new URL(text).origin),
);

/** The settings file: the settings, and what the user said about keys. Unknown keys are kept. */
export const SettingsFileSchema = v.looseObject(
  {
    $schema: v.optional(v.string("a text")),
    ...SettingsSchema.entries,
    trustedOrigins: v.optional(
      v.pipe(
        v.array(OriginSchema, "a list of origins"),
        v.description(
          "Origins that a project's opencode.json may have the key sent to. Only this file can name them.",
        ),
      ),
    ),
    lastLogin: v.optional(
      v.pipe(
        v.object(
          { baseURL: v.optional(v.string("a text")), origin: v.optional(v.string("a text")) },
          "an object",
        ),
        v.description(
          "Written by the login: lets a later edit of baseURL win over an old login, and says which origin the key was entered for.",
        ),
      ),
    ),
  },
  "an object",
);

export type Settings = v.InferOutput<typeof SettingsSchema>;
export type SettingName = keyof Settings;
