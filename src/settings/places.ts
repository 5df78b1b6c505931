/** Places a setting can stand in, by the names that the user knows. Pure. */
import { isDeepStrictEqual } from "node:util";
import { words } from "../words/current.ts";
import { isBlank } from "./login.ts";
import type { ConfigLocation, Place, Written, WrittenConfig } from "./opencode-config.ts";
import type { Source } from "./resolve.ts";

export function fromEnvironment(
  env: ConfigLocation["env"],
  name: string,
  field: "baseURL" | "codexMode",
): Source {
  const text = env[name]?.trim();
  return {
    name: words().place.variable(name),
    values: isBlank(text) ? {} : { [field]: text },
    schema: field,
  };
}

export function fromConfig(field: string, baseURL: unknown, found: Found): Source {
  return {
    ...found,
    name: words().place.option(field, found.file ?? "opencode.json"),
    values: baseURL === undefined ? {} : { baseURL },
    schema: "baseURL",
  };
}

export function placeOf(sources: readonly Source[], name: string | undefined): Place {
  const source = sources.find((one) => one.name === name);
  return source === undefined || "unreadable" in source ? {} : source;
}

export type Found = Place & { readonly file?: string; readonly key?: string };

/**
 * Where a value that the host handed on stands: in the user's own file, if that says the same as a
 * project's. What was found in none may be a project's as well, unless no project has a file here:
 * then it is of a kind that is not read, such as an organisation's.
 */
export function findPlace(
  { ofProject }: WrittenConfig,
  places: readonly (Omit<Written, "key"> & { readonly key?: string })[],
  value: unknown,
): Found {
  if (value === undefined) return {};
  const same = places.filter((one) => isDeepStrictEqual(one.value, value));
  const found = same.findLast(({ project }) => project === undefined) ?? same.at(-1);
  if (found === undefined) return ofProject ? { project: "" } : {};
  const { source: file, key, project, raw } = found;
  const named = key === undefined ? { file } : { file, key };
  if (project === undefined) return named;
  return { ...named, project, filledIn: !isDeepStrictEqual(raw, value) };
}
