/** What the user chose so far: models named in the configuration, or picked on the screen. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { isObject, parseJson } from "../../json.ts";
import type { ConfigLocation } from "../../settings/config-files.ts";
import { nameIn } from "./command-line.ts";

/** Parts of OpenCode's configuration whose entries may name a model of their own. */
const parts = ["agent", "mode", "command"] as const;

/** The models of `openai` that the merged configuration names anywhere, without the provider. */
export function namesInConfig(config: unknown): string[] {
  if (!isObject(config)) return [];
  const entries = parts.flatMap((part) =>
    Object.values(isObject(config[part]) ? config[part] : {}),
  );
  const written = [
    config.model,
    config.small_model,
    ...entries.map((entry) => (isObject(entry) ? entry.model : undefined)),
  ];
  const provider = isObject(config.provider) ? config.provider.openai : undefined;
  const models = isObject(provider) && isObject(provider.models) ? provider.models : {};
  // One that stands for another model by its `id` is the user's own affair.
  const own = Object.entries(models).flatMap(([name, model]) =>
    isObject(model) && model.id !== undefined ? [] : [name],
  );
  return [...new Set([...written.flatMap((name) => nameIn(name) ?? []), ...own])];
}

const PickedSchema = v.object({
  providerID: v.string(),
  modelID: v.pipe(v.string(), v.regex(/^[^\s\p{Cc}\p{Cf}]{1,200}$/u)),
});
const ChoicesSchema = v.object({
  recent: v.fallback(v.array(v.fallback(v.nullable(PickedSchema), null)), []),
  favorite: v.fallback(v.array(v.fallback(v.nullable(PickedSchema), null)), []),
});

export type Choices = {
  /** Something was picked before, of whatever provider: that is what OpenCode starts with. */
  readonly picked: boolean;
  /** Models of `openai` among the recent ones and the favourites. */
  readonly names: readonly string[];
};

/** What the terminal screen keeps of earlier choices. Never rejects. */
export async function loadChoices({
  env,
  home,
}: Pick<ConfigLocation, "env" | "home">): Promise<Choices> {
  const state = env.XDG_STATE_HOME || join(home, ".local", "state");
  // Missing at first, and not ours: whatever keeps it from being read, nothing was picked.
  const text = await readFile(join(state, "opencode", "model.json"), "utf8").catch(() => "");
  const parsed = v.safeParse(ChoicesSchema, parseJson(text));
  if (!parsed.success) return { picked: false, names: [] };
  const { recent, favorite } = parsed.output;
  const names = [...recent, ...favorite].flatMap((one) =>
    one?.providerID === "openai" ? [one.modelID] : [],
  );
  return { picked: recent.some((one) => one !== null), names };
}
