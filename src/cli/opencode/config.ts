/** What OpenCode's configuration says of plugins, providers and models: its own word or its files'. Pure. */
import * as v from "valibot";
import { isObject, parseJson } from "../../json.ts";

/** A value, and the file it stands in; a host that has summed up its files does not say. */
export type Placed<T> = { readonly value: T; readonly source: string | undefined };

export type HostConfig = {
  /** Package name, path or URL. */
  readonly plugins: readonly Placed<string>[];
  /** What is set to a model: `model`, `small_model`, `agent.NAME.model`. */
  readonly models: readonly (Placed<string> & { readonly what: string })[];
  readonly disabled: readonly Placed<string>[];
  /** Where there is such a list, the one that wins. */
  readonly enabled: Placed<readonly string[]> | undefined;
};

const text = v.fallback(v.optional(v.string()), undefined);
const texts = v.fallback(v.array(v.string()), []);
const SpecSchema = v.union([
  v.string(),
  v.pipe(
    v.looseTuple([v.string()]),
    v.transform(([spec]) => spec),
  ),
  // OpenCode 2 has a form of its own.
  v.pipe(
    v.object({ package: v.string() }),
    v.transform(({ package: spec }) => spec),
  ),
]);
const specs = v.fallback(v.array(v.fallback(SpecSchema, "")), []);
const agents = v.fallback(v.record(v.string(), v.fallback(v.object({ model: text }), {})), {});

/** One document: OpenCode 1 prints the sum of all, OpenCode 2 each. */
const DocumentSchema = v.object({
  plugin: specs,
  plugins: specs,
  plugin_origins: v.fallback(v.array(v.object({ spec: SpecSchema, source: text })), []),
  model: text,
  small_model: text,
  agent: agents,
  agents,
  disabled_providers: texts,
  enabled_providers: v.fallback(v.optional(v.array(v.string())), undefined),
});
type Document = v.InferOutput<typeof DocumentSchema>;

const ListSchema = v.array(
  v.object({
    path: text,
    info: v.optional(v.unknown()),
  }),
);

/** @returns nothing where it is no configuration. */
export function parseHostConfig(printed: string): HostConfig | undefined {
  const value = parseJson(printed);
  const list = v.safeParse(ListSchema, value);
  if (list.success)
    return joinDocuments(list.output.map(({ path, info }) => ({ source: path, values: info })));
  return isObject(value) ? joinDocuments([{ source: undefined, values: value }]) : undefined;
}

/** @param documents the ones that win last. */
export function joinDocuments(
  documents: readonly { readonly source: string | undefined; readonly values: unknown }[],
): HostConfig {
  const found = documents.flatMap(({ source, values }) => {
    const info = v.safeParse(DocumentSchema, values);
    return info.success ? [{ source, info: info.output }] : [];
  });
  const models = found.flatMap(({ source, info }) =>
    modelsOf(info).map(([what, value]) => [what, { what, value, source }] as const),
  );
  const enabled = found.flatMap(({ source, info: { enabled_providers: value } }) =>
    value === undefined ? [] : [{ value, source }],
  );
  return {
    plugins: found.flatMap(({ source, info }) => pluginsOf(info, source)),
    models: [...new Map(models).values()],
    disabled: found.flatMap(({ source, info }) =>
      info.disabled_providers.map((value) => ({ value, source })),
    ),
    enabled: enabled.at(-1),
  };
}

function pluginsOf(info: Document, source: string | undefined): Placed<string>[] {
  const named = info.plugin_origins.map((origin) => ({
    value: origin.spec,
    source: origin.source,
  }));
  if (named.length > 0) return named;
  return [...info.plugin, ...info.plugins].map((value) => ({ value, source }));
}

function modelsOf({ model, small_model: small, agent, agents: more }: Document) {
  const own = Object.entries({ ...agent, ...more }).map(
    ([name, { model: of }]) => [`agent.${name}.model`, of] as const,
  );
  return [["model", model] as const, ["small_model", small] as const, ...own].flatMap(
    ([what, name]) => (name === undefined ? [] : [[what, name] as const]),
  );
}
