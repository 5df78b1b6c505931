/** The models as they may be shown: id, efforts, context. */
import { catalog, limits } from "../models/catalog.ts";
import { createEffortsOf } from "../models/efforts.ts";
import type { RemoteModel } from "../models/list/parse.ts";

export type ModelRow = {
  readonly id: string;
  /** Weakest first; empty when none are known. */
  readonly efforts: readonly string[];
  /** Tokens, where somebody said. */
  readonly context: number | undefined;
};

/** What the gateway's list says, gaps filled from our table. */
export function listRows(models: readonly RemoteModel[]): ModelRow[] {
  const effortsOf = createEffortsOf(models);
  return models.map(({ id, context }) => ({
    id,
    efforts: effortsOf(id) ?? [],
    context: context ?? (catalog.has(id) ? limits.context : undefined),
  }));
}

/** Our own table. */
export function tableRows(): ModelRow[] {
  return [...catalog].map(([id, { efforts }]) => ({ id, efforts, context: limits.context }));
}
