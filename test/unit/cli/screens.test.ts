/** Every command on a terminal of 60 and of 120 columns, in both languages: no word is cut, and none is foreign. */
import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../../src/cli/instructions.ts";
import { createFailoverState } from "../../../src/failover/state.ts";
import { createJsonCache } from "../../../src/json-cache.ts";
import { speak } from "../../../src/words/current.ts";
import { languages } from "../../../src/words/language.ts";
import { type Clinic, createClinics, KEY } from "./clinic.ts";
import { englishIn } from "./english-in.ts";
import { tooLong } from "./too-long.ts";

const { start, closeAll } = createClinics();
afterEach(closeAll);
afterAll(() => speak("en"));

const wallet = { isValid: false, mode: "unrestricted", unit: "USD", remaining: 8, balance: 8 };
const subscription = {
  daily_usage_usd: 1,
  daily_limit_usd: 5,
  weekly_usage_usd: 2,
  weekly_limit_usd: 10,
  expires_at: "2027-01-31T00:00:00Z",
};

/** Gateways of every kind: one that rests, one without a key, and what each may say of money. */
async function furnish(clinic: Clinic): Promise<() => Promise<void>> {
  const answers = [
    () => Response.json(wallet),
    () => Response.json({ ...wallet, isValid: true, subscription }),
    () => new Response("", { status: 502 }),
  ];
  const servers = answers.map((fetch) => Bun.serve({ port: 0, fetch }));
  for (const [index, { port }] of servers.entries()) {
    const add = ["gateways", "add", `gw${index + 1}`, `http://127.0.0.1:${port}/v1`];
    await clinic.run(add, {}, [`sk-of-${index}-0123456789`]);
  }
  await clinic.run(["gateways", "add", "gw4", "http://127.0.0.1:1/v1"], {}, ["sk-4-0123456789"]);
  await clinic.run(["gateways", "add", "gw5", "https://c.example", "--key-env", "NO_KEY"]);
  const cache = createJsonCache({ folder: cacheFolder(clinic), debug: () => {} });
  const main = { name: "main", baseURL: clinic.gateway.url, key: KEY };
  await createFailoverState(cache).fail(main, "quota");
  const codex = join(clinic.home, ".codex");
  mkdirSync(codex, { recursive: true });
  const relay = [
    'name = "relay"',
    'base_url = "http://relay-with-a-long-name.example/v1"',
    'env_key = "RELAY_KEY"',
    'wire_api = "responses"',
  ];
  const config = ['model_provider = "relay"', "[model_providers.relay]", ...relay].join("\n");
  writeFileSync(join(codex, "config.toml"), config);
  return async () => {
    await Promise.all(servers.map((server) => server.stop(true)));
  };
}

const commands: readonly (readonly [words: readonly string[], answers?: readonly string[]])[] = [
  [["gateways"]],
  [["gateways", "add", "more", "https://more.example"], ["sk-more-0123456789"]],
  [["gateways", "use", "nobody"]],
  [["status"]],
  [["usage"]],
  [["gateways", "remove", "gw4"], ["y"]],
  [["models"]],
  [["models", "--gateway", "gw3"]],
  [["config"]],
  [["import"], ["y"]],
  [["import", "https://a.example"]],
  [["--help"]],
  [["docter"]],
];

const erase = "\r\u001b[2K";
/** What was shown while it worked is erased. */
const isLasting = (text: string): boolean => !/^ {2}.* …$/.test(text);

describe.each([...languages])("in %s", (language) => {
  test.each([60, 120])(
    "%i columns",
    async (columns) => {
      const clinic = start();
      const close = await furnish(clinic);
      const env = { ...clinic.env, OPENCODE_CODEX_LANG: language, NO_COLOR: "1" };
      for (const [words, answers = []] of commands) {
        const command = words.join(" ");
        const written: string[] = [];
        const screen = { write: (text: string) => void written.push(text), isTTY: true, columns };
        await clinic.run(words, { env, stdout: screen, stderr: screen }, [...answers]);
        // What was shown while it worked is gone.
        const text = written.join("").split(erase).filter(isLasting).join("");
        expect([command, text.length > 10]).toEqual([command, true]);
        expect([command, tooLong(text, columns)]).toEqual([command, []]);
        if (language === "zh") expect([command, englishIn(text)]).toEqual([command, []]);
        expect(text).not.toMatch(/sk-/);
      }
      await close();
    },
    20_000,
  );
});
