/** What the plugin tells the doctor that it did: proof that the host ran it, and what came of it. */
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { version } from "../package.json";

/** Names the doctor's file. Nobody else sets it. */
export const reportVariable = "OPENCODE_CODEX_REPORT";

export type ReportStep =
  /** The host called the plugin. */
  | { readonly step: "started" }
  /** The host asked for the models of `openai`. */
  | {
      readonly step: "models";
      /** Whether requests for `openai` go to the gateway: a key of ours is known. */
      readonly ours: boolean;
    };

/** Says one step; nothing at all unless the doctor asks. Never throws. */
export type Report = (step: ReportStep) => void;

/**
 * A line of JSON for each step, with this plugin's version. The file must be there: the doctor made
 * it, for nobody else to read, and no other file is ever made. Written at once, since the host may end
 * at any time.
 */
export function createReport(env: Readonly<Record<string, string | undefined>>): Report {
  const path = env[reportVariable];
  if (!path) return () => {};
  return (step) => {
    try {
      const file = openSync(path, constants.O_WRONLY | constants.O_APPEND);
      try {
        writeSync(file, `${JSON.stringify({ ...step, version })}\n`);
      } finally {
        closeSync(file);
      }
    } catch {
      // The doctor has gone; the host's start is what counts.
    }
  };
}
