/** What stands on this machine: settings and permissions. */

import { trimForeignEndpoint } from "../../request/endpoint.ts";
import { isInsecure } from "../../settings/insecure.ts";
import { describeProblem } from "../../settings/resolve.ts";
import { words as pluginWords } from "../../words/current.ts";
import type { Case } from "../case.ts";
import { settingRows } from "../settings-view.ts";
import type { Setup } from "../setup.ts";
import type { Finding } from "../types.ts";

export function checkSettings({ setup: { resolved }, words: all }: Case): Finding {
  const words = all.machine.settings;
  const { settings, problems, lookedIn, refusal, ignored = [] } = resolved;
  const rows = settingRows(resolved);
  const data = { settings: rows, problems, lookedIn, refusal, ignored };
  if (problems.length > 0) {
    const [first] = problems;
    return {
      status: "fail",
      summary: words.invalid(problems.length),
      details: problems.map(describeProblem),
      advice: words.mend(first?.source ?? ""),
      data,
    };
  }
  if (refusal !== undefined) {
    return {
      status: "fail",
      summary: pluginWords().originNotTrusted.happened(refusal),
      advice: pluginWords().originNotTrusted.advice(refusal),
      data,
    };
  }
  if (settings.baseURL === undefined) {
    return {
      status: "fail",
      summary: words.noBaseURL,
      details: [words.lookedIn, ...lookedIn.map((place) => `  ${place}`)],
      advice: words.logIn(all.machine.credential.login),
      data,
    };
  }
  const details = [
    ...rows.map(({ name, shown, source }) => words.line(name, shown, source)),
    ...ignored.map(({ name, source }) => words.ignored(name, source)),
  ];
  const trimmed = trimForeignEndpoint(settings.baseURL);
  if (trimmed !== settings.baseURL) {
    details.unshift(words.trimmed(settings.baseURL, trimmed));
  }
  if (isInsecure(settings.baseURL)) {
    return {
      status: "warn",
      summary: words.insecure(settings.baseURL),
      details,
      advice: words.insecureAdvice,
      data,
    };
  }
  if (trimmed !== settings.baseURL) {
    const [summary = "", ...others] = details;
    const advice = words.trimmedAdvice(trimmed);
    return { status: "warn", summary, details: others, advice, data };
  }
  return { status: "ok", summary: settings.baseURL, details, data };
}

/** Windows has no such bits; there the folder of the user is closed to others anyway. */
export function checkPermissions({ setup: { modes }, world, words: all }: Case): Finding {
  const words = all.machine.permissions;
  if (world.platform === "win32") return { status: "ok", summary: words.windows };
  const found = storedFiles(modes);
  const lax = found.filter(isLax);
  const data = {
    files: found.map(({ path, mode, wanted: allowed }) => ({
      path,
      mode: octal(mode),
      allowed: octal(allowed),
    })),
  };
  if (lax.length === 0) {
    const summary = found.length === 0 ? words.nothing : words.fine;
    return { status: "ok", summary, data };
  }
  return {
    // The key itself lies open; settings hold secrets at most in their headers.
    status: lax.some(({ name }) => name === "credential" || name === "keys") ? "fail" : "warn",
    summary: words.lax,
    details: lax.map(({ path, mode }) => words.mode(path, octal(mode))),
    advice: words.run(
      lax.map(({ path, wanted }) => `chmod ${octal(wanted)} ${quote(path)}`).join(" && "),
    ),
    data,
  };
}

export type StoredFile = {
  readonly name: keyof Setup["modes"];
  readonly path: string;
  readonly mode: number;
  /** What it should be. */
  readonly wanted: number;
};

/** What is there of ours and of the key. */
export function storedFiles(modes: Setup["modes"]): StoredFile[] {
  const wanted = { folder: 0o700, settings: 0o600, keys: 0o600, credential: 0o600 };
  return (["folder", "settings", "keys", "credential"] as const).flatMap((name) => {
    const { path, mode } = modes[name];
    return mode === undefined ? [] : [{ name, path, mode, wanted: wanted[name] }];
  });
}

/** Others than the owner may do something with it. */
export const isLax = ({ mode }: StoredFile): boolean => (mode & 0o077) !== 0;

export const octal = (mode: number): string => mode.toString(8).padStart(3, "0");
const quote = (path: string): string => (/^[\w./~-]+$/.test(path) ? path : `'${path}'`);
