/** OpenCode on this machine, and what it makes of its configuration. */
import { words as pluginWords } from "../../words/current.ts";
import { about } from "../about.ts";
import type { Case } from "../case.ts";
import type { Finding } from "../types.ts";

export async function checkOpenCode({ host, words }: Case): Promise<Finding> {
  const { old, oldAdvice, fine, none, noneAdvice } = words.opencode.opencode;
  const found = await host();
  const needed = about.opencode;
  if (found === undefined) {
    return { status: "warn", summary: none, advice: noneAdvice(needed), data: { needed } };
  }
  const { version, program } = found;
  const data = { version, program, needed };
  if (isOld(version)) {
    return { status: "fail", summary: old(version, needed), advice: oldAdvice, data };
  }
  return { status: "ok", summary: fine(version), data };
}

function isOld(version: string): boolean {
  const parse = (text: string) =>
    /(\d{1,4})\.(\d{1,4})\.(\d{1,4})/.exec(text)?.slice(1).map(Number) ?? [];
  const found = parse(version);
  // A build from source calls itself 0.0.0-branch.
  if (found.every((part) => part === 0)) return false;
  for (const [index, least] of parse(about.opencode).entries()) {
    const part = found[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

export async function checkConfig({ setup, host, words: all }: Case): Promise<Finding> {
  const {
    unreadable: cannot,
    broken,
    brokenAdvice,
    refused,
    refusedAdvice,
    fine,
    none,
  } = all.opencode.config;
  const { read, unreadable } = setup.written;
  const facts = await host();
  const data = { read, unreadable };
  const [first] = unreadable;
  if (first !== undefined) {
    // OpenCode 2 passes over a file that it cannot read, and starts.
    const starts = (facts?.major ?? 1) >= 2;
    return {
      status: "fail",
      summary: broken(unreadable.map(({ path }) => path).join(", ")),
      details: unreadable.map(({ path, why }) => cannot(path, pluginWords().whyUnreadable(why))),
      advice: brokenAdvice(starts, first.path),
      data,
    };
  }
  if (facts?.config.type === "refused") {
    const { said } = facts.config;
    return { status: "fail", summary: refused(said), advice: refusedAdvice, data };
  }
  const [only = none, ...others] = read;
  if (others.length === 0) return { status: "ok", summary: only, data };
  return { status: "ok", summary: fine(read.length), details: read, data };
}
