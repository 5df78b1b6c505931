/**
 * A model as a host shows it: OpenCode 1's record, whose models are read and written as they are.
 * What belongs to OpenCode 2 alone is made of it in `v2/models.ts`.
 */
export type HostModel = {
  /** What the user picks. */
  id: string;
  providerID: string;
  /** `id` goes on the wire, `npm` is the package that speaks to it. */
  api: { id: string; url: string; npm: string };
  name: string;
  family?: string;
  capabilities: {
    temperature: boolean;
    reasoning: boolean;
    attachment: boolean;
    toolcall: boolean;
    input: Record<Modality, boolean>;
    output: Record<Modality, boolean>;
    interleaved: boolean | { field: string };
  };
  cost: Cost & {
    /** Of conversations longer than so many tokens. */
    tiers?: (Cost & { tier: { type: "context"; size: number } })[];
    experimentalOver200K?: Cost;
  };
  /** In tokens. */
  limit: { context: number; input?: number; output: number };
  status: "alpha" | "beta" | "deprecated" | "active";
  /** Merged into the options of each request. */
  options: { [name: string]: unknown };
  headers: { [name: string]: string };
  /** ISO date, or empty. */
  release_date: string;
  /** By name: options to be merged once the user has picked it. */
  variants?: { [name: string]: { [name: string]: unknown } };
};

/** By the name the user picks. */
export type HostModels = Record<string, HostModel>;

/** US dollars for a million tokens; 0 where it is not known. */
type Cost = { input: number; output: number; cache: { read: number; write: number } };

export const modalities = ["text", "audio", "image", "video", "pdf"] as const;
export type Modality = (typeof modalities)[number];
