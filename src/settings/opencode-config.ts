/**
 * What stands in OpenCode's own configuration, and whose file it stands in. The host hands on a merged
 * result that names no file, and not all of it: `provider.openai.baseURL` is no key of its schema, so
 * the `config` hook never sees it.
 */
import { dirname } from "node:path";
import * as v from "valibot";
import { isObject, type JsonObject } from "../json.ts";
import { type ConfigLocation, configFiles, type Place } from "./config-files.ts";
import { parseJsonc, type Unreadable } from "./jsonc.ts";
import { type WrittenModel, writtenModels } from "./model-names.ts";
import { fillPlaceholders } from "./placeholders.ts";
import { readTextFile } from "./store.ts";

export type { ConfigLocation, Place } from "./config-files.ts";

/** A value as the host sees it, placeholders filled in. */
export type Written = Place & {
  readonly value: unknown;
  /** The same before that. */
  readonly raw: unknown;
  /** The key it stands under: `provider.openai.api`. */
  readonly key: string;
  /** The file, or the environment variable, it stands in. */
  readonly source: string;
};

/** An entry of `plugin`, or of OpenCode 2's `plugins`. */
export type WrittenPlugin = Place & {
  /** Package name, path or `file://` URL. */
  readonly spec: string;
  readonly options: unknown;
  /** The options before placeholders were filled in. */
  readonly raw: unknown;
  readonly source: string;
  /** What a relative path in it starts from. */
  readonly folder: string;
};

/** Keys of `provider.openai` that this plugin looks at. */
export const fields = ["baseURL", "options.baseURL", "api", "options.apiKey"] as const;
export type Field = (typeof fields)[number];

/** What all configuration says about this plugin and its provider. Lists are in the host's order, the ones that win last. */
export type WrittenConfig = {
  readonly provider: Readonly<Record<Field, readonly Written[]>>;
  /** All options of the provider, as they win: what OpenCode 1 hands on and OpenCode 2 does not. */
  readonly options: JsonObject;
  readonly plugins: readonly WrittenPlugin[];
  /** Models to be used, of whatever provider. */
  readonly models: readonly (WrittenModel & { readonly source: string })[];
  /** Places that hold configuration and could be read. */
  readonly read: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly why: Unreadable }[];
  /** A project has configuration here, readable or not. */
  readonly ofProject: boolean;
};

/** Where each of them may stand: OpenCode 2 has a spelling of its own, and takes the older one too. */
const places: readonly { readonly field: Field; readonly key: string }[] = [
  { field: "baseURL", key: "provider.openai.baseURL" },
  { field: "options.baseURL", key: "provider.openai.options.baseURL" },
  { field: "options.baseURL", key: "providers.openai.settings.baseURL" },
  { field: "api", key: "provider.openai.api" },
  { field: "options.apiKey", key: "provider.openai.options.apiKey" },
  { field: "options.apiKey", key: "providers.openai.settings.apiKey" },
];

const PluginSchema = v.union([
  v.pipe(
    v.string(),
    v.transform((spec) => ({ spec, options: undefined })),
  ),
  v.pipe(
    v.looseTuple([v.string(), v.unknown()]),
    v.transform(([spec, options]) => ({ spec, options })),
  ),
  // OpenCode 2's own.
  v.pipe(
    v.looseObject({ package: v.string(), options: v.optional(v.unknown()) }),
    v.transform(({ package: spec, options }) => ({ spec, options })),
  ),
]);

type Document = Place & {
  readonly values: unknown;
  readonly raw: unknown;
  readonly source: string;
  readonly folder: string;
};

/**
 * Reads every file the host would read here. Files that cannot be read are passed over: the host
 * itself reports those.
 */
export async function loadWrittenConfig(where: ConfigLocation): Promise<WrittenConfig> {
  const files = await Promise.all(
    configFiles(where).map(async ({ path, ...place }) => ({
      source: path,
      folder: dirname(path),
      file: await readTextFile(path),
      place,
    })),
  );
  const content = where.env.OPENCODE_CONFIG_CONTENT;
  if (content) {
    const file = { type: "read", text: content } as const;
    const folder = where.directory;
    files.push({ source: "OPENCODE_CONFIG_CONTENT", folder, file, place: {} });
  }

  const documents: Document[] = [];
  const unreadable: { path: string; why: Unreadable }[] = [];
  for (const { source, folder, file, place } of files) {
    if (file.type === "unreadable") unreadable.push({ path: source, why: file.why });
    if (file.type !== "read") continue;
    const parsed = parseJsonc(await fillPlaceholders(file.text, folder, where));
    if (parsed.type === "invalid") {
      unreadable.push({ path: source, why: parsed.why });
      continue;
    }
    const before = parseJsonc(file.text);
    const raw = before.type === "parsed" ? before.values : before.partial;
    documents.push({ ...place, values: parsed.values, raw, source, folder });
  }
  const provider: Record<Field, Written[]> = {
    baseURL: [],
    "options.baseURL": [],
    api: [],
    "options.apiKey": [],
  };
  const plugins: WrittenPlugin[] = [];
  for (const { values, raw, source, folder, project } of documents) {
    const place: Place = project === undefined ? {} : { project };
    for (const { field, key } of places) {
      const value = valueAt(values, key);
      if (value === undefined) continue;
      provider[field].push({ value, raw: valueAt(raw, key), key, source, ...place });
    }
    const before = pluginsIn(raw);
    for (const [index, entry] of pluginsIn(values).entries()) {
      const plugin = v.safeParse(PluginSchema, entry);
      if (!plugin.success) continue;
      const written = v.safeParse(PluginSchema, before[index]);
      const rawOptions: unknown = written.success ? written.output.options : undefined;
      plugins.push({ ...plugin.output, raw: rawOptions, source, folder, ...place });
    }
  }
  return {
    provider,
    options: Object.assign({}, ...documents.flatMap(({ values }) => optionsIn(values))),
    plugins,
    models: documents.flatMap(({ values, source }) =>
      writtenModels(values).map((model) => ({ ...model, source })),
    ),
    read: documents.map(({ source }) => source),
    unreadable,
    ofProject: files.some(({ file, place }) => file.type !== "missing" && place.project),
  };
}

/** What stands under a dotted key; nothing where one of its parts is no object. */
function valueAt(values: unknown, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), values);
}

function pluginsIn(values: unknown): unknown[] {
  return ["plugin", "plugins"].flatMap((key) => {
    const list = valueAt(values, key);
    return Array.isArray(list) ? list : [];
  });
}

function optionsIn(values: unknown): JsonObject[] {
  return ["provider.openai.options", "providers.openai.settings"]
    .map((key) => valueAt(values, key))
    .filter(isObject);
}
