/** The main job and what can go wrong with it: `opencode run` with the built plugin. */
import { describe, expect } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { scripted } from "../gateway/brains.ts";
import type { Step } from "../gateway/types.ts";
import {
  createStage,
  credential,
  expectAccepted,
  key,
  mainJob,
  modelsOnTheWire,
  scenario,
  shareServer,
  turnOf,
} from "./support.ts";

/** What the issue says each model takes; on purpose not read from the plugin's own table. */
const efforts = {
  "gpt-5.2": ["none", "low", "medium", "high", "xhigh"],
  "gpt-5.2-codex": ["low", "medium", "high", "xhigh"],
  "gpt-5.1-codex-max": ["low", "medium", "high", "xhigh"],
  "gpt-5.1-codex": ["low", "medium", "high"],
  "gpt-5.1-codex-mini": ["medium", "high"],
  "gpt-5.1": ["none", "low", "medium", "high"],
};
const models = Object.keys(efforts);
const suffixed = Object.entries(efforts).flatMap(([model, levels]) =>
  levels.map((effort) => ({ name: `${model}-${effort}`, model, effort })),
);
const legacy = {
  "gpt-5-codex": "gpt-5.1-codex",
  "gpt-5-codex-mini": "gpt-5.1-codex-mini",
  "codex-mini-latest": "gpt-5.1-codex-mini",
  "gpt-5": "gpt-5.1",
};
/** One that the plugin has no part in naming: for tests of everything else. */
const model = "gpt-5.1-codex";
const anyModel = `--model=openai/${model}`;
const shared = shareServer();

describe("the main job", () => {
  scenario("opencode run with a suffix name writes the file", async () => {
    // Everything as OpenCode does it by default.
    await using stage = await createStage({ catalogue: "whole", config: { snapshot: true } });
    const { gateway } = stage;
    const result = await stage.opencode("run", mainJob, "--model=openai/gpt-5.1-codex-high");
    expect(result).toMatchObject({ exitCode: 0 });
    expect(await written(stage.cwd)).toBe("hello world");
    expect(result.stdout).toContain('Done: test.txt holds "hello world".');
    expect(result.stdout + result.stderr).not.toContain(key);

    expectAccepted(gateway);
    expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
    // The call of the tool, and what follows from its output; the title is counted apart.
    expect(gateway.turns().length).toBe(2);
    for (const { path, headers, body } of gateway.requests()) {
      expect(path).toBe("/backend-api/codex/responses");
      expect(headers).toMatchObject({
        authorization: `Bearer ${key}`,
        accept: "text/event-stream",
        originator: "opencode",
        conversation_id: headers.session_id ?? "missing",
      });
      expect(Object.keys(headers).filter((name) => name.includes("variant"))).toEqual([]);
      expect(body).toMatchObject({ store: false, stream: true });
    }
    const sessions = gateway.turns().map(({ headers }) => headers.session_id);
    expect(new Set(sessions).size).toBe(1);
    expect(gateway.turns().map(turnOf)).toMatchObject(sessions.map((session) => ({ session })));
  });

  for (const model of models) {
    scenario(`${model} does it too`, async () => {
      await using stage = await shared.createStage({});
      expect(await stage.prompt({ model, text: mainJob })).toContain("Done");
      expect(await written(stage.cwd)).toBe("hello world");
      expectAccepted(stage.gateway);
      expect(modelsOnTheWire(stage.gateway)).toEqual([`${model} medium`]);
    });
  }

  scenario("a variant is picked for this one message: it beats the name", async () => {
    await using stage = await createStage();
    const args = ["--model=openai/gpt-5.2-low", "--variant=xhigh"];
    const result = await stage.opencode("run", "hello", ...args);
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("hello") });
    expectAccepted(stage.gateway);
    expect(modelsOnTheWire(stage.gateway)).toEqual(["gpt-5.2 xhigh"]);
  });
});

describe("models", () => {
  scenario(
    "opencode models lists every model, every suffix name and the retired names",
    async () => {
      await using stage = await createStage();
      const result = await stage.opencode("models", "openai");
      const listed = result.stdout.trim().split("\n");
      const wanted = [...models, ...suffixed.map(({ name }) => name), ...Object.keys(legacy)];
      expect(wanted.filter((name) => !listed.includes(`openai/${name}`))).toEqual([]);
      expect(new Set(listed).size).toBe(listed.length);
      expect(stage.gateway.requests()).toEqual([]);
    },
  );

  scenario("every listed name runs, and so does what the user wrote", async () => {
    const written = {
      "gpt-5.1-codex-high": { options: { reasoningEffort: "high", reasoningSummary: "detailed" } },
      "my-fast-one": { id: "gpt-5.1-codex", options: { reasoningEffort: "low" } },
      "my-relay-model": {},
    };
    await using stage = await shared.createStage({
      config: { provider: { openai: { models: written } } },
    });
    const { gateway } = stage;
    /** Model and effort that reach the gateway for this name. */
    const ask = async (model: string, variant?: string): Promise<string> => {
      const before = gateway.turns().length;
      const answer = await stage.prompt({ model, text: "hello", ...(variant && { variant }) });
      expect(answer).toBe("You said: hello");
      const turns = gateway.turns().slice(before).map(turnOf);
      return turns.map((turn) => `${turn.model} ${turn.effort}`).join();
    };

    for (const { name, model, effort } of suffixed) {
      expect([name, await ask(name)]).toEqual([name, `${model} ${effort}`]);
    }
    for (const [name, model] of Object.entries(legacy)) {
      expect([name, await ask(name)]).toEqual([name, `${model} medium`]);
    }
    for (const [model, levels] of Object.entries(efforts)) {
      const [weakest = ""] = levels;
      expect(await ask(model, weakest)).toBe(`${model} ${weakest}`);
    }
    expect(await ask("gpt-5.2-low", "xhigh")).toBe("gpt-5.2 xhigh");
    expect(await ask("my-fast-one")).toBe("gpt-5.1-codex low");
    expect(await ask("my-relay-model")).toBe("my-relay-model undefined");
    expectAccepted(gateway);
  });
});

describe("what goes to the model", () => {
  scenario("the outputs of bash, read, grep and glob come back", async () => {
    const files = { "notes/hello.txt": "a needle in the hay\n", "src/other.md": "nothing\n" };
    await using stage = await shared.createStage({ files });
    const { gateway, cwd } = stage;
    const call = (name: string, args: Record<string, unknown>) => ({ name, arguments: args });
    const steps: Step[] = [
      {
        kind: "tools",
        reasoning: "**Looking around**",
        calls: [
          call("bash", { command: "echo from-$((40 + 2))", description: "Says something" }),
          call("read", { filePath: join(cwd, "notes/hello.txt") }),
        ],
      },
      { kind: "tools", text: "Now a search.", calls: [call("grep", { pattern: "nee[d]le" })] },
      { kind: "tools", calls: [call("glob", { pattern: "**/*.md" })] },
      { kind: "text", text: "All four tools answered." },
    ];
    gateway.options.brain = scripted(steps);

    expect(await stage.prompt({ model, text: "look around" })).toContain("All four tools");
    expectAccepted(gateway);
    expect(gateway.turns().length).toBe(steps.length);
    const last = gateway.turns().map(turnOf).at(-1)?.input ?? [];
    const calls = last.filter(({ type }) => type === "function_call");
    const outputs = last.filter(({ type }) => type === "function_call_output");
    expect(calls.map(({ name }) => name)).toEqual(["bash", "read", "grep", "glob"]);
    expect(outputs.map(({ call_id }) => call_id)).toEqual(calls.map(({ call_id }) => call_id));
    const texts = outputs.map(({ output }) => String(output));
    expect(texts[0]).toContain("from-42");
    expect(texts[1]).toContain("a needle in the hay");
    expect(texts[2]).toContain("notes/hello.txt");
    expect(texts[2]).toContain("a needle in the hay");
    expect(texts[3]).toContain(join(cwd, "src/other.md"));
    // What the model thought travels back with its signature, as nothing is stored there.
    const [thought] = last.filter(({ type }) => type === "reasoning");
    expect(thought?.encrypted_content).toBeString();
  });

  scenario("an image attached with --file", async () => {
    await using stage = await createStage();
    const pixel =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await Bun.write(join(stage.cwd, "pixel.png"), Buffer.from(pixel, "base64"));
    const result = await stage.opencode("run", "what is this", "--file=pixel.png", anyModel);
    expect(result).toMatchObject({ exitCode: 0 });
    expectAccepted(stage.gateway);
    const items = stage.gateway.turns().flatMap((exchange) => turnOf(exchange).input);
    const parts = items
      .flatMap(({ content }) => (typeof content === "string" ? [] : (content ?? [])))
      .filter(({ type }) => type === "input_image");
    expect(parts).toMatchObject([{ image_url: `data:image/png;base64,${pixel}` }]);
  });
});

describe("what goes wrong is said on stderr, with exit code 1", () => {
  scenario("a key that the gateway refuses; the request log takes none of it", async () => {
    await using stage = await createStage({ env: { ENABLE_PLUGIN_REQUEST_LOGGING: "1" } });
    await stage.home.writeCredential(credential(stage.gateway.url, "sk-wrong"));
    const result = await stage.opencode("run", mainJob, anyModel);
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain(
      `${stage.gateway.url}/backend-api/codex/responses refused the key: Incorrect API key provided`,
    );
    expect(result.stderr).toContain("opencode auth login");
    expect(result.stderr).not.toContain("sk-wrong");
    expect(stage.gateway.turns().map(({ status }) => status)).toEqual([401]);
    expect(stage.gateway.titles().length).toBeLessThanOrEqual(1);

    const folder = join(stage.home.path, ".opencode/logs/codex-plugin");
    const files = [...new Bun.Glob("*/*").scanSync(folder)];
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    const answers = texts.filter((text) => text.includes('"stage": "answer"')).join();
    expect(answers).toContain("Incorrect API key provided");
    expect(texts.join()).not.toContain("sk-wrong");
  });

  scenario("no base URL anywhere: the places that were looked in", async () => {
    await using stage = await createStage({ login: false });
    // As the web and the desktop app store it: they ask for the key alone.
    await stage.home.writeCredential({ type: "api", key });
    const result = await stage.opencode("run", mainJob, anyModel);
    expect(result).toMatchObject({ exitCode: 1 });
    for (const text of [
      "opencode auth login",
      "OPENCODE_CODEX_BASE_URL",
      stage.home.settingsFile,
      "the plugin's options in opencode.json",
      "provider.openai.baseURL",
      "provider.openai.options.baseURL",
      "provider.openai.api",
    ]) {
      expect(result.stderr).toContain(text);
    }
    expect(result.stderr).not.toContain(key);
    expect(stage.gateway.transcript).toEqual([]);
  });

  scenario("a gateway that is not there", async () => {
    await using stage = await createStage();
    await stage.gateway.close();
    const result = await stage.opencode("run", mainJob, anyModel);
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain(`${stage.gateway.url}/backend-api/codex/responses refused`);
    expect(result.stderr).toContain("Check that the gateway is running");
  });

  scenario("settings of the wrong type: file, field, what is there, what is allowed", async () => {
    await using stage = await createStage();
    await stage.home.writeSettings({ baseURL: stage.gateway.url, codexMode: "sometimes" });
    const result = await stage.opencode("run", mainJob, anyModel);
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain(
      `${stage.home.settingsFile}: "codexMode" is "sometimes"; allowed is true or false`,
    );
    expect(stage.gateway.transcript).toEqual([]);
  });

  scenario("a redirect is not followed, and its target is named", async () => {
    let followed = 0;
    await using target = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch() {
        followed += 1;
        return new Response("no");
      },
    });
    const location = `${target.url.origin}/elsewhere`;
    const respond = () => new Response(null, { status: 302, headers: { location } });
    await using stage = await createStage({ gateway: { respond } });
    const result = await stage.opencode("run", mainJob, anyModel);
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain(`302 and wants the request sent to ${location}`);
    expect(stage.gateway.turns().length).toBe(1);
    expect(followed).toBe(0);
  });
});

async function written(folder: string): Promise<string> {
  return (await readFile(join(folder, "test.txt"), "utf8")).trim();
}
