/** Which model takes which efforts, by everybody who may know. Pure. */
import { type Effort, efforts, legacyNames } from "./catalog.ts";
import type { RemoteModel } from "./list/parse.ts";
import { bareName, catalogEfforts, type EffortsOf } from "./name.ts";

const unknown: EffortsOf = () => undefined;

/**
 * The efforts of each model: as the gateway's list says, else as the newest catalogue of Codex does,
 * else as our table does, else as the host's catalogue. That one comes last because older OpenCode
 * releases guess these efforts from the name.
 *
 * A name that is served, and is a served model plus one of its efforts, is that model (relays list
 * `gpt-5-codex-high` beside `gpt-5-codex`), so it is no model of its own here.
 */
export function createEffortsOf(
  remote: readonly RemoteModel[] | undefined,
  hostEfforts: EffortsOf = unknown,
  catalogueEfforts: EffortsOf = unknown,
): EffortsOf {
  const served = new Map(remote?.map((model) => [model.id, model]));

  const describe = (id: string): readonly Effort[] | undefined =>
    served.get(id)?.efforts ??
    catalogueEfforts(id) ??
    catalogEfforts(id) ??
    hostEfforts(id) ??
    // Only asked where it is still served: it takes what the model after it takes.
    catalogEfforts(legacyNames.get(id) ?? "");

  return (id) => {
    // A retired name stands for another model, unless the gateway still serves it.
    if (legacyNames.has(id) && !served.has(id)) return undefined;
    const described = describe(id) ?? (served.has(id) ? describe(bareName(id)) : undefined);
    if (described !== undefined || !served.has(id)) return described;
    const { base, effort } = splitEffort(id) ?? {};
    if (base === undefined || effort === undefined) return [];
    if (served.has(base) && (describe(base) ?? describe(bareName(base)))?.includes(effort)) {
      return undefined;
    }
    return describe(base)?.includes(effort) ? [effort] : [];
  };
}

function splitEffort(id: string): { base: string; effort: Effort } | undefined {
  const effort = efforts.find((ending) => id.endsWith(`-${ending}`));
  return effort && { base: id.slice(0, -effort.length - 1), effort };
}
