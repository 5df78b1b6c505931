import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Login, SettingsInput } from "../../../src/settings/input.ts";
import { loadSettings } from "../../../src/settings/load.ts";
import { describeProblem } from "../../../src/settings/resolve.ts";
import { schemaURL } from "../../../src/settings/schema.ts";
import { createFolders } from "../../support/folder.ts";
import { inputIn } from "../../support/settings-input.ts";

const folders = createFolders();
afterEach(folders.clean);

const settingsFile = ".opencode/openai-codex-auth-config.json";

/** A login with this base URL. */
const loginOf = (baseURL: string | undefined): Login => ({
  type: "api",
  key: "sk-test-0123456789",
  baseURL,
});

/** One place a base URL can stand in: how to put it there, and what it is called. */
type Place = {
  name: string;
  put: (baseURL: unknown) => { files?: Record<string, unknown>; input?: Partial<SettingsInput> };
  /** The environment holds texts only. */
  textOnly?: boolean;
};

/** In order of precedence. */
const places: readonly Place[] = [
  {
    name: "environment variable OPENCODE_CODEX_BASE_URL",
    put: (baseURL) => ({ input: { env: { OPENCODE_CODEX_BASE_URL: String(baseURL) } } }),
    textOnly: true,
  },
  { name: `HOME/${settingsFile}`, put: (baseURL) => ({ files: { [settingsFile]: { baseURL } } }) },
  {
    name: "the plugin's options in opencode.json",
    put: (baseURL) => ({ input: { pluginOptions: { baseURL } } }),
  },
  {
    name: "provider.openai.baseURL in HOME/opencode.json",
    put: (baseURL) => ({ files: { "opencode.json": { provider: { openai: { baseURL } } } } }),
  },
  {
    name: "provider.openai.options.baseURL in opencode.json",
    put: (baseURL) => ({ input: { provider: { options: { baseURL } } } }),
  },
  {
    name: "provider.openai.api in opencode.json",
    put: (api) => ({ input: { provider: { api } } }),
  },
];

/** Loads with these base URLs in these places; `home` in names is written as HOME. */
async function loadWith(put: readonly (readonly [Place, unknown])[]) {
  const parts = put.map(([place, baseURL]) => place.put(baseURL));
  const home = folders.make(Object.assign({}, ...parts.map(({ files }) => files)));
  const inputs = parts.map(({ input }) => input ?? {});
  const provider = Object.assign({}, ...inputs.map((input) => input.provider));
  const resolved = await loadSettings(inputIn(home, Object.assign({}, ...inputs, { provider })));
  const portable = (text: string) => text.replaceAll(home, "HOME");
  return {
    baseURL: resolved.settings.baseURL,
    source: resolved.sources.baseURL && portable(resolved.sources.baseURL),
    problems: resolved.problems.map(describeProblem).map(portable),
    lookedIn: resolved.lookedIn.map(portable),
  };
}

describe("base URL", () => {
  test("nowhere: every place is named, in order", async () => {
    expect(await loadWith([])).toEqual({
      baseURL: undefined,
      source: undefined,
      problems: [],
      lookedIn: [
        "environment variable OPENCODE_CODEX_BASE_URL",
        `HOME/${settingsFile}`,
        "the plugin's options in opencode.json",
        "provider.openai.baseURL in opencode.json",
        "provider.openai.options.baseURL in opencode.json",
        "provider.openai.api in opencode.json",
      ],
    });
  });

  test.each(places.map((place) => [place.name, place] as const))("%s", async (name, place) => {
    expect(await loadWith([[place, " https://here.example/ "]])).toMatchObject({
      baseURL: "https://here.example",
      source: name,
      problems: [],
    });
  });

  const pairs = places.flatMap((strong, index) =>
    places.slice(index + 1).map((weak) => [strong.name, weak.name, strong, weak] as const),
  );
  test.each(pairs)("%s beats %s", async (name, _, strong, weak) => {
    const loaded = await loadWith([
      [weak, "https://weak.example"],
      [strong, "https://strong.example"],
    ]);
    expect(loaded).toMatchObject({ baseURL: "https://strong.example", source: name, problems: [] });
  });

  test.each(pairs)("%s does not hide what is wrong in %s", async (_, name, strong, weak) => {
    const loaded = await loadWith([
      [weak, "nonsense"],
      [strong, "https://strong.example"],
    ]);
    expect(loaded.problems).toEqual([
      `${name}: "baseURL" is "nonsense"; allowed is an absolute http(s) URL, for example https://gateway.example.`,
    ]);
  });

  const wrong: readonly (readonly [unknown, string])[] = [
    [null, "null"],
    [true, "true"],
    [5, "5"],
    [[], "a list"],
    [{}, "an object"],
  ];
  test.each(
    places
      .filter(({ textOnly }) => !textOnly)
      .flatMap((place) =>
        wrong.map(([value, found]) => [place.name, value, found, place] as const),
      ),
  )("%s: %j", async (name, value, found, place) => {
    expect((await loadWith([[place, value]])).problems).toEqual([
      `${name}: "baseURL" is ${found}; allowed is an absolute http(s) URL.`,
    ]);
  });

  test("an empty or blank environment variable counts as unset", async () => {
    for (const OPENCODE_CODEX_BASE_URL of ["", "  "]) {
      const home = folders.make({ [settingsFile]: { baseURL: "https://file.example" } });
      const { settings, problems } = await loadSettings(
        inputIn(home, { env: { OPENCODE_CODEX_BASE_URL } }),
      );
      expect([settings, problems]).toEqual([{ baseURL: "https://file.example" }, []]);
    }
  });

  test("provider.openai.baseURL with {env:} and {file:}, in JSONC", async () => {
    const home = folders.make({
      "opencode.jsonc":
        '{ // relay\n "provider": { "openai": { "baseURL": "{env:SCHEME}://{file:host.txt}/v1", } } }',
      "host.txt": "relay.example\n",
    });
    const resolved = await loadSettings(inputIn(home, { env: { SCHEME: "https" } }));
    expect(resolved.settings).toEqual({ baseURL: "https://relay.example/v1" });
    expect(resolved.sources.baseURL).toBe(
      `provider.openai.baseURL in ${join(home, "opencode.jsonc")}`,
    );
  });
});

describe("codexMode", () => {
  test.each([
    ["1", { codexMode: false }, true, "environment variable CODEX_MODE"],
    ["true", { codexMode: false }, true, "environment variable CODEX_MODE"],
    ["0", { codexMode: true }, false, "environment variable CODEX_MODE"],
    ["false", {}, false, "environment variable CODEX_MODE"],
    ["", { codexMode: false }, false, `HOME/${settingsFile}`],
    [undefined, { codexMode: false }, false, `HOME/${settingsFile}`],
    [undefined, {}, undefined, undefined],
  ])("CODEX_MODE=%p, file %j", async (CODEX_MODE, file, codexMode, source) => {
    const home = folders.make({ [settingsFile]: file });
    const { settings, sources, problems } = await loadSettings(
      inputIn(home, { env: { CODEX_MODE } }),
    );
    const place = sources.codexMode?.replace(home, "HOME");
    expect<unknown>([settings.codexMode, place, problems]).toEqual([codexMode, source, []]);
  });

  test("a wrong value names the variable", async () => {
    const { problems } = await loadSettings(
      inputIn(folders.make(), { env: { CODEX_MODE: "maybe" } }),
    );
    expect(problems.map(describeProblem)).toEqual([
      'environment variable CODEX_MODE: "codexMode" is "maybe"; allowed is 1, 0, true or false.',
    ]);
  });
});

describe("sources that cannot be read", () => {
  test.each([
    [
      "nonsense {",
      "HOME/F is not readable (a word without quotes, or a sign that means nothing there, in line 1); allowed is JSON.",
    ],
    ["", "HOME/F is not readable (a value is missing, in line 1); allowed is JSON."],
    ["[]", "HOME/F is a list; allowed is an object."],
    ["null", "HOME/F is null; allowed is an object."],
    ['"https://a.example"', 'HOME/F is "https://a.example"; allowed is an object.'],
  ])("a settings file of %j", async (text, line) => {
    const home = folders.make({ [settingsFile]: text });
    const { problems } = await loadSettings(inputIn(home));
    const told = problems.map(describeProblem);
    expect(told.map((text) => text.replace(join(home, settingsFile), "HOME/F"))).toEqual([line]);
    expect(readFileSync(join(home, settingsFile), "utf8")).toBe(text);
  });

  test.each([
    ["a text", 'is "a text"'],
    [5, "is 5"],
    [[], "is a list"],
    [true, "is true"],
  ])("plugin options %j", async (pluginOptions, found) => {
    const { problems } = await loadSettings(inputIn(folders.make(), { pluginOptions }));
    expect(problems.map(describeProblem)).toEqual([
      `the plugin's options in opencode.json ${found}; allowed is an object.`,
    ]);
  });
});

describe("a login that only the credential knows (/connect)", () => {
  const load = (home: string, loginBaseURL: string, change: Partial<SettingsInput> = {}) =>
    loadSettings(inputIn(home, { login: loginOf(loginBaseURL), ...change }));
  const fileIn = (home: string): unknown =>
    JSON.parse(readFileSync(join(home, settingsFile), "utf8"));

  test("it is brought into the file, cleaned, with what was typed", async () => {
    const home = folders.make();
    const { settings, sources, problems } = await load(home, " https://login.example/v1/ ");
    expect([settings, problems]).toEqual([{ baseURL: "https://login.example/v1" }, []]);
    expect(sources.baseURL).toBe(join(home, settingsFile));
    expect(fileIn(home)).toEqual({
      $schema: schemaURL,
      baseURL: "https://login.example/v1",
      lastLogin: { baseURL: " https://login.example/v1/ " },
    });
  });

  test("the newest login wins, then the edit by hand, then a newer login", async () => {
    const home = folders.make({
      [settingsFile]: '{\n  // mine\n  "baseURL": "https://hand0.example"\n}\n',
    });
    const path = join(home, settingsFile);
    const effective = async (login: string) => (await load(home, login)).settings.baseURL;

    expect(await effective("https://login1.example")).toBe("https://login1.example");
    writeFileSync(path, readFileSync(path, "utf8").replace("login1", "hand1"));
    expect(await effective("https://login1.example")).toBe("https://hand1.example");
    expect(await effective("https://login1.example")).toBe("https://hand1.example");
    expect(await effective("https://login2.example")).toBe("https://login2.example");
    expect(readFileSync(path, "utf8")).toContain("// mine");
  });

  test("a login seen before writes nothing", async () => {
    const home = folders.make();
    await load(home, "https://login.example");
    const path = join(home, settingsFile);
    writeFileSync(
      path,
      '{"baseURL":"https://hand.example","lastLogin":{"baseURL":"https://login.example"}}',
    );
    await load(home, "https://login.example");
    expect(readFileSync(path, "utf8")).toBe(
      '{"baseURL":"https://hand.example","lastLogin":{"baseURL":"https://login.example"}}',
    );
  });

  test.each(["", "  ", undefined])(
    "no base URL in it (%p): the file is left alone",
    async (login) => {
      const home = folders.make();
      expect((await loadSettings(inputIn(home, { login: loginOf(login) }))).settings).toEqual({});
      expect(readdirSync(home)).toEqual([]);
    },
  );

  test.each([
    ["not a url", "an absolute http(s) URL, for example https://gateway.example", '"not a url"'],
    [
      "https://me:pw@gateway.example",
      "a URL without a user name or password in it",
      '"https://[redacted]@gateway.example"',
    ],
    [
      "https://gateway.example?a",
      "a URL without a query (?) or a fragment (#)",
      '"https://gateway.example?a"',
    ],
  ])("%s is told, and not written", async (login, allowed, found) => {
    const home = folders.make({ [settingsFile]: { baseURL: "https://file.example" } });
    const { problems } = await load(home, login);
    expect(problems).toEqual([
      {
        source: 'the base URL entered at login (run "opencode auth login" again to change it)',
        field: "baseURL",
        found,
        allowed,
      },
    ]);
    expect(fileIn(home)).toEqual({ baseURL: "https://file.example" });
  });

  test("a file that is no JSON is kept beside the new one", async () => {
    const home = folders.make({ [settingsFile]: "broken {" });
    expect((await load(home, "https://login.example")).settings.baseURL).toBe(
      "https://login.example",
    );
    const [kept = ""] = readdirSync(join(home, ".opencode")).filter((name) =>
      name.includes(".corrupt-"),
    );
    expect(readFileSync(join(home, ".opencode", kept), "utf8")).toBe("broken {");
  });

  test("a typo does not make an old login new: it is reported, and the file left alone", async () => {
    const written = `{
  "baseURL": "https://login.example"
  "headers": { "x-team": "a" },
  "lastLogin": { "baseURL": "https://login.example" }
}`;
    const home = folders.make({ [settingsFile]: written });
    const { problems } = await load(home, "https://login.example");
    expect(problems.map(({ found }) => found)).toEqual([
      "not readable (a comma is missing, in line 3)",
    ]);
    expect(readdirSync(join(home, ".opencode"))).toEqual(["openai-codex-auth-config.json"]);
    expect(readFileSync(join(home, settingsFile), "utf8")).toBe(written);
  });

  test("a disk that refuses: the login counts all the same", async () => {
    const home = folders.make({ ".opencode": "a file where the folder should be" });
    const { settings, sources, problems } = await load(home, "https://login.example");
    expect([settings, problems]).toEqual([{ baseURL: "https://login.example" }, []]);
    expect(sources.baseURL).toBe(
      'the base URL entered at login (run "opencode auth login" again to change it)',
    );
  });

  test("the environment beats it", async () => {
    const env = { OPENCODE_CODEX_BASE_URL: "https://env.example" };
    const home = folders.make();
    expect((await load(home, "https://login.example", { env })).settings.baseURL).toBe(
      "https://env.example",
    );
    expect(fileIn(home)).toMatchObject({ baseURL: "https://login.example" });
  });
});

test("keys in use stay out of what is said about a wrong value", async () => {
  const secret = "planted 77 key";
  const { problems } = await loadSettings(
    inputIn(folders.make({ [settingsFile]: { baseURL: secret, responsesPath: secret } }), {
      pluginOptions: { baseURL: `x${secret}` },
      login: { type: "api", key: secret, baseURL: secret },
      provider: { api: secret, options: { baseURL: secret } },
      env: { OPENCODE_CODEX_BASE_URL: secret, CODEX_MODE: secret },
    }),
  );
  expect(problems.length).toBe(8);
  expect(problems.map(describeProblem).join("\n")).not.toContain(secret);
});

test.skipIf(process.getuid?.() === 0)("a settings file without permission is told", async () => {
  const home = folders.make({ [settingsFile]: "{}" });
  chmodSync(join(home, settingsFile), 0o000);
  const { problems } = await loadSettings(inputIn(home));
  expect(problems).toMatchObject([{ found: "not readable (EACCES)", allowed: "JSON" }]);
});
