/**
 * What stands in OpenCode's own configuration, and whose file it stands in. The host hands on a merged
 * result that names no file, and not all of it: `provider.openai.baseURL` is no key of its schema, so
 * the `config` hook never sees it.
 */
import { dirname } from "node:path";
import * as v from "valibot";
import { type ConfigLocation, configFiles, type Place } from "./config-files.ts";
import { parseJsonc } from "./jsonc.ts";
import { fillPlaceholders } from "./placeholders.ts";
import { readTextFile } from "./store.ts";

export type { ConfigLocation, Place } from "./config-files.ts";

/** A value as the host sees it, placeholders filled in. */
export type Written = Place & {
  readonly value: unknown;
  /** The same before that. */
  readonly raw: unknown;
  /** The file, or the environment variable, it stands in. */
  readonly source: string;
};

/** An entry of `plugin`. */
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
  readonly plugins: readonly WrittenPlugin[];
  /** Places that hold configuration and could be read. */
  readonly read: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** A project has configuration here, readable or not. */
  readonly ofProject: boolean;
};

const unchecked = v.optional(v.unknown());
const ConfigSchema = v.object({
  provider: v.fallback(
    v.optional(
      v.object({
        openai: v.optional(
          v.object({
            baseURL: unchecked,
            api: unchecked,
            options: v.fallback(
              v.optional(v.object({ baseURL: unchecked, apiKey: unchecked })),
              undefined,
            ),
          }),
        ),
      }),
    ),
    undefined,
  ),
  plugin: v.fallback(v.array(v.unknown()), []),
});
const PluginSchema = v.union([
  v.pipe(
    v.string(),
    v.transform((spec) => ({ spec, options: undefined })),
  ),
  v.pipe(
    v.looseTuple([v.string(), v.unknown()]),
    v.transform(([spec, options]) => ({ spec, options })),
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
  const unreadable: { path: string; reason: string }[] = [];
  for (const { source, folder, file, place } of files) {
    if (file.type === "unreadable") unreadable.push({ path: source, reason: file.reason });
    if (file.type !== "read") continue;
    const parsed = parseJsonc(await fillPlaceholders(file.text, folder, where));
    if (parsed.type === "invalid") {
      unreadable.push({ path: source, reason: parsed.reason });
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
    const [filled, before] = [readConfig(values), readConfig(raw)];
    for (const field of fields) {
      const value = filled?.provider[field];
      if (value === undefined) continue;
      provider[field].push({ value, raw: before?.provider[field], source, ...place });
    }
    for (const [index, entry] of (filled?.plugin ?? []).entries()) {
      const plugin = v.safeParse(PluginSchema, entry);
      if (!plugin.success) continue;
      const written = v.safeParse(PluginSchema, before?.plugin[index]);
      const rawOptions: unknown = written.success ? written.output.options : undefined;
      plugins.push({ ...plugin.output, raw: rawOptions, source, folder, ...place });
    }
  }
  return {
    provider,
    plugins,
    read: documents.map(({ source }) => source),
    unreadable,
    ofProject: files.some(({ file, place }) => file.type !== "missing" && place.project),
  };
}

function readConfig(values: unknown) {
  const config = v.safeParse(ConfigSchema, values);
  if (!config.success) return undefined;
  const { provider, plugin } = config.output;
  const { baseURL, api, options } = provider?.openai ?? {};
  const found: Record<Field, unknown> = {
    baseURL,
    "options.baseURL": options?.baseURL,
    api,
    "options.apiKey": options?.apiKey,
  };
  return { provider: found, plugin };
}
