/** Runs the program, built, beside the real OpenCode. */
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import * as v from "valibot";
import { toolName } from "../../../src/cli/lab.ts";
import type { Language } from "../../../src/words/language.ts";
import { startGateway } from "../../gateway/server.ts";
import type { Brain } from "../../gateway/types.ts";
import { openCode2, pinnedVersion } from "../harness/binary.ts";
import { createHome, type HomeOptions } from "../harness/home.ts";
import { killGroup, trackGroup } from "../harness/processes.ts";
import { plain } from "../harness/run.ts";
import { bundle, key } from "../support.ts";
import { type HostState, listed, placeholder } from "./states/state.ts";

const program = join(dirname(bundle), "cli.js");

/** Milliseconds: OpenCode is started three times, on a machine that may be busy. */
const visitLimit = 150_000;

const Document = v.object({
  runtime: v.object({ name: v.string(), version: v.string(), host: v.optional(v.string()) }),
  ok: v.boolean(),
  cause: v.nullable(
    v.object({ check: v.string(), summary: v.string(), advice: v.optional(v.string()) }),
  ),
  checks: v.array(
    v.object({
      id: v.string(),
      status: v.string(),
      summary: v.string(),
      details: v.optional(v.array(v.string()), []),
      advice: v.optional(v.string()),
    }),
  ),
});

/** Counts, or calls the doctor's tool when it is offered. */
const brain: Brain = ({ tools }) =>
  tools.some(({ name }) => name === toolName)
    ? { kind: "tools", calls: [{ name: toolName, arguments: { ready: true } }] }
    : { kind: "text", text: Array.from({ length: 40 }, (_, index) => index + 1).join(" ") };

const offline = {
  OPENCODE_CODEX_GITHUB_RAW_URL: "http://127.0.0.1:1/raw",
  OPENCODE_CODEX_GITHUB_API_URL: "http://127.0.0.1:1/api",
};

export type Visited = v.InferOutput<typeof Document> & {
  readonly code: number;
  /** All that was printed. */
  readonly text: string;
};

/** What the doctor says of a machine in this state, in each of these languages. */
export async function visit(
  state: HostState,
  major: 1 | 2,
  languages: readonly Language[],
): Promise<(Visited & { readonly language: Language })[]> {
  const gateway = startGateway({ key, brain, ...state.gateway });
  const options: HomeOptions = { version: major === 2 ? openCode2 : pinnedVersion() };
  await using home = await createHome(options);
  try {
    const folder = dirname(bundle);
    const { config = listed, settings, record } = state;
    const text = typeof config === "string" ? config : JSON.stringify(config, null, 2);
    const cwd = await home.project();
    await home.writeConfig(cwd, text.replaceAll(placeholder, folder));
    if (settings !== null) {
      const usual = { baseURL: gateway.url, instructions: "builtin" };
      await home.writeSettings(settings?.(gateway.url) ?? usual);
    }
    const stored = state.key === undefined ? key : state.key;
    // OpenCode 2 keeps keys in a database that it alone writes: there the variable stands for a login.
    const login = major === 2 && stored !== null ? { OPENCODE_CODEX_API_KEY: stored } : {};
    if (major === 1 && stored !== null) {
      await home.writeCredential(record ?? { type: "api", key: stored });
    }
    await chmod(dirname(home.settingsFile), 0o700);
    if (state.open === "settings") await chmod(home.settingsFile, 0o644);
    const mode = state.open === "key" ? 0o644 : 0o600;
    if (state.open === "key" && major === 1) await chmod(join(home.dataFolder, "auth.json"), mode);
    // OpenCode 2 makes its database for everybody to read, which the doctor would say.
    if (major === 2) await writeFile(join(home.dataFolder, "opencode.db"), "", { mode });
    const programs = join(home.path, "bin");
    await mkdir(programs);
    await symlink(home.binary, join(programs, "opencode"));
    const env = {
      ...home.env,
      ...offline,
      ...login,
      ...state.env,
      PATH: [programs, home.env.PATH].join(delimiter),
    };
    const visits: (Visited & { readonly language: Language })[] = [];
    for (const language of languages) {
      const spoken = { ...env, OPENCODE_CODEX_LANG: language };
      const { stdout, code } = await run(["doctor", "--json"], cwd, spoken);
      visits.push({ ...v.parse(Document, JSON.parse(stdout)), code, text: stdout, language });
    }
    return visits;
  } finally {
    await gateway.close();
  }
}

async function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
  // As users start it: with Node.
  const child = Bun.spawn([Bun.which("node") ?? "node", program, ...args], {
    cwd,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  trackGroup(child.pid);
  const timer = setTimeout(() => killGroup(child.pid), visitLimit);
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  clearTimeout(timer);
  killGroup(child.pid);
  if (stderr !== "") throw new Error(`The doctor said on stderr: ${plain(stderr)}`);
  return { stdout, code };
}
