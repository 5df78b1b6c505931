/** Several gateways: which, in what order, and whose key goes where. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Login, SettingsInput } from "../../../src/settings/input.ts";
import { changeKeys, keysPath, loadKeys, markOf, withKey } from "../../../src/settings/keys.ts";
import { loadSettings } from "../../../src/settings/load.ts";
import { nameFor, saveLogin } from "../../../src/settings/login.ts";
import { describeProblem } from "../../../src/settings/resolve.ts";
import { changeSettings, settingsPath } from "../../../src/settings/store.ts";
import { createFolders } from "../../support/folder.ts";
import { inputIn } from "../../support/settings-input.ts";

const folders = createFolders();
afterEach(folders.clean);

const settingsFile = ".opencode/openai-codex-auth-config.json";
const keysFile = ".opencode/openai-codex-auth-keys.json";
const a = "https://a.example";
const b = "https://b.example/v1";
const stored = (keys: Readonly<Record<string, [origin: string, key: string]>>) => ({
  keys: Object.fromEntries(
    Object.entries(keys).map(([name, [origin, key]]) => [name, { origin, key }]),
  ),
});
const loginOf = (baseURL: string | undefined, key = "sk-login"): Login => ({
  type: "api",
  key,
  baseURL,
});

type Machine = {
  readonly settings: object;
  readonly keys?: object;
  readonly input?: Partial<SettingsInput>;
  readonly files?: Readonly<Record<string, unknown>>;
};

async function load({ settings, keys, input = {}, files = {} }: Machine) {
  const home = folders.make({
    [settingsFile]: settings,
    ...(keys === undefined ? {} : { [keysFile]: keys }),
    ...files,
  });
  const project = join(home, "project");
  const loaded = await loadSettings(
    inputIn(home, { directory: project, worktree: project, ...input }),
  );
  const rows = loaded.gateways.map(({ name, resolved: { settings: own }, key }) => [
    name,
    own.baseURL,
    key?.value,
  ]);
  return { home, loaded, rows };
}

const two = { baseURL: a, gateways: [{ name: "b", baseURL: b }] };
const keyOfB = stored({ b: ["https://b.example", "sk-b"] });

describe("which gateways there are", () => {
  test.each<[string, Machine, unknown[]]>([
    [
      "one, as ever",
      { settings: { baseURL: a }, input: { login: loginOf(a) } },
      [["main", a, "sk-login"]],
    ],
    [
      "that of the login first",
      { settings: two, keys: keyOfB, input: { login: loginOf(a) } },
      [
        ["main", a, "sk-login"],
        ["b", b, "sk-b"],
      ],
    ],
    [
      "in the user's order",
      { settings: { ...two, gatewayOrder: ["b", "gone", "main"] }, keys: keyOfB },
      [
        ["b", b, "sk-b"],
        ["main", a, undefined],
      ],
    ],
    [
      "without a base URL of its own",
      { settings: { gateways: two.gateways }, keys: keyOfB },
      [["b", b, "sk-b"]],
    ],
    [
      "the same one in both places counts once",
      { settings: { ...two, baseURL: b }, input: { login: loginOf(b) } },
      [["b", b, "sk-login"]],
    ],
    [
      "a key of the environment",
      {
        settings: { gateways: [{ name: "c", baseURL: a, keyEnv: "C_KEY" }] },
        input: { env: { C_KEY: " sk-c " } },
      },
      [["c", a, "sk-c"]],
    ],
    [
      "a variable in place of all of them",
      {
        settings: two,
        keys: keyOfB,
        input: { env: { OPENCODE_CODEX_BASE_URL: "https://v.example" }, login: loginOf(undefined) },
      },
      [["main", "https://v.example", "sk-login"]],
    ],
    [
      "beside ChatGPT's own login none is ours",
      { settings: two, keys: keyOfB, input: { login: { type: "oauth" } } },
      [["main", a, undefined]],
    ],
  ])("%s", async (_, machine, rows) => {
    expect<unknown>((await load(machine)).rows).toEqual(rows);
  });

  test("a project's gateway is asked alone, with its own key", async () => {
    const options = { baseURL: "https://p.example", apiKey: "sk-p" };
    const { loaded, rows } = await load({
      settings: { gateways: two.gateways },
      keys: keyOfB,
      files: { "project/opencode.json": { provider: { openai: { options } } } },
      input: { provider: { options } },
    });
    expect(rows).toEqual([["main", "https://p.example", "sk-p"]]);
    expect(loaded.key?.value).toBe("sk-p");
  });
});

describe("each has its own settings and key", () => {
  test("headers and path of the one are not the other's; what concerns all is", async () => {
    const { loaded } = await load({
      settings: {
        ...two,
        headers: { "x-secret": "of-a" },
        responsesPath: "/a",
        codexMode: false,
        gateways: [{ name: "b", baseURL: b, headers: { "x-secret": "of-b" } }],
      },
    });
    expect(loaded.gateways.map(({ resolved }) => resolved.settings)).toEqual([
      { baseURL: a, headers: { "x-secret": "of-a" }, responsesPath: "/a", codexMode: false },
      { baseURL: b, headers: { "x-secret": "of-b" }, codexMode: false },
    ]);
  });

  test("a key stays with the origin it was entered for", async () => {
    const moved = { gateways: [{ name: "b", baseURL: "https://evil.example" }] };
    expect((await load({ settings: moved, keys: keyOfB })).rows).toEqual([
      ["b", "https://evil.example", undefined],
    ]);
  });

  test("a login for the second is not sent to the first", async () => {
    const { rows, home } = await load({ settings: two, input: { login: loginOf(b) } });
    expect(rows).toEqual([
      ["main", a, undefined],
      ["b", b, "sk-login"],
    ]);
    expect(JSON.parse(readFileSync(join(home, settingsFile), "utf8"))).toMatchObject({
      baseURL: a,
    });
  });

  test("two keys at one relay", async () => {
    const { rows } = await load({
      settings: {
        gateways: [
          { name: "one", baseURL: b },
          { name: "two", baseURL: `${b}/` },
        ],
      },
      keys: stored({ one: ["https://b.example", "sk-1"], two: ["https://b.example", "sk-2"] }),
    });
    expect(rows.map(([, , key]) => key)).toEqual(["sk-1", "sk-2"]);
  });
});

describe("a login", () => {
  const read = (home: string) => JSON.parse(readFileSync(join(home, settingsFile), "utf8"));

  test("for a third gateway adds it and leaves the others", async () => {
    const login = loginOf("https://api.c.example/v1");
    const { home, rows } = await load({ settings: two, keys: keyOfB, input: { login } });
    expect(rows).toEqual([
      ["main", a, undefined],
      ["b", b, "sk-b"],
      ["api-c-example", "https://api.c.example/v1", "sk-login"],
    ]);
    expect(read(home)).toMatchObject({
      baseURL: a,
      lastLogin: { baseURL: login.type === "api" ? login.baseURL : "" },
    });
  });

  test("for one that is there updates its path, and its key once", async () => {
    const login = loginOf("https://b.example/openai");
    const { home, rows } = await load({ settings: two, keys: keyOfB, input: { login } });
    expect(rows[1]).toEqual(["b", "https://b.example/openai", "sk-login"]);
    await changeKeys(keysPath(home), (keys) => withKey(keys, "b", "https://b.example", "sk-newer"));
    const again = await loadSettings(inputIn(home, { login }));
    expect(again.gateways[1]?.key?.value).toBe("sk-newer");
  });

  test("of the first is kept when the next login takes its place at OpenCode", async () => {
    const { home } = await load({ settings: two, input: { login: loginOf(a, "sk-first") } });
    const input = { env: {}, home, directory: home, worktree: home };
    const next = await loadSettings({
      ...input,
      pluginOptions: undefined,
      provider: undefined,
      login: loginOf(b, "sk-second"),
    });
    expect(next.gateways.map(({ key }) => key?.value)).toEqual(["sk-first", "sk-second"]);
  });

  test("with one gateway does what it always did, and writes no file of keys", async () => {
    const { home, rows } = await load({ settings: { baseURL: a }, input: { login: loginOf(b) } });
    expect(rows).toEqual([["main", b, "sk-login"]]);
    expect(existsSync(join(home, keysFile))).toBe(false);
  });

  test("on the command line, the same", async () => {
    const home = folders.make({ [settingsFile]: two });
    await saveLogin(settingsPath(home), "https://b.example/codex");
    await saveLogin(settingsPath(home), "https://c.example");
    expect(read(home)).toMatchObject({
      baseURL: a,
      gateways: [
        { name: "b", baseURL: "https://b.example/codex" },
        { name: "c-example", baseURL: "https://c.example" },
      ],
      lastLogin: { baseURL: "https://c.example" },
    });
  });
});

test.each([
  ["https://api.relay.example/v1", [], "api-relay-example"],
  ["https://api.relay.example/v1", ["API-relay-example"], "api-relay-example-2"],
  ["http://[::1]:8080", [], "1"],
  ["http://127.0.0.1:8080", ["127-0-0-1", "127-0-0-1-2"], "127-0-0-1-3"],
  ["https://main", [], "main-2"],
])("a name for %s beside %j is %s", (baseURL, taken, name) => {
  expect(
    nameFor(
      baseURL,
      taken.map((one) => ({ name: one })),
    ),
  ).toBe(name);
});

describe("mistakes are told by their place", () => {
  const gateway = (change: object) => ({ gateways: [{ name: "b", baseURL: b, ...change }] });
  test.each<[object, string]>([
    [
      gateway({ baseURL: "b.example" }),
      '"gateways.0.baseURL" is "b.example"; allowed is an absolute',
    ],
    [gateway({ name: "Main" }), '"gateways.0.name" is "Main"; allowed is a name of 1 to 40'],
    [gateway({ headers: { authorization: "Bearer x" } }), "any header but authorization"],
    [gateway({ headers: { "x-a": "sëcret\n" } }), "a text that is not allowed there"],
    [gateway({ headers: [] }), '"gateways.0.headers" is a list; allowed is an object'],
    [gateway({ keyEnv: "sk-0123456789abcdef" }), "the name of an environment variable"],
    [{ gateways: [[]] }, '"gateways.0" is a list; allowed is an object'],
    [{ gateways: {} }, '"gateways" is an object; allowed is a list of gateways'],
    [{ gateways: [...gateway({}).gateways, { name: "B", baseURL: a }] }, "every name stands once"],
    [{ failover: "yes" }, '"failover" is "yes"; allowed is true or false'],
    [{ firstByteTimeout: 0 }, "a number of seconds"],
    [{ lowBalance: -1 }, "a number, 0 or more"],
  ])("%j", async (settings, said) => {
    const { loaded } = await load({ settings });
    expect(loaded.problems.map(describeProblem).join("\n")).toContain(said);
    expect(JSON.stringify(loaded.problems)).not.toMatch(/sëcret|0123456789/);
    expect(loaded.gateways).toEqual([]);
  });

  test("a file of keys that is none", async () => {
    const { loaded } = await load({ settings: two, keys: { keys: 7 } });
    expect(loaded.problems.map(describeProblem).join()).toContain("auth-keys.json is not readable");
  });
});

describe("the files, whoever writes them", () => {
  test("two processes at once lose nothing", async () => {
    const home = folders.make({ [settingsFile]: two });
    const writers = await Promise.all(
      ["x", "y"].map(async (name) => {
        const child = Bun.spawn(
          [process.execPath, "test/unit/settings/writer.ts", home, name, "20"],
          {
            stdout: "pipe",
          },
        );
        return [await child.exited, await child.stdout.text()];
      }),
    );
    expect(writers).toEqual([
      [0, "done\n"],
      [0, "done\n"],
    ]);
    const { gateways } = JSON.parse(readFileSync(settingsPath(home), "utf8"));
    const keys = await loadKeys(keysPath(home));
    expect(gateways.length).toBe(41);
    expect(keys.type === "loaded" && Object.keys(keys.stored.keys).length).toBe(40);
  }, 30_000);

  test("killed at any moment: both can be read, and no gateway has another's key", async () => {
    const home = folders.make({ [settingsFile]: two });
    for (let round = 0; round < 8; round++) {
      const child = Bun.spawn(
        [process.execPath, "test/unit/settings/writer.ts", home, `r${round}`, "1000"],
        { stdout: "pipe" },
      );
      // As soon as it is at work, and a little later each time.
      await child.stdout.getReader().read();
      await Bun.sleep(round * 7);
      child.kill("SIGKILL");
      await child.exited;
      const settings = JSON.parse(readFileSync(settingsPath(home), "utf8"));
      const keys = await loadKeys(keysPath(home));
      if (keys.type !== "loaded") throw new Error(JSON.stringify(keys.why));
      for (const { name, baseURL } of settings.gateways.slice(1)) {
        expect(keys.stored.keys[name]).toEqual({ origin: baseURL, key: `sk-${name}` });
      }
    }
  }, 60_000);

  test("a mark tells logins apart and holds no key", () => {
    expect(markOf("sk-1", a)).not.toBe(markOf("sk-2", a));
    expect(markOf("sk-1", a)).not.toBe(markOf("sk-1", undefined));
    expect(markOf("sk-secret", a)).not.toContain("secret");
  });

  test("a change that decides for nothing writes nothing", async () => {
    const home = folders.make();
    await changeSettings(settingsPath(home), () => []);
    expect(existsSync(settingsPath(home))).toBe(false);
  });
});
