/** The settings file's schema for editors. Only `bun run generate` and its test use it. */
import { toJsonSchema } from "@valibot/to-json-schema";
import { codexRelease } from "../models/catalog.ts";
import { connectionHeaders } from "./fields.ts";
import { type SettingName, SettingsFileSchema, schemaURL } from "./schema.ts";

/** JSON Schema knows no flag for case. */
const refusedNames = ["authorization", ...connectionHeaders]
  .map((name) => name.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`))
  .join("|");

/**
 * What the conversion leaves out, since a check is code. A pattern refuses nothing that the plugin
 * takes, but for spaces around a value; what it lets pass, such as port 99999, the plugin refuses.
 */
const hints: Readonly<Partial<Record<SettingName | "trustedOrigins", object>>> = {
  baseURL: {
    pattern: "^[hH][tT][tT][pP][sS]?://[^/?#@\\s]+(/[^?#]*)?$",
    examples: ["https://gateway.example", "https://gateway.example/v1"],
  },
  responsesPath: { examples: ["/v1/responses"] },
  headers: {
    // Names of RFC 9110; `authorization` belongs to the key, others to the connection.
    propertyNames: { pattern: `^(?!(${refusedNames})$)[!#$%&'*+.^_\`|~0-9A-Za-z-]+$` },
    examples: [{ "user-agent": `codex_cli_rs/${codexRelease}` }],
  },
  trustedOrigins: { examples: [["https://gateway.example"]] },
};

export function settingsJsonSchema(): object {
  const { properties = {}, ...schema } = toJsonSchema(SettingsFileSchema, {
    typeMode: "input",
    errorMode: "ignore",
  });
  const more: ReadonlyMap<string, object> = new Map(Object.entries(hints));
  return {
    ...schema,
    $id: schemaURL,
    title: "Settings of opencode-openai-codex-key",
    // The plugin reads the file as JSON with comments; editors that know these two words let it be.
    allowComments: true,
    allowTrailingCommas: true,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [
        name,
        typeof property === "object" ? { ...property, ...more.get(name) } : property,
      ]),
    ),
  };
}
