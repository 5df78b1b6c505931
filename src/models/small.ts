/** The model for titles and other small tasks. Pure. */

import { isTextModel, type RemoteModel } from "./list/parse.ts";
import { bareName } from "./name.ts";

/** Served by every gateway of the Codex line that was seen, so the best guess without a list. */
const usualSmallModel = "gpt-5.1-codex-mini";

/** Parts of a name → how large the model is. A name with none of them is of size 2. */
const sizes: readonly (readonly [part: RegExp, size: number])[] = [
  [/(^|[-.])nano([-.]|$)/, 0],
  [/(^|[-.])(mini|spark|luna)([-.]|$)/, 1],
  [/(^|[-.])(max|pro|sol|astra)([-.]|$)/, 3],
];
export const middleSize = 2;

export type SmallModelChoice = {
  /** The gateway's own list, if it is known. */
  readonly remote: readonly RemoteModel[] | undefined;
  /** `smallModel` of the settings. */
  readonly setting: string | undefined;
};

/** The name of the small model: the user's, else the smallest and newest the gateway serves. */
export function smallModelName({ remote, setting }: SmallModelChoice): string {
  if (setting !== undefined) return setting.replace(/^openai\//, "");
  const visible = remote?.filter(({ hidden }) => !hidden) ?? [];
  const ids = visible.map(({ id }) => id).filter(isTextModel);
  // Gateways may serve other vendors' models too; those may not take what we send.
  const line = ids.filter((id) => /gpt|codex|(^|\/)o\d/i.test(id));
  const [smallest] = (line.length > 0 ? line : ids).toSorted(bySize);
  return smallest ?? usualSmallModel;
}

/** Smallest first, then newest; then the shortest, which is the model and not a dated copy of it. */
function bySize(a: string, b: string): number {
  return (
    sizeOf(a) - sizeOf(b) || versionOf(b) - versionOf(a) || a.length - b.length || (a < b ? -1 : 1)
  );
}

export function sizeOf(id: string): number {
  return sizes.find(([part]) => part.test(bareName(id)))?.[1] ?? middleSize;
}

/** The number the name of the line starts with: 5.1 of `gpt-5.1-codex-mini`, 4 of `o4-mini`. */
function versionOf(id: string): number {
  return Number(/^(?:gpt-|o)(\d+(?:\.\d+)?)/.exec(bareName(id))?.[1] ?? 0);
}
