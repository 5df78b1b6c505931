/** The templates of `config/`, as a user copies them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

const OptionsSchema = v.strictObject({
  reasoningEffort: v.optional(v.string()),
  reasoningSummary: v.optional(v.string()),
  textVerbosity: v.optional(v.string()),
});

/** Strict, so that nothing slips into a template that no test has looked at. */
const TemplateSchema = v.strictObject({
  $schema: v.literal("https://opencode.ai/config.json"),
  plugin: v.tuple([v.literal("opencode-openai-codex-key")]),
  provider: v.optional(
    v.strictObject({
      openai: v.strictObject({
        options: v.optional(OptionsSchema),
        models: v.record(
          v.string(),
          v.strictObject({
            name: v.string(),
            options: v.optional(OptionsSchema),
            variants: v.optional(v.record(v.string(), OptionsSchema)),
          }),
        ),
      }),
    }),
  ),
});

export type Template = v.InferOutput<typeof TemplateSchema>;

export const templateFiles = [
  "minimal-opencode.json",
  "opencode-modern.json",
  "opencode-legacy.json",
] as const;
export type TemplateFile = (typeof templateFiles)[number];

/** @throws when the file is no strict JSON, or holds a key that the schema above does not name. */
export function readTemplate(file: TemplateFile): Template {
  const text = readFileSync(join(import.meta.dir, "../../config", file), "utf8");
  return v.parse(TemplateSchema, JSON.parse(text));
}

/** The models a template names; none for the minimal one. */
export function modelsOf(template: Template) {
  return template.provider?.openai.models ?? {};
}
