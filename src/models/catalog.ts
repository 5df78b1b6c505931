/**
 * Everything this plugin knows about models, in one table. A model that is not here is passed
 * through with its name and effort untouched.
 *
 * Each row names its source. `codexRelease` and the catalogue of a release are what the real Codex
 * CLI (npm `@openai/codex`) sends or holds; prices are OpenAI's own as models.dev has them, in the
 * copy inside OpenCode 1.18.33.
 */
import * as v from "valibot";

/** The release of the Codex CLI that requests are made like, and whose prompts the table names. */
export const codexRelease = "0.80.0";

/** All efforts any model is known to take, weakest first. */
export const efforts = [
  "none",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "max",
  "ultra",
] as const;

export const EffortSchema = v.picklist(efforts);
export type Effort = v.InferOutput<typeof EffortSchema>;

/** US dollars for a million tokens. */
export const PriceSchema = v.object({
  input: v.number(),
  output: v.number(),
  cacheRead: v.number(),
  cacheWrite: v.optional(v.number()),
});
export type Price = v.InferOutput<typeof PriceSchema>;

/** Where a row's facts were read. */
type Source =
  /** On the wire of `codexRelease`. */
  | "wire"
  /** In the model catalogue inside that release of the CLI. */
  | `catalogue ${string}`
  /** models.dev, in the copy inside OpenCode 1.18.33. */
  | "models.dev";

export type CatalogModel = {
  /** For people, in the README. */
  readonly name: string;
  readonly source: Source;
  /** Allowed efforts, weakest first. */
  readonly efforts: readonly Effort[];
  /** Sent when nobody asked for another one. */
  readonly defaultEffort: Effort;
  /**
   * File of the official prompt, below `codex-rs/core/` of the pinned tag. Without one the prompt is
   * that of the newest catalogue.
   */
  readonly prompt?: string;
  readonly parallelToolCalls: boolean;
  /** What the Codex CLI sends as `text.verbosity`; without it the model takes no such parameter. */
  readonly verbosity?: "low" | "medium" | "high";
  /** Window in tokens, as the Codex CLI uses it. */
  readonly context: number;
  /** The window a gateway may allow beyond that. */
  readonly maxContext?: number;
  /** `service_tier` of the fast mode. */
  readonly fastTier?: string;
  readonly price?: Price;
  /**
   * ISO date, orders OpenCode's list. That of models.dev; of a model that is not there, the day the
   * release of the CLI came out.
   */
  readonly releaseDate: string;
};

const context = 272_000;
/** Of most models since gpt-5.6. */
const modern = {
  source: "catalogue 0.171.0",
  efforts: ["low", "medium", "high", "xhigh", "max", "ultra"],
  defaultEffort: "low",
  parallelToolCalls: true,
  verbosity: "low",
  context,
  maxContext: 872_000,
  fastTier: "priority",
} as const;
const withoutUltra = ["low", "medium", "high", "xhigh", "max"] as const;
const upToXhigh = ["low", "medium", "high", "xhigh"] as const;

/** Newest line first; in a line the one that is taken when nobody names a model. */
const table: Readonly<Record<string, CatalogModel>> = {
  "gpt-6.2-sol": { ...modern, name: "GPT-6.2 Sol", context: 500_000, releaseDate: "2026-11-20" },
  "gpt-6.2-astra": { ...modern, name: "GPT-6.2 Astra", releaseDate: "2026-11-20" },
  "gpt-6.1-sol": { ...modern, name: "GPT-6.1 Sol", context: 500_000, releaseDate: "2026-11-13" },
  "gpt-6.1-terra": {
    ...modern,
    name: "GPT-6.1 Terra",
    context: 500_000,
    releaseDate: "2026-11-13",
  },
  "gpt-6-sol": {
    ...modern,
    name: "GPT-6 Sol",
    defaultEffort: "medium",
    price: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
    releaseDate: "2026-09-22",
  },
  "gpt-6-luna": {
    ...modern,
    name: "GPT-6 Luna",
    efforts: withoutUltra,
    defaultEffort: "medium",
    price: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    releaseDate: "2026-09-22",
  },
  "gpt-6-astra": {
    ...modern,
    name: "GPT-6 Astra",
    price: { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 },
    releaseDate: "2026-09-04",
  },
  "gpt-5.6-sol": {
    ...modern,
    name: "GPT-5.6 Sol",
    price: { input: 4, output: 20, cacheRead: 0.4, cacheWrite: 5 },
    releaseDate: "2026-07-09",
  },
  "gpt-5.6-terra": {
    ...modern,
    name: "GPT-5.6 Terra",
    defaultEffort: "medium",
    price: { input: 2, output: 12, cacheRead: 0.2, cacheWrite: 2.5 },
    releaseDate: "2026-07-09",
  },
  "gpt-5.6-luna": {
    ...modern,
    name: "GPT-5.6 Luna",
    efforts: withoutUltra,
    defaultEffort: "medium",
    price: { input: 0.2, output: 1.2, cacheRead: 0.02, cacheWrite: 0.25 },
    releaseDate: "2026-07-09",
  },
  "gpt-5.5": {
    ...modern,
    name: "GPT-5.5",
    efforts: upToXhigh,
    defaultEffort: "medium",
    maxContext: context,
    price: { input: 5, output: 30, cacheRead: 0.5 },
    releaseDate: "2026-04-23",
  },
  "gpt-5.4-mini": {
    name: "GPT-5.4 Mini",
    source: "catalogue 0.144.0",
    efforts: upToXhigh,
    defaultEffort: "medium",
    parallelToolCalls: true,
    verbosity: "medium",
    context,
    price: { input: 0.75, output: 4.5, cacheRead: 0.075 },
    releaseDate: "2026-03-17",
  },
  "gpt-5.4": {
    ...modern,
    name: "GPT-5.4",
    source: "catalogue 0.144.0",
    efforts: upToXhigh,
    defaultEffort: "medium",
    maxContext: 1_000_000,
    price: { input: 2.5, output: 15, cacheRead: 0.25 },
    releaseDate: "2026-03-05",
  },
  "gpt-5.3-codex-spark": {
    name: "GPT-5.3 Codex Spark",
    source: "models.dev",
    efforts: upToXhigh,
    defaultEffort: "medium",
    parallelToolCalls: true,
    context: 128_000,
    price: { input: 1.75, output: 14, cacheRead: 0.175 },
    releaseDate: "2026-02-05",
  },
  "gpt-5.2-codex": {
    name: "GPT-5.2 Codex",
    source: "wire",
    efforts: ["low", "medium", "high", "xhigh"],
    defaultEffort: "medium",
    prompt: "gpt-5.2-codex_prompt.md",
    parallelToolCalls: true,
    context,
    price: { input: 1.75, output: 14, cacheRead: 0.175 },
    releaseDate: "2025-12-18",
  },
  "gpt-5.2": {
    name: "GPT-5.2",
    source: "wire",
    efforts: ["none", "low", "medium", "high", "xhigh"],
    defaultEffort: "medium",
    prompt: "gpt_5_2_prompt.md",
    parallelToolCalls: true,
    verbosity: "low",
    context,
    price: { input: 1.75, output: 14, cacheRead: 0.175 },
    releaseDate: "2025-12-11",
  },
  "gpt-5.1-codex-max": {
    name: "GPT-5.1 Codex Max",
    source: "wire",
    efforts: ["low", "medium", "high", "xhigh"],
    defaultEffort: "medium",
    prompt: "gpt-5.1-codex-max_prompt.md",
    parallelToolCalls: false,
    context,
    price: { input: 1.25, output: 10, cacheRead: 0.125 },
    releaseDate: "2025-11-19",
  },
  "gpt-5.1-codex": {
    name: "GPT-5.1 Codex",
    source: "wire",
    efforts: ["low", "medium", "high"],
    defaultEffort: "medium",
    prompt: "gpt_5_codex_prompt.md",
    parallelToolCalls: false,
    context,
    price: { input: 1.25, output: 10, cacheRead: 0.125 },
    releaseDate: "2025-11-13",
  },
  "gpt-5.1-codex-mini": {
    name: "GPT-5.1 Codex Mini",
    source: "wire",
    efforts: ["medium", "high"],
    defaultEffort: "medium",
    prompt: "gpt_5_codex_prompt.md",
    parallelToolCalls: false,
    context,
    price: { input: 0.25, output: 2, cacheRead: 0.025 },
    releaseDate: "2025-11-13",
  },
  "gpt-5.1": {
    name: "GPT-5.1",
    source: "wire",
    efforts: ["none", "low", "medium", "high"],
    defaultEffort: "medium",
    prompt: "gpt_5_1_prompt.md",
    parallelToolCalls: true,
    verbosity: "low",
    context,
    price: { input: 1.25, output: 10, cacheRead: 0.125 },
    releaseDate: "2025-11-13",
  },
};

/** A map, so that a model called `constructor` is not found on a prototype. */
export const catalog: ReadonlyMap<string, CatalogModel> = new Map(Object.entries(table));

/**
 * SHA-256 of each prompt's file at the tag: with it the file may come from anywhere. Taken from what
 * the Codex CLI of `codexRelease` sends, which is the whole file.
 */
export const promptHashes: ReadonlyMap<string, string> = new Map([
  ["gpt-5.2-codex_prompt.md", "180d6920817a26e025e0fdc5216e2d549eb32ffe6267c318fcf1740d6f6106e5"],
  ["gpt_5_2_prompt.md", "2d43ca88ed71e9c58a5a67ad3045464b1084fd2b76c8393e4801cbd13b611e67"],
  [
    "gpt-5.1-codex-max_prompt.md",
    "180d6920817a26e025e0fdc5216e2d549eb32ffe6267c318fcf1740d6f6106e5",
  ],
  ["gpt_5_codex_prompt.md", "3fdaf652aaf4c284d415bc62e926e98b907907a022cc454c0d90ddf0ed3739ab"],
  ["gpt_5_1_prompt.md", "c31ce1623b155a413ba35f5f0f020502dc0c291fdefcc0dd94e4f8af84e00703"],
]);

/** Retired names that users still have in their configurations → the model that replaced each. */
export const legacyNames: ReadonlyMap<string, string> = new Map([
  ["gpt-5-codex", "gpt-5.1-codex"],
  ["gpt-5-codex-mini", "gpt-5.1-codex-mini"],
  ["codex-mini-latest", "gpt-5.1-codex-mini"],
  ["gpt-5", "gpt-5.1"],
]);

/** Limits of a model that nobody described, in tokens. */
export const limits = { context, output: 128_000 } as const;
