/** What the user's configuration makes of requests of the real OpenCode 2. */
import { expect } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { textsOf } from "../../gateway/request.ts";
import { expectAccepted, scenario, turnOf } from "../support.ts";
import { createStageV2, describeV2, type StageV2, type StageV2Options } from "./stage.ts";

const models = { shape: "openai", models: ["gpt-5.1-codex", "gpt-5.2", "gpt-5.2-mini"] } as const;
const Body = v.object({
  reasoning: v.optional(v.object({ effort: v.string(), summary: v.string() })),
  text: v.optional(v.object({ verbosity: v.string() })),
});

/** The least of an MCP server: lines of JSON-RPC on stdin and stdout. */
const weatherServer = `
const tools = [{ name: "forecast", description: "Says tomorrow's weather", inputSchema: { type: "object" } }];
const answers = {
  initialize: ({ protocolVersion }) =>
    ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "weather", version: "1" } }),
  "tools/list": () => ({ tools }),
};
for await (const line of console) {
  const { id, method, params } = JSON.parse(line);
  const result = answers[method]?.(params) ?? {};
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
}
`;

const weather = { type: "local", command: [process.execPath, "run", "weather.ts"] };

describeV2("opencode 2 run", () => {
  const play = (name: string, options: StageV2Options, script: (stage: StageV2) => Promise<void>) =>
    scenario(name, async () => {
      await using stage = await createStageV2(options);
      await script(stage);
    });

  /** The turn that this run has cost. */
  async function ask(stage: StageV2, model: string, env: Record<string, string> = {}) {
    const before = stage.gateway.turns().length;
    const result = await stage.runWith(env, "hello", `--model=openai/${model}`);
    expect(result, result.stderr).toMatchObject({ exitCode: 0 });
    const [turn, ...more] = stage.gateway.turns().slice(before);
    if (turn === undefined || more.length > 0) throw new Error("not one turn");
    return { turn: turnOf(turn), body: v.parse(Body, turn.body) };
  }

  play(
    "options for all models and for one, in both spellings",
    { gateway: { models } },
    async (stage) => {
      const all = { reasoningSummary: "detailed", textVerbosity: "low" };
      const one = { textVerbosity: "high" };
      for (const config of [
        { provider: { openai: { options: all, models: { "gpt-5.2-mini": { options: one } } } } },
        { providers: { openai: { settings: all, models: { "gpt-5.2-mini": { settings: one } } } } },
      ]) {
        await stage.home.writeConfig("global", config);
        expect((await ask(stage, "gpt-5.2#xhigh")).body).toEqual({
          reasoning: { effort: "xhigh", summary: "detailed" },
          text: { verbosity: "low" },
        });
        expect((await ask(stage, "gpt-5.2-mini")).body).toMatchObject({
          reasoning: { summary: "detailed" },
          text: { verbosity: "high" },
        });
      }
      // Titles take the smallest model that is served, whatever the session's model.
      const titles = stage.gateway.titles().map((title) => turnOf(title).model);
      expect(new Set(titles)).toEqual(new Set(["gpt-5.2-mini"]));
      expectAccepted(stage.gateway);
    },
  );

  play("CODEX_MODE=0 keeps the host's own prompt", {}, async (stage) => {
    const texts = ({ input }: ReturnType<typeof turnOf>) =>
      input
        .filter(({ role }) => role === "developer")
        .map((item) =>
          textsOf(item)
            .join("")
            .replace(/ses_\w+/, "ses"),
        );
    const [bridge, rest] = texts((await ask(stage, "gpt-5.2")).turn);
    const off = await ask(stage, "gpt-5.2", { CODEX_MODE: "0" });
    const [short = "", prompt] = texts(off.turn);
    expect(bridge).toContain("`apply_patch`: call `patch`");
    expect(rest).not.toContain("an AI agent running in OpenCode");
    expect(prompt).toContain("an AI agent running in OpenCode");
    expect(short).toContain("`apply_patch` → `patch`");
    expect(prompt).toEndWith(rest ?? "none");
    expectAccepted(stage.gateway);
  });

  play(
    "a service that stays warm: twice, an edit between counts, and an MCP server is told",
    {
      gateway: { models },
      files: { "weather.ts": weatherServer },
      config: { mcp: { servers: { weather } } },
    },
    async (stage) => {
      const job = (text: string) =>
        stage.opencode("run", `write ${text} to test.txt`, "--model=openai/gpt-5.1-codex-high");
      const written = () => Bun.file(join(stage.cwd, "test.txt")).text();
      expect(await job("hello world")).toMatchObject({ exitCode: 0 });
      expect((await written()).trim()).toBe("hello world");
      await stage.home.writeSettings({ headers: { "x-team": "blue" } });
      const before = stage.gateway.turns().length;
      expect(await job("good bye")).toMatchObject({ exitCode: 0 });
      expect((await written()).trim()).toBe("good bye");
      const teams = stage.gateway.turns().map(({ headers }) => headers["x-team"]);
      expect(teams.slice(0, before).concat("|", teams.slice(before))).toEqual([
        ...Array(before).fill(undefined),
        "|",
        ...Array(before).fill("blue"),
      ]);
      expect(stage.gateway.turns().at(-1)?.rawBody).toContain("forecast");
      expectAccepted(stage.gateway);
    },
  );

  play(
    "notices and debugging go to a file, without the key",
    {
      gateway: {
        respond(_, { answer }) {
          const response = answer({ kind: "text", text: "Hi." });
          response.headers.set("x-codex-primary-used-percent", "93");
          response.headers.set("x-codex-primary-window-minutes", "300");
          return response;
        },
      },
      env: { DEBUG_CODEX_PLUGIN: "1" },
    },
    async (stage) => {
      await ask(stage, "gpt-5.2");
      const path = join(stage.home.path, ".opencode/logs/opencode-openai-codex-key.log");
      const log = await Bun.file(path).text();
      expect(log).toMatch(/^\S+Z notice: 93 % of the gateway's 5-hour limit is used\./m);
      expect(log).toMatch(/^\S+Z debug: setting baseURL from environment variable/m);
      expect(log).not.toContain(stage.gateway.options.key);
      expect(log).not.toMatch(/127\.0\.0\.1:\d+\/[\w-]{43}/);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    },
  );
});
