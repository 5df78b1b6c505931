/** The templates against the model table: no pair of model and effort more, and none less. */
import { describe, expect, test } from "bun:test";
import { catalog } from "../../../src/models/catalog.ts";
import { resolveModel } from "../../../src/models/name.ts";
import { EFFORTS, LISTED } from "../../gateway/models.ts";
import { modelsOf, readTemplate, templateFiles } from "../../support/templates.ts";

/** The older lines: what a gateway lists needs no template. */
const table = [...catalog]
  .map(([id, entry]) => ({ id, ...entry }))
  .filter(({ id }) => LISTED.includes(id));
/** As the backend takes them: the templates, made of the table, must not lose one unnoticed. */
const pairs = LISTED.map((id) => [id, EFFORTS.get(id) ?? []] as const).flatMap(([id, efforts]) =>
  efforts.map((effort) => `${id} ${effort}`),
);

test.each([...templateFiles])("%s names the plugin and OpenCode's schema", (file) => {
  expect(readTemplate(file)).toMatchObject({
    $schema: "https://opencode.ai/config.json",
    plugin: ["opencode-openai-codex-key"],
  });
});

test("minimal-opencode.json has nothing else in it", () => {
  expect(Object.keys(readTemplate("minimal-opencode.json"))).toEqual(["$schema", "plugin"]);
});

describe("opencode-modern.json", () => {
  const models = Object.entries(modelsOf(readTemplate("opencode-modern.json")));

  test("each model with its name and, weakest first, each of its efforts as a variant", () => {
    const expected = table.map(({ id, name, efforts }) => [id, name, [...efforts]]);
    const found = models.map(([id, { name, variants = {} }]) => [id, name, Object.keys(variants)]);
    expect(found).toEqual(expected);
  });

  test("a variant sets the effort it is called by, and nothing else", () => {
    const variants = models.flatMap(([, model]) => Object.entries(model.variants ?? {}));
    expect(variants.length).toBe(pairs.length);
    for (const [effort, options] of variants) {
      expect(options).toEqual({ reasoningEffort: effort });
    }
  });

  test("only models that take a verbosity are given one", () => {
    const found = models.map(([id, { options }]) => [id, options?.textVerbosity]);
    expect(found).toEqual(table.map(({ id, verbosity }) => [id, verbosity]));
  });
});

describe("opencode-legacy.json", () => {
  const models = Object.entries(modelsOf(readTemplate("opencode-legacy.json")));

  test("a model for each pair, in the table's order, named as the plugin names it", () => {
    const expected = table.flatMap(({ id, name, efforts }) =>
      efforts.map((effort) => [`${id}-${effort}`, `${name} (${effort})`]),
    );
    expect(models.map(([id, { name }]) => [id, name])).toEqual(expected);
    expect(models.length).toBe(pairs.length);
  });

  test("its options say the same as its name", () => {
    for (const [id, { options }] of models) {
      const { effort, ...model } = resolveModel(id);
      const verbosity = catalog.get(model.id)?.verbosity;
      expect([id, options]).toEqual([
        id,
        {
          ...(effort && { reasoningEffort: effort }),
          reasoningSummary: "auto",
          ...(verbosity && { textVerbosity: verbosity }),
        },
      ]);
    }
  });
});
