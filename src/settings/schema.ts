/**
 * What a user may configure, checked by valibot. The same schema serves the settings file, the
 * plugin's options in `opencode.json` and the environment; `config/` carries it as JSON Schema.
 */
import * as v from "valibot";
import { languages } from "../words/language.ts";
import {
  allowed,
  BaseURLSchema,
  CostMultiplierSchema,
  HeadersSchema,
  InstructionsSchema,
  OriginSchema,
  ResponsesPathSchema,
  SecondsSchema,
} from "./fields.ts";
import { GatewaysSchema } from "./gateway-schema.ts";

/**
 * Where editors find `config/settings.schema.json`; the login writes it into the settings file. It
 * answers once the package is published, and until then an editor merely has nothing to check by.
 */
export const schemaURL = "https://unpkg.com/opencode-openai-codex-key/config/settings.schema.json";

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
export type SettingName = keyof Settings;
