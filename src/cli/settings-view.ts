/** The resolved settings as they may be shown. */

import * as v from "valibot";
import { redactSecrets } from "../redact.ts";
import type { ResolvedSettings } from "../settings/resolve.ts";
import { type SettingName, SettingsSchema } from "../settings/schema.ts";

export type SettingRow = {
  readonly name: SettingName;
  /** Without secrets; header values are hidden altogether. */
  readonly value: unknown;
  readonly shown: string;
  readonly source: string;
};

const names = v.keyof(SettingsSchema).options;

/** Every setting that has a value, in the order of the schema. */
export function settingRows(
  { settings, sources }: ResolvedSettings,
  secrets: readonly string[] = [],
): SettingRow[] {
  return names.flatMap((name) => {
    const value = show(settings[name], secrets);
    const source = sources[name];
    if (value === undefined || source === undefined) return [];
    return [
      { name, value, shown: typeof value === "string" ? value : JSON.stringify(value), source },
    ];
  });
}

/** The only objects among the settings are headers: their names help, their values are secrets. */
function show(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return redactSecrets(value, secrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, "[redacted]"]));
}
