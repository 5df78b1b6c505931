/** The harness itself, against the real OpenCode and a plugin that only watches. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCodeBinary, openCodeVersion } from "./binary.ts";
import { createHome, type Home } from "./home.ts";
import { loginThroughCli } from "./login.ts";
import { plain, runOpenCode } from "./run.ts";

const TIMEOUT = 90_000;
const MODEL = "--model=openai/gpt-5.2";
const API_KEY = "sk-never-on-the-screen";
const BASE_URL = "https://gateway.example/v1";

/** A plugin with one login method, whose fetch sends every request to `GATEWAY`. */
const SPY_PLUGIN = `
export default {
  id: "spy",
  server: async () => ({
    auth: {
      provider: "openai",
      methods: [{
        type: "api",
        label: "Spy",
        prompts: [{
          type: "text",
          key: "baseURL",
          message: "Base URL",
          validate: (value) => (value === "bad" ? "That is no URL" : undefined),
        }],
        authorize: async () => ({ type: "success" }),
      }],
      loader: async (getAuth) => ({
        apiKey: (await getAuth()).key,
        fetch: (url, init) => fetch(process.env.GATEWAY, init),
      }),
    },
  }),
};
`;

/** A gateway stand-in that says hello to everything and remembers what it was asked. */
const requests: { authorization: string | null; model: unknown }[] = [];
const gateway = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const body: { model?: unknown } = JSON.parse(await request.text());
    requests.push({ authorization: request.headers.get("authorization"), model: body.model });
    return new Response(helloStream(), { headers: { "content-type": "text/event-stream" } });
  },
});
const env = { GATEWAY: gateway.url.href };

let home: Home;
let cwd: string;
beforeAll(async () => {
  home = await createHome();
  const plugin = join(home.path, "spy.js");
  await writeFile(plugin, SPY_PLUGIN);
  await home.writeConfig("global", { plugin: [plugin] });
  cwd = await home.project({ "notes/hello.txt": "hello" });
}, TIMEOUT);
afterAll(async () => {
  await gateway.stop(true);
  await home.dispose();
});

describe("the program", () => {
  test("is the one that package.json pins", async () => {
    const result = await runOpenCode({ home, cwd, args: ["--version"] });
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
    expect(result.stdout.trim()).toBe(openCodeVersion());
  });

  test("is installed, and needs no download", async () => {
    expect(statSync(await openCodeBinary()).size).toBeGreaterThan(1_000_000);
  });

  test(
    "is killed after the time limit",
    async () => {
      const server = await runOpenCode({
        home,
        cwd,
        args: ["serve", "--port=0"],
        timeoutMs: 1_500,
      });
      expect(server).toMatchObject({ exitCode: null, timedOut: true });
      expect(server.ms).toBeLessThan(10_000);
    },
    TIMEOUT,
  );

  test(
    "is killed when the signal says so",
    async () => {
      const signal = AbortSignal.timeout(1_500);
      const server = await runOpenCode({ home, cwd, args: ["serve", "--port=0"], signal });
      expect(server).toMatchObject({ exitCode: null, timedOut: true });
      expect(server.ms).toBeLessThan(10_000);
    },
    TIMEOUT,
  );
});

describe("a run", () => {
  test(
    "loads the plugin and talks to the gateway stand-in",
    async () => {
      requests.length = 0;
      await home.writeCredential({ type: "api", key: API_KEY });
      const result = await runOpenCode({ home, cwd, env, args: ["run", "hi", MODEL] });
      expect(plain(result.stdout).trim()).toBe("Hello from the gateway");
      expect(result.exitCode).toBe(0);
      expect(requests.map((request) => request.model)).toContain("gpt-5.2");
      expect(new Set(requests.map((request) => request.authorization))).toEqual(
        new Set([`Bearer ${API_KEY}`]),
      );
    },
    TIMEOUT,
  );

  test("does not install the plugin SDK, and leaves temporary files inside the home", () => {
    for (const folder of [home.configFolder, join(home.path, ".opencode")]) {
      expect(readdirSync(join(folder, "node_modules"))).toEqual([]);
    }
    expect(existsSync(join(home.dataFolder, "opencode.db"))).toBe(true);
    expect(readdirSync(home.env.TMPDIR ?? "").length).toBeGreaterThan(0);
  });

  test(
    "gets its folders inside the home and nothing of the surrounding environment",
    async () => {
      process.env.OPENAI_API_KEY = "sk-of-the-developer";
      try {
        const args = ["debug", "paths"];
        const { stdout } = await runOpenCode({ home, cwd, args });
        const paths = plain(stdout)
          .split("\n")
          .filter((line) => line.includes("/"));
        expect(paths.length).toBeGreaterThan(3);
        expect(paths.filter((line) => !line.includes(home.path))).toEqual([]);
        expect(Object.keys(home.env)).not.toContain("OPENAI_API_KEY");
      } finally {
        delete process.env.OPENAI_API_KEY;
      }
    },
    TIMEOUT,
  );
});

describe("a login", () => {
  test(
    "by the CLI: the key is masked, and stored beside the base URL",
    async () => {
      await using terminal = await loginThroughCli({
        home,
        cwd,
        baseURL: BASE_URL,
        apiKey: API_KEY,
      });
      expect(await terminal.exited).toBe(0);
      expect(terminal.screen()).toContain(BASE_URL);
      expect(terminal.screen()).not.toContain(API_KEY);
      expect((await home.readCredentials()).openai).toEqual({
        type: "api",
        key: API_KEY,
        metadata: { baseURL: BASE_URL },
      });
      expect(statSync(join(home.dataFolder, "auth.json")).mode & 0o777).toBe(0o600);
    },
    TIMEOUT,
  );

  test(
    "by the CLI: an answer that the plugin refuses is not taken",
    async () => {
      const refused = loginThroughCli({ home, cwd, baseURL: "bad", apiKey: "k", stepMs: 4_000 });
      await expect(refused).rejects.toThrow("That is no URL");
    },
    TIMEOUT,
  );
});

describe("a home", () => {
  test("keeps what it is given, with the modes that secrets need", async () => {
    await using other = await createHome();
    expect(await other.readSettings()).toBeUndefined();
    await other.writeSettings({ baseURL: BASE_URL });
    expect(await other.readSettings()).toEqual({ baseURL: BASE_URL });
    expect(statSync(other.settingsFile).mode & 0o777).toBe(0o600);

    await other.writeCredential({ type: "api", key: "a" });
    await other.writeCredential({ type: "api", key: "b" }, "anthropic");
    expect(Object.keys(await other.readCredentials())).toEqual(["openai", "anthropic"]);

    const project = await other.project({ "a/b.txt": "text" });
    expect(await readFile(join(project, "a/b.txt"), "utf8")).toBe("text");
    expect(existsSync(join(project, ".git"))).toBe(true);
    const config = await other.writeConfig(project, "{ // JSONC\n}");
    expect(await readFile(config, "utf8")).toBe("{ // JSONC\n}");
  });

  test("is gone after dispose", async () => {
    const other = await createHome();
    expect(other.path.includes("opencode-home-")).toBe(true);
    await other.dispose();
    expect(existsSync(other.path)).toBe(false);
    expect(existsSync(tmpdir())).toBe(true);
  });
});

function helloStream(): string {
  const text = "Hello from the gateway";
  const item = { id: "msg_1", type: "message", role: "assistant" };
  const part = { type: "output_text", text, annotations: [] };
  const output = [{ ...item, status: "completed", content: [part] }];
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  const response = {
    id: "resp_1",
    object: "response",
    created_at: 1,
    model: "gpt-5.2",
    output,
    usage,
  };
  const place = { output_index: 0, content_index: 0 };
  return [
    { type: "response.created", response: { ...response, output: [] } },
    { type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } },
    { type: "response.output_text.delta", item_id: "msg_1", ...place, delta: text },
    { type: "response.output_item.done", output_index: 0, item: output[0] },
    { type: "response.completed", response },
  ]
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
}
