import { describe, expect, test } from "bun:test";
import { describeProblem, resolveSettings, type Source } from "../../../src/settings/resolve.ts";

const settings = (name: string, values: unknown): Source => ({ name, values, schema: "settings" });
const file = (name: string, values: unknown): Source => ({ name, values, schema: "file" });

/** The lines the user would read. */
function lines(source: Source, secrets?: readonly string[]): string[] {
  return resolveSettings([source], secrets).problems.map(describeProblem);
}

describe("precedence", () => {
  test("each setting comes from the first source that has it", () => {
    const resolved = resolveSettings([
      settings("first", { baseURL: "https://one.example/" }),
      file("second", { baseURL: "https://two.example", codexMode: false, unknown: 1 }),
      settings("third", { codexMode: true, responsesPath: "/v1/responses" }),
    ]);
    expect(resolved).toEqual({
      settings: {
        baseURL: "https://one.example",
        codexMode: false,
        responsesPath: "/v1/responses",
      },
      sources: { baseURL: "first", codexMode: "second", responsesPath: "third" },
      problems: [],
      lookedIn: ["first", "second", "third"],
    });
  });

  test("headers of one source are not mixed with those of another", () => {
    const { settings: result } = resolveSettings([
      settings("first", { headers: { a: "1" } }),
      settings("second", { headers: { b: "2" } }),
    ]);
    expect(result).toEqual({ headers: { a: "1" } });
  });

  test("no source has anything", () => {
    expect(resolveSettings([settings("only", {})])).toEqual({
      settings: {},
      sources: {},
      problems: [],
      lookedIn: ["only"],
    });
  });

  test("a wrong value is a problem although another source outranks it", () => {
    const { settings: result, problems } = resolveSettings([
      settings("first", { baseURL: "https://one.example" }),
      settings("second", { baseURL: "nonsense" }),
    ]);
    expect(result).toEqual({ baseURL: "https://one.example" });
    expect(problems).toEqual([
      {
        source: "second",
        field: "baseURL",
        found: '"nonsense"',
        allowed: "an absolute http(s) URL, for example https://gateway.example",
      },
    ]);
  });

  test("each source has its own problems, in order", () => {
    const { problems } = resolveSettings([
      settings("first", { codexMode: 1, responsesPath: 2 }),
      { name: "second", unreadable: { type: "not_opened", code: "EACCES" } },
      file("third", { headers: { a: 1 } }),
    ]);
    expect(problems.map(({ source, field }) => [source, field])).toEqual([
      ["first", "responsesPath"],
      ["first", "codexMode"],
      ["second", ""],
      ["third", "headers.a"],
    ]);
  });

  test("places that hold no base URL are not among those it was looked for in", () => {
    const { lookedIn } = resolveSettings([
      { name: "environment variable A", values: {}, schema: "baseURL" },
      { name: "environment variable B", values: {}, schema: "codexMode" },
      { name: "file", unreadable: { type: "not_opened", code: "EISDIR" } },
    ]);
    expect(lookedIn).toEqual(["environment variable A", "file"]);
  });
});

describe("codexMode of the environment", () => {
  const flag = (text: unknown): Source => ({
    name: "environment variable CODEX_MODE",
    values: { codexMode: text },
    schema: "codexMode",
  });
  test.each([
    ["1", true],
    ["true", true],
    ["0", false],
    ["false", false],
  ])("%j is %p", (text, codexMode) => {
    expect(resolveSettings([flag(text)]).settings).toEqual({ codexMode });
  });
  test.each(["yes", "2", "on", "TRUE!", "01"])("%j is refused", (text) => {
    expect(lines(flag(text))).toEqual([
      `environment variable CODEX_MODE: "codexMode" is ${JSON.stringify(text)}; allowed is 1, 0, true or false.`,
    ]);
  });
});

describe("a problem names source, field, what was found and what is allowed", () => {
  const url = "allowed is an absolute http(s) URL";
  const example = `${url}, for example https://gateway.example`;
  test.each([
    [null, "S is null; allowed is an object."],
    [true, "S is true; allowed is an object."],
    [1, "S is 1; allowed is an object."],
    ["text", 'S is "text"; allowed is an object.'],
    [[], "S is a list; allowed is an object."],
    [[{ baseURL: "https://a.example" }], "S is a list; allowed is an object."],
    [{ baseURL: null }, `S: "baseURL" is null; ${url}.`],
    [{ baseURL: 5 }, `S: "baseURL" is 5; ${url}.`],
    [{ baseURL: true }, `S: "baseURL" is true; ${url}.`],
    [{ baseURL: [] }, `S: "baseURL" is a list; ${url}.`],
    [{ baseURL: {} }, `S: "baseURL" is an object; ${url}.`],
    [{ baseURL: "" }, `S: "baseURL" is ""; ${example}.`],
    [{ baseURL: "no url" }, `S: "baseURL" is "no url"; ${example}.`],
    [
      { baseURL: "https://me:pass@gateway.example" },
      'S: "baseURL" is "https://[redacted]@gateway.example"; allowed is a URL without a user name or password in it.',
    ],
    [
      { baseURL: "https://gateway.example?x=1" },
      'S: "baseURL" is "https://gateway.example?x=1"; allowed is a URL without a query (?) or a fragment (#).',
    ],
    [
      { responsesPath: "v1" },
      'S: "responsesPath" is "v1"; allowed is a path that starts with /, for example /v1/responses.',
    ],
    [{ responsesPath: 1 }, 'S: "responsesPath" is 1; allowed is a path.'],
    [{ codexMode: "true" }, 'S: "codexMode" is "true"; allowed is true or false.'],
    [{ codexMode: 1 }, 'S: "codexMode" is 1; allowed is true or false.'],
    [{ codexMode: null }, 'S: "codexMode" is null; allowed is true or false.'],
    [
      { headers: "x" },
      'S: "headers" is a text that is not allowed there; allowed is an object of header names and texts.',
    ],
    [{ headers: [] }, 'S: "headers" is a list; allowed is an object.'],
    [{ headers: ["x"] }, 'S: "headers" is a list; allowed is an object.'],
    [{ headers: { a: 1 } }, 'S: "headers.a" is 1; allowed is a text.'],
    [{ headers: { a: {} } }, 'S: "headers.a" is an object; allowed is a text.'],
  ])("%j", (values, line) => {
    expect(lines(settings("S", values))).toEqual([line]);
    expect(lines(file("S", values))).toEqual([line]);
  });

  test("a file that cannot be read", () => {
    expect(
      lines({ name: "/a/b.json", unreadable: { type: "syntax", code: "CommaExpected", line: 3 } }),
    ).toEqual(["/a/b.json is not readable (a comma is missing, in line 3); allowed is JSON."]);
  });

  test("a long text is cut", () => {
    const [line] = lines(settings("S", { baseURL: "x".repeat(5000) }));
    expect(line).toBe(`S: "baseURL" is "${"x".repeat(120)}"; ${example}.`);
  });
});

describe("a problem tells no secret", () => {
  const key = "planted 77 key";
  test.each([
    ["the key in use, as base URL", { baseURL: key }],
    ["the key in use, within a base URL", { baseURL: `https://gateway.example/#${key}` }],
    ["the key in use, as path", { responsesPath: key }],
    ["the key in use, as value of a header", { headers: { authorization: `Bearer ${key}` } }],
    ["the key in use, as name of a header", { headers: { [key]: "x", other: 1 } }],
    ["the key in use, as a header with a line break", { headers: { "x-key": `${key}\n` } }],
    ["the key in use, in a wrong type", { codexMode: key }],
  ])("%s", (_, values) => {
    const told = lines(settings("S", values), [key]).join("\n");
    expect(told).not.toContain(key);
    expect(told).toStartWith("S: ");
  });

  test.each([
    ["another key", { baseURL: "sk-other0123456789" }, '"[redacted]"'],
    [
      "a key in a query",
      { baseURL: "https://gateway.example/v1?api_key=other0123" },
      '"https://gateway.example/v1?api_key=[redacted]"',
    ],
  ])("%s", (_, values, found) => {
    expect(resolveSettings([settings("S", values)]).problems[0]?.found).toBe(found);
  });
});
