import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import * as v from "valibot";
import { createFolders } from "../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

const Hooks = v.object({
  auth: v.object({ loader: v.function() }),
  dispose: v.function(),
});
const Loaded = v.object({ fetch: v.function() });

const root = join(import.meta.dir, "../..");
const bundle = join(root, "dist/index.js");
const built = existsSync(bundle);

/** Runs a program and returns what it printed. */
async function run(command: readonly string[], cwd: string) {
  const child = Bun.spawn([...command], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, out, err };
}

/** Prints the exports, and the hooks that a start with nothing configured returns. */
const script = `
  const bundle = await import(process.argv[2]);
  const { default: plugin, ...others } = bundle;
  const hooks = await plugin.server({ client: {}, directory: process.cwd(), worktree: process.cwd() });
  console.log(JSON.stringify({
    exports: Object.keys(bundle),
    keys: Object.keys(plugin).sort(),
    id: plugin.id,
    provider: [hooks.auth.provider, hooks.provider.id],
    labels: hooks.auth.methods.map(({ label }) => label),
  }));
  await hooks.dispose?.();
`;
const expected = {
  exports: ["default"],
  keys: ["id", "server", "setup"],
  id: "opencode-openai-codex-key",
  provider: ["openai", "openai"],
  labels: ["Third-party Codex API (API Key + URL)"],
};

describe.skipIf(!built)("the bundle", () => {
  // Alone in a folder, so that nothing beside it can be imported.
  const alone = (): string =>
    folders.make({ "index.mjs": readFileSync(bundle, "utf8"), "start.mjs": script });

  test.each([
    ["node", ["node", "start.mjs"]],
    ["this Bun", [process.execPath, "start.mjs"]],
  ])("imports and starts under %s, printing nothing", async (_, command) => {
    const folder = alone();
    const { code, out, err } = await run([...command, join(folder, "index.mjs")], folder);
    expect([code, err, JSON.parse(out)]).toEqual([0, "", expected]);
  });

  test("one file beside the program's, without a dependency at run time", () => {
    const scripts = readdirSync(join(root, "dist")).filter((name) => /\.[cm]?js$/.test(name));
    expect(scripts.sort()).toEqual(["cli.js", "index.js"]);
    const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(Object.keys(Object(manifest))).not.toContain("dependencies");
    const imported = [...readFileSync(bundle, "utf8").matchAll(/from\s*"([^"]+)"/g)];
    expect(imported.map(([, name = ""]) => name).filter((name) => !isBuiltin(name))).toEqual([]);
  });

  // "// @bun" in front spares OpenCode's Bun to compile it anew at the first start; a file that
  // begins so is read as Latin-1.
  test("it begins as what Bun has built, and is plain ASCII", () => {
    const text = readFileSync(bundle, "utf8");
    expect(text.split("\n")[0]).toBe("// @bun");
    expect(text.match(/[^\x20-\x7e\n\t]/)?.[0]).toBeUndefined();
  });

  test("it needs no Bun, but for the server in OpenCode 2, which is a Bun", () => {
    const found = readFileSync(bundle, "utf8").matchAll(/\bBun\.\w+|["']bun:/g);
    expect([...found].map(([name]) => name)).toEqual(["Bun.serve"]);
  });
});

test("the manifest names the bundle everywhere the host looks", () => {
  expect(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))).toMatchObject({
    name: "opencode-openai-codex-key",
    license: "MIT",
    type: "module",
    main: "./dist/index.js",
    bin: { "opencode-openai-codex-key": "./dist/cli.js" },
    exports: { ".": "./dist/index.js", "./server": "./dist/index.js" },
    engines: { opencode: ">=1.14.34" },
    files: ["dist", "config", "docs", "CHANGELOG.md", "CONTRIBUTING.md", "README.md", "LICENSE"],
  });
});

test("a toast is shown once in a process, though the host starts the plugin anew", async () => {
  const { default: plugin } = await import("../../src/index.ts");
  const toasts: unknown[] = [];
  const showToast = async ({ body }: { body: { title: string; message: string } }) =>
    void toasts.push([body.title, body.message]);
  const folder = folders.make();

  /** Starts it as the host does, and asks as often; the settings keep every request back. */
  async function ask(options: Record<string, unknown>, times: number): Promise<number[]> {
    const input = { client: { tui: { showToast } }, directory: folder, worktree: folder };
    // The host's own types ask for far more.
    const hooks = v.parse(Hooks, await Reflect.apply(plugin.server, undefined, [input, options]));
    const credential = async () => ({ type: "api", key: "sk-key-0123456789" });
    const { fetch } = v.parse(Loaded, await hooks.auth.loader(credential, { id: "openai" }));
    const statuses: number[] = [];
    for (let asked = 0; asked < times; asked++) {
      const init = { method: "POST", body: "{}" };
      const answer: unknown = await fetch("https://api.openai.com/v1/responses", init);
      statuses.push(v.parse(v.instance(Response), answer).status);
    }
    await hooks.dispose();
    return statuses;
  }

  const options = { baseURL: "https://gateway.example/v1", codexMode: 5 };
  expect(await ask(options, 2)).toEqual([400, 400]);
  expect(await ask(options, 1)).toEqual([400]);
  expect(toasts).toEqual([["opencode-openai-codex-key", expect.stringContaining("codexMode")]]);
});

test("the source exports the default alone", async () => {
  const source = await import("../../src/index.ts");
  expect(Object.keys(source)).toEqual(["default"]);
  expect(Object.keys(source.default).sort()).toEqual(["id", "server", "setup"]);
});
