/** Runs checks one after the other and collects what they found. */

import { isObject, type JsonObject } from "../json.ts";
import { maskSecrets } from "../redact.ts";
import type { Check, Finding, Report, Result } from "./types.ts";
import type { CliWords } from "./words/words.ts";

export type RunOptions = {
  readonly checks: readonly Check[];
  readonly words: CliWords;
  /** Taken out of everything the checks found, whoever said it. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onStart: (check: Check) => void;
  readonly onResult: (result: Result) => void;
};

/** @throws the signal's reason when it aborts. */
export async function runChecks(options: RunOptions): Promise<Report> {
  const { checks, words, secrets, signal, now, onStart, onResult } = options;
  const results: Result[] = [];
  for (const check of checks) {
    signal.throwIfAborted();
    const started = now();
    const blocked = findBlocker(check, results, words);
    if (blocked === undefined) onStart(check);
    const finding = blocked ?? (await examine(check, signal, words));
    // What a check found while it was being stopped is worth nothing.
    signal.throwIfAborted();
    const { id, title } = check;
    const result = { ...mask(finding, secrets), id, title, ms: Math.round(now() - started) };
    results.push(result);
    onResult(result);
  }
  return { results, ok: results.every(({ status }) => status !== "fail") };
}

/** The first need that was not met; the reason names the check that failed, not the one between. */
function findBlocker(
  { needs = [], after = [] }: Check,
  results: readonly Result[],
  words: CliWords,
): Finding | undefined {
  for (const need of [...needs, ...after]) {
    const found = results.find(({ id }) => id === need);
    if (found === undefined || found.status === "ok" || found.status === "warn") continue;
    if (found.status === "skip" && !needs.includes(need)) continue;
    const cause = asCause(found);
    return {
      status: "skip",
      summary:
        cause.status === "skip"
          ? words.doctor.skippedToo(cause.title)
          : words.doctor.skipped(cause.title),
      data: { because: cause.id },
    };
  }
  return undefined;

  function asCause(result: Result): Result {
    const because = result.status === "skip" ? result.data?.because : undefined;
    return results.find(({ id }) => id === because) ?? result;
  }
}

async function examine(
  check: Check,
  signal: AbortSignal,
  { doctor: words }: CliWords,
): Promise<Finding> {
  try {
    return await check.run();
  } catch (error) {
    signal.throwIfAborted();
    const said = error instanceof Error ? error.message : String(error);
    return {
      status: "fail",
      summary: words.crashed(said),
      advice: words.report,
    };
  }
}

function mask(finding: Finding, secrets: readonly string[]): Finding {
  const clean = (text: string) => maskSecrets(text, secrets);
  const { status, summary, details, advice, data } = finding;
  return {
    status,
    summary: clean(summary),
    ...(details === undefined ? {} : { details: details.map(clean) }),
    ...(advice === undefined ? {} : { advice: clean(advice) }),
    ...(data === undefined ? {} : { data: maskObject(data, secrets) }),
  };
}

/** The same object with the secrets taken out of every text in it. */
function maskObject(value: JsonObject, secrets: readonly string[]): JsonObject {
  const clean = (item: unknown): unknown => {
    if (typeof item === "string") return maskSecrets(item, secrets);
    if (Array.isArray(item)) return item.map(clean);
    return isObject(item) ? maskObject(item, secrets) : item;
  };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clean(item)]));
}
