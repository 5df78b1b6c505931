/** Names of settings with a typing error in them, which would go unseen: unknown names are kept. Pure. */
import * as v from "valibot";
import { isObject } from "../json.ts";
import { editDistance } from "../models/closest.ts";
import { SettingsFileSchema, SettingsSchema } from "./schema.ts";

export type Misspelt = { readonly written: string; readonly meant: string };

const known: ReadonlySet<string> = new Set(Object.keys(SettingsFileSchema.entries));
const settingNames = v.keyof(SettingsSchema).options;

/** What other programs call a setting, too far from our name for a typing error. */
const aliases: ReadonlyMap<string, (typeof settingNames)[number]> = new Map([["url", "baseURL"]]);

/**
 * Names that are nearly one of a setting. Not where that setting stands beside them: it is set then,
 * and the other may be a note of the user's own.
 */
export function findMisspelt(values: unknown): Misspelt[] {
  if (!isObject(values)) return [];
  return Object.keys(values).flatMap((written) => {
    const meant = known.has(written) ? undefined : nearest(written);
    return meant === undefined || Object.hasOwn(values, meant) ? [] : [{ written, meant }];
  });
}

/** The setting that a name of any spelling stands for, one wrong character in four at most, or two. */
function nearest(written: string): string | undefined {
  const plain = simplify(written);
  return (
    aliases.get(plain) ??
    settingNames.find((name) => {
      // Names much longer or shorter cannot be near, and may be of any size.
      if (Math.abs(plain.length - name.length) > 2) return false;
      const allowed = Math.min(2, Math.floor(plain.length / 4));
      return editDistance(plain, simplify(name)) <= allowed;
    })
  );
}

/** Without what writers of `base_url`, `base-url` and `baseUrl` differ in. */
function simplify(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}
