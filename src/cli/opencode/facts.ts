/** What OpenCode itself says here: its version, its configuration, its models, and our plugin in it. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../json.ts";
import { reportVariable } from "../../report.ts";
import type { Surroundings } from "../types.ts";
import { type HostAccounts, loadAccounts } from "./accounts.ts";
import { type HostConfig, parseHostConfig } from "./config.ts";
import { databaseFile } from "./places.ts";
import { type HostProgram, hostPrograms } from "./programs.ts";
import { type HostRun, type HostRunOptions, runHost } from "./run.ts";
import { listServedModels } from "./serve.ts";

/** What the plugin reported of its start. */
export type PluginRun = {
  /** One for each time that the host called it. */
  readonly versions: readonly string[];
  /** Whether it took the provider; nothing where the host did not ask for models. */
  readonly ours: boolean | undefined;
};

export type HostFacts = HostProgram & {
  /** Of the version. */
  readonly major: number;
  readonly config:
    | { readonly type: "read"; readonly config: HostConfig }
    /** OpenCode's own words, the first line, if it said anything. */
    | { readonly type: "refused"; readonly said: string | undefined }
    | { readonly type: "timeout" };
  readonly models: /** Names without `openai/`. */
    | { readonly type: "listed"; readonly names: readonly string[] }
    /** It ended with an error, as without the provider. */
    | { readonly type: "failed"; readonly said: string | undefined }
    | { readonly type: "timeout" };
  readonly plugin: PluginRun;
  /** Of OpenCode 2. */
  readonly accounts: HostAccounts | undefined;
};

/** The first that answers, in the order in which they are tried. */
export async function findHost(world: Surroundings): Promise<HostProgram | undefined> {
  for (const program of hostPrograms(world)) {
    const { stdout } = await runHost(program, ["--version"], world, {
      limit: world.timeouts.network,
    });
    const version = /\d{1,4}\.\d{1,4}\.\d{1,4}\S{0,40}/.exec(stdout)?.[0];
    if (version !== undefined) return { program, version };
  }
  return undefined;
}

/** Starts it two or three times, which takes seconds each. Nothing is sent to a model. */
export async function askHost(host: HostProgram, world: Surroundings): Promise<HostFacts> {
  const major = Number.parseInt(host.version, 10);
  const { host: limit } = world.timeouts;
  const folder = await mkdtemp(join(tmpdir(), "opencode-codex-doctor-"));
  const report = join(folder, "report");
  try {
    await writeFile(report, "", { mode: 0o600 });
    const options = { limit, env: { [reportVariable]: report } };
    const found = await (major >= 2 ? askSecond : askFirst)(host, world, options);
    return { ...host, major, ...found, plugin: readReport(await readFile(report, "utf8")) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Found = Pick<HostFacts, "config" | "models" | "accounts">;

/** OpenCode 1: both at once, but for its very first start, which sets up the database. */
async function askFirst(
  { program }: HostProgram,
  world: Surroundings,
  options: HostRunOptions,
): Promise<Found> {
  const askConfig = () => runHost(program, ["debug", "config"], world, { limit: options.limit });
  const askModels = () => runHost(program, ["models", "openai"], world, options);
  if (!(await wasStarted(world))) {
    const config = readConfig(await askConfig());
    return { config, models: readModels(await askModels()), accounts: undefined };
  }
  let [config, models] = await Promise.all([askConfig(), askModels()]);
  // After an update the database is changed by the next start, and of two at once one may fail.
  if (config.code !== 0 && models.code === 0) config = await askConfig();
  else if (models.code !== 0 && config.code === 0) models = await askModels();
  return { config: readConfig(config), models: readModels(models), accounts: undefined };
}

/** OpenCode 2: its configuration costs little, and leaves a database behind. */
async function askSecond(
  host: HostProgram,
  world: Surroundings,
  options: HostRunOptions,
): Promise<Found> {
  const { limit } = options;
  const config = readConfig(await runHost(host.program, ["debug", "config"], world, { limit }));
  const [models, accounts] = await Promise.all([
    listServedModels(host.program, world, options),
    loadAccounts(host, world),
  ]);
  return { config, models, accounts };
}

async function wasStarted(world: Surroundings): Promise<boolean> {
  const found = await stat(databaseFile(world)).catch(() => undefined);
  return found !== undefined && found.size > 0;
}

function readConfig(run: HostRun): HostFacts["config"] {
  const config = run.code === 0 ? parseHostConfig(run.stdout) : undefined;
  if (config !== undefined) return { type: "read", config };
  return run.timedOut ? { type: "timeout" } : { type: "refused", said: firstLine(run) };
}

function readModels(run: HostRun): HostFacts["models"] {
  if (run.timedOut) return { type: "timeout" };
  if (run.code !== 0) return { type: "failed", said: firstLine(run) };
  const names = run.stdout
    .split("\n")
    .flatMap((line) => (line.startsWith("openai/") ? line.slice("openai/".length).trim() : []));
  return { type: "listed", names };
}

/** More would quote the file, secrets and all. */
function firstLine({ stderr, stdout }: HostRun): string | undefined {
  const lines = [...stderr.split("\n"), ...stdout.split("\n")].map((line) => line.trim());
  return lines
    .find((line) => line !== "")
    ?.replace(/^Error: /, "")
    .replace(/:$/, "")
    .slice(0, 300);
}

const LineSchema = v.variant("step", [
  v.object({ step: v.literal("started"), version: v.string() }),
  v.object({ step: v.literal("models"), ours: v.boolean(), version: v.string() }),
]);

function readReport(text: string): PluginRun {
  const steps = text.split("\n").flatMap((line) => {
    const step = v.safeParse(LineSchema, parseJson(line));
    return step.success ? [step.output] : [];
  });
  const asked = steps.flatMap((step) => (step.step === "models" ? [step.ours] : []));
  return {
    versions: steps.flatMap(({ step, version }) => (step === "started" ? [version] : [])),
    ours: asked.length === 0 ? undefined : asked.some(Boolean),
  };
}
