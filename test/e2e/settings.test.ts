/** Where base URL and key come from, seen from the gateway: only the one that wins is asked. */
import { describe, expect } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lookOutside } from "./harness/outside.ts";
import {
  bundle,
  createGateway,
  createStage,
  credential,
  expectAccepted,
  firstOf,
  key,
  modelsOnTheWire,
  scenario,
} from "./support.ts";

const model = "--model=openai/gpt-5.1-codex-high";

/** Where a base URL can stand, the strongest place first. */
const places = [
  "environment",
  "settings file",
  "plugin options",
  "provider.openai.baseURL",
  "provider.openai.options.baseURL",
  "provider.openai.api",
] as const;

describe("the base URL", () => {
  // Each beats all that are weaker: so every pair of places is shown.
  const rows = [...places.entries()];
  for (const [strength, strongest] of firstOf(rows, 2)) {
    const weaker = places.slice(strength + 1);
    const others = weaker.length === 0 ? "alone" : `beats ${weaker.join(", ")}`;
    scenario(`in ${strongest} ${others}`, async () => {
      await using stage = await createStage({ login: false });
      await using loser = createGateway();
      const { home, cwd, gateway } = stage;
      const urlIn = (place: (typeof places)[number]): string | undefined => {
        if (place === strongest) return gateway.url;
        return weaker.includes(place) ? loser.url : undefined;
      };
      // The key alone, so that no login has a say.
      await home.writeCredential({ type: "api", key });
      const file = urlIn("settings file");
      if (file !== undefined) {
        const headers = { "User-Agent": "codex_cli_rs/0.80.0", "x-team": "blue" };
        await home.writeSettings({ baseURL: file, headers });
      }
      const written = urlIn("provider.openai.baseURL");
      // JSONC, with a placeholder that OpenCode fills in, which the plugin has to do as well here.
      await writeFile(
        join(home.configFolder, "opencode.jsonc"),
        `{
          // The host drops this key before the plugin sees it.
          "provider": { "openai": { ${written === undefined ? "" : '"baseURL": "{env:MY_GATEWAY}/",'} } },
        }`,
      );
      const options = urlIn("plugin options");
      // The user's own: what a project may say is another matter (key.test.ts).
      await home.writeConfig(cwd, {});
      await home.writeConfig("global", {
        plugin: [options === undefined ? bundle : [bundle, { baseURL: options }]],
        provider: {
          openai: {
            options: { baseURL: urlIn("provider.openai.options.baseURL") },
            api: urlIn("provider.openai.api"),
          },
        },
      });
      const environment = urlIn("environment");
      const result = await stage.opencodeWith(
        {
          ...(environment !== undefined && { OPENCODE_CODEX_BASE_URL: environment }),
          ...(written !== undefined && { MY_GATEWAY: written }),
        },
        "run",
        "hello",
        model,
      );

      expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("hello") });
      expectAccepted(gateway);
      expect(loser.transcript).toEqual([]);
      expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
      for (const { headers } of gateway.requests()) {
        expect(headers.authorization).toBe(`Bearer ${key}`);
        // The file's other settings count also where another place beats its base URL.
        expect(headers["x-team"]).toBe(file === undefined ? undefined : "blue");
        expect(headers["user-agent"] === "codex_cli_rs/0.80.0").toBe(file !== undefined);
      }
    });
  }
});

describe("OPENCODE_CODEX_API_KEY", () => {
  scenario("needs no login, with a base URL from the plugin's options", async () => {
    await using stage = await createStage({ login: false });
    const { home, cwd, gateway } = stage;
    await home.writeConfig(cwd, {});
    await home.writeConfig("global", { plugin: [[bundle, { baseURL: gateway.url }]] });
    const environment = { OPENCODE_CODEX_API_KEY: key };
    const result = await stage.opencodeWith(environment, "run", "hello", model);
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("hello") });
    expectAccepted(gateway);
    expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex high"]);
    expect(await home.readCredentials()).toEqual({});
    expect(await home.readSettings()).toBeUndefined();
  });

  scenario("wins over a stored credential, whose base URL stays good", async () => {
    await using stage = await createStage({ login: false });
    await stage.home.writeCredential(credential(stage.gateway.url, "sk-stored"));
    const environment = { OPENCODE_CODEX_API_KEY: key };
    const result = await stage.opencodeWith(environment, "run", "hello", model);
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("hello") });
    expectAccepted(stage.gateway);
    expect(stage.gateway.requests().map(({ rawBody }) => rawBody.includes("sk-"))).not.toContain(
      true,
    );
  });
});

describe("a ChatGPT login", () => {
  scenario("is left to OpenCode: its models, its server, nothing to the gateway", async () => {
    await using stage = await createStage({ login: false });
    const { home, gateway } = stage;
    await home.writeSettings({ baseURL: gateway.url });
    await home.writeCredential({
      type: "oauth",
      refresh: "refresh-of-chatgpt",
      access: "access-of-chatgpt",
      expires: Date.now() + 3_600_000,
    });
    const { models, asked } = await lookOutside(stage, ([first]) => first);
    expect(models.length).toBeGreaterThan(0);
    expect(models).not.toContain("gpt-5.1-codex-high");
    expect(asked).toBe("CONNECT chatgpt.com:443 HTTP/1.1");
    expect(gateway.transcript).toEqual([]);
  });
});
