/** The key: where it stands, and whether it can be one. Nothing of it is ever shown. */

import type { Case } from "../case.ts";
import { keyVariable } from "../credential.ts";
import type { Setup } from "../setup.ts";
import type { Finding } from "../types.ts";
import type { CliWords } from "../words/words.ts";

export function checkCredential({
  setup: { credential, key },
  words: all,
}: Pick<Case, "setup" | "words">): Finding {
  const words = all.machine.credential;
  const { type, source } = credential;
  const data = { type, source, key: key && { source: key.source, length: key.value.length } };
  if (key === undefined) {
    const advice = words.orSet(words.login, keyVariable);
    return { status: "fail", summary: describeMissing(credential, words), advice, data };
  }
  const { length } = key.value;
  if (/[^\u0021-\u007e]/.test(key.value)) {
    return {
      status: "fail",
      summary: words.odd(key.source, length),
      advice: words.oddAdvice(words.login),
      data,
    };
  }
  const also = credential.type === "api" && key.source !== source ? words.outranks(source) : "";
  const padded = credential.type === "api" && credential.padded && also === "";
  return {
    status: "ok",
    summary: words.fine(length, key.source) + also,
    details: padded ? [words.padded] : [],
    data,
  };
}

function describeMissing(
  { source, ...credential }: Setup["credential"],
  words: CliWords["machine"]["credential"],
): string {
  switch (credential.type) {
    case "oauth":
      return words.oauth(source);
    case "unreadable":
      return words.unreadable(source, credential.reason ?? words.noObject);
    case "other":
      return words.other(source, credential.found);
    default:
      return words.none(source);
  }
}
