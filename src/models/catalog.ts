/**
 * Everything this plugin knows about models, in one table. A model that is not here is passed
 * through with its name and effort untouched.
 *
 * Efforts, parallel tool calls and verbosity are those of the real Codex CLI of `codexRelease`,
 * recorded on the wire; `prompt` is the file of the model family's official prompt at its tag.
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

export type CatalogModel = {
  /** Shown in OpenCode's model list. */
  readonly name: string;
  /** Allowed efforts, weakest first. */
  readonly efforts: readonly Effort[];
  /** Sent when nobody asked for another one. */
  readonly defaultEffort: Effort;
  /** File of the official prompt, below `codex-rs/core/` of the pinned tag. */
  readonly prompt: string;
  readonly parallelToolCalls: boolean;
  /** What the Codex CLI sends as `text.verbosity`; without it the model takes no such parameter. */
  readonly verbosity?: "low" | "medium" | "high";
  /** ISO date, orders OpenCode's list. */
  readonly releaseDate: string;
};

const table: Readonly<Record<string, CatalogModel>> = {
  "gpt-5.2-codex": {
    name: "GPT-5.2 Codex",
    efforts: ["low", "medium", "high", "xhigh"],
    defaultEffort: "medium",
    prompt: "gpt-5.2-codex_prompt.md",
    parallelToolCalls: true,
    releaseDate: "2025-12-18",
  },
  "gpt-5.2": {
    name: "GPT-5.2",
    efforts: ["none", "low", "medium", "high", "xhigh"],
    defaultEffort: "medium",
    prompt: "gpt_5_2_prompt.md",
    parallelToolCalls: true,
    verbosity: "low",
    releaseDate: "2025-12-11",
  },
  "gpt-5.1-codex-max": {
    name: "GPT-5.1 Codex Max",
    efforts: ["low", "medium", "high", "xhigh"],
    defaultEffort: "medium",
    prompt: "gpt-5.1-codex-max_prompt.md",
    parallelToolCalls: false,
    releaseDate: "2025-11-19",
  },
  "gpt-5.1-codex": {
    name: "GPT-5.1 Codex",
    efforts: ["low", "medium", "high"],
    defaultEffort: "medium",
    prompt: "gpt_5_codex_prompt.md",
    parallelToolCalls: false,
    releaseDate: "2025-11-13",
  },
  "gpt-5.1-codex-mini": {
    name: "GPT-5.1 Codex Mini",
    efforts: ["medium", "high"],
    defaultEffort: "medium",
    prompt: "gpt_5_codex_prompt.md",
    parallelToolCalls: false,
    releaseDate: "2025-11-13",
  },
  "gpt-5.1": {
    name: "GPT-5.1",
    efforts: ["none", "low", "medium", "high"],
    defaultEffort: "medium",
    prompt: "gpt_5_1_prompt.md",
    parallelToolCalls: true,
    verbosity: "low",
    releaseDate: "2025-11-13",
  },
};

/** A map, so that a model called `constructor` is not found on a prototype. */
export const catalog: ReadonlyMap<string, CatalogModel> = new Map(Object.entries(table));

/** Retired names that users still have in their configurations → the model that replaced each. */
export const legacyNames: ReadonlyMap<string, string> = new Map([
  ["gpt-5-codex", "gpt-5.1-codex"],
  ["gpt-5-codex-mini", "gpt-5.1-codex-mini"],
  ["codex-mini-latest", "gpt-5.1-codex-mini"],
  ["gpt-5", "gpt-5.1"],
]);

/** Limits of every model of the table, in tokens. */
export const limits = { context: 272_000, output: 128_000 } as const;
