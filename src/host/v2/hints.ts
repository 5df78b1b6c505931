/** What the body of a request does not tell, asked of OpenCode 2. */
import { asString, isObject, type JsonObject } from "../../json.ts";
import type { RequestHints } from "../../request/hints.ts";
import { isBlank } from "../../settings/login.ts";
import { namesModelFor, type WrittenModel } from "../../settings/model-names.ts";
import { variantEffort } from "./models.ts";
import type { createRepeats } from "./repeats.ts";
import type { HostContext, ModelRef, ModelRequestEvent } from "./types.ts";

export type HintsOptions = {
  readonly ctx: Pick<HostContext, "agent" | "model">;
  /** Models that the configuration names. */
  readonly written: readonly WrittenModel[];
  readonly repeats: Pick<ReturnType<typeof createRepeats>, "take">;
};

export function createHints({ ctx, written, repeats }: HintsOptions) {
  async function pickedEffort(model: ModelRef): Promise<string | undefined> {
    const { variant = "default" } = model;
    return variant === "default" ? undefined : variantEffort(await ctx.model?.list(), model);
  }

  async function findAgent(name: string | undefined): Promise<JsonObject | undefined> {
    if (name === undefined) return undefined;
    const answer = await ctx.agent?.list();
    const agents: unknown = isObject(answer) && !Array.isArray(answer) ? answer.data : answer;
    if (!Array.isArray(agents)) return undefined;
    return agents.filter(isObject).find(({ id }) => id === name);
  }

  return async (event: ModelRequestEvent): Promise<RequestHints> => {
    const { kind, sessionID, agent: name } = event;
    const agent = await findAgent(name);
    const named = agent?.model !== undefined || namesModelFor("title", written);
    // The host would ask the session's own model for a title, with its effort.
    if (kind === "title" && !named) return { smallTask: true, anyModel: true };
    return {
      smallTask: kind === "title",
      repeats: kind === "primary" && repeats.take(sessionID),
      effort: await pickedEffort(event.model),
      ownPrompt: !isBlank(asString(agent?.system)),
    };
  };
}
