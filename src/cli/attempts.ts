/** Why there is no model list, a sentence for each place that was asked. */
import type { ListAttempt, ListProblem } from "../models/list/fetch.ts";
import { words as pluginWords } from "../words/current.ts";
import type { CliWords } from "./words/words.ts";

export function describeAttempts(attempts: readonly ListAttempt[], words: CliWords): string[] {
  return attempts.map(({ url, problem }) => describeAttempt(url, problem, words));
}

export function describeAttempt(
  url: string,
  problem: ListProblem,
  { requests: { models: words } }: CliWords,
): string {
  switch (problem.type) {
    case "status":
      return words.status(url, problem.status);
    case "no_list":
      return words.noList(url);
    case "unreachable":
      return pluginWords().unreachable[problem.kind].happened(url);
  }
}
