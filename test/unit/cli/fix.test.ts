/** `doctor --fix`: what it changes, what it asks before, and what it leaves alone. */
import { afterEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Clinic, type ClinicOptions, createClinics, KEY } from "./clinic.ts";

const { start, closeAll } = createClinics();
afterEach(closeAll);

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const configOf = ({ project }: Clinic) => readFileSync(join(project, "opencode.json"), "utf8");
const stranded: ClinicOptions = { config: { plugin: [] }, host: { runs: 0 } };

describe("without asking", () => {
  test("permissions, each shown", async () => {
    const clinic = start();
    chmodSync(clinic.settingsFile, 0o644);
    chmodSync(clinic.credentialFile, 0o640);
    const { stdout } = await clinic.run(["doctor", "--fix"]);
    expect([modeOf(clinic.settingsFile), modeOf(clinic.credentialFile)]).toEqual(["600", "600"]);
    expect(stdout).toMatch(/done: mode of \S+openai-codex-auth-config\.json: 644 → 600/);
    expect(stdout).toMatch(/done: mode of \S+auth\.json: 640 → 600/);
    expect((await clinic.run(["doctor"])).code).toBe(0);
  });

  test("an earlier entry of the same file; comments and the one that counts stay", async () => {
    const config = `{
  // mine
  "plugin": [
    ["opencode-openai-codex-key", { "smallModel": "gpt-5.1" }],
    "another",
    ["opencode-openai-codex-key@0.1.0", { "smallModel": "gpt-5.2" }]
  ]
}`;
    const clinic = start({ config });
    const { stdout } = await clinic.run(["doctor", "--fix"]);
    expect(stdout).toMatch(
      /done: take the earlier entry opencode-openai-codex-key out of \S+opencode\.json/,
    );
    const after = configOf(clinic);
    expect(after).toContain("// mine");
    expect(after).toContain('"another"');
    expect(after).not.toContain("gpt-5.1");
    expect(after).toContain("gpt-5.2");
    const plugin = JSON.parse((await clinic.run(["doctor", "--json"])).stdout).checks[2];
    expect(plugin).toMatchObject({ id: "plugin", status: "ok" });
  });

  test("entries in different files are left: other projects may need the first", async () => {
    const clinic = start({
      config: { plugin: [["opencode-openai-codex-key", { codexMode: true }]] },
    });
    const global = join(clinic.home, ".config", "opencode", "opencode.json");
    mkdirSync(join(global, ".."), { recursive: true });
    writeFileSync(global, '{"plugin":["opencode-openai-codex-key"]}');
    const { stdout } = await clinic.run(["doctor", "--fix"]);
    expect(stdout).toContain("nothing here that can be mended");
    expect(readFileSync(global, "utf8")).toBe('{"plugin":["opencode-openai-codex-key"]}');
  });

  test("nothing without the option", async () => {
    const clinic = start();
    chmodSync(clinic.settingsFile, 0o644);
    await clinic.run(["doctor"]);
    expect(modeOf(clinic.settingsFile)).toBe("644");
  });

  test("as JSON", async () => {
    const clinic = start();
    chmodSync(clinic.settingsFile, 0o644);
    const { fixes } = JSON.parse((await clinic.run(["doctor", "--fix", "--json"])).stdout);
    expect(fixes).toMatchObject([{ outcome: "done" }]);
  });
});

describe("a key without the plugin", () => {
  test("yes: the plugin is listed in OpenCode's own file", async () => {
    const clinic = start(stranded);
    const { stdout, stderr } = await clinic.run(["doctor", "--fix"], {}, ["y"]);
    expect(stderr).toMatch(/would go to api\.openai\.com.*\[y\/N\]/);
    const file = join(clinic.home, ".config", "opencode", "opencode.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
      plugin: ["opencode-openai-codex-key"],
    });
    expect(stdout).toContain("done: add opencode-openai-codex-key");
    expect(readFileSync(clinic.credentialFile, "utf8")).toContain(KEY);
  });

  test("no, and yes: the key is taken out, other credentials stay", async () => {
    const clinic = start(stranded);
    const stored = { openai: { type: "api", key: KEY }, other: { type: "api", key: "x" } };
    writeFileSync(clinic.credentialFile, JSON.stringify(stored));
    const { stdout } = await clinic.run(["doctor", "--fix"], {}, ["n", "y"]);
    expect(JSON.parse(readFileSync(clinic.credentialFile, "utf8"))).toEqual({
      other: stored.other,
    });
    expect(modeOf(clinic.credentialFile)).toBe("600");
    expect(stdout).toContain("left as it is: add opencode-openai-codex-key");
    expect(stdout).not.toContain(KEY);
  });

  test.each([[["n", "n"]], [[]]])("answers %p change nothing", async (answers) => {
    const clinic = start(stranded);
    const before = readFileSync(clinic.credentialFile, "utf8");
    await clinic.run(["doctor", "--fix"], {}, [...answers]);
    expect(readFileSync(clinic.credentialFile, "utf8")).toBe(before);
    expect(existsSync(join(clinic.home, ".config", "opencode"))).toBe(false);
  });

  test("a wrong path is put right, its options stay", async () => {
    const missing = "./opencode-openai-codex-key/dist";
    const clinic = start({
      config: { plugin: ["other", [missing, { codexMode: true }]] },
      host: { runs: 0 },
    });
    await clinic.run(["doctor", "--fix"], { bundle: "/opt/plugin/dist/index.js" }, ["yes"]);
    expect(JSON.parse(configOf(clinic))).toEqual({
      plugin: ["other", ["/opt/plugin/dist", { codexMode: true }]],
    });
  });

  test("a linked file stays a link", async () => {
    const clinic = start(stranded);
    const folder = join(clinic.home, ".config", "opencode");
    const target = join(clinic.home, "dotfiles.json");
    mkdirSync(folder, { recursive: true });
    writeFileSync(target, "{}", { mode: 0o644 });
    symlinkSync(target, join(folder, "opencode.json"));
    await clinic.run(["doctor", "--fix"], {}, ["y"]);
    expect(JSON.parse(readFileSync(target, "utf8"))).toEqual({
      plugin: ["opencode-openai-codex-key"],
    });
    expect(modeOf(target)).toBe("644");
  });

  test("it is not asked where the key goes to a gateway anyway", async () => {
    const clinic = start({
      config: { plugin: [], provider: { openai: { options: { baseURL: "http://127.0.0.1:9" } } } },
      host: { runs: 0 },
    });
    const { stderr } = await clinic.run(["doctor", "--fix"], {}, ["y"]);
    expect(stderr).toBe("");
  });
});
