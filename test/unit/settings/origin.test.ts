/** Which key may go to which gateway: every source of a key with every source of a base URL. */
import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Login, SettingsInput } from "../../../src/settings/input.ts";
import { loadSettings } from "../../../src/settings/load.ts";
import { loadWrittenConfig } from "../../../src/settings/opencode-config.ts";
import {
  type Decision,
  decideOrigin,
  type KeyPlace,
  type KnownOrigins,
  originOf,
} from "../../../src/settings/origin.ts";
import { createFolders } from "../../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

const gateway = "https://gateway.example";
const settingsFile = "home/.opencode/openai-codex-auth-config.json";
const globalFile = "home/.config/opencode/opencode.json";
const projectFile = "work/project/opencode.json";
const key = "sk-test-0123456789";
const spec = "opencode-openai-codex-key";

type Files = Readonly<Record<string, unknown>>;
type Setting = {
  readonly files?: Files;
  readonly env?: Readonly<Record<string, string>>;
  readonly login?: Login;
};

/** Loads as the plugin does: the host's merged values are worked out from the files. */
async function load({ files = {}, env = {}, login }: Setting, change: Partial<SettingsInput> = {}) {
  const root = folders.make({ "home/x": "", "work/project/x": "", ...files });
  const where = {
    env,
    home: join(root, "home"),
    directory: join(root, "work/project"),
    worktree: join(root, "work/project"),
  };
  const { provider, plugins } = await loadWrittenConfig(where);
  const merged = {
    api: provider.api.at(-1)?.value,
    options: {
      baseURL: provider["options.baseURL"].at(-1)?.value,
      apiKey: provider["options.apiKey"].at(-1)?.value,
    },
  };
  const pluginOptions = plugins.at(-1)?.options;
  const input = { ...where, provider: merged, pluginOptions, login, ...change };
  const loaded = await loadSettings(input);
  return { root, ...loaded };
}

/** Later ones are merged into earlier ones, objects by key. */
function merge(...values: readonly unknown[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const value of values) {
    for (const [name, item] of Object.entries(Object(value))) {
      const before = result[name];
      const both = typeof before === "object" && !Array.isArray(before) && typeof item === "object";
      result[name] = both ? merge(before, item) : item;
    }
  }
  return result;
}
const together = (a: Setting, b: Setting): Setting => ({ ...a, ...b, ...merge(a, b) });

const options = (file: string, given: object): Setting => ({
  files: { [file]: { provider: { openai: { options: given } } } },
});
const api = (baseURL: string | undefined): Login => ({ type: "api", key, baseURL });

/** Where the base URL stands. `owner`: whose word it is. */
const urls: readonly { name: string; owner: "user" | "project"; set: Setting }[] = [
  { name: "the environment", owner: "user", set: { env: { OPENCODE_CODEX_BASE_URL: gateway } } },
  {
    name: "the settings file",
    owner: "user",
    set: { files: { [settingsFile]: { baseURL: gateway } } },
  },
  {
    name: "the plugin's options, global",
    owner: "user",
    set: { files: { [globalFile]: { plugin: [[spec, { baseURL: gateway }]] } } },
  },
  {
    name: "provider.openai.baseURL, global",
    owner: "user",
    set: { files: { [globalFile]: { provider: { openai: { baseURL: gateway } } } } },
  },
  {
    name: "options.baseURL, global",
    owner: "user",
    set: options(globalFile, { baseURL: gateway }),
  },
  {
    name: "api, global",
    owner: "user",
    set: { files: { [globalFile]: { provider: { openai: { api: gateway } } } } },
  },
  {
    name: "options.baseURL, OPENCODE_CONFIG_CONTENT",
    owner: "user",
    set: {
      env: {
        OPENCODE_CONFIG_CONTENT: JSON.stringify({
          provider: { openai: { options: { baseURL: gateway } } },
        }),
      },
    },
  },
  {
    name: "options.baseURL, ~/.opencode",
    owner: "user",
    set: options("home/.opencode/opencode.json", { baseURL: gateway }),
  },
  {
    name: "the plugin's options, project",
    owner: "project",
    set: { files: { [projectFile]: { plugin: [[spec, { baseURL: gateway }]] } } },
  },
  {
    name: "provider.openai.baseURL, project",
    owner: "project",
    set: { files: { [projectFile]: { provider: { openai: { baseURL: gateway } } } } },
  },
  {
    name: "options.baseURL, project",
    owner: "project",
    set: options(projectFile, { baseURL: gateway }),
  },
  {
    name: "api, project",
    owner: "project",
    set: { files: { [projectFile]: { provider: { openai: { api: gateway } } } } },
  },
  {
    name: "options.baseURL, the project's .opencode",
    owner: "project",
    set: options("work/project/.opencode/opencode.jsonc", { baseURL: gateway }),
  },
];

/** Where the key comes from, and whether it may go to a gateway that only the project names. */
const keys: readonly { name: string; set: Setting; toProject: boolean }[] = [
  { name: "the environment", set: { env: { OPENCODE_CODEX_API_KEY: key } }, toProject: false },
  {
    name: "a login for this origin",
    set: {
      login: api(`${gateway}/v1`),
      files: { [settingsFile]: { lastLogin: { baseURL: `${gateway}/v1` } } },
    },
    toProject: true,
  },
  { name: "a login, URL left empty", set: { login: api("") }, toProject: false },
  { name: "a login that asked for no URL", set: { login: api(undefined) }, toProject: false },
  {
    name: "a login that kept this origin",
    set: { login: api(""), files: { [settingsFile]: { lastLogin: { origin: gateway } } } },
    toProject: true,
  },
  {
    name: "a login for no URL asked, after one that kept this origin",
    set: { login: api(undefined), files: { [settingsFile]: { lastLogin: { origin: gateway } } } },
    toProject: false,
  },
  { name: "options.apiKey, global", set: options(globalFile, { apiKey: key }), toProject: false },
  { name: "options.apiKey, project", set: options(projectFile, { apiKey: key }), toProject: true },
  {
    name: "options.apiKey, project, of a variable",
    set: { ...options(projectFile, { apiKey: "{env:MINE}" }), env: { MINE: key } },
    toProject: false,
  },
  {
    name: "options.apiKey, project, of a file",
    set: {
      files: {
        [projectFile]: { provider: { openai: { options: { apiKey: "{file:~/key.txt}" } } } },
        "home/key.txt": key,
      },
    },
    toProject: false,
  },
];

describe.each([...keys])("key of $name", ({ set, toProject }) => {
  test.each([...urls])("base URL in $name", async (url) => {
    const loaded = await load(together(set, url.set), { readOnly: true });
    const allowed = url.owner === "user" || toProject;
    expect(loaded.problems).toEqual([]);
    expect(loaded.key?.value).toBe(key);
    expect([loaded.settings.baseURL !== undefined, loaded.refusal === undefined]).toEqual([
      allowed,
      allowed,
    ]);
    if (allowed) return;
    expect(loaded.refusal).toMatchObject({
      type: "origin_not_trusted",
      origin: gateway,
      baseURL: gateway,
      settingsFile: join(loaded.root, settingsFile),
    });
    expect(loaded.refusal?.source).toContain(join(loaded.root, "work/project/"));
    expect(JSON.stringify(loaded.refusal)).not.toContain(key);
  });

  test("the user allowed the origin", async () => {
    const trusted = {
      files: { [settingsFile]: { trustedOrigins: ["HTTPS://Gateway.example:443/"] } },
    };
    const loaded = await load(
      together(together(set, options(projectFile, { baseURL: `${gateway}/v1` })), trusted),
      { readOnly: true },
    );
    expect([loaded.problems, loaded.refusal]).toEqual([[], undefined]);
  });

  test("the origin stands in the user's own configuration, outranked", async () => {
    const loaded = await load(
      together(together(set, options(globalFile, { baseURL: `${gateway}/a` })), {
        files: { [projectFile]: { provider: { openai: { baseURL: `${gateway}/b` } } } },
      }),
      { readOnly: true },
    );
    expect([loaded.settings.baseURL === undefined, loaded.refusal]).toEqual([false, undefined]);
  });
});

describe("what else a project may try", () => {
  const env = { OPENCODE_CODEX_API_KEY: key };
  const refused = async (set: Setting): Promise<boolean> =>
    (await load(set, { readOnly: true })).refusal !== undefined;
  const project = (text: string): Setting => ({ env, files: { [projectFile]: text } });

  test("another port, scheme or sub-domain is another origin", async () => {
    const seen = { [settingsFile]: { lastLogin: { baseURL: gateway } } };
    for (const other of [
      "http://gateway.example",
      "https://gateway.example:8443",
      "https://x.gateway.example",
      "https://gateway.example.evil.example",
    ]) {
      expect([
        other,
        await refused({
          login: api(gateway),
          files: { ...seen, ...options(projectFile, { baseURL: other }).files },
        }),
      ]).toEqual([other, true]);
    }
  });

  test("trustedOrigins in the plugin's options counts for nothing", async () => {
    const plugin = [[spec, { baseURL: gateway, trustedOrigins: [gateway] }]];
    expect(await refused({ env, files: { [projectFile]: { plugin } } })).toBe(true);
  });

  test("a variable of the user's that names the gateway is the user's word, its beginning is not", async () => {
    const url = (baseURL: string) => project(JSON.stringify({ provider: { openai: { baseURL } } }));
    const withURL = (set: Setting) => ({ ...set, env: { ...env, MINE: `${gateway}/v1` } });
    expect(await refused(withURL(url("{env:MINE}/x")))).toBe(false);
    const bare = { ...url("{env:MINE}.evil.example"), env: { ...env, MINE: gateway } };
    expect(await refused(bare)).toBe(true);
  });

  test("a base URL that the host got and no file here explains is not believed", async () => {
    const set: Setting = { env, files: { [projectFile]: "{ broken" } };
    const provider = { options: { baseURL: gateway } };
    expect((await load(set, { provider })).refusal?.origin).toBe(gateway);
    // No project, so it is from a place of the user's that the plugin does not read.
    expect((await load({ env }, { provider })).refusal).toBeUndefined();
  });

  test("its own key goes to its own gateway only if both are spelled out in the same folder", async () => {
    const both = (baseURL: string, apiKey: string, more: Files = {}): Setting => ({
      files: { ...options(projectFile, { baseURL, apiKey }).files, ...more },
      env: { SECRET: "s3cret" },
    });
    expect(await refused(both(gateway, key))).toBe(false);
    expect(await refused(both(`${gateway}/{env:SECRET}`, key))).toBe(true);
    const above = {
      files: {
        "work/.opencode/opencode.json": { provider: { openai: { options: { baseURL: gateway } } } },
        ...options(projectFile, { apiKey: key }).files,
      },
    };
    const root = folders.make({ "home/x": "", ...above.files });
    const loaded = await loadSettings({
      env: {},
      home: join(root, "home"),
      directory: join(root, "work/project"),
      // Outside of a repository the host looks up to the root of the disk.
      worktree: join(root),
      provider: { options: { baseURL: gateway, apiKey: key } },
      pluginOptions: undefined,
      login: undefined,
    });
    expect(loaded.refusal?.origin).toBe(gateway);
  });
});

describe("headers and responsesPath", () => {
  const asked = { headers: { "x-team": "a" }, responsesPath: "/v2/responses" };
  const plugin = (more: object = {}) => [[spec, { ...asked, ...more }]];
  const told = async (set: Setting) => {
    const { settings, ignored = [], refusal } = await load(set, { readOnly: true });
    const { headers, responsesPath } = settings;
    return { headers, responsesPath, ignored: ignored.map(({ name }) => name), refusal };
  };
  const counted: Awaited<ReturnType<typeof told>> = { ...asked, ignored: [], refusal: undefined };
  const ignored: typeof counted = {
    headers: undefined,
    responsesPath: undefined,
    ignored: ["responsesPath", "headers"],
    refusal: undefined,
  };
  const login = api(gateway);
  const own = { [settingsFile]: { baseURL: gateway, lastLogin: { baseURL: gateway } } };

  test.each<[string, Setting, Awaited<ReturnType<typeof told>>]>([
    [
      "of the user's with a base URL of the user's",
      { login, files: { [settingsFile]: { ...own[settingsFile], ...asked } } },
      counted,
    ],
    [
      "of a project with a base URL of the user's",
      { login, files: { ...own, [projectFile]: { plugin: plugin() } } },
      ignored,
    ],
    [
      "of a project with its own base URL, for which the key was entered",
      {
        login,
        files: {
          [settingsFile]: { lastLogin: { baseURL: gateway } },
          [projectFile]: { plugin: plugin({ baseURL: gateway }) },
        },
      },
      counted,
    ],
    [
      "of the user's with the project's base URL, for which the key was entered",
      {
        login,
        files: {
          [settingsFile]: { ...asked, lastLogin: { baseURL: gateway } },
          ...options(projectFile, { baseURL: gateway }).files,
        },
      },
      counted,
    ],
    [
      "of the user's with the project's own key and gateway",
      {
        files: {
          [settingsFile]: asked,
          ...options(projectFile, { baseURL: gateway, apiKey: key }).files,
        },
      },
      ignored,
    ],
    [
      "of a project with its own key and gateway",
      {
        files: {
          [projectFile]: {
            plugin: plugin(),
            provider: { openai: { options: { baseURL: gateway, apiKey: key } } },
          },
        },
      },
      counted,
    ],
  ])("%s", async (_, set, expected) => {
    expect(await told(set)).toEqual(expected);
  });

  test("of a project, filled in from a variable, go to no gateway of the project's", async () => {
    const headers = { "x-spy": "{env:SECRET}" };
    const { ignored: left } = await load({
      env: { SECRET: "s3cret" },
      files: {
        [projectFile]: {
          plugin: [[spec, { headers }]],
          provider: { openai: { options: { baseURL: gateway, apiKey: key } } },
        },
      },
    });
    expect(left?.map(({ name }) => name)).toEqual(["headers"]);
  });
});

describe("the key of the provider's options", () => {
  const given = (change: object) => options(globalFile, { apiKey: ` ${key} `, ...change });
  test.each<[string, Setting, boolean]>([
    ["no gateway anywhere: OpenAI's own", given({}), false],
    ["OpenAI itself named", given({ baseURL: "https://api.openai.com/v1" }), false],
    ["a gateway", given({ baseURL: gateway }), true],
    ["a base URL that is none", given({ baseURL: "htps://gateway.example" }), true],
    [
      "a settings file that cannot be read",
      { files: { ...given({}).files, [settingsFile]: "{ broken" } },
      true,
    ],
    ["beside ChatGPT's login", { ...given({ baseURL: gateway }), login: { type: "oauth" } }, false],
    ["blank", options(globalFile, { apiKey: " ", baseURL: gateway }), false],
    ["no text", options(globalFile, { apiKey: 5, baseURL: gateway }), false],
  ])("%s", async (_, set, ours) => {
    expect((await load(set)).key?.value).toBe(ours ? key : undefined);
  });

  test("comes after the login, which comes after the environment", async () => {
    const all: Setting = {
      ...given({ baseURL: gateway }),
      login: { type: "api", key: "sk-login", baseURL: gateway },
    };
    expect((await load(all, { readOnly: true })).key?.value).toBe("sk-login");
    const env = { OPENCODE_CODEX_API_KEY: "sk-environment" };
    expect((await load({ ...all, env }, { readOnly: true })).key?.value).toBe("sk-environment");
  });
});

describe("decideOrigin", () => {
  const known: KnownOrigins = { own: [], entered: [], trusted: [] };
  const at = (from: KeyPlace["from"], more: Partial<KeyPlace> = {}): KeyPlace => ({
    from,
    ...more,
  });
  const p = { project: "/p" };
  test.each<[Decision, Parameters<typeof decideOrigin>]>([
    ["user", [gateway, {}, at("environment"), known]],
    ["user", [gateway, {}, at("options", p), known]],
    ["refused", [gateway, p, at("environment"), known]],
    ["refused", [gateway, p, at("environment"), { ...known, entered: [gateway] }]],
    ["user", [gateway, p, at("login"), { ...known, entered: [gateway] }]],
    ["user", [gateway, p, at("environment"), { ...known, own: [gateway] }]],
    ["user", [gateway, p, at("options"), { ...known, trusted: [gateway] }]],
    ["project", [gateway, p, at("options", p), known]],
    ["user", [gateway, p, at("options", p), { ...known, trusted: [gateway] }]],
    ["refused", [gateway, p, at("options", { project: "/q" }), known]],
    ["refused", [gateway, { project: "" }, at("options", { project: "" }), known]],
    ["refused", [gateway, { ...p, filledIn: true }, at("options", p), known]],
    ["refused", [gateway, p, at("options", { ...p, filledIn: true }), known]],
  ])("%s: %j", (expected, [...given]) => {
    expect(decideOrigin(...given)).toBe(expected);
  });
});

test.each([
  ["https://A.example:443/v1", "https://a.example"],
  ["http://127.0.0.1:8080/x", "http://127.0.0.1:8080"],
  ["ftp://a.example", undefined],
  ["not a url", undefined],
  ["", undefined],
  [5, undefined],
])("the origin of %j", (url, origin) => {
  expect<unknown>(originOf(url)).toBe(origin);
});
