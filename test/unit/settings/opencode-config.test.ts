import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { loadWrittenConfig } from "../../../src/settings/opencode-config.ts";
import { createFolders } from "../../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

/** `opencode.json` with this base URL. */
const config = (baseURL: unknown) => ({ provider: { openai: { baseURL } } });

/** Folders `home` and `work/project/inner`, with these files in them. */
function load(
  files: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
  directory = "work/project/inner",
  worktree = "work/project",
) {
  const root = folders.make({ "home/x": "", "work/project/inner/x": "", ...files });
  const filled = Object.entries(env).map(([name, value]) => [
    name,
    value.replaceAll("$ROOT", root),
  ]);
  const found = loadWrittenConfig({
    env: Object.fromEntries(filled),
    home: join(root, "home"),
    directory: join(root, directory),
    worktree: worktree.startsWith("/") ? worktree : join(root, worktree),
  });
  return found.then(({ provider }) => {
    const written = provider.baseURL.at(-1);
    return written === undefined
      ? undefined
      : { value: written.value, source: written.source.replace(`${root}/`, "") };
  });
}

test("nowhere", async () => {
  expect(await load({})).toBeUndefined();
});

/** Every place the host reads, the weakest first. */
const places: readonly { place: string; env?: Readonly<Record<string, string>> }[] = [
  { place: "home/.config/opencode/config.json" },
  { place: "home/.config/opencode/opencode.json" },
  { place: "home/.config/opencode/opencode.jsonc" },
  { place: "named/my.json", env: { OPENCODE_CONFIG: "$ROOT/named/my.json" } },
  { place: "work/project/opencode.json" },
  { place: "work/project/opencode.jsonc" },
  { place: "work/project/inner/opencode.json" },
  { place: "work/project/inner/opencode.jsonc" },
  { place: "work/project/inner/.opencode/opencode.jsonc" },
  { place: "work/project/.opencode/opencode.json" },
  { place: "home/.opencode/opencode.json" },
  { place: "extra/opencode.json", env: { OPENCODE_CONFIG_DIR: "$ROOT/extra" } },
];

describe("every place is found", () => {
  test.each([...places])("$place", async ({ place, env }) => {
    expect(await load({ [place]: config("https://here.example") }, env)).toEqual({
      value: "https://here.example",
      source: place,
    });
  });

  test("OPENCODE_CONFIG_CONTENT", async () => {
    const env = { OPENCODE_CONFIG_CONTENT: JSON.stringify(config("https://here.example")) };
    expect(await load({}, env)).toEqual({
      value: "https://here.example",
      source: "OPENCODE_CONFIG_CONTENT",
    });
  });

  test("XDG_CONFIG_HOME", async () => {
    const files = {
      "xdg/opencode/opencode.json": config("https://xdg.example"),
      "home/.config/opencode/opencode.json": config("https://home.example"),
    };
    expect(await load(files, { XDG_CONFIG_HOME: "$ROOT/xdg" })).toEqual({
      value: "https://xdg.example",
      source: "xdg/opencode/opencode.json",
    });
  });

  test("OPENCODE_CONFIG relative to the working directory", async () => {
    const files = { "work/project/inner/my.json": config("https://here.example") };
    expect(await load(files, { OPENCODE_CONFIG: "./my.json" })).toEqual({
      value: "https://here.example",
      source: "work/project/inner/my.json",
    });
  });
});

describe("of two places the later one wins", () => {
  const pairs = places.flatMap((weak, index) =>
    places.slice(index + 1).map((strong) => ({
      weak: weak.place,
      strong: strong.place,
      env: { ...weak.env, ...strong.env },
    })),
  );
  test.each(pairs)("$weak < $strong", async ({ weak, strong, env }) => {
    const files = {
      [weak]: config("https://weak.example"),
      [strong]: config("https://strong.example"),
    };
    expect(await load(files, env)).toEqual({ value: "https://strong.example", source: strong });
  });

  test.each([...places])("$place < OPENCODE_CONFIG_CONTENT", async ({ place, env }) => {
    const content = JSON.stringify(config("https://strong.example"));
    const files = { [place]: config("https://weak.example") };
    expect(await load(files, { ...env, OPENCODE_CONFIG_CONTENT: content })).toEqual({
      value: "https://strong.example",
      source: "OPENCODE_CONFIG_CONTENT",
    });
  });
});

describe("which folders belong to the project", () => {
  const above = { "work/opencode.json": config("https://above.example") };
  test("none above the worktree's root", async () => {
    expect(await load(above)).toBeUndefined();
  });
  test("outside a repository all of them: the host's worktree is then the root", async () => {
    expect(await load(above, {}, "work/project/inner", "/")).toEqual({
      value: "https://above.example",
      source: "work/opencode.json",
    });
  });
  test("the working directory is the worktree", async () => {
    const files = { "work/project/opencode.json": config("https://here.example") };
    expect((await load(files, {}, "work/project"))?.value).toBe("https://here.example");
  });
  test("a worktree elsewhere: the working directory alone", async () => {
    const files = { ...above, "work/project/inner/opencode.json": config("https://in.example") };
    expect((await load(files, {}, "work/project/inner", "elsewhere"))?.value).toBe(
      "https://in.example",
    );
    expect(await load(above, {}, "work/project/inner", "elsewhere")).toBeUndefined();
  });
  test.each(["1", "true", "TRUE"])("OPENCODE_DISABLE_PROJECT_CONFIG=%s", async (flag) => {
    const files = {
      "work/project/opencode.json": config("https://project.example"),
      "home/.config/opencode/opencode.json": config("https://global.example"),
    };
    expect((await load(files, { OPENCODE_DISABLE_PROJECT_CONFIG: flag }))?.value).toBe(
      "https://global.example",
    );
  });
  test.each(["0", "false", ""])("OPENCODE_DISABLE_PROJECT_CONFIG=%s is off", async (flag) => {
    const files = { "work/project/opencode.json": config("https://project.example") };
    expect((await load(files, { OPENCODE_DISABLE_PROJECT_CONFIG: flag }))?.value).toBe(
      "https://project.example",
    );
  });
});

describe("what stands there", () => {
  const at = "work/project/opencode.json";
  const here = async (content: unknown, env?: Readonly<Record<string, string>>, more = {}) =>
    load({ [at]: content, ...more }, env);

  test("comments and trailing commas", async () => {
    const text =
      '// mine\n{\n  "provider": {\n    /* relay */ "openai": { "baseURL": "https://a.example", },\n  },\n}\n';
    expect((await here(text))?.value).toBe("https://a.example");
  });
  test.each([
    ["no JSON", "nonsense {"],
    ["empty", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["no provider", {}],
    ["provider is no object", { provider: "openai" }],
    ["no openai", { provider: { other: { baseURL: "https://other.example" } } }],
    ["openai is null", { provider: { openai: null } }],
    ["no base URL", { provider: { openai: { options: { baseURL: "https://o.example" } } } }],
  ])("%s: passed over", async (_, content) => {
    expect(await here(content)).toBeUndefined();
  });
  test("a file that cannot be read does not hide the one before it", async () => {
    const files = {
      "work/project/inner/opencode.json": "broken {",
      [at]: config("https://a.example"),
    };
    expect((await load(files))?.value).toBe("https://a.example");
  });
  test("content that cannot be read is passed over", async () => {
    expect((await here(config("https://a.example"), { OPENCODE_CONFIG_CONTENT: "{" }))?.value).toBe(
      "https://a.example",
    );
  });
  test.each([[null], [5], [false], [["https://a.example"]], [{ url: "https://a.example" }], [""]])(
    "%j is handed on, for the check to say what is wrong",
    async (value) => {
      expect(await here(config(value))).toEqual({ value, source: at });
    },
  );

  test.each([
    ["{env:GATEWAY}", "https://env.example"],
    ["{env: GATEWAY }", ""],
    ["https://{env:HOST}/v1", "https://env-host.example/v1"],
    ["https://{env:HOST}/{env:HOST}", "https://env-host.example/env-host.example"],
    ["{env:UNSET}", ""],
    ["{file:./url.txt}", "https://file.example"],
    ["{file:url.txt}", "https://file.example"],
    ["{file:../../home/url.txt}", "https://home.example"],
    ["{file:~/url.txt}", "https://home.example"],
    ["{file:./gone.txt}", ""],
    ["{file:url.txt}/{env:HOST}", "https://file.example/env-host.example"],
    ["{file:{env:NAME}}", "https://file.example"],
    ["{file:./dollar.txt}", "$& $1 $$"],
    ["$HOST", "$HOST"],
    ["{env:}", "{env:}"],
  ])("%s", async (value, expected) => {
    const env = { GATEWAY: "https://env.example", HOST: "env-host.example", NAME: "url.txt" };
    const files = {
      "work/project/url.txt": "  https://file.example\n",
      "work/project/dollar.txt": "$& $1 $$\n",
      "home/url.txt": "https://home.example\n",
    };
    expect(await here(config(value), env, files)).toEqual({ value: expected, source: at });
  });

  describe("placeholders are filled in before the text is parsed, as the host does", () => {
    const url = '"provider": {"openai": {"baseURL": "https://a.example"}}';
    test.each<[string, string, unknown]>([
      ["outside of quotes", `{"timeout": {env:SECONDS}, ${url}}`, "https://a.example"],
      [
        "a whole object",
        '{"provider": {"openai": {file:openai.json.txt}}}',
        // What a file brings in is escaped for a text, so this is no JSON.
        undefined,
      ],
      [
        "a variable is not escaped",
        '{"provider": {"openai": {"baseURL": "{env:SPLIT}"}}}',
        "https://b.example",
      ],
      ["a file is", '{"provider": {"openai": {"baseURL": "{file:quote.txt}"}}}', 'a"b\\c\nd'],
      [
        "a file on a comment's line is left",
        `{\n  // {file:quote.txt}\n  ${url}\n}`,
        "https://a.example",
      ],
      [
        "behind something else on the line it is not left",
        `{"x": "{file:quote.txt}", // {file:quote.txt}\n  ${url}}`,
        // The second one's text has no line break of its own: it is escaped.
        "https://a.example",
      ],
      [
        "what a file holds is not looked through",
        '{"provider": {"openai": {"baseURL": "{file:env.txt}"}}}',
        "{env:SECONDS}",
      ],
    ])("%s", async (_, text, expected) => {
      const env = { SECONDS: "60", SPLIT: 'x", "baseURL": "https://b.example' };
      const files = {
        "work/project/quote.txt": ' a"b\\c\nd ',
        "work/project/env.txt": "{env:SECONDS}",
        "work/project/openai.json.txt": '{"baseURL": "https://c.example"}',
      };
      expect<unknown>((await here(text, env, files))?.value).toBe(expected);
    });
  });

  test("a {file:} of OPENCODE_CONFIG_CONTENT is relative to the working directory", async () => {
    const env = { OPENCODE_CONFIG_CONTENT: JSON.stringify(config("{file:url.txt}")) };
    const files = { "work/project/inner/url.txt": "https://file.example" };
    expect((await load(files, env))?.value).toBe("https://file.example");
  });
});

describe("OpenCode 2's spelling", () => {
  const read = (config: object) =>
    loadWrittenConfig({
      env: {},
      home: folders.make({ ".config/opencode/opencode.json": JSON.stringify(config) }),
      directory: "/nowhere",
      worktree: "/nowhere",
    });

  test("the provider's settings stand beside the older options, and come last", async () => {
    const { provider, options } = await read({
      provider: { openai: { options: { baseURL: "a", textVerbosity: "low", store: true } } },
      providers: { openai: { settings: { baseURL: "b", apiKey: "k", textVerbosity: "high" } } },
    });
    expect(provider["options.baseURL"].map(({ key, value }) => [key, value])).toEqual([
      ["provider.openai.options.baseURL", "a"],
      ["providers.openai.settings.baseURL", "b"],
    ]);
    expect(provider["options.apiKey"].map(({ key }) => key)).toEqual([
      "providers.openai.settings.apiKey",
    ]);
    expect(options).toEqual({ baseURL: "b", apiKey: "k", textVerbosity: "high", store: true });
  });

  test("plugins of both lists are found, with their options", async () => {
    const { plugins } = await read({
      plugin: ["one", ["two", { a: 1 }]],
      plugins: ["three", { package: "four", options: { b: 2 } }, { package: "five" }, { other: 1 }],
    });
    expect(plugins.map(({ spec, options, raw }) => [spec, options, raw])).toEqual([
      ["one", undefined, undefined],
      ["two", { a: 1 }, { a: 1 }],
      ["three", undefined, undefined],
      ["four", { b: 2 }, { b: 2 }],
      ["five", undefined, undefined],
    ]);
  });

  test.each([
    { provider: "text", providers: [] },
    { providers: { openai: { settings: "text" } }, plugins: { a: 1 }, plugin: "text" },
  ])("what is of another form is no value: %j", async (config) => {
    const { provider, options, plugins } = await read(config);
    expect([Object.values(provider).flat(), options, plugins]).toEqual([[], {}, []]);
  });
});
