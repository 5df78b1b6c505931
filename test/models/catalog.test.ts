import { describe, expect, test } from "bun:test";
import { catalog, efforts, legacyNames, limits } from "../../src/models/catalog.ts";
import { EFFORTS } from "../gateway/models.ts";

/**
 * What is known of a model beside the table: what the strict gateway takes, which has its own list,
 * and what follows from the model's name. A second copy of the table would be changed along with it.
 */
const models = [...catalog].map(([id, model]) => ({ id, ...model }));
const isCodex = (id: string): boolean => id.includes("-codex");
/** "GPT-5.1 Codex" and "gpt_5_1_codex" → "gpt51codex". */
const letters = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

test("the efforts of each model are those that the strict gateway takes", () => {
  const table = new Map(models.map(({ id, efforts }) => [id, efforts]));
  expect<unknown>(table).toEqual(EFFORTS);
});

describe.each(models)("$id", ({ id, ...model }) => {
  test("its efforts stand weakest first, the default among them", () => {
    const ranks = model.efforts.map((effort) => efforts.indexOf(effort));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    // Each of them has it, and the Codex CLI asks for it.
    expect(model.efforts).toContain("medium");
    expect(model.defaultEffort).toBe("medium");
  });

  test("is shown by its own name", () => {
    expect(letters(model.name)).toBe(letters(id));
    expect(model.name).toMatch(/^GPT-5\.[12](?: Codex(?: Max| Mini)?)?$/);
  });

  test("has the prompt of its family", () => {
    // Those two share the one of the model before them.
    const family = /^gpt-5\.1-codex(?:-mini)?$/.test(id) ? "gpt-5-codex" : id;
    expect(letters(model.prompt)).toBe(letters(`${family}_prompt.md`));
    // The files of the tag are named in two ways.
    const newer = model.prompt.includes("-");
    expect(newer).toBe(id === "gpt-5.1-codex-max" || id === "gpt-5.2-codex");
    expect(model.prompt).toMatch(newer ? /^[a-z0-9.-]+_prompt\.md$/ : /^[a-z0-9_]+_prompt\.md$/);
  });

  test("takes a verbosity unless it is a Codex model", () => {
    expect(model.verbosity).toBe(isCodex(id) ? undefined : "low");
  });

  test("calls tools in parallel unless it is a Codex model of the 5.1 line", () => {
    expect(model.parallelToolCalls).toBe(!id.startsWith("gpt-5.1-codex"));
  });

  test("can do without reasoning unless it is a Codex model", () => {
    expect(model.efforts.includes("none")).toBe(!isCodex(id));
  });
});

test("the newest line comes first, and each line's models came out with it", () => {
  const months = models.map(({ id, releaseDate }) => [id.slice(0, 7), releaseDate.slice(0, 7)]);
  expect(months).toEqual(
    models.map(({ id }) =>
      id.startsWith("gpt-5.2") ? ["gpt-5.2", "2025-12"] : ["gpt-5.1", "2025-11"],
    ),
  );
  const dates = models.map(({ releaseDate }) => releaseDate);
  expect(dates).toEqual(dates.toSorted().reverse());
  for (const date of dates) expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
});

describe("retired names", () => {
  test.each([...legacyNames])(
    "%s leads to %s: of the table, which it is not itself",
    (old, now) => {
      expect([catalog.has(old), catalog.has(now)]).toEqual([false, true]);
      const sameFamily = old.replace("codex-mini-latest", "gpt-5-codex-mini").replace("5", "5.1");
      expect(now).toBe(sameFamily);
    },
  );

  test("are those of the line before", () => {
    expect(legacyNames.size).toBe(4);
  });
});

test("input and output together are the models' whole window", () => {
  // OpenAI's own numbers: 400,000 tokens, of which 128,000 may be output.
  expect(limits.context + limits.output).toBe(400_000);
  expect(limits.output).toBe(128_000);
});

test("a name on a prototype is no model", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    expect([catalog.has(name), legacyNames.has(name)]).toEqual([false, false]);
  }
});
