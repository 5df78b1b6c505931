/** Several gateways before the real OpenCode 2: the next one does the job, with its own key alone. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Gateway } from "../../gateway/types.ts";
import { runCommand } from "../harness/processes.ts";
import {
  createGateway,
  expectAccepted,
  key,
  mainJob,
  modelsOnTheWire,
  scenario,
  thorough,
} from "../support.ts";
import { officialModels } from "./models-dev.ts";
import { createStageV2, describeV2, pluginFolder } from "./stage.ts";

const other = "sk-of-the-first-0123456789";

describeV2("opencode 2 with two gateways", () => {
  scenario("the first is down: the job is done by the second, with its own key", async () => {
    await using first = createGateway({
      key: other,
      respond: () => Response.json({ error: { message: "Overloaded." } }, { status: 503 }),
    });
    // Without an account of the host's.
    await using stage = await createStageV2({
      headless: false,
      env: { KEY_OF_FIRST: other, KEY_OF_SECOND: key },
    });
    const gateways = [
      { name: "first", baseURL: first.url, keyEnv: "KEY_OF_FIRST" },
      { name: "second", baseURL: stage.gateway.url, keyEnv: "KEY_OF_SECOND" },
    ];
    await stage.home.writeSettings({ instructions: "builtin", gateways });
    const result = await stage.run(mainJob, "--model=openai/gpt-5.1-codex-high");
    expect(result, result.stderr + result.stdout).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(stage.cwd, "test.txt"), "utf8").trim()).toBe("hello world");
    expectAccepted(stage.gateway);
    const asked = (transcript: typeof first.transcript) =>
      transcript
        .filter(({ method }) => method === "POST")
        .map(({ headers }) => headers.authorization);
    expect(new Set(asked(stage.gateway.transcript))).toEqual(new Set([`Bearer ${key}`]));
    expect(new Set(asked(first.transcript))).toEqual(new Set([`Bearer ${other}`]));
    // The title and the turn may both have met it before it was left to rest.
    expect(asked(first.transcript).length).toBeLessThanOrEqual(2);
  });

  scenario("beside each other: a provider of its own for the second gateway", async () => {
    await using second = createGateway({ key: other });
    await using stage = await createStageV2({ env: { KEY_OF_SECOND: other } });
    await stage.home.writeSettings({
      instructions: "builtin",
      gateways: [
        { name: "second", baseURL: second.url, keyEnv: "KEY_OF_SECOND", provider: "relay2" },
      ],
    });
    const result = await stage.run(mainJob, "--model=relay2/gpt-5.1-codex#high");
    expect(result, result.stderr + result.stdout).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(stage.cwd, "test.txt"), "utf8").trim()).toBe("hello world");
    expectAccepted(second);
    expect(modelsOnTheWire(second)).toEqual(["gpt-5.1-codex high"]);
    const keys = ({ transcript }: Gateway) =>
      new Set(transcript.map(({ headers }) => headers.authorization));
    expect(keys(second)).toEqual(new Set([`Bearer ${other}`]));
    expect(stage.gateway.turns()).toEqual([]);

    const main = await stage.run("say hello", "--model=openai/gpt-5.1-codex");
    expect(main, main.stderr + main.stdout).toMatchObject({ exitCode: 0 });
    expect(stage.gateway.turns()).toHaveLength(1);
    expect(keys(stage.gateway)).toEqual(new Set([`Bearer ${key}`]));
  });

  const besideOpenAI = async () => {
    // Stands for OpenAI: where the host itself sends the key.
    const official = "sk-official-0123456789";
    await using openai = createGateway({
      key: official,
      strict: false,
      responsesPath: "/v1/responses",
    });
    await using second = createGateway({ key: other });
    await using stage = await createStageV2({
      headless: false,
      files: { "models.json": officialModels(`${openai.url}/v1`) },
      env: { KEY_OF_SECOND: other, OPENAI_API_KEY: official },
    });
    await stage.home.writeSettings({
      instructions: "builtin",
      gateways: [
        { name: "second", baseURL: second.url, keyEnv: "KEY_OF_SECOND", provider: "relay2" },
      ],
    });
    const env = { OPENCODE_MODELS_PATH: join(stage.cwd, "models.json") };
    const result = await stage.runWith(env, mainJob, "--model=relay2/gpt-5.1-codex#high");
    expect(result, result.stderr + result.stdout).toMatchObject({ exitCode: 0 });
    expect(openai.transcript).toEqual([]);
    expectAccepted(second);
    const own = await stage.runWith(env, "hello", "--model=openai/gpt-5.2");
    expect(own, own.stderr).toMatchObject({ exitCode: 0 });
    expect(openai.requests().length).toBeGreaterThan(0);
    const keys = ({ transcript }: Gateway) =>
      new Set(transcript.map(({ headers }) => headers.authorization));
    expect(keys(openai)).toEqual(new Set([`Bearer ${official}`]));
    expect(keys(second)).toEqual(new Set([`Bearer ${other}`]));
    // The service answers while it still loads plugins.
    let listed: string[] = [];
    for (let tries = 0; tries < 20 && !listed.some((id) => id.startsWith("relay2/")); tries++) {
      listed = (await stage.opencodeWith(env, "models")).stdout.split("\n");
    }
    expect(listed.filter((id) => id.startsWith("openai/"))).toEqual(["openai/gpt-5.2"]);
    expect(listed).toContain("relay2/gpt-5.1-codex-high");
  };

  const imported = async () => {
    await using stage = await createStageV2({ headless: false });
    const { home, cwd, gateway } = stage;
    const codex = join(home.path, ".codex");
    await Bun.write(join(codex, "config.toml"), `openai_base_url = "${gateway.url}"`);
    await Bun.write(join(codex, "auth.json"), JSON.stringify({ OPENAI_API_KEY: key }));
    const program = [process.execPath, join(pluginFolder, "cli.js"), "import", "--yes"];
    await runCommand(program, { cwd, env: { ...home.env } });
    const result = await stage.run(mainJob, "--model=openai/gpt-5.1-codex-high");
    expect(result, result.stderr + result.stdout).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(cwd, "test.txt"), "utf8").trim()).toBe("hello world");
    expectAccepted(gateway);
  };

  if (thorough) {
    scenario("beside OpenAI itself: its models and its key are none of ours", besideOpenAI);
    scenario("the Codex CLI's gateway, imported: no login is needed", imported);
  }
});
