/** The Codex CLI's gateway, read out of its configuration as a hint. */
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { parse } from "smol-toml";
import { findCodexHint, loadCodexHint } from "../../../src/settings/codex-hint.ts";
import { createFolders } from "../../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

const relay = `model_provider = "relay"
model = "gpt-5.1-codex"

[model_providers.relay]
name = "My relay" # a comment
base_url = "https://relay.example/v1/"
wire_api = "responses"

[projects."/home/me"]
trust_level = "trusted"
`;

test.each([
  ["a provider", relay, "https://relay.example/v1"],
  [
    "single quotes, spaces",
    "  model_provider  =  'x'\n [model_providers.x]\n base_url='http://x.example'",
    "http://x.example",
  ],
  [
    "OpenAI's provider elsewhere",
    'openai_base_url = "https://o.example/v1"',
    "https://o.example/v1",
  ],
  [
    "OpenAI's own description",
    '[model_providers.openai]\nbase_url = "https://p.example"',
    "https://p.example",
  ],
  ["OpenAI itself", 'model = "gpt-5.2"', undefined],
  ["another provider's URL", relay.replace('"relay"', '"other"'), undefined],
  ["no URL", relay.replace("https://", ""), undefined],
  ["a password in it", relay.replace("https://", "https://me:secret@"), undefined],
  ["nothing", "", undefined],
])("%s", (_, toml, url) => {
  expect(() => parse(toml)).not.toThrow();
  expect(findCodexHint(toml)).toBe(url);
});

test("in the home folder, or where CODEX_HOME says", async () => {
  const home = folders.make({
    ".codex/config.toml": relay,
    "other/config.toml": 'openai_base_url = "https://o.example"',
  });
  expect(await loadCodexHint({}, home)).toBe("https://relay.example/v1");
  expect(await loadCodexHint({ CODEX_HOME: join(home, "other") }, home)).toBe("https://o.example");
  expect(await loadCodexHint({}, join(home, "nobody"))).toBeUndefined();
});
