/** Properties of the table, whatever stands in it; `test/gateway/models.ts` has the facts once more. */
import { describe, expect, test } from "bun:test";
import { catalog, efforts, legacyNames, limits } from "../../../src/models/catalog.ts";
import { bareName, resolveModel } from "../../../src/models/name.ts";
import { smallModelName } from "../../../src/models/small.ts";
import { EFFORTS } from "../../gateway/models.ts";

const models = [...catalog];

test("the models and efforts are those that the backend takes", () => {
  const facts = new Map<string, readonly string[]>(
    models.map(([id, { efforts }]) => [id, efforts]),
  );
  expect(facts).toEqual(new Map(EFFORTS));
});

describe.each(models)("%s", (id, model) => {
  test("is a name that means itself, with no effort in it", () => {
    expect(resolveModel(id)).toEqual({ id });
    expect(bareName(id)).toBe(id);
  });

  test("each of its efforts at the end of its name means just that", () => {
    for (const effort of model.efforts) {
      expect(resolveModel(`${id}-${effort}`)).toEqual({ id, effort });
    }
  });

  test("its efforts stand weakest first, each once, and its default is one of them", () => {
    const ranks = model.efforts.map((effort) => efforts.indexOf(effort));
    expect(ranks).toEqual([...new Set(ranks)].toSorted((a, b) => a - b));
    expect(model.efforts).toContain(model.defaultEffort);
  });

  test("its prompt is the name of one file, its date a day", () => {
    expect(model.prompt ?? "x_prompt.md").toMatch(/^[\w.-]+_prompt\.md$/);
    expect(new Date(model.releaseDate).toISOString().slice(0, 10)).toBe(model.releaseDate);
  });

  // A `-codex` model refuses `text.verbosity`; the others are sent "low" by the Codex CLI.
  test("a verbosity stands with the models that take one", () => {
    const usual = id === "gpt-5.4-mini" ? "medium" : "low";
    expect(model.verbosity).toBe(id.includes("-codex") ? undefined : usual);
  });
});

test("names for people are told apart", () => {
  expect(new Set(models.map(([, { name }]) => name)).size).toBe(models.length);
});

test("newest first", () => {
  const dates = models.map(([, { releaseDate }]) => releaseDate);
  expect(dates).toEqual(dates.toSorted().toReversed());
});

test("retired names lead to models of the table and are none themselves", () => {
  expect([...legacyNames.values()].filter((id) => !catalog.has(id))).toEqual([]);
  expect([...legacyNames.keys()].filter((id) => catalog.has(id))).toEqual([]);
  for (const [name, id] of legacyNames) expect(resolveModel(name)).toEqual({ id });
});

test("the small model that is taken without a list is one of the table", () => {
  const name = smallModelName({ remote: undefined, setting: undefined });
  expect([...catalog.keys()]).toContain(name);
});

test("an answer fits into the context", () => {
  expect(limits.output).toBeGreaterThan(0);
  expect(limits.output).toBeLessThan(limits.context);
});

test("a name on a prototype is no model", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    expect([catalog.has(name), legacyNames.has(name)]).toEqual([false, false]);
  }
});
