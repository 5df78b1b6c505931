/** The main job on the real OpenCode 2, and what its requests are made of. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scripted } from "../../gateway/brains.ts";
import {
  createGateway,
  expectAccepted,
  firstOf,
  key,
  mainJob,
  modelsOnTheWire,
  scenario,
  turnOf,
} from "../support.ts";
import { startHostV2 } from "./host.ts";
import { createStageV2, describeV2, type StageV2, type StageV2Options } from "./stage.ts";

const model = "--model=openai/gpt-5.1-codex-high";

describeV2("opencode 2 run", () => {
  const play = (name: string, options: StageV2Options, script: (stage: StageV2) => Promise<void>) =>
    scenario(name, async () => {
      await using stage = await createStageV2(options);
      await script(stage);
    });
  const succeed = async (stage: StageV2, ...args: string[]): Promise<string> => {
    const result = await stage.run(...args);
    expect(result, result.stderr + result.stdout).toMatchObject({ exitCode: 0 });
    return result.stdout;
  };

  const names = [
    ["an alias", "--model=openai/gpt-5.1-codex-high", "gpt-5.1-codex high"],
    ["a variant", "--model=openai/gpt-5.2-codex#xhigh", "gpt-5.2-codex xhigh"],
    ["a retired name", "--model=openai/gpt-5-codex", "gpt-5.1-codex medium"],
  ] as const;
  for (const [by, model, wire] of firstOf(names)) {
    scenario(`writes the file by ${by}`, async () => {
      await using stage = await createStageV2();
      await succeed(stage, mainJob, model);
      expectAccepted(stage.gateway);
      expect(modelsOnTheWire(stage.gateway)).toEqual([wire]);
      const titles = stage.gateway.titles().map(turnOf);
      expect(titles.map(({ model, effort }) => `${model} ${effort}`)).toEqual([
        "gpt-5.1-codex-mini medium",
      ]);
      expect(readFileSync(join(stage.cwd, "test.txt"), "utf8").trim()).toBe("hello world");
    });
  }

  play(
    "sends the user's words, no prompt of the host's, and nothing of its tracing",
    {
      files: { "AGENTS.md": "Marker of the user." },
    },
    async (stage) => {
      await succeed(stage, mainJob, model);
      const [exchange] = stage.gateway.turns();
      if (exchange === undefined) throw new Error("no turn");
      const names = Object.keys(exchange.headers).filter((name) => /^x-|^b3|^trace/.test(name));
      expect(names).toEqual(["x-session-id"]);
      expect(exchange.rawBody).toContain("Marker of the user.");
      expect(exchange.rawBody).toContain("Working directory: ");
      expect(exchange.rawBody).not.toContain("You are an AI agent running in OpenCode");
      expect(exchange.rawBody).toContain("`apply_patch`: call `patch`");
      expect(exchange.rawBody).toContain("`spawn_agent`: call `subagent`");
    },
  );

  play(
    "keeps the prompt of the user's own agent",
    {
      config: {
        agents: { mine: { system: "You are an AI agent running in OpenCode, and mine." } },
      },
    },
    async (stage) => {
      await succeed(stage, "hello", model, "--agent=mine");
      expect(stage.gateway.turns()[0]?.rawBody).toContain("running in OpenCode, and mine.");
    },
  );

  play(
    "runs shell and goes on; --continue sends the history without ids",
    {
      gateway: {
        brain: scripted([
          {
            kind: "tools",
            reasoning: "**Looking**",
            calls: [{ name: "shell", arguments: { command: "printf marker-from-shell" } }],
          },
          { kind: "text", text: "First." },
          { kind: "text", text: "Second." },
        ]),
      },
    },
    async (stage) => {
      expect(await succeed(stage, "hello", model)).toContain("First.");
      expect(await succeed(stage, "again", model, "--continue")).toContain("Second.");
      expectAccepted(stage.gateway);
      const turns = stage.gateway.turns();
      expect(turns).toHaveLength(3);
      expect(turns[1]?.rawBody).toContain("marker-from-shell");
      const input = turnOf(turns[2] ?? turns[0] ?? fail()).input;
      expect(input.map(({ type }) => type)).toEqual(
        expect.arrayContaining(["reasoning", "function_call", "function_call_output"]),
      );
      expect(new Set(turns.map((turn) => turnOf(turn).session)).size).toBe(1);
    },
  );

  play("sends an image", { files: { "dot.png": "" } }, async (stage) => {
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const file = join(stage.cwd, "dot.png");
    await Bun.write(file, Buffer.from(png, "base64"));
    await succeed(stage, "look", model, "--file", file);
    expectAccepted(stage.gateway);
    expect(stage.gateway.turns()[0]?.rawBody).toContain(
      `data:image/png;base64,${png.slice(0, 20)}`,
    );
  });

  play(
    "environment before settings file before plugin options",
    {
      headless: false,
      env: { OPENCODE_CODEX_API_KEY: key },
    },
    async (stage) => {
      await using second = createGateway();
      const asked = async (env: Record<string, string>) => {
        const before = [stage.gateway.transcript.length, second.transcript.length];
        expect(await stage.runWith(env, "hello", model)).toMatchObject({ exitCode: 0 });
        const after = [stage.gateway.transcript.length, second.transcript.length];
        return ["first", "second"].filter((_, index) => before[index] !== after[index]);
      };
      const folder = JSON.parse(readFileSync(join(stage.cwd, "opencode.json"), "utf8")).plugin[0];
      // The user's own file: a project may not say where the user's key goes.
      await stage.home.writeConfig("global", {
        plugin: [[folder, { baseURL: stage.gateway.url }]],
      });
      await stage.home.writeConfig(stage.cwd, {});
      expect(await asked({})).toEqual(["first"]);
      await stage.home.writeSettings({ baseURL: second.url });
      expect(await asked({})).toEqual(["second"]);
      expect(await asked({ OPENCODE_CODEX_BASE_URL: stage.gateway.url })).toEqual(["first"]);
    },
  );

  play(
    "the URL of provider.openai.options and of OpenCode 2's own spelling",
    {
      headless: false,
      env: { OPENCODE_CODEX_API_KEY: key },
    },
    async (stage) => {
      const baseURL = stage.gateway.url;
      for (const provider of [
        { provider: { openai: { options: { baseURL } } } },
        { providers: { openai: { settings: { baseURL } } } },
      ]) {
        const before = stage.gateway.turns().length;
        await stage.home.writeConfig("global", provider);
        await succeed(stage, "hello", model);
        expect(stage.gateway.turns().length).toBe(before + 1);
      }
      expectAccepted(stage.gateway);
    },
  );

  play(
    "the variable's key without a base URL: an error, and no request",
    {
      headless: false,
      env: { OPENCODE_CODEX_API_KEY: key },
    },
    async (stage) => {
      const result = await stage.run("hello", model);
      expect(result.exitCode).toBe(1);
      expect(result.stdout + result.stderr).toContain(
        "No base URL of a Codex gateway is configured",
      );
      expect(result.stdout + result.stderr).not.toMatch(/127\.0\.0\.1:\d+\/[\w-]{43}/);
    },
  );
});

describeV2("opencode 2 serve", () => {
  scenario(
    "two sessions at once; an interrupt closes the connection to the gateway, silent or not",
    async () => {
      const started = Promise.withResolvers<void>();
      await using stage = await createStageV2({
        gateway: {
          async brain(turn, { signal }) {
            const said = JSON.stringify(turn.input);
            if (!said.includes("wait for me")) return { kind: "text", text: "Here." };
            started.resolve();
            await new Promise((resolve) => signal.addEventListener("abort", resolve));
            return { kind: "text", text: "Too late." };
          },
        },
      });
      await using host = await startHostV2(stage.home);
      await host.warmUp(stage.cwd);
      const [one, two] = await Promise.all([
        host.converse(stage.cwd, "gpt-5.1-codex"),
        host.converse(stage.cwd, "gpt-5.2", "high"),
      ]);
      const waiting = one.say("wait for me", AbortSignal.timeout(60_000));
      await started.promise;
      await two.say("hello", AbortSignal.timeout(60_000));
      expect(await two.look()).toMatchObject({ texts: ["Here."], errors: [] });
      expect(modelsOnTheWire(stage.gateway)).toEqual(["gpt-5.1-codex medium", "gpt-5.2 high"]);
      await one.interrupt();
      await stage.gateway.until(({ closedByClient }) => closedByClient === true);
      await waiting;
      expect(await one.look()).toMatchObject({ texts: [] });
      expect(stage.gateway.pendingRequests()).toBe(0);
    },
  );
});

const fail = (): never => {
  throw new Error("no such turn");
};
