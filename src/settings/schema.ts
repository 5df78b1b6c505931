/**
 * What a user may configure, checked by valibot. The same schema serves the settings file, the
 * plugin's options in `opencode.json` and the environment; `config/` carries it as JSON Schema.
 */
import * as v from "valibot";
import { words } from "../words/current.ts";
import { languages } from "../words/language.ts";
import type { Allowed } from "../words/words.ts";

/**
 * Where editors find `config/settings.schema.json`; the login writes it into the settings file. It
 * answers once the package is published, and until then an editor merely has nothing to check by.
 */
export const schemaURL = "https://unpkg.com/opencode-openai-codex-key/config/settings.schema.json";

/** Found when it is said: the language may come out of the very file that is checked. */
const allowed =
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

const ResponsesPathSchema = v.pipe(
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
const HeadersSchema = v.pipe(
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

const InstructionsSchema = v.pipe(
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

const SecondsSchema = v.pipe(
  v.number(allowed("seconds")),
  v.minValue(1, allowed("seconds")),
  v.maxValue(86_400, allowed("seconds")),
);

const MultiplierSchema = v.pipe(
  v.number(allowed("multiplier")),
  v.minValue(0, allowed("multiplier")),
  v.maxValue(1000, allowed("multiplier")),
);
const CostMultiplierSchema = v.pipe(
  v.union([MultiplierSchema, v.record(v.string(), MultiplierSchema)], allowed("multiplier")),
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
        v.boolean(allowed("flag")),
        v.description("Replace OpenCode's default prompt by a bridge to Codex's instructions."),
      ),
    ),
    headers: v.optional(HeadersSchema),
    instructions: v.optional(InstructionsSchema),
    models: v.optional(
      v.pipe(
        v.picklist(["gateway", "all"], allowed("models")),
        v.description(
          "Models OpenCode shows: what the gateway's own list names (gateway, the default), or everything known (all).",
        ),
      ),
    ),
    context: v.optional(
      v.pipe(
        v.picklist(["max"], allowed("context")),
        v.description(
          "Use the longest window that the gateway or Codex's catalogue allows (max), and not the usual one.",
        ),
      ),
    ),
    costMultiplier: v.optional(CostMultiplierSchema),
    smallModel: v.optional(
      v.pipe(
        v.string(allowed("model")),
        v.trim(),
        v.nonEmpty(allowed("model")),
        v.description("Model for titles and other small tasks."),
      ),
    ),
    language: v.optional(
      v.pipe(
        v.picklist(languages, allowed("language")),
        v.description(
          "Language of everything the plugin says: en or zh (Simplified Chinese). Default: the system's.",
        ),
      ),
    ),
    streamIdleTimeout: v.optional(
      v.pipe(
        SecondsSchema,
        v.description("Seconds without a byte until a stream is given up. Default 300."),
      ),
    ),
    failover: v.optional(
      v.pipe(
        v.boolean(allowed("flag")),
        v.description(
          "Whether the next gateway is asked where one fails before it has answered. Default true.",
        ),
      ),
    ),
    firstByteTimeout: v.optional(
      v.pipe(
        SecondsSchema,
        v.description(
          "Seconds without a first byte until the next gateway is asked, where there is one. Default 120.",
        ),
      ),
    ),
    lowBalance: v.optional(
      v.pipe(
        v.number(allowed("count")),
        v.minValue(0, allowed("count")),
        v.description(
          "Tell once a session when less than this is left at the gateway, in its own currency. Default: nothing is asked.",
        ),
      ),
    ),
  },
  allowed("object"),
);

/** The one that `baseURL` and the login stand for. */
export const mainGateway = "main";

export const GatewayNameSchema = v.pipe(
  v.string(allowed("gatewayName")),
  v.trim(),
  v.regex(/^(?![mM][aA][iI][nN]$)[A-Za-z0-9][\w.-]{0,39}$/, allowed("gatewayName")),
);

/** One of several gateways. */
export const GatewaySchema = v.object(
  {
    name: GatewayNameSchema,
    baseURL: BaseURLSchema,
    responsesPath: v.optional(ResponsesPathSchema),
    headers: v.optional(HeadersSchema),
    models: v.optional(
      v.pipe(
        v.array(
          v.pipe(v.string(allowed("modelIds")), v.trim(), v.nonEmpty(allowed("modelIds"))),
          allowed("modelIds"),
        ),
        v.description("Ids of the models it serves, in place of what its own list says."),
      ),
    ),
    keyEnv: v.optional(
      v.pipe(
        v.string(allowed("variable")),
        v.trim(),
        v.regex(/^[A-Za-z_]\w{0,99}$/, allowed("variable")),
        v.description("Environment variable that holds its key."),
      ),
    ),
    provider: v.optional(
      v.pipe(
        v.string(allowed("provider")),
        v.trim(),
        v.regex(/^(?!openai$)[a-z0-9][a-z0-9_-]{0,39}$/, allowed("provider")),
        v.description(
          "A provider of its own in OpenCode, beside openai: its models are picked as provider/model.",
        ),
      ),
    ),
  },
  allowed("object"),
);

const GatewaysSchema = v.pipe(
  v.array(GatewaySchema, allowed("gateways")),
  v.check(
    (all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length,
    allowed("uniqueNames"),
  ),
  v.description("More gateways, each with a name and a base URL. Their keys stand elsewhere."),
);

/** As browsers write one; a slash at the end, a default port and upper case are understood. */
const OriginSchema = v.pipe(
  v.string(allowed("origin")),
  v.trim(),
  v.regex(/^[hH][tT][tT][pP][sS]?:\/\/[^/?#@*\s]+\/?$/, allowed("origin")),
  v.check((text) => parse(text) !== undefined, allowed("origin")),
  v.transform((text) => new URL(text).origin),
);

/** The settings file: the settings, and what the user said about keys. Unknown keys are kept. */
export const SettingsFileSchema = v.looseObject(
  {
    $schema: v.optional(v.string(allowed("text"))),
    ...SettingsSchema.entries,
    gateways: v.optional(GatewaysSchema),
    gatewayOrder: v.optional(
      v.pipe(
        v.array(v.pipe(v.string(allowed("name")), v.trim()), allowed("names")),
        v.description('Names of gateways, the one to be asked first in front; "main" is baseURL.'),
      ),
    ),
    trustedOrigins: v.optional(
      v.pipe(
        v.array(OriginSchema, allowed("origins")),
        v.description(
          "Origins that a project's opencode.json may have the key sent to. Only this file can name them.",
        ),
      ),
    ),
    lastLogin: v.optional(
      v.pipe(
        v.object(
          {
            baseURL: v.optional(v.string(allowed("text"))),
            origin: v.optional(v.string(allowed("text"))),
          },
          allowed("object"),
        ),
        v.description(
          "Written by the login: lets a later edit of baseURL win over an old login, and says which origin the key was entered for.",
        ),
      ),
    ),
  },
  allowed("object"),
);

export type Settings = v.InferOutput<typeof SettingsSchema>;
export type SettingsFile = v.InferOutput<typeof SettingsFileSchema>;
export type GatewayEntry = v.InferOutput<typeof GatewaySchema>;
export type SettingName = keyof Settings;
