/** A stage for one test on OpenCode 2: a gateway, a home with the built plugin in it, a project. */
import { describe } from "bun:test";
import { dirname } from "node:path";
import { startGateway } from "../../gateway/server.ts";
import type { Gateway, GatewayOptions } from "../../gateway/types.ts";
import { hasOpenCode2, openCode2 } from "../harness/binary.ts";
import { createHome, type Home } from "../harness/home.ts";
import { runCommand } from "../harness/processes.ts";
import { plain, type RunResult, runOpenCode } from "../harness/run.ts";
import { bundle, key } from "../support.ts";

/** The form of the plugin's line that every host takes: a file is none of OpenCode 2's. */
export const pluginFolder = dirname(bundle);

/** Skipped, and said so, where there is no program of OpenCode 2. */
export const describeV2 = describe.skipIf(!hasOpenCode2);

/** Milliseconds for one run; two seconds when nothing else is going on. */
const runLimit = 60_000;

export interface StageV2 extends AsyncDisposable {
  readonly home: Home;
  readonly cwd: string;
  readonly gateway: Gateway;
  /** `opencode run --standalone --auto`, to its end; output without terminal sequences. */
  run(...args: string[]): Promise<RunResult>;
  runWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<RunResult>;
  /** Any other command. */
  opencode(...args: string[]): Promise<RunResult>;
  opencodeWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<RunResult>;
}

export interface StageV2Options {
  gateway?: Partial<GatewayOptions>;
  files?: Readonly<Record<string, string>>;
  /** Added to the `opencode.json` of the project, which names the plugin. */
  config?: Readonly<Record<string, unknown>>;
  env?: Readonly<Record<string, string>>;
  /** Key and base URL from the environment. Default true. */
  headless?: boolean;
}

/** Refuses at once, so that no test hangs on the network. */
const offline = {
  OPENCODE_CODEX_GITHUB_RAW_URL: "http://127.0.0.1:1/raw",
  OPENCODE_CODEX_GITHUB_API_URL: "http://127.0.0.1:1/api",
};

export async function createStageV2(options: StageV2Options = {}): Promise<StageV2> {
  const gateway = startGateway({ key, ...options.gateway });
  const headless =
    options.headless === false
      ? {}
      : { OPENCODE_CODEX_API_KEY: key, OPENCODE_CODEX_BASE_URL: gateway.url };
  const home = await createHome({
    version: openCode2,
    env: { ...offline, ...headless, ...options.env },
  });
  const cwd = await home.project(options.files);
  await home.writeConfig(cwd, { plugin: [pluginFolder], ...options.config });

  const opencodeWith: StageV2["opencodeWith"] = async (env, ...args) => {
    const result = await runOpenCode({ home, cwd, args, env, timeoutMs: runLimit });
    const shown = { stdout: plain(result.stdout), stderr: plain(result.stderr) };
    if (!result.timedOut) return { ...result, ...shown };
    const asked = gateway.transcript.map(
      ({ method, path, status }) => `${method} ${path} ${status}`,
    );
    throw new Error(
      `OpenCode 2 did not end within ${runLimit} ms.\nIt printed: ${shown.stdout}${shown.stderr}\nThe gateway was asked: ${asked.slice(-20).join(", ")}`,
    );
  };
  const runWith: StageV2["runWith"] = (env, ...args) =>
    opencodeWith(env, "run", "--standalone", "--auto", ...args);

  return {
    home,
    cwd,
    gateway,
    runWith,
    run: (...args) => runWith({}, ...args),
    opencode: (...args) => opencodeWith({}, ...args),
    opencodeWith,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      // Where a command has started the service, it outlives the command.
      await runCommand([home.binary, "service", "stop"], { cwd, env: { ...home.env } }).catch(
        () => {},
      );
      await home.dispose();
    },
  };
}
