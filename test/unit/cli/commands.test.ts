/** Arguments, the two other commands, colours and progress. */
import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { World } from "../../../src/cli/types.ts";
import { type ClinicOptions, createClinics, KEY } from "./clinic.ts";

const { start, closeAll } = createClinics();
afterEach(closeAll);

describe("arguments", () => {
  test.each([[["--help"]], [["-h"]], [["doctor", "--help"]], [[]]])("%j: help", async (args) => {
    const { code, stdout, stderr } = await start().run(args);
    expect([code, stderr]).toEqual([0, ""]);
    for (const word of ["doctor", "models", "config", "--json", "--model NAME", "Exit code"]) {
      expect(stdout).toContain(word);
    }
  });

  test.each([[["--version"]], [["-v"]]])("%j: the version of the package", async (args) => {
    const { version } = await Bun.file("package.json").json();
    expect(await start().run(args)).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.each([
    [["docter"], 'no command "docter"'],
    [["toString"], 'no command "toString"'],
    [["doctor", "now"], 'nothing to do with "now"'],
    [["doctor", "--jsno"], "--jsno"],
    [["doctor", "--model"], "--model"],
  ])("%j: not understood", async (args, said) => {
    const { code, stdout, stderr } = await start().run(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
    expect(stderr).toContain("--json");
  });
});

describe("models", () => {
  test("what the gateway serves", async () => {
    const models = [
      { slug: "gpt-5.1-codex", context_window: 300_000 },
      { slug: "house-model", efforts: ["low", "max"] },
    ];
    const { run } = start({ gateway: { models: { shape: "codex", models } } });
    const { code, stdout } = await run(["models"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^gpt-5\.1-codex +300,000 tokens +low medium high$/m);
    expect(stdout).toMatch(/^house-model +272,000 tokens +low max$/m);
    expect(stdout).toMatch(/Served by the gateway, as http:\/\/127\.0\.0\.1:\d+\/backend-api/);
    const document: unknown = JSON.parse((await run(["models", "--json"])).stdout);
    expect(document).toMatchObject({
      command: "models",
      source: "gateway",
      models: [
        { id: "gpt-5.1-codex", efforts: ["low", "medium", "high"], context: 300_000 },
        { id: "house-model", efforts: ["low", "max"] },
      ],
    });
  });

  test.each<[string, ClinicOptions, RegExp]>([
    ["no list", { gateway: { models: "404" } }, /status 404/],
    ["a wrong key", { credential: { type: "api", key: "sk-other-000000" } }, /status 401/],
    ["no settings", { settings: null }, /base URL or key is missing/],
  ])("%s: our own table, with a note", async (_name, options, why) => {
    const { run } = start(options);
    const { code, stdout } = await run(["models"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/plugin's own table/);
    expect(stdout).toMatch(why);
    expect(stdout).toMatch(/^gpt-5\.2 +272,000 tokens +none low medium high xhigh$/m);
  });
});

describe("config", () => {
  const headers = { "User-Agent": "codex_cli_rs/0.80.0", "X-Token": KEY };

  test("each setting and where it comes from; header values are hidden", async () => {
    const { run, gateway } = start({
      settings: {
        streamIdleTimeout: 60,
        headers,
        trustedOrigins: ["https://options.example"],
      },
      config: {
        plugin: [["opencode-openai-codex-key@1.2.3", { baseURL: "https://options.example" }]],
      },
      env: { CODEX_MODE: "0" },
    });
    const { code, stdout } = await run(["config"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/baseURL +https:\/\/options\.example\n +the plugin's options/);
    expect(stdout).toMatch(/codexMode +false\n +environment variable CODEX_MODE/);
    expect(stdout).toMatch(
      /streamIdleTimeout +60\n +~\/\.opencode\/openai-codex-auth-config\.json/,
    );
    expect(stdout).toContain('{"User-Agent":"[redacted]","X-Token":"[redacted]"}');
    expect(stdout).toMatch(/Key +API key of \d+ characters from ~\/\.local/);
    expect(stdout).toMatch(/Plugin +opencode-openai-codex-key@1\.2\.3 in .*opencode\.json/);
    for (const secret of [KEY, "codex_cli_rs"]) expect(stdout).not.toContain(secret);
    expect(gateway.transcript).toEqual([]);
  });

  test("as JSON", async () => {
    const { run, settingsFile } = start({ settings: { baseURL: "https://a.example", headers } });
    const document: unknown = JSON.parse((await run(["config", "--json"])).stdout);
    expect(document).toMatchObject({
      command: "config",
      settings: [
        { name: "baseURL", value: "https://a.example", source: settingsFile },
        { name: "headers", value: { "User-Agent": "[redacted]", "X-Token": "[redacted]" } },
      ],
      problems: [],
    });
  });

  test("a base URL that only the project names: what to write, and nothing is sent", async () => {
    const foreign = start();
    const { run, gateway, project, settingsFile } = start({
      settings: {},
      config: {
        plugin: ["opencode-openai-codex-key"],
        provider: { openai: { options: { baseURL: foreign.gateway.url } } },
      },
    });
    for (const command of ["config", "doctor", "models"]) {
      const { code, stdout } = await run([command]);
      expect([command, code]).toEqual([command, command === "models" ? 0 : 1]);
      expect(stdout).not.toContain(KEY);
      if (command === "models") continue;
      for (const part of [join(project, "opencode.json"), foreign.gateway.url, "trustedOrigins"]) {
        expect(stdout).toContain(part);
      }
      expect(stdout).toContain(settingsFile.replace(/^.*(?=\.opencode)/, ""));
    }
    expect([gateway.transcript, foreign.gateway.transcript]).toEqual([[], []]);
  });

  test("the key of provider.openai.options.apiKey counts where nothing is stored", async () => {
    const {
      run,
      gateway,
      env: clinicEnv,
    } = start({
      settings: { instructions: "builtin" },
      credential: null,
      config: null,
    });
    const config = {
      plugin: ["opencode-openai-codex-key"],
      provider: { openai: { options: { baseURL: gateway.url, apiKey: KEY } } },
    };
    const env = { ...clinicEnv, OPENCODE_CONFIG_CONTENT: JSON.stringify(config) };
    const { code, stdout } = await run(["doctor"], { env });
    expect(stdout).toContain("from provider.openai.options.apiKey in OPENCODE_CONFIG_CONTENT");
    expect(stdout).not.toContain(KEY);
    expect([code, gateway.turns().length > 0]).toEqual([0, true]);
  });

  test("base URLs in OpenCode's own configuration count", async () => {
    const config = (openai: object) => ({
      plugin: ["opencode-openai-codex-key"],
      provider: { openai },
    });
    const places = [
      [{ baseURL: "{env:GATEWAY}" }, "provider.openai.baseURL"],
      [{ options: { baseURL: "https://b.example" } }, "provider.openai.options.baseURL"],
      [{ api: "https://b.example" }, "provider.openai.api"],
    ] as const;
    for (const [openai, source] of places) {
      const { run } = start({
        settings: { trustedOrigins: ["https://b.example"] },
        config: config(openai),
        env: { GATEWAY: "https://b.example" },
      });
      const { stdout } = await run(["config"]);
      expect(stdout).toMatch(/baseURL +https:\/\/b\.example/);
      expect(stdout).toContain(source);
    }
  });

  test("a wrong value is told, with 1", async () => {
    const { run } = start({ settings: { baseURL: "nowhere" } });
    const { code, stdout } = await run(["config"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ .*"baseURL" is "nowhere"/);
  });
});

describe("where the plugin is found", () => {
  const repository = process.cwd();
  test.each([
    ["by its package name and version", ["opencode-openai-codex-key@0.1.0"]],
    ["from a repository", ["github:somebody/opencode-openai-codex-key#main"]],
    ["by the path of its folder", [repository]],
    ["by a file URL with options", [[`file://${repository}/src/index.ts`, { codexMode: true }]]],
  ])("%s", async (_name, plugin) => {
    const { stdout } = await start({ config: { plugin } }).run(["doctor", "--json"]);
    expect(stdout).toMatch(/"id": "plugin"/);
    expect(JSON.parse(stdout)).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ status: "ok", id: "plugin" })]),
    });
  });
});

test("a copy of the bundle in a plugin folder counts as well", async () => {
  const { run, home } = start({ config: null });
  const copy = join(home, ".config", "opencode", "plugin", "gateway.js");
  mkdirSync(dirname(copy), { recursive: true });
  writeFileSync(copy, 'export default { id: "opencode-openai-codex-key" };');
  expect((await run(["doctor"])).stdout).toMatch(
    /✓ Plugin +OpenCode ran it \(0\.1\.0\): ~\/\.config\/opencode\/plugin\/gateway/,
  );
});

test("a token in the plugin's address and a password in a base URL are not shown", async () => {
  const token = "ghp0123456789";
  const { run } = start({
    config: { plugin: [`git+https://${token}@host.example/opencode-openai-codex-key.git`] },
    env: { OPENCODE_CODEX_BASE_URL: `https://me:${KEY}2@gateway.example` },
  });
  for (const args of [["doctor"], ["doctor", "--json"], ["config"], ["config", "--json"]]) {
    const { stdout } = await run(args);
    expect(stdout).not.toMatch(new RegExp(`${KEY}|${token}`));
    expect(stdout).toContain("//[redacted]@host.example");
  }
});

describe("the terminal", () => {
  const terminal = { isTTY: true };
  /** Runs it with both outputs as the terminal or not, and keeps them apart. */
  async function show(env: Record<string, string>, out: boolean, err: boolean) {
    const clinic = start({ settings: null, credential: null });
    const written = { out: "", err: "" };
    const change: Partial<World> = {
      env: { ...clinic.env, ...env },
      stdout: {
        isTTY: out && terminal.isTTY,
        write(text) {
          written.out += text;
        },
      },
      stderr: {
        isTTY: err && terminal.isTTY,
        write(text) {
          written.err += text;
        },
      },
    };
    await clinic.run(["doctor"], change);
    return written;
  }
  const green = "\u001b[32m✓\u001b[0m";

  test.each([
    ["a terminal", {}, true, true],
    ["a file", {}, false, false],
    ["NO_COLOR", { NO_COLOR: "1" }, true, false],
    ["an empty NO_COLOR", { NO_COLOR: "" }, true, true],
    ["a dumb terminal", { TERM: "dumb" }, true, false],
    ["FORCE_COLOR on a file", { FORCE_COLOR: "1" }, false, true],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, true, false],
    ["both", { FORCE_COLOR: "1", NO_COLOR: "1" }, true, true],
  ])("colours: %s", async (_name, env, isTTY, coloured) => {
    const { out } = await show(env, isTTY, false);
    expect(out.includes(green)).toBe(coloured);
    expect(out.includes("\u001b")).toBe(coloured);
    expect(out).toMatch(/✗/);
  });

  test("progress is on stderr, is taken back, and only on a terminal", async () => {
    const { err, out } = await show({ NO_COLOR: "1" }, true, true);
    expect(err).toContain("reading the settings …");
    expect(err.endsWith("\r\u001b[2K")).toBe(true);
    expect(out).not.toContain("…");
    expect((await show({}, true, false)).err).toBe("");
  });

  test("what a gateway says cannot move the cursor", async () => {
    const clinic = start({
      gateway: {
        respond: (_turn, { exchange }) =>
          exchange.kind === "responses"
            ? Response.json({ error: { message: "a\u001b[2Jb\nc\u202Ed" } }, { status: 400 })
            : undefined,
      },
    });
    const { stdout } = await clinic.run(["doctor"]);
    expect(stdout).toContain("refused: ab cd\n");
  });
});
