/** What is known of one model, put together from everybody who may know. Pure. */
import { type CatalogModel, type Effort, limits, type Price } from "./catalog.ts";
import { type CostMultiplier, costOf } from "./cost.ts";
import type { ModelKnowledge } from "./knowledge.ts";
import type { RemoteModel } from "./list/parse.ts";
import { bareName, clampEffort, rowOf } from "./name.ts";

/** What a host's own catalogue says of a model. */
export type HostFacts = {
  readonly name?: string;
  /** Window in tokens, and the longest answer. */
  readonly context?: number;
  readonly output?: number;
  readonly reasoning?: boolean;
  readonly releaseDate?: string;
  readonly price?: Price;
  /** Of its fast mode. */
  readonly fastPrice?: Price;
};

export type ModelFacts = {
  /** The list's own name for people, where it says more than the id. */
  readonly name: string | undefined;
  /** Weakest first; none where none are known. */
  readonly efforts: readonly Effort[];
  /** What is sent where nobody asks for another. */
  readonly defaultEffort: Effort | undefined;
  /** Whether it reasons; nothing where nobody knows. */
  readonly reasoning: boolean | undefined;
  readonly image: boolean | undefined;
  readonly parallelToolCalls: boolean | undefined;
  readonly verbosity: "low" | "medium" | "high" | undefined;
  readonly limit: { readonly context: number; readonly output: number };
  /** Somebody said how long the window is; else the usual length is assumed. */
  readonly windowKnown: boolean;
  readonly price: Price;
  readonly fastPrice: Price;
  readonly releaseDate: string | undefined;
  readonly priority: number | undefined;
};

export type FactsOptions = {
  readonly knowledge: ModelKnowledge;
  /** The host's own catalogue, by id. */
  readonly host: ReadonlyMap<string, HostFacts>;
  /** The longest window that the gateway allows, in place of the usual one. */
  readonly long?: boolean;
  readonly costMultiplier?: CostMultiplier | undefined;
};

/** @param id as the gateway has it, or as the user named it. */
export function factsOf(id: string, options: FactsOptions): ModelFacts {
  const { knowledge } = options;
  const bare = bareName(id);
  const listed = knowledge.find(id);
  const published = knowledge.inCatalogue(id);
  const entry = rowOf(id);
  const host = options.host.get(id) ?? options.host.get(bare);
  const efforts = knowledge.effortsOf(id) ?? knowledge.effortsOf(bare) ?? [];
  const official = host?.price ?? entry?.price;
  const cost = (price: Price | undefined): Price =>
    costOf(id, { listed: listed?.price, official: price }, options.costMultiplier);
  return {
    name: tellsMore(listed?.name, id) ? listed?.name : undefined,
    efforts,
    defaultEffort:
      efforts.length === 0
        ? undefined
        : clampEffort(
            listed?.defaultEffort ?? published?.defaultEffort ?? entry?.defaultEffort ?? "medium",
            efforts,
          ),
    reasoning: efforts.length > 0 ? true : listed?.efforts === undefined ? host?.reasoning : false,
    image: listed?.image ?? published?.image,
    parallelToolCalls: listed?.parallelToolCalls ?? published?.parallelToolCalls,
    verbosity: listed?.verbosity ?? published?.verbosity,
    limit: limitOf({ listed, published, entry, host }, options.long ?? false),
    windowKnown: [listed, published, entry, host].some((one) => one?.context !== undefined),
    price: cost(official),
    fastPrice: cost(host?.fastPrice ?? official),
    releaseDate: entry?.releaseDate ?? host?.releaseDate,
    priority: listed?.priority,
  };
}

/** A name that has the same letters and numbers as the id says nothing new. */
function tellsMore(name: string | undefined, id: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return name !== undefined && ![plain(id), plain(bareName(id))].includes(plain(name));
}

type LimitSources = {
  readonly listed: RemoteModel | undefined;
  readonly published: RemoteModel | undefined;
  readonly entry: CatalogModel | undefined;
  readonly host: HostFacts | undefined;
};

/**
 * The gateway's word, then Codex's catalogue (the newest, else the table's copy), then the host's:
 * that one says what OpenAI's API takes, where the windows of Codex are shorter, and a host that
 * believed it would sum up a conversation too late.
 *
 * A host keeps room for an answer in the window, so an answer must not be said to fill it.
 */
function limitOf({ listed, published, entry, host }: LimitSources, long: boolean) {
  const said = [listed, published, entry].find((source) => source?.context !== undefined);
  const usual = said?.context ?? host?.context ?? limits.context;
  const context = long ? Math.max(usual, said?.maxContext ?? 0) : usual;
  const output = host?.output ?? limits.output;
  return {
    context,
    output: said === undefined ? output : Math.min(output, Math.floor(context / 2)),
  };
}
