/** The key: where it stands, and whether it can be one. Nothing of it is ever shown. */

import { keyVariable } from "../../settings/input.ts";
import { words as pluginWords } from "../../words/current.ts";
import type { Case } from "../case.ts";
import type { HostAccounts } from "../opencode/accounts.ts";
import type { Setup } from "../setup.ts";
import type { Finding } from "../types.ts";
import type { CliWords } from "../words/words.ts";
import { octal } from "./settings.ts";

/** What OpenCode 1 has stored stands in a file; OpenCode 2 has a database, and shows no keys. */
export async function checkCredential(patient: Case): Promise<Finding> {
  const accounts = (await patient.host())?.accounts;
  return accounts === undefined ? checkStored(patient) : checkAccounts(patient, accounts);
}

function checkAccounts(patient: Case, { path, mode, accounts }: HostAccounts): Finding {
  const { setup, words: all } = patient;
  const words = all.machine.credential;
  const names = accounts?.map(({ label, method }) => words.account(label, method));
  const open = mode !== undefined && (mode & 0o077) !== 0;
  const details = [
    names === undefined ? words.noAccounts : words.accounts(path, names),
    ...(open ? [words.open(path, octal(mode))] : []),
  ];
  const data = { path, mode: mode === undefined ? null : octal(mode), accounts };
  const close = open ? [words.openAdvice(path)] : [];
  if (setup.key === undefined && (accounts ?? []).some(({ method }) => method === "key")) {
    const advice = [words.hiddenAdvice(keyVariable), ...close].join(" ");
    return { status: "skip", summary: words.hidden, details, advice, data };
  }
  const finding = checkStored(patient);
  const warns = finding.status === "ok" && open;
  return {
    ...finding,
    status: warns ? "warn" : finding.status,
    details,
    ...(warns ? { advice: words.openAdvice(path) } : {}),
    data: { ...finding.data, ...data },
  };
}

/** The key that stands in a file or a variable. */
export function checkStored({
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
      return words.unreadable(source, pluginWords().whyUnreadable(credential.why));
    case "other":
      return words.other(source, credential.found);
    default:
      return words.none(source);
  }
}
