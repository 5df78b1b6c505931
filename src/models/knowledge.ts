/** What is known of the models there are, by everybody who may know. Pure. */
import { createEffortsOf } from "./efforts.ts";
import type { RemoteModel } from "./list/parse.ts";
import type { EffortsOf } from "./name.ts";
import { smallModelName } from "./small.ts";

/** Does not change: another list makes another one. */
export type ModelKnowledge = {
  /**
   * The efforts of each model that anybody described: they may follow its name, and a request is
   * held to them.
   */
  readonly effortsOf: EffortsOf;
  /** The gateway's own list, if it is known. */
  readonly list: readonly RemoteModel[] | undefined;
  /** What the gateway's list says of a model. */
  readonly find: (id: string) => RemoteModel | undefined;
  /**
   * The model for titles and other small tasks.
   *
   * @param setting `smallModel` of the settings.
   */
  readonly small: (setting: string | undefined) => string;
};

/** @param hostEfforts what the host's own catalogue says. */
export function createModelKnowledge(
  list: readonly RemoteModel[] | undefined,
  hostEfforts?: EffortsOf,
): ModelKnowledge {
  return {
    effortsOf: createEffortsOf(list, hostEfforts),
    list,
    find: (id) => list?.find((model) => model.id === id),
    small: (setting) => smallModelName({ remote: list, setting }),
  };
}
