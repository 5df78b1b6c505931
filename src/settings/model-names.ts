/** The models that OpenCode's configuration names. Pure. */
import { isObject } from "../json.ts";

export type WrittenModel = {
  /** Where it stands: `agent.build.model`. */
  readonly where: string;
  /** As it is written, with its provider as it should be. */
  readonly name: string;
};

/** Parts of the configuration whose entries may name a model of their own. */
const parts = ["agent", "agents", "mode", "command"] as const;

/** Every model that is named to be used, of whatever provider. */
export function writtenModels(config: unknown): WrittenModel[] {
  if (!isObject(config)) return [];
  const entries = parts.flatMap((part) => {
    const inside = config[part];
    return Object.entries(isObject(inside) ? inside : {}).map(
      ([name, entry]) =>
        [`${part}.${name}.model`, isObject(entry) ? entry.model : undefined] as const,
    );
  });
  const found = [["model", config.model] as const, ["small_model", config.small_model] as const];
  return [...found, ...entries].flatMap(([where, name]) =>
    typeof name === "string" && name !== "" ? [{ where, name }] : [],
  );
}

/** Whether somebody named a model for the tasks of this agent of the host's own, `title` for one. */
export function namesModelFor(agent: string, models: readonly WrittenModel[]): boolean {
  const places = [
    "small_model",
    `agent.${agent}.model`,
    `agents.${agent}.model`,
    `mode.${agent}.model`,
  ];
  return models.some(({ where }) => places.includes(where));
}

/** The names of `openai` among those, and the models that are described there, each once. */
export function namesInConfig(config: unknown): string[] {
  const provider =
    isObject(config) && isObject(config.provider) ? config.provider.openai : undefined;
  const models = isObject(provider) && isObject(provider.models) ? provider.models : {};
  // One that stands for another model by its `id` is the user's own affair.
  const described = Object.entries(models).flatMap(([name, model]) =>
    isObject(model) && model.id !== undefined ? [] : [name],
  );
  return [...new Set([...openAINames(writtenModels(config)), ...described])];
}

export function openAINames(models: readonly WrittenModel[]): string[] {
  return models.flatMap(({ name }) => nameIn(name) ?? []);
}

/** The model of `openai/model`, if that is what the text is. */
export function nameIn(text: unknown): string | undefined {
  if (typeof text !== "string") return undefined;
  return /^openai\/([^\s\p{Cc}\p{Cf}]{1,200})$/u.exec(text)?.[1];
}
