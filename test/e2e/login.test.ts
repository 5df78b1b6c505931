/** Logging in with the real OpenCode: in the command line, in the terminal screen, without either. */
import { describe, expect } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { schemaURL } from "../../src/settings/schema.ts";
import { connectAgain, connectThroughTui, loginThroughCli } from "./harness/login.ts";
import {
  bundle,
  createGateway,
  createStage,
  credential,
  expectAccepted,
  key,
  mainJob,
  modelsOnTheWire,
  scenario,
} from "./support.ts";

const model = "--model=openai/gpt-5.1-codex-high";
/** The answers on the screen may quote "base URL", so the prompt is known by all its words. */
const prompt = /Base URL of the Codex gateway/;

describe("opencode auth login", () => {
  scenario("asks for URL and key once, refuses what is no base URL, and then it runs", async () => {
    await using stage = await createStage({ login: false });
    const { home, gateway, cwd } = stage;
    await home.writeSettings('{\n  // mine\n  "headers": { "x-team": "blue" },\n  "later": 1\n}\n');
    await using terminal = await loginThroughCli({
      home,
      cwd,
      apiKey: key,
      baseURL: ` ${gateway.url}// `,
      refused: [
        { answer: "", message: "Enter the base URL of your gateway" },
        { answer: "gateway.example/v1", message: "Enter an absolute http(s) URL" },
        { answer: "https://me:secret@gateway.example", message: "without a user name or password" },
        { answer: "ftp://gateway.example", message: "Enter an absolute http(s) URL" },
        { answer: "https://gateway.example?a=b", message: "without a query (?) or a fragment (#)" },
      ],
    });
    expect(await terminal.exited).toBe(0);
    expect(terminal.screen()).not.toContain(key);
    expect(terminal.visible().match(/API key/g)).toHaveLength(1);
    expect(terminal.visible()).toContain("▪".repeat(key.length));

    const saved = readFileSync(home.settingsFile, "utf8");
    expect(saved).toContain("// mine");
    expect(saved).not.toContain(key);
    expect(JSON.parse(saved.replace("// mine", ""))).toMatchObject({
      $schema: schemaURL,
      baseURL: gateway.url,
      headers: { "x-team": "blue" },
      later: 1,
    });
    expect(modeOf(home.settingsFile)).toBe(0o600);
    expect(modeOf(dirname(home.settingsFile))).toBe(0o700);
    expect(
      readdirSync(dirname(home.settingsFile)).filter((name) => /tmp|corrupt/.test(name)),
    ).toEqual([]);
    const credentials = readFileSync(join(home.dataFolder, "auth.json"), "utf8");
    expect(credentials.split(key)).toHaveLength(2);

    const result = await stage.opencode("run", mainJob, model);
    expect(result).toMatchObject({ exitCode: 0 });
    expectAccepted(gateway);
    for (const { headers } of gateway.requests()) {
      expect(headers).toMatchObject({ authorization: `Bearer ${key}`, "x-team": "blue" });
    }
    expect(readFileSync(home.settingsFile, "utf8")).toBe(saved);
  });

  scenario("says which base URL is configured, and an empty answer keeps it", async () => {
    await using stage = await createStage({ login: false });
    const { home, gateway, cwd } = stage;
    const config = await home.writeConfig("global", {
      provider: { openai: { baseURL: gateway.url } },
    });
    await using terminal = await loginThroughCli({
      home,
      cwd,
      apiKey: key,
      baseURL: "",
      cols: 240,
    });
    expect(await terminal.exited).toBe(0);
    expect(terminal.visible()).toContain(
      `empty keeps ${gateway.url} from provider.openai.baseURL in ${config}`,
    );
    expect(terminal.screen()).not.toContain(key);
    const kept = { $schema: schemaURL, lastLogin: { origin: gateway.url } };
    expect(await home.readSettings()).toEqual(kept);

    expect(await stage.opencode("run", mainJob, model)).toMatchObject({ exitCode: 0 });
    expectAccepted(gateway);
    expect(await home.readSettings()).toEqual(kept);
  });

  scenario("an empty answer allows the gateway a project names, and that one alone", async () => {
    await using stage = await createStage({ login: false });
    await using other = createGateway();
    const { home, gateway, cwd } = stage;
    const name = (baseURL: string) =>
      home.writeConfig(cwd, { plugin: [bundle], provider: { openai: { baseURL } } });
    await name(gateway.url);
    await using terminal = await loginThroughCli({ home, cwd, apiKey: key, baseURL: "" });
    expect(await terminal.exited).toBe(0);
    expect(await stage.opencode("run", "hello", model)).toMatchObject({ exitCode: 0 });
    expectAccepted(gateway);

    await name(other.url);
    const { exitCode, stderr } = await stage.opencode("run", "hello", model);
    expect([exitCode, other.transcript]).toEqual([1, []]);
    expect(stderr).toContain("trustedOrigins");
  });
});

describe("/connect", () => {
  scenario(
    "of no URL is answered and sends nothing; the next one brings the file up to date",
    async () => {
      await using stage = await createStage({
        login: false,
        config: { model: "openai/gpt-5.1-codex-high" },
      });
      const { home, gateway, cwd } = stage;
      await using terminal = await connectThroughTui({
        home,
        cwd,
        apiKey: key,
        baseURL: "not a url",
        prompt,
        // Wide enough for the toast to stand beside the answer.
        cols: 240,
      });
      terminal.type("hello");
      await terminal.waitFor("hello");
      terminal.press("enter");
      // The toast, then the answer.
      await terminal.waitFor(/┃ +opencode-openai-codex-key +┃/);
      await terminal.waitFor("The settings of opencode-openai-codex-key are not valid");
      expect(gateway.transcript).toEqual([]);
      expect(await home.readSettings()).toBeUndefined();
      // Whatever was typed is stored.
      expect((await home.readCredentials()).openai).toEqual(credential("not a url"));

      await connectAgain(terminal, { apiKey: key, baseURL: `${gateway.url}/`, prompt });
      terminal.type(mainJob);
      await terminal.waitFor(mainJob);
      terminal.press("enter");
      await terminal.waitFor('Done: test.txt holds "hello world".');
      terminal.press("ctrl+c");
      expect(await terminal.exited).toBe(0);

      expectAccepted(gateway);
      expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
      expect(readFileSync(join(cwd, "test.txt"), "utf8").trim()).toBe("hello world");
      expect(await home.readSettings()).toMatchObject({ baseURL: gateway.url });
      expect(modeOf(home.settingsFile)).toBe(0o600);
      expect(modeOf(dirname(home.settingsFile))).toBe(0o700);
    },
  );
});

describe("a credential alone, as /connect leaves it", () => {
  scenario("the newest login wins, and after it an edit of the file by hand", async () => {
    await using stage = await createStage({ login: false });
    const { home, gateway: first } = stage;
    await using second = createGateway();
    /** Which of the two gateways a run asks. */
    const run = async (): Promise<string[]> => {
      const before = [first.transcript.length, second.transcript.length];
      expect(await stage.opencode("run", "hello", model)).toMatchObject({ exitCode: 0 });
      const after = [first.transcript.length, second.transcript.length];
      return ["first", "second"].filter((_, index) => after[index] !== before[index]);
    };

    await home.writeCredential(credential(first.url));
    expect(await run()).toEqual(["first"]);
    expect(await home.readSettings()).toMatchObject({ baseURL: first.url });

    await home.writeCredential(credential(second.url));
    expect(await run()).toEqual(["second"]);
    expect(await home.readSettings()).toMatchObject({ baseURL: second.url });

    await home.writeSettings({ ...(await home.readSettings()), baseURL: first.url });
    expect(await run()).toEqual(["first"]);
    expect(await home.readSettings()).toMatchObject({ baseURL: first.url });
    expectAccepted(first);
    expectAccepted(second);
  });

  scenario("of no URL: a clear error, and no request", async () => {
    await using stage = await createStage({ login: false });
    await stage.home.writeCredential(credential("not a url"));
    const result = await stage.opencode("run", "hello", model);
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain('"baseURL" is "not a url"; allowed is an absolute http(s) URL');
    expect(result.stderr).toContain("opencode auth login");
    expect(stage.gateway.transcript).toEqual([]);
    expect(await stage.home.readSettings()).toBeUndefined();
  });
});

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}
