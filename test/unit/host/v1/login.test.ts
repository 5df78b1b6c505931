import { afterEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createLoginMethod, validateBaseURL } from "../../../../src/host/v1/login.ts";
import { isBlank, saveLogin } from "../../../../src/settings/login.ts";
import { schemaURL } from "../../../../src/settings/schema.ts";
import { settingsPath } from "../../../../src/settings/store.ts";
import { createFolders } from "../../../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

const configured = { baseURL: "https://old.example", source: "the settings file" };

function methodIn(home: string, current: () => typeof configured | undefined = () => undefined) {
  const method = createLoginMethod({ current, path: settingsPath(home) });
  const [prompt] = method.prompts;
  if (prompt === undefined) throw new Error("No prompt");
  return { method, prompt };
}
const fileIn = (home: string): unknown => JSON.parse(readFileSync(settingsPath(home), "utf8"));

test("one method of type api, one prompt, no second question for the key", () => {
  const { method } = methodIn(folders.make());
  expect(method.type).toBe("api");
  expect(method.label).toBe("Third-party Codex API (API Key + URL)");
  expect(method.prompts.map(({ type, key }) => [type, key])).toEqual([["text", "baseURL"]]);
  expect(JSON.stringify(method.prompts)).not.toMatch(/api.?key|secret|token/i);
});

describe("the prompt", () => {
  test("nothing is configured", () => {
    const { prompt } = methodIn(folders.make());
    expect([prompt.message, prompt.placeholder]).toEqual([
      "Base URL of the Codex gateway",
      "https://gateway.example",
    ]);
  });

  test("a base URL is configured: it says which, and where", () => {
    const { prompt } = methodIn(folders.make(), () => configured);
    expect([prompt.message, prompt.placeholder]).toEqual([
      "Base URL of the Codex gateway (empty keeps https://old.example from the settings file)",
      "https://old.example",
    ]);
  });

  test("nothing is configured, and the Codex CLI is: its gateway is offered", () => {
    const codexCLI = "https://relay.example/v1";
    const make = (current: () => typeof configured | undefined) =>
      createLoginMethod({ current, path: settingsPath(folders.make()), codexCLI }).prompts[0];
    const prompt = make(() => undefined);
    expect([prompt?.message, prompt?.placeholder]).toEqual([
      `Base URL of the Codex gateway (the Codex CLI here uses ${codexCLI})`,
      codexCLI,
    ]);
    // Only offered: nothing goes there unless it is entered.
    expect(prompt?.validate("")).toBe("Enter the base URL of your gateway");
    expect(make(() => configured)?.placeholder).toBe(configured.baseURL);
  });

  test.each(["", "  ", undefined])("an empty answer (%j)", (answer) => {
    const home = folders.make();
    expect(methodIn(home).prompt.validate(answer)).toBe("Enter the base URL of your gateway");
    expect(methodIn(home, () => configured).prompt.validate(answer)).toBeUndefined();
  });

  test("what is configured is asked for at the time of the answer", () => {
    let current: typeof configured | undefined;
    const { prompt } = methodIn(folders.make(), () => current);
    current = configured;
    expect(prompt.validate("")).toBeUndefined();
  });
});

describe("validation", () => {
  const absolute = "Enter an absolute http(s) URL, for example https://gateway.example";
  const cases: readonly { answer: string; told: string | undefined }[] = [
    { answer: "https://gateway.example", told: undefined },
    { answer: "http://gateway.example", told: undefined },
    { answer: "  https://gateway.example/v1/  ", told: undefined },
    { answer: "not a url", told: absolute },
    { answer: "gateway.example", told: absolute },
    { answer: "ftp://gateway.example", told: absolute },
    { answer: "sk-0123456789abcdef", told: absolute },
    {
      answer: "https://me:pw@gateway.example",
      told: "Enter a URL without a user name or password in it",
    },
    {
      answer: "https://gateway.example?a=1",
      told: "Enter a URL without a query (?) or a fragment (#)",
    },
    {
      answer: "https://gateway.example/#a",
      told: "Enter a URL without a query (?) or a fragment (#)",
    },
  ];
  test.each([...cases])("$answer", ({ answer, told }) => {
    expect<unknown>(validateBaseURL(answer)).toBe(told);
    expect<unknown>(methodIn(folders.make()).prompt.validate(answer)).toBe(told);
    expect<unknown>(methodIn(folders.make(), () => configured).prompt.validate(answer)).toBe(told);
  });
});

describe("authorize", () => {
  test("saves the cleaned base URL and what was typed; returns no key", async () => {
    const home = folders.make();
    const { method } = methodIn(home);
    expect(await method.authorize({ baseURL: " https://new.example/v1/ " })).toEqual({
      type: "success",
    });
    expect(fileIn(home)).toEqual({
      $schema: schemaURL,
      baseURL: "https://new.example/v1",
      lastLogin: { baseURL: " https://new.example/v1/ " },
    });
    expect(statSync(settingsPath(home)).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, ".opencode")).mode & 0o777).toBe(0o700);
  });

  test.each([[{}], [undefined]])("%j: succeeds, writes nothing", async (inputs) => {
    const home = folders.make();
    expect(await methodIn(home, () => configured).method.authorize(inputs)).toEqual({
      type: "success",
    });
    expect(readdirSync(home)).toEqual([]);
  });

  describe.each(["", "  "])("an empty answer (%j)", (baseURL) => {
    const keep = (home: string, current?: () => typeof configured) =>
      methodIn(home, current).method.authorize({ baseURL });

    test("keeps what was offered: its origin is remembered, and no base URL written", async () => {
      const home = folders.make();
      const offered = { ...configured, baseURL: "https://old.example/team/v1" };
      expect(await keep(home, () => offered)).toEqual({ type: "success" });
      expect(fileIn(home)).toEqual({
        $schema: schemaURL,
        lastLogin: { origin: "https://old.example" },
      });
      expect(statSync(settingsPath(home)).mode & 0o777).toBe(0o600);
    });

    test("takes the place of the login before; the rest of the file stays", async () => {
      const home = folders.make({
        ".opencode/openai-codex-auth-config.json":
          '{"$schema":"./x.json","baseURL":"https://old.example","lastLogin":{"baseURL":"https://a.example"}}',
      });
      await keep(home, () => configured);
      expect(fileIn(home)).toEqual({
        $schema: "./x.json",
        baseURL: "https://old.example",
        lastLogin: { origin: "https://old.example" },
      });
    });

    test("writes nothing where nothing was offered", async () => {
      const home = folders.make();
      await keep(home);
      expect(readdirSync(home)).toEqual([]);
    });

    test.each(["broken {", "[]"])("a file of %j is left alone", async (text) => {
      const home = folders.make({ ".opencode/openai-codex-auth-config.json": text });
      expect(await keep(home, () => configured)).toEqual({ type: "success" });
      expect(readdirSync(join(home, ".opencode"))).toEqual(["openai-codex-auth-config.json"]);
      expect(readFileSync(settingsPath(home), "utf8")).toBe(text);
    });

    test("a disk that refuses does not fail the login", async () => {
      const home = folders.make({ ".opencode": "a file" });
      expect(await keep(home, () => configured)).toEqual({ type: "success" });
    });
  });

  test("what else is in the file stays; a key among the inputs is not written", async () => {
    const home = folders.make({
      ".opencode/openai-codex-auth-config.json":
        '{"headers":{"a":"b"},"baseURL":"https://old.example"}',
    });
    await methodIn(home).method.authorize({ baseURL: "https://new.example", key: "sk-secret-1" });
    expect(fileIn(home)).toEqual({
      $schema: schemaURL,
      headers: { a: "b" },
      baseURL: "https://new.example",
      lastLogin: { baseURL: "https://new.example" },
    });
  });

  test.each(['"./mine.json"', '""', "null"])(
    "a $schema of the user's own stays: %s",
    async (own) => {
      const home = folders.make({
        ".opencode/openai-codex-auth-config.json": `{"$schema":${own}}`,
      });
      await methodIn(home).method.authorize({ baseURL: "https://new.example" });
      expect(fileIn(home)).toEqual({
        $schema: JSON.parse(own),
        baseURL: "https://new.example",
        lastLogin: { baseURL: "https://new.example" },
      });
    },
  );

  test("no base URL: an error, and nothing is written", async () => {
    const home = folders.make();
    expect(methodIn(home).method.authorize({ baseURL: "not a url" })).rejects.toThrow(
      "an absolute http(s) URL",
    );
    expect(readdirSync(home)).toEqual([]);
  });

  test("a disk that refuses: its error", async () => {
    const home = folders.make({ ".opencode": "a file" });
    expect(methodIn(home).method.authorize({ baseURL: "https://new.example" })).rejects.toThrow(
      "EEXIST",
    );
  });
});

test("a broken file is kept beside the new one", async () => {
  const home = folders.make({ ".opencode/openai-codex-auth-config.json": "broken {" });
  const { corruptCopy = "" } = await saveLogin(settingsPath(home), "https://new.example");
  expect(readFileSync(corruptCopy, "utf8")).toBe("broken {");
  expect(fileIn(home)).toMatchObject({ baseURL: "https://new.example" });
});

test.each([
  [undefined, true],
  ["", true],
  [" \t\n", true],
  ["x", false],
])("blank: %j", (text, blank) => {
  expect(isBlank(text)).toBe(blank);
});
