/** A machine for the program to look at: a home, a project, an OpenCode, a gateway. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toolName } from "../../../src/cli/lab.ts";
import { runCli } from "../../../src/cli/main.ts";
import type { Surroundings } from "../../../src/cli/types.ts";
import { startGateway } from "../../gateway/server.ts";
import type { Brain, Gateway, GatewayOptions } from "../../gateway/types.ts";

/** The only key that is right; it must never be seen in any output. */
export const KEY = "sk-clinic-4f9a8b7c6d5e3f2a";

/** Answers in a word, and calls the doctor's tool when it is offered. */
export const healthyBrain: Brain = ({ tools }) =>
  tools.some(({ name }) => name === toolName)
    ? { kind: "tools", calls: [{ name: toolName, arguments: { ready: true } }] }
    : { kind: "text", text: "ready", reasoning: "**Being ready**" };

export type ClinicOptions = {
  readonly gateway?: Partial<GatewayOptions>;
  /** Settings file; a string is written as it is, `null` writes none. Default: the gateway's URL. */
  readonly settings?: object | string | null;
  /** Entry for `openai` in auth.json; `null` for none. Default: the key. */
  readonly credential?: object | null;
  /** `opencode.json` of the project. Default: lists the plugin. */
  readonly config?: object | string | null;
  /** What `opencode --version` says; `null` for no such program. */
  readonly version?: string | null;
  readonly host?: HostOptions;
  /** Makes it an OpenCode 2 with this answer to `auth list --format json`, and a database. */
  readonly accounts?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** What the program named `opencode` answers, in the words of the real one. */
export type HostOptions = {
  /** How often it calls the plugin. Default once. */
  readonly runs?: number;
  /** Whether the plugin takes the provider then. Default true. */
  readonly ours?: boolean;
  /** Models of `openai` that it lists; `null`: it knows no such provider. */
  readonly models?: readonly string[] | null;
  /** `opencode debug config`; a string is an error. */
  readonly config?: object | string;
  /** Seconds until it answers anything but its version. */
  readonly delay?: number;
  /** A start beside another fails, as where both would set up the database anew. */
  readonly alone?: boolean;
};

export type Visit = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

export type Clinic = {
  readonly gateway: Gateway;
  readonly home: string;
  readonly project: string;
  readonly settingsFile: string;
  readonly credentialFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** Calls the program in this process. */
  readonly run: (
    args: readonly string[],
    change?: Partial<Surroundings>,
    /** What the user enters, line by line. */
    answers?: string[],
  ) => Promise<Visit>;
  readonly close: () => Promise<void>;
};

function openClinic(options: ClinicOptions = {}): Clinic {
  const gateway = startGateway({ key: KEY, brain: healthyBrain, ...options.gateway });
  const root = realpathSync(mkdtempSync(join(tmpdir(), "clinic-")));
  const home = join(root, "home");
  const project = join(root, "project");
  const settingsFile = join(home, ".opencode", "openai-codex-auth-config.json");
  const credentialFile = join(home, ".local", "share", "opencode", "auth.json");
  mkdirSync(join(project, ".git"), { recursive: true });
  mkdirSync(dirname(settingsFile), { recursive: true, mode: 0o700 });

  const {
    settings = { baseURL: gateway.url, instructions: "builtin" },
    credential = { type: "api", key: KEY },
    config = { plugin: ["opencode-openai-codex-key"] },
    accounts,
    version = accounts === undefined ? "1.18.33" : "2.0.15",
  } = options;
  if (settings !== null) write(settingsFile, settings, 0o600);
  if (credential !== null) write(credentialFile, { openai: credential }, 0o600);
  if (config !== null) write(join(project, "opencode.json"), config, 0o644);
  const hostServer = serveModels(options.host ?? {});
  const programs = join(root, "bin");
  mkdirSync(programs);
  if (version !== null) {
    write(
      join(programs, "opencode"),
      fakeHost(version, options.host ?? {}, accounts, hostServer.port),
      0o755,
    );
  }
  if (accounts !== undefined) write(join(dirname(credentialFile), "opencode.db"), "", 0o644);
  const env = { HOME: home, PATH: `${programs}:/usr/bin:/bin`, ...options.env };

  return {
    gateway,
    home,
    project,
    settingsFile,
    credentialFile,
    env,
    async run(args, change = {}, answers = []) {
      const stdout: string[] = [];
      const stderr: string[] = [];
      const code = await runCli(args, {
        env,
        home,
        directory: project,
        platform: "linux",
        runtime: { name: "bun", version: "1.4.5" },
        bundle: undefined,
        locale: "en-US",
        stdout: { write: (text) => void stdout.push(text), isTTY: false },
        stderr: { write: (text) => void stderr.push(text), isTTY: false },
        ask: async (question) => {
          stderr.push(question);
          return answers.shift();
        },
        signal: new AbortController().signal,
        fetch: fetchHere,
        now: Date.now,
        timeouts: { network: 2_000, answer: 5_000, host: 5_000 },
        ...change,
      });
      return { code, stdout: stdout.join(""), stderr: stderr.join("") };
    },
    async close() {
      await gateway.close();
      await hostServer.stop(true);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Served to the doctor by OpenCode 2. */
const hostPassword = "host-password";
const hostModels = ["gpt-5.2", "gpt-5.1-codex"];

function serveModels({ models = hostModels }: HostOptions) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const authorization = `Basic ${btoa(`opencode:${hostPassword}`)}`;
      if (request.headers.get("authorization") !== authorization) {
        return new Response("Unauthorized", { status: 401 });
      }
      const { pathname } = new URL(request.url);
      const ofOpenAI = (models ?? []).map((id) => ({ id, providerID: "openai" }));
      const data = pathname === "/api/model" ? ofOpenAI : [{ id: "opencode.agent" }];
      return Response.json({ data });
    },
  });
}

function fakeHost(
  version: string,
  host: HostOptions,
  accounts = "[]",
  port: number | undefined,
): string {
  const { runs = 1, ours = true, models = hostModels, config = {}, delay, alone = false } = host;
  const steps = Array.from({ length: runs }, () => ({ step: "started", version: "0.1.0" }));
  const report = [...steps, ...(runs > 0 ? [{ step: "models", ours, version: "0.1.0" }] : [])];
  const lines = (texts: readonly string[]) =>
    `cat <<'END'\n${texts.map((text) => `${text}\n`).join("")}END\n`;
  const fails = (text: string) => `echo '\u001b[91m\u001b[1mError: \u001b[0m${text}' >&2; exit 1\n`;
  const list =
    models === null
      ? fails("Provider not found: openai")
      : lines(models.map((name) => `openai/${name}`));
  return `#!/bin/sh
if [ "$1" = --version ]; then echo ${version}; exit; fi
echo "begin $1" >> "$HOME/calls"; trap 'echo "end $1" >> "$HOME/calls"' EXIT
${alone ? 'mkdir "$HOME/lock" || exit 1; trap \'rmdir "$HOME/lock"\' EXIT' : ""}
${delay === undefined ? "" : `sleep ${delay}`}
case "$*" in
"serve --port=0")
{ ${lines(report.map((step) => JSON.stringify(step)))} } >> "$OPENCODE_CODEX_REPORT"
echo "server listening on http://127.0.0.1:${port}"
echo "server password ${hostPassword}"
echo "end serve" >> "$HOME/calls"
exec sleep 60;;
"models openai")
${typeof config === "string" ? fails(config) : ""}
{ ${lines(report.map((step) => JSON.stringify(step)))} } >> "$OPENCODE_CODEX_REPORT"
${list};;
"debug config")
${typeof config === "string" ? fails(config) : lines([JSON.stringify(config)])};;
"auth list --standalone --format json") echo '${accounts}';;
*) echo "unknown command: $*" >&2; exit 1;;
esac
`;
}

/** No answer at all, until the client or the test gives up. */
export function silence(signal: AbortSignal): Promise<Response> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(new Response()), { once: true });
  });
}

/** No test may leave this machine. */
export function fetchHere(url: string, init: RequestInit): Promise<Response> {
  return new URL(url).hostname === "127.0.0.1"
    ? fetch(url, init)
    : Promise.reject(new Error(`not in a test: ${url}`));
}

function write(path: string, content: object | string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(path, mode);
}

/** Clinics that are all closed after a test. */
export function createClinics() {
  const open: Clinic[] = [];
  return {
    start(options?: ClinicOptions): Clinic {
      const clinic = openClinic(options);
      open.push(clinic);
      return clinic;
    },
    async closeAll(): Promise<void> {
      await Promise.all(open.splice(0).map((clinic) => clinic.close()));
    },
  };
}
