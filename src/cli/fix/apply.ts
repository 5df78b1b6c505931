/** Does what was planned, each after asking where that belongs to it. */
import { chmod, mkdir, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "../../error-code.ts";
import { isObject } from "../../json.ts";
import { parseJsonc, setPath } from "../../settings/jsonc.ts";
import { readTextFile, writeAtomically } from "../../settings/store.ts";
import { words as pluginWords } from "../../words/current.ts";
import type { World } from "../types.ts";
import type { Change, Fix } from "./plan.ts";

export type FixResult = {
  readonly what: string;
  /** `left`: the user said no, or could not be asked. */
  readonly outcome: "done" | "left" | "failed";
  readonly why?: string;
};

export async function applyFixes(
  fixes: readonly Fix[],
  { ask, signal, words: { fix: words } }: Pick<World, "ask" | "signal" | "words">,
): Promise<FixResult[]> {
  const results: FixResult[] = [];
  for (const { change, what, question, otherwise = false } of fixes) {
    if (otherwise && results.at(-1)?.outcome === "done") continue;
    signal.throwIfAborted();
    if (question !== undefined) {
      const said = await ask(`${question} ${words.yesNo} `, { hidden: false });
      if (said === undefined || !words.yes.test(said.trim())) {
        const why = said === undefined ? { why: words.noTerminal } : {};
        results.push({ what, outcome: "left", ...why });
        continue;
      }
    }
    try {
      await apply(change);
      results.push({ what, outcome: "done" });
    } catch (error) {
      const why = errorCode(error) ?? (error instanceof Error ? error.message : String(error));
      results.push({ what, outcome: "failed", why });
    }
  }
  return results;
}

async function apply(change: Change): Promise<void> {
  switch (change.type) {
    case "mode":
      return chmod(change.path, change.mode);
    case "drop_entry":
      return edit(change.path, (text) => setPath(text, ["plugin", change.index], undefined));
    case "set_entry":
      return edit(change.path, (text) => setEntry(text, change));
    case "drop_key":
      return edit(change.path, (text) => setPath(text, ["openai"], undefined));
  }
}

function setEntry(text: string, { index, spec }: Extract<Change, { type: "set_entry" }>): string {
  const parsed = parseJsonc(text);
  const values = parsed.type === "parsed" && isObject(parsed.values) ? parsed.values : {};
  const list: unknown[] = Array.isArray(values.plugin) ? values.plugin : [];
  const old = index === undefined ? undefined : list[index];
  const entry = Array.isArray(old) ? [spec, ...old.slice(1)] : spec;
  if (!Array.isArray(values.plugin)) return setPath(text, ["plugin"], [entry]);
  return setPath(text, ["plugin", index ?? list.length], entry);
}

/** Of a linked file the one it points to; its mode stays. A missing one is made. */
async function edit(path: string, change: (text: string) => string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const file = await readTextFile(target);
  if (file.type === "unreadable") throw new Error(pluginWords().whyUnreadable(file.why));
  const text = file.type === "read" ? file.text : "{}\n";
  const parsed = parseJsonc(text);
  if (parsed.type === "invalid") throw new Error(pluginWords().whyUnreadable(parsed.why));
  const mode = file.type === "read" ? (await stat(target)).mode & 0o777 : 0o644;
  await mkdir(dirname(target), { recursive: true });
  await writeAtomically(target, change(text));
  await chmod(target, mode);
}
