/** The command `import`: files of the Codex CLI and links of cc-switch, and nothing of them in the output. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readLink } from "../../../src/cli/ccswitch.ts";
import { en } from "../../../src/cli/words/en.ts";
import { type Clinic, createClinics } from "./clinic.ts";

const { start, closeAll } = createClinics();
afterEach(closeAll);

const KEY = "sk-import-9f8e7d6c5b4a3f2e";

function machine(
  files: Readonly<Record<string, string>>,
  env: Record<string, string> = {},
): Clinic {
  const clinic = start({ settings: null, credential: null, env });
  for (const [name, text] of Object.entries(files)) {
    const path = join(clinic.home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return clinic;
}

const settingsOf = ({ settingsFile }: Clinic): unknown =>
  existsSync(settingsFile) ? JSON.parse(readFileSync(settingsFile, "utf8")) : undefined;
const keysOf = ({ home }: Clinic): unknown => {
  const path = join(home, ".opencode/openai-codex-auth-keys.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).keys : undefined;
};

const config = (lines: string, id = "relay") =>
  `model_provider = "${id}"\nmodel = "gpt-5.1-codex"\n[model_providers.${id}]\nname = "My relay"\nbase_url = "https://relay.example/v1"\nwire_api = "responses"\n${lines}\n`;
const apiKey = JSON.stringify({ OPENAI_API_KEY: KEY });
const chatgpt = JSON.stringify({ auth_mode: "chatgpt", tokens: { access_token: KEY } });
const relay = { name: "relay", baseURL: "https://relay.example/v1" };
const entered = { relay: { origin: "https://relay.example", key: KEY } };

type Row = readonly [
  name: string,
  config: string | undefined,
  auth: string | undefined,
  settings: object,
  keys: object | undefined,
  answers?: readonly string[],
];

describe("the Codex CLI's files", () => {
  test.each<Row>([
    ["the key in auth.json", config("requires_openai_auth = true"), apiKey, relay, entered],
    [
      "a variable is named, not copied",
      config('env_key = "RELAY_KEY"'),
      apiKey,
      { ...relay, keyEnv: "RELAY_KEY" },
      undefined,
    ],
    [
      "a token in config.toml",
      config(`experimental_bearer_token = "${KEY}"`),
      chatgpt,
      relay,
      entered,
    ],
    ["no key anywhere: asked for", config(""), apiKey, relay, entered, ["y", KEY]],
    [
      "cc-switch's own provider",
      config("requires_openai_auth = true", "custom"),
      apiKey,
      { ...relay, name: "My-relay" },
      { "My-relay": entered.relay },
    ],
    [
      "headers",
      config('requires_openai_auth = true\nhttp_headers = { "x-team" = "blue" }'),
      apiKey,
      { ...relay, headers: { "x-team": "blue" } },
      entered,
    ],
    [
      "OpenAI's provider at another address",
      'openai_base_url = "https://relay.example/v1"\n',
      apiKey,
      { ...relay, name: "relay-example" },
      { "relay-example": entered.relay },
    ],
  ])("%s", async (_name, toml, auth, entry, keys, answers = ["y"]) => {
    const clinic = machine({
      ...(toml === undefined ? {} : { ".codex/config.toml": toml }),
      ...(auth === undefined ? {} : { ".codex/auth.json": auth }),
    });
    const { code, stdout, stderr } = await clinic.run(["import"], {}, [...answers]);
    expect(`${stdout}${stderr}`).not.toContain(KEY);
    expect(stdout).toContain("Host      relay.example");
    expect(code).toBe(0);
    expect(settingsOf(clinic)).toMatchObject({ gateways: [entry] });
    expect(keysOf(clinic)).toEqual(keys);
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["none", {}, /has neither file/],
    ["a ChatGPT login alone", { ".codex/auth.json": chatgpt }, /logged in with a ChatGPT account/],
    [
      "a ChatGPT login for the gateway",
      { ".codex/config.toml": config("requires_openai_auth = true"), ".codex/auth.json": chatgpt },
      /logged in with a ChatGPT account/,
    ],
    ["OpenAI itself", { ".codex/auth.json": apiKey }, /names no gateway/],
    ["no TOML", { ".codex/config.toml": `base_url = ${KEY}` }, /no valid TOML \(line 1\)/],
    ["no JSON", { ".codex/config.toml": config(""), ".codex/auth.json": KEY }, /is no JSON/],
    [
      "a provider of no description",
      { ".codex/config.toml": 'model_provider = "x"' },
      /does not describe it/,
    ],
    [
      "another API",
      { ".codex/config.toml": config('wire_api = "chat"').replace('wire_api = "responses"\n', "") },
      /speaks "chat"/,
    ],
    [
      "no URL",
      { ".codex/config.toml": config("").replace("https://relay.example", "relay") },
      /must be an absolute http/,
    ],
    ["a folder in its place", { ".codex/config.toml/x": "" }, /cannot be read: EISDIR/],
  ])("%s: a sentence, and nothing is written", async (_name, files, said) => {
    const clinic = machine(files);
    const { code, stdout, stderr } = await clinic.run(["import"], {}, ["y"]);
    expect(stdout).toMatch(said);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).not.toContain(KEY);
    expect([settingsOf(clinic), keysOf(clinic)]).toEqual([undefined, undefined]);
  });

  test("no, and nobody to ask: nothing is written", async () => {
    const clinic = machine({
      ".codex/config.toml": config("requires_openai_auth = true"),
      ".codex/auth.json": apiKey,
    });
    expect((await clinic.run(["import"], {}, ["n"])).stdout).toContain("Nothing was changed.");
    expect((await clinic.run(["import"])).code).toBe(1);
    expect([settingsOf(clinic), keysOf(clinic)]).toEqual([undefined, undefined]);
  });

  test("CODEX_HOME, and once more: the gateway is updated and not doubled", async () => {
    const clinic = machine({
      "elsewhere/config.toml": config(`experimental_bearer_token = "${KEY}"`),
    });
    const env = { ...clinic.env, CODEX_HOME: join(clinic.home, "elsewhere") };
    expect((await clinic.run(["import", "-y"], { env })).stdout).toContain("Added relay.");
    expect((await clinic.run(["import", "-y"], { env })).stdout).toContain("Updated relay.");
    expect(settingsOf(clinic)).toMatchObject({ gateways: [relay] });
  });
});

describe("a link of cc-switch", () => {
  const link = (query: Readonly<Record<string, string>>) =>
    `ccswitch://v1/import?${new URLSearchParams({ resource: "provider", app: "codex", ...query })}`;
  const base64 = (value: object | string) =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64");
  const whole = {
    auth: { OPENAI_API_KEY: KEY },
    config: config("requires_openai_auth = true", "custom"),
  };

  test.each<[string, string, object]>([
    [
      "address and key",
      link({ name: "Relay one", endpoint: "https://relay.example/v1", apiKey: KEY }),
      { ...relay, name: "Relay-one" },
    ],
    [
      "several addresses",
      link({ endpoint: "https://relay.example/v1,https://two.example", apiKey: KEY }),
      { ...relay, name: "relay-example" },
    ],
    ["both files", link({ name: "whole", config: base64(whole) }), { ...relay, name: "whole" }],
    [
      "the address here, the key there",
      link({ name: "k", endpoint: "https://relay.example/v1", config: base64(whole) }),
      { ...relay, name: "k" },
    ],
    [
      "TOML alone",
      link({ name: "t", config: base64(config(`experimental_bearer_token = "${KEY}"`)) }),
      { ...relay, name: "t" },
    ],
  ])("%s", async (_name, text, entry) => {
    const clinic = machine({});
    const { code, stdout, stderr } = await clinic.run(["import", text, "--yes"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).not.toContain(KEY);
    expect(settingsOf(clinic)).toMatchObject({ gateways: [entry] });
    expect(Object.values(keysOf(clinic) ?? {})).toEqual([entered.relay]);
  });

  test.each([
    ["https://relay.example", /Only links that begin with ccswitch/],
    ["nonsense", /That is no link/],
    ["ccswitch://v2/import?app=codex", /of the form/],
    [link({ app: "claude", endpoint: "https://x.example" }), /not for Codex/],
    [link({ resource: "mcp" }), /no provider/],
    [link({ configUrl: "https://x.example/c.json" }), /not fetched/],
    [link({ config: base64("= =") }), /neither JSON nor TOML/],
    [link({ endpoint: "ftp://x.example" }), /must be an absolute http/],
    [link({}), /names no gateway/],
  ])("%s is refused", (text, said) => {
    const read = readLink(text, en);
    expect(read.type === "refused" ? read.reason : "taken").toMatch(said);
  });
});
