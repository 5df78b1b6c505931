/** The commands `gateways` and `usage`: what is written, what is shown, and what never is. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFailoverState } from "../../../src/failover/state.ts";
import { createJsonCache } from "../../../src/json-cache.ts";
import { type Clinic, type ClinicOptions, createClinics, KEY } from "./clinic.ts";

const { start, closeAll } = createClinics();
afterEach(closeAll);

const SECOND = "sk-second-1a2b3c4d5e6f7a8b";
const keysFile = ({ home }: Clinic) => join(home, ".opencode", "openai-codex-auth-keys.json");
const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** Two gateways: that of the login, and another with a key of its own. */
async function withTwo(options?: ClinicOptions): Promise<Clinic> {
  const clinic = start(options);
  const { code, stderr } = await clinic.run(["gateways", "add", "b", "https://b.example/v1"], {}, [
    SECOND,
  ]);
  expect([code, stderr]).toEqual([0, "API key for b.example (hidden): "]);
  return clinic;
}

const names = (stdout: string) => [...stdout.matchAll(/^\d+\. (\S+)/gm)].map(([, name]) => name);

describe("gateways", () => {
  test("none, and one", async () => {
    const none = start({ settings: {} });
    expect((await none.run(["gateways"])).stdout).toContain("No gateway is configured.");
    const one = start();
    const { code, stdout } = await one.run(["gateways"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1\. main +http:\/\/127\.0\.0\.1:\d+\n +key from ~\/\.local/);
  });

  test("add: the key goes into a file of its own, and is seen nowhere else", async () => {
    const clinic = await withTwo();
    const { stdout } = await clinic.run(["gateways", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      command: "gateways",
      gateways: [
        // The login's key was kept: OpenCode forgets it with the next login.
        { name: "main", key: keysFile(clinic) },
        { name: "b", baseURL: "https://b.example/v1", key: keysFile(clinic) },
      ],
    });
    expect(stdout).not.toContain(SECOND);
    expect(readFileSync(clinic.settingsFile, "utf8")).not.toContain("sk-");
    expect(read(keysFile(clinic))).toMatchObject({
      keys: {
        main: { origin: clinic.gateway.url, key: KEY },
        b: { origin: "https://b.example", key: SECOND },
      },
    });
    expect(modeOf(keysFile(clinic))).toBe("600");
    expect(modeOf(clinic.settingsFile)).toBe("600");
  });

  test("add: a login that no file has seen yet stays the first", async () => {
    const baseURL = "https://login.example/v1";
    const clinic = await withTwo({
      settings: {},
      credential: { type: "api", key: KEY, metadata: { baseURL } },
    });
    expect(read(clinic.settingsFile)).toMatchObject({ baseURL, lastLogin: { baseURL } });
    expect(names((await clinic.run(["gateways"])).stdout)).toEqual(["main", "b"]);
    expect(read(keysFile(clinic))).toMatchObject({
      keys: { main: { origin: "https://login.example", key: KEY } },
    });
  });

  test("add: asks for what is missing, and makes up a name", async () => {
    const clinic = start({ settings: {} });
    const { code, stdout } = await clinic.run(["gateways", "add"], {}, [
      "https://api.relay.example/v1/",
      SECOND,
    ]);
    expect([code, names(stdout)]).toEqual([0, ["api-relay-example"]]);
    expect(read(clinic.settingsFile)).toMatchObject({
      gateways: [{ name: "api-relay-example", baseURL: "https://api.relay.example/v1" }],
    });
  });

  test("add: a key of the environment is named, not stored", async () => {
    const clinic = start();
    const add = ["gateways", "add", "c", "https://c.example", "--key-env", "C_KEY"];
    const env = { ...clinic.env, C_KEY: SECOND };
    expect((await clinic.run(add, { env })).stdout).toContain(
      "key from environment variable C_KEY",
    );
    expect((await clinic.run(["gateways"])).stdout).toMatch(
      /2\. c +https:\/\/c\.example\n +no key/,
    );
    expect(JSON.stringify(read(keysFile(clinic)))).not.toContain(SECOND);
  });

  test.each<[string, string[], string[], RegExp]>([
    ["a name twice", ["add", "B", "https://c.example"], [SECOND], /There is a gateway "B" already/],
    ["the name of the first", ["add", "main", "https://c.example"], [], /name .* is not "main"/],
    ["no URL", ["add", "c", "c.example"], [], /base URL must be an absolute http/],
    ["a key with a space", ["add", "c", "https://c.example"], ["sk a"], /A key has no spaces/],
    ["no key", ["add", "c", "https://c.example"], [], /Nothing was entered/],
    ["an unknown name", ["use", "x"], [], /no gateway "x"\. There is: main, b\./],
    ["the first renamed", ["rename", "main", "x"], [], /has no other name/],
    ["a name that is taken", ["rename", "b", "B b"], [], /new name must be/],
  ])("%s: nothing changes", async (_name, words, answers, said) => {
    const clinic = await withTwo();
    const before = [readFileSync(clinic.settingsFile), readFileSync(keysFile(clinic))];
    const { code, stderr, stdout } = await clinic.run(["gateways", ...words], {}, answers);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(said);
    expect([readFileSync(clinic.settingsFile), readFileSync(keysFile(clinic))]).toEqual(before);
  });

  test.each([
    [["list", "of"], 0],
    [["ad"], 2],
    [["use"], 2],
    [["use", "b", "main"], 2],
    [["rename", "b"], 2],
  ])("%j ends with %i", async (words, code) => {
    expect((await (await withTwo()).run(["gateways", ...words])).code).toBe(code);
  });

  test("use, order, rename, key, remove", async () => {
    const clinic = await withTwo();
    const run = async (...words: string[]) => (await clinic.run(["gateways", ...words])).stdout;
    expect(names(await run("use", "b"))).toEqual(["b", "main"]);
    expect(names(await run("rename", "b", "relay-b"))).toEqual(["relay-b", "main"]);
    expect(read(keysFile(clinic))).toMatchObject({ keys: { "relay-b": { key: SECOND } } });
    expect(names(await run("order", "main", "relay-b"))).toEqual(["main", "relay-b"]);
    const other = "sk-other-1a2b3c4d5e6f";
    expect((await clinic.run(["gateways", "key", "relay-b"], {}, [other])).code).toBe(0);
    expect(read(keysFile(clinic))).toMatchObject({ keys: { "relay-b": { key: other } } });
    const no = await clinic.run(["gateways", "remove", "relay-b"], {}, ["n"]);
    expect(names(no.stdout)).toEqual(["main", "relay-b"]);
    expect(names(await run("remove", "relay-b", "--yes"))).toEqual(["main"]);
    expect(JSON.stringify(read(keysFile(clinic)))).not.toContain(other);
    expect(read(clinic.settingsFile)).toMatchObject({ gateways: [], gatewayOrder: ["main"] });
  });

  test("the first one removed: the others stay, and its key is gone", async () => {
    const clinic = await withTwo();
    await clinic.run(["gateways", "remove", "main", "-y"]);
    const { stdout } = await clinic.run(["gateways"]);
    expect(names(stdout)).toEqual(["b"]);
    expect(read(clinic.settingsFile)).not.toHaveProperty("baseURL");
    expect(read(keysFile(clinic))).not.toHaveProperty("keys.main");
  });

  test("comments, and what the file holds beside, stay", async () => {
    const settings = '{\n  // mine\n  "baseURL": "https://a.example",\n  "mine": 1,\n}\n';
    const clinic = start({ settings, credential: null });
    await clinic.run(["gateways", "add", "b", "https://b.example"], {}, [SECOND]);
    const text = readFileSync(clinic.settingsFile, "utf8");
    for (const part of ["// mine", '"mine": 1', '"name": "b"']) expect(text).toContain(part);
  });

  test("a settings file with a mistake in it is not written over", async () => {
    const clinic = start({ settings: { baseURL: "nowhere" } });
    const { code, stderr } = await clinic.run(["gateways", "add", "b", "https://b.example"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/The settings file: "baseURL" is "nowhere"; allowed is an absolute/);
    expect(existsSync(keysFile(clinic))).toBe(false);
  });

  test("a file of keys that is none: told, and not written over", async () => {
    const clinic = await withTwo();
    writeFileSync(keysFile(clinic), '{"keys": {"b"');
    const { stdout } = await clinic.run(["config"]);
    expect(stdout).toMatch(/✗ .*auth-keys\.json is not readable/);
    const add = await clinic.run(["gateways", "add", "c", "https://c.example"], {}, [SECOND]);
    expect([add.code, add.stderr]).toEqual([1, expect.stringContaining("Mend it, or delete it")]);
    expect(readFileSync(keysFile(clinic), "utf8")).toBe('{"keys": {"b"');
  });
});

describe("usage", () => {
  const wallet = { mode: "unrestricted", isValid: true, unit: "USD", remaining: 8, balance: 8 };

  test("each gateway is asked, with its own key", async () => {
    const asked: (string | null)[] = [];
    const relay = Bun.serve({
      port: 0,
      fetch(request) {
        asked.push(`${new URL(request.url).pathname} ${request.headers.get("authorization")}`);
        return Response.json(wallet);
      },
    });
    const clinic = start();
    await clinic.run(["gateways", "add", "b", `http://127.0.0.1:${relay.port}/v1`], {}, [SECOND]);
    const { code, stdout } = await clinic.run(["usage"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^main +not known: the gateway has no such page for a key\nb +\$8\.00 left$/m,
    );
    expect(asked).toEqual([`/v1/usage Bearer ${SECOND}`]);
    const one = await clinic.run(["usage", "--gateway", "b", "--json"]);
    expect(JSON.parse(one.stdout)).toMatchObject({
      command: "usage",
      gateways: [
        { gateway: "b", source: "asked", balance: { remaining: { value: 8, unit: "USD" } } },
      ],
    });
    expect(`${stdout}${one.stdout}`).not.toMatch(/sk-/);
    await relay.stop(true);
  });

  test("nothing is known: 1", async () => {
    expect((await start().run(["usage"])).code).toBe(1);
    const { code, stdout } = await start({ settings: {} }).run(["usage"]);
    expect([code, stdout]).toEqual([1, "No gateway is configured.\n"]);
  });

  test("a gateway that is not there", async () => {
    const { code, stderr } = await start().run(["usage", "--gateway", "x"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("There is: main.")]);
  });
});

describe("status", () => {
  test("the first, one that rests and why, one without a key", async () => {
    const clinic = await withTwo();
    const { cacheFolder } = await import("../../../src/cli/instructions.ts");
    const cache = createJsonCache({ folder: cacheFolder(clinic), debug: () => {} });
    const state = createFailoverState(cache);
    const main = { name: "main", baseURL: clinic.gateway.url, key: KEY };
    const b = { name: "b", baseURL: "https://b.example/v1", key: SECOND };
    await state.succeed(b, "ses_1");
    await state.fail(main, "quota");
    await clinic.run(["gateways", "add", "c", "https://c.example", "--key-env", "NO_KEY"]);
    const { code, stdout } = await clinic.run(["status"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^main +resting for 10 min more: its balance or quota is used up$/m);
    expect(stdout).toMatch(/^b +asked first, answered 0 s ago$/m);
    expect(stdout).toMatch(/^c +no key$/m);
    const json = JSON.parse((await clinic.run(["status", "--json"])).stdout);
    expect(json.gateways.map((one: { state: string }) => one.state)).toEqual([
      "resting",
      "first",
      "no key",
    ]);
    await clinic.run(["gateways", "key", "main"], {}, ["sk-another-0123456789"]);
    expect((await clinic.run(["status"])).stdout).toMatch(/^main +asked first$/m);
  });

  test("failover switched off; nothing to ask", async () => {
    const clinic = start({ settings: { failover: false, baseURL: "https://a.example" } });
    await clinic.run(["gateways", "add", "b", "https://b.example"], {}, [SECOND]);
    expect((await clinic.run(["status"])).stdout).toMatch(/^b +not in use \(failover is off\)$/m);
    const none = await start({ settings: {} }).run(["status"]);
    expect([none.code, none.stdout]).toEqual([1, "No gateway is configured.\n"]);
  });
});

describe("--gateway", () => {
  test("doctor, models: the named one is looked at, with its own key", async () => {
    const clinic = await withTwo();
    const other = start({ gateway: { key: SECOND } });
    await clinic.run(["gateways", "add", "c", other.gateway.url], {}, [SECOND]);
    const doctor = await clinic.run(["doctor", "--gateway", "c"]);
    expect([doctor.code, doctor.stdout]).toEqual([
      0,
      expect.stringContaining(`✓ Settings     ${other.gateway.url}`),
    ]);
    expect(clinic.gateway.turns()).toEqual([]);
    expect(doctor.stdout).toMatch(/! Gateways +one cannot be asked\n +main: 6 models\n +b: /);
    expect((await clinic.run(["models", "--gateway", "c"])).stdout).toContain(other.gateway.url);
    const none = await clinic.run(["doctor", "--gateway", "x"]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("There is: main, b, c.")]);
  });
});
