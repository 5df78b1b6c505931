/**
 * What the user wrote in OpenCode's own configuration and the host does not hand on:
 * `provider.openai.baseURL` is no key of OpenCode's schema, so the `config` hook never sees it.
 */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as v from "valibot";
import { isObject } from "../json.ts";
import { type ConfigLocation, configFiles } from "./config-files.ts";
import { parseJsonc } from "./jsonc.ts";
import { loadJsonFile } from "./store.ts";

export type { ConfigLocation } from "./config-files.ts";

/** A value as the user wrote it, placeholders filled in. */
export type Written = {
  readonly value: unknown;
  /** The file, or the environment variable, it stands in. */
  readonly source: string;
};

export type WrittenBaseURL = Written;

/** An entry of `plugin`. */
export type WrittenPlugin = {
  /** Package name, path or `file://` URL. */
  readonly spec: string;
  readonly options: unknown;
  readonly source: string;
  /** What a relative path in it starts from. */
  readonly folder: string;
};

/** What all of the user's configuration says about this plugin and its provider. */
export type WrittenConfig = {
  /** `provider.openai.baseURL`, which the host drops. */
  readonly baseURL: Written | undefined;
  /**
   * `provider.openai.options.baseURL` (OpenCode 2: `providers.openai.settings.baseURL`) and
   * `provider.openai.api`, which OpenCode 1 hands on.
   */
  readonly optionsBaseURL: Written | undefined;
  readonly api: Written | undefined;
  /** In the host's order, the ones that win last. */
  readonly plugins: readonly WrittenPlugin[];
  /** Places that hold configuration and could be read. */
  readonly read: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
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
            options: v.fallback(v.optional(v.object({ baseURL: unchecked })), undefined),
          }),
        ),
      }),
    ),
    undefined,
  ),
  /** As OpenCode 2 spells it. */
  providers: v.fallback(
    v.optional(
      v.object({
        openai: v.optional(
          v.object({
            settings: v.fallback(v.optional(v.object({ baseURL: unchecked })), undefined),
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

/**
 * Finds `provider.openai.baseURL` as written, in the host's order (a later file wins), with the
 * host's `{env:NAME}` and `{file:path}` filled in. Files that cannot be read are passed over: the
 * host itself reports those.
 */
export async function loadWrittenBaseURL(
  where: ConfigLocation,
): Promise<WrittenBaseURL | undefined> {
  return (await loadWrittenConfig(where)).baseURL;
}

/** Reads every file the host would read here, for use where no host hands its result on. */
export async function loadWrittenConfig(where: ConfigLocation): Promise<WrittenConfig> {
  const files = await Promise.all(
    configFiles(where).map(async (path) => ({ path, file: await loadJsonFile(path) })),
  );
  const documents: { values: unknown; source: string; folder: string }[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  for (const { path, file } of files) {
    if (file.type === "unreadable") unreadable.push({ path, reason: file.reason });
    if (file.type !== "loaded") continue;
    documents.push({ values: file.values, source: path, folder: dirname(path) });
  }
  const content = where.env.OPENCODE_CONFIG_CONTENT;
  if (content !== undefined && content !== "") {
    const source = "OPENCODE_CONFIG_CONTENT";
    const parsed = parseJsonc(content);
    if (parsed.type === "parsed") {
      documents.push({ values: parsed.values, source, folder: where.directory });
    } else {
      unreadable.push({ path: source, reason: parsed.reason });
    }
  }

  let baseURL: Written | undefined;
  let optionsBaseURL: Written | undefined;
  let api: Written | undefined;
  const plugins: WrittenPlugin[] = [];
  for (const { values, source, folder } of documents) {
    const config = v.safeParse(ConfigSchema, values);
    if (!config.success) continue;
    const fill = async (value: unknown): Promise<Written | undefined> =>
      value === undefined ? undefined : { value: await substitute(value, folder, where), source };
    const openai = config.output.provider?.openai;
    baseURL = (await fill(openai?.baseURL)) ?? baseURL;
    const settings = config.output.providers?.openai?.settings;
    optionsBaseURL = (await fill(settings?.baseURL ?? openai?.options?.baseURL)) ?? optionsBaseURL;
    api = (await fill(openai?.api)) ?? api;
    for (const entry of config.output.plugin) {
      const plugin = v.safeParse(PluginSchema, await substitute(entry, folder, where));
      if (plugin.success) plugins.push({ ...plugin.output, source, folder });
    }
  }
  const read = documents.map(({ source }) => source);
  return { baseURL, optionsBaseURL, api, plugins, read, unreadable };
}

/** Fills in the host's placeholders, in every text of the value. */
async function substitute(value: unknown, folder: string, where: ConfigLocation): Promise<unknown> {
  if (Array.isArray(value)) {
    return Promise.all(value.map((item) => substitute(item, folder, where)));
  }
  if (isObject(value)) {
    const entries = Object.entries(value).map(
      async ([key, item]) => [key, await substitute(item, folder, where)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  if (typeof value !== "string") return value;
  let text = value.replace(/\{env:([^}]+)\}/g, (_, name: string) => where.env[name.trim()] ?? "");
  for (const [placeholder, path = ""] of text.matchAll(/\{file:([^}]+)\}/g)) {
    const absolute = path.startsWith("~/")
      ? join(where.home, path.slice(2))
      : resolve(folder, path);
    // The host refuses to start on a missing file, so this is only reached when it went since.
    const content = await readFile(absolute, "utf8").catch(() => "");
    text = text.replace(placeholder, () => content.trim());
  }
  return text;
}
