import * as v from "valibot";
import { isObject } from "../json.ts";
import { redactSecrets } from "../redact.ts";
import { words } from "../words/current.ts";
import type { Place } from "./config-files.ts";
import type { Unreadable } from "./jsonc.ts";
import { findMisspelt } from "./misspelt.ts";
import type { OriginRefusal } from "./origin.ts";
import { type SettingName, type Settings, SettingsFileSchema, SettingsSchema } from "./schema.ts";

/** A wrong value, told so that the user can mend it. */
export type Problem = {
  /** Where it stands: a file, an environment variable, a place in `opencode.json`. */
  readonly source: string;
  /** Dotted path of the field; empty when the whole source is wrong. */
  readonly field: string;
  /** What is there, without secrets. */
  readonly found: string;
  /** What is allowed there. */
  readonly allowed: string;
  /** The setting that a misspelt name stands for. */
  readonly meant?: string;
};

/** Values of one place, not checked yet, or why there are none. */
export type Source =
  | (Place & {
      readonly name: string;
      readonly values: unknown;
      readonly schema: keyof typeof schemas;
    })
  | { readonly name: string; readonly unreadable: Unreadable };

export type ResolvedSettings = {
  readonly settings: Settings;
  /** The name of the source that each value came from. */
  readonly sources: Readonly<Partial<Record<SettingName, string>>>;
  readonly problems: readonly Problem[];
  /** Every place that was looked in for the base URL, in order of precedence. */
  readonly lookedIn: readonly string[];
  /** The base URL that was found, where the key must not be sent there; `settings` has none then. */
  readonly refusal?: OriginRefusal;
  /** Settings of a place that are not meant for the gateway in use. */
  readonly ignored?: readonly { readonly name: SettingName; readonly source: string }[];
};

const FlagSchema = v.pipe(
  v.picklist(["1", "0", "true", "false"], () => words().setting.allowed.switch),
  v.transform((text) => text === "1" || text === "true"),
);

const schemas = {
  settings: SettingsSchema,
  file: SettingsFileSchema,
  baseURL: v.object({ baseURL: SettingsSchema.entries.baseURL }),
  /** As text, from the environment. */
  codexMode: v.object({ codexMode: v.optional(FlagSchema) }),
} as const;

/**
 * Applies the precedence: for each setting the first source that has a value wins. Every source is
 * checked, also where another one outranks it, so that no mistake sleeps until it matters.
 *
 * @param secrets kept out of what is said about a wrong value: keys get pasted into wrong fields.
 * @param counts whether a setting of a source may be used; checked it is in any case.
 */
export function resolveSettings(
  sources: readonly Source[],
  secrets: readonly (string | undefined)[] = [],
  counts: (name: SettingName, place: Place) => boolean = () => true,
): ResolvedSettings {
  const settings: Settings = {};
  const origin: Partial<Record<SettingName, string>> = {};
  const problems: Problem[] = [];
  const ignored: { name: SettingName; source: string }[] = [];

  for (const source of sources) {
    if ("unreadable" in source) {
      const { name, unreadable: why } = source;
      problems.push({
        source: name,
        field: "",
        found: words().setting.found.unreadable(why),
        allowed: "JSON",
      });
      continue;
    }
    const list = findList(source.values);
    if (list !== undefined) {
      problems.push({
        source: source.name,
        field: list,
        found: words().setting.found.list,
        allowed: words().setting.allowed.object,
      });
      continue;
    }
    problems.push(...describeMisspelt(source.name, source.values));
    const result = v.safeParse(schemas[source.schema], source.values, { abortPipeEarly: true });
    if (!result.success) {
      problems.push(...result.issues.map((issue) => describeIssue(source.name, issue, secrets)));
      continue;
    }
    const { output } = result;
    for (const name of settingNames) {
      const value = pick(output, name);
      if (value === undefined || origin[name] !== undefined) continue;
      if (!counts(name, source)) {
        ignored.push({ name, source: source.name });
        continue;
      }
      Object.assign(settings, { [name]: value });
      origin[name] = source.name;
    }
  }
  const lookedIn = sources.filter(holdsBaseURL).map(({ name }) => name);
  const resolved = { settings, sources: origin, problems, lookedIn };
  return ignored.length === 0 ? resolved : { ...resolved, ignored };
}

/** The field that is a list where an object belongs: to valibot a list is an object too. */
function findList(values: unknown): string | undefined {
  if (Array.isArray(values)) return "";
  if (!isObject(values)) return undefined;
  if (Array.isArray(values.headers)) return "headers";
  const gateways: unknown[] = Array.isArray(values.gateways) ? values.gateways : [];
  const [found] = gateways.flatMap((one, index) => {
    const inner = findList(one);
    return inner === undefined ? [] : [`gateways.${index}${inner === "" ? "" : `.${inner}`}`];
  });
  return found;
}

function holdsBaseURL(source: Source): boolean {
  return "unreadable" in source || "baseURL" in schemas[source.schema].entries;
}

const settingNames = v.keyof(SettingsSchema).options;

function pick(values: Partial<Settings>, name: SettingName): unknown {
  return values[name];
}

/** What valibot found wrong, told without the secrets. */
export function describeIssue(
  source: string,
  issue: v.BaseIssue<unknown>,
  secrets: readonly (string | undefined)[] = [],
): Problem {
  const field = redactSecrets(v.getDotPath(issue) ?? "", secrets);
  return {
    source,
    field,
    found: describeFound(field, issue.input, secrets),
    allowed: issue.message,
  };
}

function describeMisspelt(source: string, values: unknown): Problem[] {
  return findMisspelt(values).map(({ written, meant }) => ({
    source,
    field: written,
    found: words().setting.found.nothing,
    allowed: `"${meant}"`,
    meant,
  }));
}

/** What was found, short and without anything that could be a secret. */
function describeFound(
  field: string,
  value: unknown,
  secrets: readonly (string | undefined)[],
): string {
  const { found } = words().setting;
  if (value === null) return "null";
  if (Array.isArray(value)) return found.list;
  if (typeof value !== "string") return typeof value === "object" ? found.object : String(value);
  if (/(?:^|\.)headers(?:\.|$)/.test(field)) return found.otherText;
  return JSON.stringify(redactSecrets(value, secrets).slice(0, 120));
}

/** One line a problem. */
export function describeProblem(problem: Problem): string {
  return words().setting.problem(problem);
}
