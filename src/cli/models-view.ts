/** The models as they may be shown: id, efforts, context. */
import { catalog } from "../models/catalog.ts";
import { factsOf } from "../models/facts.ts";
import { createModelKnowledge } from "../models/knowledge.ts";
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
  return rows(
    models.map(({ id }) => id),
    models,
  );
}

/** Our own table. */
export function tableRows(): ModelRow[] {
  return rows([...catalog.keys()], undefined);
}

function rows(ids: readonly string[], list: readonly RemoteModel[] | undefined): ModelRow[] {
  const knowledge = createModelKnowledge(list);
  return ids.map((id) => {
    const { efforts, limit, windowKnown } = factsOf(id, { knowledge, host: new Map() });
    return { id, efforts, context: windowKnown ? limit.context : undefined };
  });
}
