import { afterAll, afterEach, describe, expect, test } from "bun:test";
import * as v from "valibot";
import { renderResult, renderSummary } from "../../../src/cli/render.ts";
import { checkIds, type Result } from "../../../src/cli/types.ts";
import { cliWords } from "../../../src/cli/words/words.ts";
import { speak } from "../../../src/words/current.ts";
import { type Language, languages } from "../../../src/words/language.ts";
import { createClinics, KEY, silence } from "./clinic.ts";
import { englishIn } from "./english-in.ts";
import { states } from "./states.ts";
import { tooLong } from "./too-long.ts";

const { start, closeAll } = createClinics();
afterEach(closeAll);
afterAll(() => speak("en"));

/** What a terminal of this width shows of it. */
function show(results: readonly Result[], language: Language, home: string, width: number): string {
  const look = {
    style: (_: unknown, text: string) => text,
    words: cliWords(language),
    home,
    width,
  };
  const ok = results.every(({ status }) => status !== "fail");
  const lines = results.map((result) => renderResult(result, look)).join("");
  return lines + renderSummary({ results, ok }, look);
}

/** The shape of `--json`, which programs rely on. */
const Document = v.strictObject({
  program: v.literal("opencode-openai-codex-key"),
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+/)),
  command: v.literal("doctor"),
  runtime: v.strictObject({ name: v.picklist(["bun", "node"]), version: v.string() }),
  ok: v.boolean(),
  cause: v.nullable(
    v.strictObject({ check: v.string(), summary: v.string(), advice: v.optional(v.string()) }),
  ),
  checks: v.array(
    v.strictObject({
      id: v.picklist(checkIds),
      title: v.string(),
      status: v.picklist(["ok", "warn", "fail", "skip"]),
      summary: v.pipe(v.string(), v.nonEmpty()),
      details: v.exactOptional(v.array(v.string())),
      advice: v.exactOptional(v.string()),
      data: v.exactOptional(v.record(v.string(), v.unknown())),
      ms: v.number(),
    }),
  ),
});
const read = (stdout: string) => v.parse(Document, JSON.parse(stdout));

describe("a healthy machine", () => {
  test("everything is fine, and every check says so", async () => {
    const { run } = start();
    const { code, stdout, stderr } = await run(["doctor"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect([...stdout.matchAll(/^([✓!✗-]) /gm)].map(([, mark]) => mark)).toEqual(
      checkIds.map(() => "✓"),
    );
    expect(stdout).toContain(`Nothing is broken: ${checkIds.length} fine.`);
    expect(stdout).not.toContain(KEY);
  });

  test("one JSON document with the same data", async () => {
    const { run, gateway } = start();
    const { code, stdout } = await run(["doctor", "--json"]);
    const { ok, checks } = read(stdout);
    expect([code, ok]).toEqual([0, true]);
    expect(checks.map(({ id }) => id)).toEqual([...checkIds]);
    const byId = new Map(checks.map((check) => [check.id, check.data]));
    expect(byId.get("endpoint")).toMatchObject({
      url: `${gateway.url}/backend-api/codex/responses`,
    });
    expect(byId.get("credential")).toMatchObject({ type: "api", key: { length: KEY.length } });
    expect(byId.get("models")).toMatchObject({ asked: "gpt-5.2" });
  });

  test("three requests in the form of the real ones, all to the model that was named", async () => {
    const { run, gateway } = start();
    expect((await run(["doctor", "--model", "gpt-5.1-codex-high"])).code).toBe(0);
    const bodies = gateway.requests().map(({ body }) => body);
    expect(bodies).toMatchObject([1, 2, 3].map(() => ({ model: "gpt-5.1-codex" })));
    expect(bodies[0]).toMatchObject({ reasoning: { effort: "high" } });
    expect(bodies[1]).toMatchObject({ tool_choice: { type: "function" } });
    expect(bodies[2]).toEqual(bodies[0]);
    expect(gateway.requests().every(({ refusal }) => refusal === undefined)).toBe(true);
  });

  test("a list without a model of our table: its first one is asked", async () => {
    const { run, gateway } = start({
      gateway: { models: { shape: "openai", models: ["text-embedding-3", "my-model"] } },
    });
    expect((await run(["doctor"])).code).toBe(0);
    expect(gateway.requests()[0]?.body).toMatchObject({ model: "my-model" });
  });

  test("a gateway that forbids forcing a tool gets a second chance", async () => {
    const { run, gateway } = start({
      gateway: {
        respond: ({ tools }, { exchange }) =>
          tools.length > 0 && exchange.rawBody.includes('"tool_choice":{')
            ? Response.json({ error: { message: "tool_choice must be auto" } }, { status: 400 })
            : undefined,
      },
    });
    expect((await run(["doctor"])).stdout).toMatch(/✓ Tool calling/);
    expect(gateway.turns().map(({ status }) => status)).toEqual([400, 200]);
  });

  test("a key with white space around it is the key", async () => {
    const { run, gateway } = start({ credential: { type: "api", key: `  ${KEY}\n` } });
    const { code, stdout } = await run(["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ Credential .*\n.*white space around it is left out/);
    expect(gateway.requests()[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test("the key of the environment outranks the login", async () => {
    const { run } = start({
      credential: { type: "api", key: "sk-stale-000000" },
      env: { OPENCODE_CODEX_API_KEY: KEY },
    });
    const { code, stdout } = await run(["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/environment variable OPENCODE_CODEX_API_KEY; it outranks the one in/);
  });
});

test("an account of OpenCode 2 is named, and what needs its key is left out", async () => {
  const connections = [
    { type: "credential", id: "cred_1", label: "Relay", method: "key" },
    { type: "env", name: "OPENAI_API_KEY" },
  ];
  const accounts = JSON.stringify([{ id: "openai", name: "OpenAI", connections }]);
  const { run, gateway } = start({ credential: null, accounts });
  const { code, stdout } = await run(["doctor"]);
  expect(code).toBe(0);
  expect(stdout).toContain("- Credential");
  expect(stdout).toMatch(/accounts of OpenCode 2 in \S+opencode\.db: "Relay" \(key\)\n/);
  expect(stdout).toContain("run this with OPENCODE_CODEX_API_KEY set");
  expect(stdout).toContain('not checked: "Credential" could not be looked at');
  expect(gateway.requests()).toEqual([]);
});

/** The marked check, and the cause in the last lines. */
const endings = {
  en: { fail: /^✗ [\s\S]*\nThe cause: /m, warn: /^! [\s\S]*\nTo look at: /m },
  zh: { fail: /^✗ [\s\S]*\n原因：/m, warn: /^! [\s\S]*\n需留意：/m },
} as const;

describe("broken states", () => {
  test("every check finds something in one of them", () => {
    const found = new Set(states.map(({ check }) => check));
    expect(checkIds.filter((id) => !found.has(id))).toEqual([]);
  });

  test.each(states.map((state) => [state.name, state] as const))(
    "%s",
    async (_name, state) => {
      const clinic = start(state.options);
      const undo = state.harm?.(clinic);
      try {
        const change =
          state.timeouts === undefined ? {} : { timeouts: { host: 5_000, ...state.timeouts } };
        const text = await clinic.run(["doctor"], change);
        const json = await clinic.run(["doctor", "--json"], change);
        const { ok, checks, cause } = read(json.stdout);

        const found = checks.find(({ id }) => id === state.check);
        const said = [found?.summary, ...(found?.details ?? [])].join("\n");
        expect(said).toMatch(state.says);
        expect(found?.advice).toMatch(state.advice);
        // No other check may fail: the user is sent to the one cause.
        const failed = checks.filter(({ status }) => status === "fail").map(({ id }) => id);
        expect(failed).toEqual(state.status === "fail" ? [state.check] : []);
        expect(found?.status).toBe(state.status);

        // The last line names the one cause.
        expect(cause?.check).toBe(state.check);
        const [last = ""] = text.stdout.trimEnd().split("\n").slice(-1);
        expect(last).toStartWith(state.status === "fail" ? "The cause: " : "To look at: ");

        const code = state.status === "fail" ? 1 : 0;
        expect([text.code, json.code, ok]).toEqual([code, code, code === 0]);
        expect(text.stdout).toMatch(state.status === "fail" ? /^✗ /m : /^! /m);
        // The same in Chinese, and both on terminals.
        const env = { ...clinic.env, OPENCODE_CODEX_LANG: "zh" };
        const chinese = await clinic.run(["doctor", "--json"], { ...change, env });
        expect(chinese.code).toBe(code);
        const saidIn = { en: checks, zh: read(chinese.stdout).checks };
        for (const language of languages) {
          for (const width of [60, 120]) {
            const shown = show(saidIn[language], language, clinic.home, width);
            expect(tooLong(shown, width)).toEqual([]);
            expect(shown).toMatch(endings[language][state.status]);
            if (language === "zh") expect(englishIn(shown)).toEqual([]);
          }
        }

        for (const { stdout, stderr } of [text, json, chinese]) {
          expect(stdout + stderr).not.toContain(KEY);
          expect(stdout + stderr).not.toContain("\u001b");
        }
      } finally {
        undo?.();
      }
    },
    20_000,
  );

  test("what needs a check that failed is skipped, and names the first cause", async () => {
    const { run, gateway } = start({ settings: null, credential: null });
    const { checks } = read((await run(["doctor", "--json"])).stdout);
    const byId = new Map(checks.map((check) => [check.id, check]));
    expect(byId.get("connection")).toMatchObject({
      status: "skip",
      summary: 'not checked: "Settings" failed',
      data: { because: "settings" },
    });
    expect(byId.get("clock")).toMatchObject({ status: "skip", data: { because: "credential" } });
    expect(gateway.transcript).toEqual([]);
  });

  test("a secret in the settings is in no output, whoever says it", async () => {
    // Nothing of it looks like one.
    const secret = "blue-orchid-harbour";
    const { run, settingsFile, gateway } = start({
      gateway: {
        respond: (_turn, { exchange }) =>
          exchange.kind === "responses"
            ? Response.json(
                { error: { message: `unknown client ${exchange.headers["x-client"]}` } },
                { status: 400 },
              )
            : undefined,
      },
    });
    await Bun.write(
      settingsFile,
      JSON.stringify({
        baseURL: gateway.url,
        instructions: "builtin",
        headers: { "X-Client": secret },
      }),
    );
    for (const args of [["doctor"], ["doctor", "--json"], ["config"], ["config", "--json"]]) {
      const { stdout, stderr } = await run(args);
      expect(stdout + stderr).not.toContain(secret);
      expect(stdout).toContain("X-Client");
    }
  });
});

describe("stopping", () => {
  test("Ctrl-C in the middle ends it at once, with 130", async () => {
    const { run, gateway } = start({
      gateway: { respond: (_turn, { signal }) => silence(signal) },
    });
    const stop = new AbortController();
    const visit = run(["doctor"], { signal: stop.signal });
    await gateway.until(() => true);
    const started = performance.now();
    stop.abort(new Error("stopped"));
    const { code, stderr, stdout } = await visit;
    expect([code, stderr]).toEqual([130, "Stopped.\n"]);
    expect(stdout).not.toMatch(/Endpoint/);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
