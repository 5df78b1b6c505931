/** The settings file's schema for editors. Only `bun run schema` and its test use it. */
import { toJsonSchema } from "@valibot/to-json-schema";
import { SettingsFileSchema } from "./schema.ts";

export function settingsJsonSchema(): object {
  return {
    ...toJsonSchema(SettingsFileSchema, {
      typeMode: "input",
      // A check is code and has no counterpart in JSON Schema; the plugin itself still applies it.
      errorMode: "ignore",
    }),
    title: "Settings of opencode-openai-codex-key",
  };
}
