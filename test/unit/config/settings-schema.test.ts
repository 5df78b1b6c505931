/** `config/settings.schema.json`: of one mind with the plugin. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { SettingsFileSchema, SettingsSchema, schemaURL } from "../../../src/settings/schema.ts";

const root = join(import.meta.dir, "../../..");
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));
const file = readJson("config/settings.schema.json");

const PatternSchema = v.looseObject({ pattern: v.string() });
const { properties } = v.parse(
  v.object({
    properties: v.looseObject({
      baseURL: PatternSchema,
      responsesPath: PatternSchema,
      headers: v.looseObject({ propertyNames: PatternSchema, additionalProperties: PatternSchema }),
      instructions: v.looseObject({
        anyOf: v.tuple([v.object({ enum: v.unknown() }), PatternSchema]),
      }),
    }),
  }),
  file,
);

test("it is found where the login says it is", () => {
  const { name, files } = v.parse(
    v.object({ name: v.string(), files: v.array(v.string()) }),
    readJson("package.json"),
  );
  expect(file).toMatchObject({ $id: schemaURL });
  expect(schemaURL).toBe(`https://unpkg.com/${name}/config/settings.schema.json`);
  expect(files).toContain("config");
});

test("it knows every setting, and describes all that a user writes", () => {
  expect(Object.keys(properties).toSorted()).toEqual(
    Object.keys(SettingsFileSchema.entries).toSorted(),
  );
  for (const name of Object.keys(SettingsSchema.entries)) {
    expect([name, properties[name]]).toEqual([
      name,
      expect.objectContaining({ description: expect.stringMatching(/.{20}/) }),
    ]);
  }
});

/** For each field: where the schema's pattern stands, and values that it must judge as we do. */
const judged = [
  {
    field: "baseURL",
    pattern: properties.baseURL.pattern,
    settings: (baseURL: string) => ({ baseURL }),
    values: [
      "https://gateway.example",
      "HTTP://gateway.example:8080/v1/",
      "https://[::1]:3000/v1",
      "https://bücher.example",
      "https://gateway.example/a@b",
      "",
      "gateway.example",
      "https://",
      "https:///v1",
      "https:gateway.example",
      "https://gate way.example",
      "ftp://gateway.example",
      "https://me:secret@gateway.example",
      "https://gateway.example?a=b",
      "https://gateway.example/v1#top",
    ],
  },
  {
    field: "responsesPath",
    pattern: properties.responsesPath.pattern,
    settings: (responsesPath: string) => ({ responsesPath }),
    values: ["/v1/responses", "/x", "", "/", "v1", "/v1/", "/v1?a=1", "/v1#a", "/v 1"],
  },
  {
    field: "the name of a header",
    pattern: properties.headers.propertyNames.pattern,
    settings: (name: string) => ({ headers: { [name]: "x" } }),
    values: [
      "x-team",
      "User-Agent",
      "authorizations",
      "Authorization",
      "",
      "x team",
      "x:y",
      "ü",
      "Host",
      "hosts",
      "Keep-Alive",
      "te",
      "tes",
      "content-length",
    ],
  },
  {
    field: "the value of a header",
    pattern: properties.headers.additionalProperties.pattern,
    settings: (value: string) => ({ headers: { "x-team": value } }),
    values: ["blue", "", "a\tb", "grün", "a\nb", "青"],
  },
  {
    field: "a file of instructions",
    pattern: properties.instructions.anyOf[1].pattern,
    settings: (instructions: string) => ({ instructions }),
    values: ["~/a", "a.md", "A.MD", "b.Txt", "c:\\a", "a.pdf", "codx", ""],
  },
] as const;

describe("what an editor marks is what the plugin refuses", () => {
  for (const { field, pattern, settings, values } of judged) {
    test.each([...values])(`${field}: %j`, (value) => {
      const taken = v.is(SettingsFileSchema, settings(value));
      expect(new RegExp(pattern, "u").test(value)).toBe(taken);
    });
  }
});
