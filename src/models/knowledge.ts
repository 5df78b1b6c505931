/** What is known of the models there are, by everybody who may know. Pure. */
import { createEffortsOf } from "./efforts.ts";
import type { RemoteModel } from "./list/parse.ts";
import { bareName, type EffortsOf, type ModelNames, rowOf } from "./name.ts";
import { smallModelName } from "./small.ts";

/** Does not change: another list makes another one. */
export type ModelKnowledge = Required<ModelNames> & {
  /**
   * The efforts of each model that anybody described: they may follow its name, and a request is
   * held to them.
   */
  readonly effortsOf: EffortsOf;
  /** The gateway's own list, if it is known. */
  readonly list: readonly RemoteModel[] | undefined;
  /** What the gateway's list says of a model. */
  readonly find: (id: string) => RemoteModel | undefined;
  /** What the newest catalogue of Codex says of a model, a vendor in front of its name or not. */
  readonly inCatalogue: (id: string) => RemoteModel | undefined;
  /**
   * The model for titles and other small tasks.
   *
   * @param setting `smallModel` of the settings.
   */
  readonly small: (setting: string | undefined) => string;
};

/**
 * @param hostEfforts what the host's own catalogue says.
 * @param catalogue the models of the newest release of Codex that is known.
 */
export function createModelKnowledge(
  list: readonly RemoteModel[] | undefined,
  hostEfforts?: EffortsOf,
  catalogue: readonly RemoteModel[] = [],
): ModelKnowledge {
  const served = new Map(list?.map((model) => [model.id, model]));
  const published = new Map(catalogue.map((model) => [model.id, model]));
  const inCatalogue = (id: string) => published.get(id) ?? published.get(bareName(id));
  const endings = uniqueEndings(served);
  return {
    effortsOf: createEffortsOf(list, hostEfforts, (id) => published.get(id)?.efforts),
    servedAs: (name) => (served.has(name) ? undefined : endings.get(name)),
    fastTierOf(id) {
      const listed = served.get(id)?.fastTier;
      if (listed !== undefined) return listed ?? undefined;
      const described = inCatalogue(id)?.fastTier;
      return (described === undefined ? rowOf(id)?.fastTier : described) ?? undefined;
    },
    list,
    find: (id) => served.get(id),
    inCatalogue,
    small: (setting) => smallModelName({ remote: list, setting }),
  };
}

/** What stands behind the last slash of an id → that id, where it is the only one. */
function uniqueEndings(served: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> {
  const endings = new Map<string, string[]>();
  for (const id of served.keys()) {
    const ending = bareName(id);
    if (ending !== id) endings.set(ending, [...(endings.get(ending) ?? []), id]);
  }
  return new Map(
    [...endings].flatMap(([ending, [id, ...others]]) =>
      id === undefined || others.length > 0 ? [] : [[ending, id] as const],
    ),
  );
}
