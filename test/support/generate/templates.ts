/** The templates of `config/`, made of the model table. */
import { catalog as table } from "../../../src/models/catalog.ts";

/**
 * The lines whose requests were recorded, and that users of older plugins have in their files. Newer
 * models come with the gateway's list.
 */
const catalog = [...table].filter(([, { source }]) => source === "wire");

const frame = {
  $schema: "https://opencode.ai/config.json",
  plugin: ["opencode-openai-codex-key"],
};

export function minimalTemplate(): object {
  return frame;
}

/** A model with a variant for each effort. */
export function modernTemplate(): object {
  const models = catalog.map(([id, { name, efforts, verbosity }]) => [
    id,
    {
      name,
      ...(verbosity && { options: { textVerbosity: verbosity } }),
      variants: Object.fromEntries(efforts.map((effort) => [effort, { reasoningEffort: effort }])),
    },
  ]);
  const openai = { options: { reasoningSummary: "auto" }, models: Object.fromEntries(models) };
  return { ...frame, provider: { openai } };
}

/** A model for each pair of model and effort. */
export function legacyTemplate(): object {
  const models = catalog.flatMap(([id, { name, efforts, verbosity }]) =>
    efforts.map((effort) => {
      const options = {
        reasoningEffort: effort,
        reasoningSummary: "auto",
        ...(verbosity && { textVerbosity: verbosity }),
      };
      return [`${id}-${effort}`, { name: `${name} (${effort})`, options }];
    }),
  );
  return { ...frame, provider: { openai: { models: Object.fromEntries(models) } } };
}
