/** A stage for one end-to-end test: a gateway, a home with the built plugin in it, a project. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import * as v from "valibot";
import { readTurn, type TurnRequest } from "../gateway/request.ts";
import { startGateway } from "../gateway/server.ts";
import type { Exchange, Gateway, GatewayOptions } from "../gateway/types.ts";
import { createHome, type Home, type HomeOptions } from "./harness/home.ts";
import { plain, type RunResult, runOpenCode } from "./harness/run.ts";
import { type Project, type Server, startServer } from "./harness/serve.ts";

/** What users get: the bundle that `bun run build` makes. */
export const bundle = join(import.meta.dir, "../../dist/index.js");

/** The only key the gateways of the stages take. */
export const key = "sk-test-0123456789";

/** The same as what the brain of the gateway knows to do. */
export const mainJob = "write hello world to test.txt";

/** Every row of the long tables, a quarter of an hour more: `OPENCODE_E2E_ALL=1 bun run test:e2e`. */
export const thorough = process.env.OPENCODE_E2E_ALL !== undefined;

/** Of rows that take the same way through OpenCode: the first ones, and all of them on demand. */
export function firstOf<Row>(rows: readonly Row[], count = 1): readonly Row[] {
  return thorough ? rows : rows.slice(0, count);
}

/** Milliseconds for one start of OpenCode; it takes three seconds when nothing else is going on. */
const runLimit = 45_000;

/** Refuses at once, so that no test hangs on the network or counts against its limits. */
const noGitHub = {
  OPENCODE_CODEX_GITHUB_RAW_URL: "http://127.0.0.1:1/raw",
  OPENCODE_CODEX_GITHUB_API_URL: "http://127.0.0.1:1/api",
};

export interface Stage extends AsyncDisposable {
  readonly home: Home;
  /** A git repository inside the home. */
  readonly cwd: string;
  readonly gateway: Gateway;
  /** Runs OpenCode to its end; output without terminal sequences. */
  opencode(...args: string[]): Promise<RunResult>;
  opencodeWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<RunResult>;
}

export interface StageOptions extends HomeOptions {
  gateway?: Partial<GatewayOptions>;
  /** Files of the project, path → content. */
  files?: Readonly<Record<string, string>>;
  /** Added to the `opencode.json` of the project, which names the plugin. */
  config?: Readonly<Record<string, unknown>>;
  /** Stores a credential with the gateway's URL, as a login does. Default true. */
  login?: boolean;
}

/** One start of OpenCode for many stages that differ in their project and their gateway alone. */
export interface SharedServer {
  /** Key and base URL stand in the stage's project. */
  createStage(options: SharedStageOptions): Promise<SharedStage>;
}

export type SharedStageOptions = Pick<StageOptions, "gateway" | "config" | "files"> & {
  /** The plugin's, beside the base URL. */
  readonly settings?: object;
};

export type SharedStage = Pick<Stage, "gateway" | "cwd"> & Project & AsyncDisposable;

/** To be called at the top of a file or within a `describe`: for the tests in it. */
export function shareServer(): SharedServer {
  let stage: Stage;
  let server: Server;
  beforeAll(async () => {
    stage = await createStage({ login: false });
    server = await startServer(stage);
  }, 2 * runLimit);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
  });
  return {
    async createStage({ gateway: options, config = {}, files, settings }) {
      const gateway = startGateway({ key, ...options });
      const cwd = await stage.home.project(files);
      const { provider, ...others } = v.parse(Config, config);
      const { openai } = provider;
      await stage.home.writeConfig(cwd, {
        snapshot: false,
        ...others,
        plugin: [[bundle, { baseURL: gateway.url, ...settings }]],
        provider: { openai: { ...openai, options: { ...openai.options, apiKey: key } } },
      });
      return { gateway, cwd, ...server.project(cwd), [Symbol.asyncDispose]: gateway.close };
    },
  };
}

const Config = v.looseObject({
  provider: v.optional(
    v.object({
      openai: v.optional(
        v.looseObject({ options: v.optional(v.record(v.string(), v.unknown()), {}) }),
        {},
      ),
    }),
    {},
  ),
});

export async function createStage(options: StageOptions = {}): Promise<Stage> {
  const home = await createHome({ ...options, env: { ...noGitHub, ...options.env } });
  const gateway = startGateway({ key, ...options.gateway });
  const cwd = await home.project(options.files);
  // Copies of the project by git, at each step, take a tenth of a run.
  await home.writeConfig(cwd, { snapshot: false, plugin: [bundle], ...options.config });
  if (options.login !== false) await home.writeCredential(credential(gateway.url));

  const opencodeWith: Stage["opencodeWith"] = async (env, ...args) => {
    const result = await runOpenCode({ home, cwd, args, env, timeoutMs: runLimit });
    if (result.timedOut) throw new Error(await describeHang(home, gateway, result));
    return { ...result, stdout: plain(result.stdout), stderr: plain(result.stderr) };
  };
  return {
    home,
    cwd,
    gateway,
    opencode: (...args) => opencodeWith({}, ...args),
    opencodeWith,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await home.dispose();
    },
  };
}

/** What can be known about a run that did not end by itself: most often it asks again and again. */
async function describeHang(home: Home, gateway: Gateway, result: RunResult): Promise<string> {
  const log = join(home.dataFolder, "log/opencode.log");
  const errors = (
    await Bun.file(log)
      .text()
      .catch(() => "")
  )
    .split("\n")
    .filter((line) => /level=(ERROR|WARN)/.test(line))
    .map((line) => line.slice(0, 600));
  const asked = gateway.transcript.map(({ method, path, status }) => `${method} ${path} ${status}`);
  return [
    `OpenCode did not end within ${runLimit} ms.`,
    `It printed: ${plain(result.stdout + result.stderr)}`,
    `The gateway was asked: ${asked.slice(-20).join(", ")}`,
    `Its log: ${errors.slice(-20).join("\n")}`,
  ].join("\n");
}

/** A gateway beside the stage's own. */
export function createGateway(options: Partial<GatewayOptions> = {}): Gateway & AsyncDisposable {
  const gateway = startGateway({ key, ...options });
  return { ...gateway, [Symbol.asyncDispose]: gateway.close };
}

/** What the host stores after a login, `/connect` included. */
export function credential(baseURL: string, apiKey = key): object {
  return { type: "api", key: apiKey, metadata: { baseURL } };
}

/** What an exchange asked for. */
export function turnOf(exchange: Exchange): TurnRequest {
  return readTurn(exchange.body, exchange.headers);
}

/** Model and effort of each turn of an agent, without repetitions: `gpt-5.2 high`. */
export function modelsOnTheWire(gateway: Gateway): string[] {
  const asked = gateway.turns().map(turnOf);
  return [...new Set(asked.map(({ model, effort }) => `${model} ${effort}`))];
}

/** Requires that the gateway was asked, and took every request, titles included. */
export function expectAccepted(gateway: Gateway): void {
  expect(gateway.turns().length).toBeGreaterThan(0);
  const refused = gateway.transcript.filter(({ status }) => status !== 200);
  expect(refused.map(({ path, status, refusal }) => ({ path, status, refusal }))).toEqual([]);
}

/** A test that runs OpenCode. The limits are in the harness: each run, each step in a terminal. */
export function scenario(name: string, play: () => Promise<void>): void {
  test(name, play, 15 * 60_000);
}
