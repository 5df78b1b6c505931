/** What the linter keeps apart: each rule of `biome.json` on a file that breaks it, and on one that may. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { createFolders } from "../support/folder.ts";

const folders = createFolders();
afterAll(folders.clean);

const root = join(import.meta.dir, "../..");
const imports = "lint/style/noRestrictedImports";
const globals = "lint/style/noRestrictedGlobals";

const opencode = 'import type { Hooks } from "@opencode-ai/plugin";\nexport type One = Hooks;\n';
const host = (path: string) => `import { createHooks } from "${path}";\nexport { createHooks };\n`;
const files = 'import { readFile } from "node:fs/promises";\nexport { readFile };\n';
const system = 'import { homedir } from "node:os";\nexport { homedir };\n';
const hash = 'import { createHash } from "node:crypto";\nexport { createHash };\n';
const environment = "export const home = process.env.HOME;\n";
const network = 'export const answer = fetch("http://127.0.0.1");\n';
const store = 'import { loadJsonFile } from "../settings/store.ts";\nexport { loadJsonFile };\n';

const cases: readonly (readonly [path: string, code: string, rule?: string])[] = [
  ["src/request/opencode.ts", opencode, imports],
  ["src/request/host.ts", host("../host/v1.ts"), imports],
  ["src/request/files.ts", files, imports],
  ["src/response/system.ts", system, imports],
  ["src/response/environment.ts", environment, globals],
  ["src/prompt/network.ts", network, globals],
  ["src/prompt/store.ts", store, imports],
  ["src/models/list/parse.ts", files, imports],
  ["src/words/files.ts", files, imports],
  ["src/redact/files.ts", files, imports],
  ["src/redact.ts", files, imports],
  ["src/models/hash.ts", hash],
  ["src/models/list/keep.ts", files],
  ["src/models/list/fetch.ts", network],
  ["src/settings/files.ts", files],
  ["src/gateway.ts", opencode, imports],
  ["src/cli/host.ts", host("../host/session.ts"), imports],
  ["src/settings/login.ts", host("../host/v1/login.ts"), imports],
  ["src/host/session.ts", host("./v1/hooks.ts"), imports],
  ["src/host/hints.ts", opencode, imports],
  ["src/host/v1/hooks.ts", opencode + host("../session.ts")],
  ["src/repairs/drop.ts", files, imports],
  ["src/host/v1/login.ts", host("../v2/login.ts"), imports],
  ["src/host/v2/login.ts", host("../v1/login.ts"), imports],
  ["src/host/v2/types.ts", opencode, imports],
  ["src/host/v2/setup.ts", host("../session.ts")],
  ["src/index.ts", opencode + host("./host/v1/hooks.ts")],
];

const ReportSchema = v.object({
  diagnostics: v.array(
    v.object({ category: v.string(), location: v.object({ path: v.string() }) }),
  ),
});

let found: Map<string, string>;
beforeAll(() => {
  const { vcs: _, ...config } = JSON.parse(readFileSync(join(root, "biome.json"), "utf8"));
  const folder = folders.make({
    "biome.json": JSON.stringify(config),
    ...Object.fromEntries(cases),
  });
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const { stdout } = Bun.spawnSync(
    [process.execPath, biome, "lint", "--reporter=json", "--max-diagnostics=none", "."],
    { cwd: folder, env: { ...process.env, BUN_BE_BUN: "1" } },
  );
  const { diagnostics } = v.parse(ReportSchema, JSON.parse(stdout.toString()));
  found = new Map(
    diagnostics.map(({ category, location }) => [location.path.replaceAll("\\", "/"), category]),
  );
});

for (const [path, , rule] of cases) {
  test(`${path} ${rule === undefined ? "may" : "may not"}`, () => {
    expect(found.get(path)).toBe(rule);
  });
}
