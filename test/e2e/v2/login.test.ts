/** Logging in with the real OpenCode 2, and what its accounts mean for whose a request is. */
import { expect } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Gateway } from "../../gateway/types.ts";
import { openCodeBinary } from "../harness/binary.ts";
import { runOpenCode } from "../harness/run.ts";
import { openTerminal, type Terminal } from "../harness/terminal.ts";
import {
  createGateway,
  credential,
  expectAccepted,
  key,
  mainJob,
  modelsOnTheWire,
  scenario,
} from "../support.ts";
import { officialModels } from "./models-dev.ts";
import { createStageV2, describeV2, type StageV2 } from "./stage.ts";

const model = "--model=openai/gpt-5.1-codex-high";
const official = "sk-official-0123456789";

type Login = { readonly apiKey: string; readonly baseURL?: string };

/** `opencode auth login openai`: our entry, the base URL (`undefined`: an empty one), the key. */
async function login(stage: StageV2, { apiKey, baseURL }: Login, refused: readonly string[] = []) {
  const { home, cwd } = stage;
  await warmUp(stage);
  const args = ["auth", "login", "openai"];
  const terminal = openTerminal({ home, cwd, args, cols: 160 });
  try {
    await choose(terminal);
    const form = await terminal.waitFor("Base URL of the Codex gateway", 30_000);
    const prefilled = /│ {2}(http\S+)█/.exec(form)?.[1] ?? "";
    for (const _ of prefilled) terminal.press("backspace");
    if (prefilled !== "") await terminal.waitFor((seen) => !seen.includes(`${prefilled}█`));
    for (const answer of refused) {
      terminal.type(answer);
      await terminal.waitFor(answer);
      terminal.press("enter");
      await terminal.waitFor("Expected a URL");
      for (const _ of answer) terminal.press("backspace");
      await terminal.waitFor((seen) => !seen.includes(answer));
    }
    if (baseURL !== undefined) {
      terminal.type(baseURL);
      await terminal.waitFor(baseURL);
    }
    terminal.press("enter");
    await terminal.waitFor(/◆ {2}Third-party Codex API/);
    terminal.type(apiKey);
    await terminal.waitFor("▪".repeat(apiKey.length));
    terminal.press("enter");
    await terminal.waitFor("Connected to OpenAI");
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen()).not.toContain(apiKey);
    return { form, prefilled };
  } finally {
    await terminal.close();
  }
}

/** The service loads plugins after it has begun to answer, so that a first login could be too early. */
async function warmUp(stage: StageV2): Promise<void> {
  for (let tries = 0; tries < 30; tries += 1) {
    const { stdout } = await stage.opencode("plugin", "list");
    if (stdout.includes("opencode-openai-codex-key")) return;
  }
  throw new Error("the service does not list the plugin");
}

async function choose(terminal: Terminal): Promise<void> {
  await terminal.waitFor("Select login method", 60_000);
  for (let at = 0; !/● Third-party Codex API/.test(terminal.visible()); at += 1) {
    expect(at).toBeLessThan(5);
    const before = chosen(terminal.visible());
    terminal.press("down");
    await terminal.waitFor((seen) => ![undefined, before].includes(chosen(seen)));
  }
  terminal.press("enter");
}

const chosen = (screen: string): string | undefined => /● (\S.*)/.exec(screen)?.[1];

/** Which of these were asked while this ran. */
async function askedBy(gateways: Readonly<Record<string, Gateway>>, play: () => Promise<unknown>) {
  const entries = Object.entries(gateways);
  const before = entries.map(([, { transcript }]) => transcript.length);
  await play();
  return entries
    .filter(([, { transcript }], index) => transcript.length !== before[index])
    .map(([name]) => name);
}

/** Files of the home in which this stands. */
function filesWith(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter(
      (path) => statSync(path).size < 50_000_000 && pattern.test(readFileSync(path, "latin1")),
    )
    .map((path) => path.slice(folder.length + 1));
}

describeV2("opencode 2 auth login", () => {
  scenario(
    "asks for the URL and the masked key, and then it runs; the key stays in the host's store",
    async () => {
      await using stage = await createStageV2({ headless: false });
      const { home, gateway, cwd } = stage;
      await Bun.write(
        join(home.path, ".codex/config.toml"),
        'openai_base_url = "http://127.0.0.1:9"',
      );
      const { form, prefilled } = await login(stage, { apiKey: key, baseURL: gateway.url }, [
        "gateway.example",
      ]);
      expect(prefilled).toBe("");
      expect(form).toContain("the Codex CLI here uses http://127.0.0.1:9");
      expect(form).toContain("Leave it empty if the key is one of OpenAI's own.");

      const result = await stage.run(mainJob, model);
      expect(result, result.stderr).toMatchObject({ exitCode: 0 });
      expectAccepted(gateway);
      expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
      expect(readFileSync(join(cwd, "test.txt"), "utf8").trim()).toBe("hello world");
      expect(await home.readSettings()).toMatchObject({ baseURL: gateway.url });
      for (const path of filesWith(home.path, new RegExp(key))) {
        expect(path).toMatch(/^\.local\/share\/opencode\/opencode\.db(-wal)?$/);
      }
      // Nor is the way to us anywhere, which opens to whoever knows it.
      expect(filesWith(home.path, /127\.0\.0\.1:\d+\/[\w-]{43}/)).toEqual([]);
    },
  );

  scenario(
    "offers the URL in force; an empty answer keeps it; each key goes where it was entered for",
    async () => {
      await using stage = await createStageV2({ headless: false });
      await using second = createGateway();
      const gateways = { first: stage.gateway, second };
      const run = async (...args: string[]) =>
        expect(await stage.run("hello", model, ...args)).toMatchObject({ exitCode: 0 });

      await login(stage, { apiKey: key, baseURL: stage.gateway.url });
      const again = await login(stage, { apiKey: key });
      expect(again.prefilled).toBe(stage.gateway.url);
      expect(again.form).toContain(`(empty keeps ${stage.gateway.url} from `);
      expect(await askedBy(gateways, run)).toEqual(["first"]);

      await login(stage, { apiKey: key, baseURL: second.url });
      expect(await askedBy(gateways, run)).toEqual(["second"]);

      // The second account: entered while the first gateway was in force.
      await stage.opencode("auth", "switch", "openai", "OpenAI 2");
      expect(await askedBy(gateways, run)).toEqual(["first"]);
      expectAccepted(stage.gateway);
      expectAccepted(second);
    },
  );

  scenario(
    "a key of OpenAI's own never comes to a gateway, also beside one that does",
    async () => {
      // Stands for OpenAI: where the host itself sends the key.
      await using openai = createGateway({
        key: official,
        strict: false,
        responsesPath: "/v1/responses",
      });
      await using stage = await createStageV2({
        headless: false,
        env: { HTTPS_PROXY: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" },
        files: { "models.json": officialModels(`${openai.url}/v1`) },
      });
      const env = { OPENCODE_MODELS_PATH: join(stage.cwd, "models.json") };
      const gateways = { gateway: stage.gateway, openai };
      const run = () => stage.runWith(env, "hello", "--model=openai/gpt-5.2");

      await login(stage, { apiKey: official });
      expect(await askedBy(gateways, run)).toEqual(["openai"]);
      // The only path that the host itself asks.
      const paths = openai.transcript.map(({ path }) => path);
      expect(new Set(paths)).toEqual(new Set(["/v1/responses"]));
      for (const { headers } of openai.requests()) {
        expect(headers.authorization).toBe(`Bearer ${official}`);
        expect(headers["x-opencode-client"]).toBeString();
      }
      await login(stage, { apiKey: key, baseURL: stage.gateway.url });
      expect(await askedBy(gateways, run)).toEqual(["gateway"]);
      await stage.opencode("auth", "switch", "openai", "OpenAI");
      expect(await askedBy(gateways, run)).toEqual(["openai"]);
      const keys = stage.gateway.transcript.map(({ headers }) => headers.authorization);
      expect(new Set(keys)).toEqual(new Set([`Bearer ${key}`]));
    },
  );
});

describeV2("/connect on the screen of OpenCode 2", () => {
  scenario(
    "asks for the same two, and the models of the gateway are there to pick from",
    async () => {
      await using stage = await createStageV2({ headless: false });
      const { home, cwd, gateway } = stage;
      await using terminal = openTerminal({ home, cwd, args: ["--standalone"], cols: 140 });
      await terminal.waitFor("Ask anything", 60_000);
      terminal.type("/connect");
      await terminal.waitFor(/\/connect +Connect/);
      terminal.press("enter");
      await terminal.waitFor(/Connect an integration[\s\S]*OpenAI/);
      terminal.type("OpenAI");
      await terminal.waitFor((seen) => !seen.includes("Anthropic"));
      terminal.press("enter");
      await terminal.waitFor("Connect OpenAI");
      terminal.type("Third");
      await terminal.waitFor((seen) => !seen.includes("ChatGPT") && seen.includes("Third-party"));
      terminal.press("enter");
      await terminal.waitFor("Base URL of the Codex gateway");
      terminal.type(gateway.url);
      await terminal.waitFor(gateway.url);
      terminal.press("enter");
      await terminal.waitFor("API key");
      terminal.type(key);
      await terminal.waitFor(key);
      terminal.press("enter");
      await terminal.waitFor("gpt-5.1-codex-high", 30_000);
      await terminal.close();

      expect(await stage.run(mainJob, model)).toMatchObject({ exitCode: 0 });
      expect(readFileSync(join(cwd, "test.txt"), "utf8").trim()).toBe("hello world");
      expectAccepted(gateway);
      expect(await home.readSettings()).toMatchObject({ baseURL: gateway.url });
    },
  );
});

describeV2("an upgrade from OpenCode 1", () => {
  scenario("keeps the login: key and base URL come over, and it works at once", async () => {
    await using stage = await createStageV2({ headless: false });
    const { home, cwd, gateway } = stage;
    await home.writeCredential(credential(gateway.url));
    const old = { ...home, binary: await openCodeBinary() };
    const before = await runOpenCode({ home: old, cwd, args: ["run", "hello", model] });
    expect(before).toMatchObject({ exitCode: 0 });
    const count = gateway.turns().length;
    expect(count).toBeGreaterThan(0);

    expect(await stage.run(mainJob, model)).toMatchObject({ exitCode: 0 });
    expect(gateway.turns().length).toBeGreaterThan(count);
    expectAccepted(gateway);
    expect(readFileSync(join(cwd, "test.txt"), "utf8").trim()).toBe("hello world");
  });
});
