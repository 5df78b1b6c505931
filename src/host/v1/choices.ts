/** What the user picked on the screen so far. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../json.ts";
import type { ConfigLocation } from "../../settings/config-files.ts";

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
