/**
 * Runs before every test file: no test may see the developer's own home, credentials or settings.
 * (That a rejection or an exception which nobody handles fails the run is `bun test`'s own doing.)
 */
import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = mkdtempSync(join(tmpdir(), "codex-key-test-home-"));
process.env.HOME = home;
process.env.USERPROFILE = home;
afterAll(() => rmSync(home, { recursive: true, force: true }));
for (const name of Object.keys(process.env)) {
  if (/^(XDG_|OPENCODE_(?!E2E_)|OPENAI_|CODEX_|ENABLE_PLUGIN_|DEBUG_CODEX_)/.test(name))
    delete process.env[name];
}
// What is said is compared with English, whatever the developer reads.
process.env.OPENCODE_CODEX_LANG = "en";
