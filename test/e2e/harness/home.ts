import { existsSync, realpathSync, rmSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { rgPath } from "@vscode/ripgrep";
import { freePort } from "../../support/free-port.ts";
import { isOpenCode2, openCodeBinary, openCodeVersion, programCache } from "./binary.ts";
import { smallCatalogue } from "./catalogue.ts";
import { runCommand } from "./processes.ts";

/** A throw-away home folder in which the real OpenCode runs and sees nothing of the developer's. */
export interface Home extends AsyncDisposable {
  /** The home folder. Everything OpenCode writes is inside it, temporary files included. */
  readonly path: string;
  /** The OpenCode program that belongs to this home. */
  readonly binary: string;
  /** The whole environment for OpenCode; nothing is inherited beside it. */
  readonly env: Readonly<Record<string, string>>;
  /** OpenCode's global config folder, `~/.config/opencode`. */
  readonly configFolder: string;
  /** OpenCode's data folder, `~/.local/share/opencode`: credentials, sessions, log. */
  readonly dataFolder: string;
  /** The plugin's settings file. */
  readonly settingsFile: string;
  /**
   * Writes `opencode.json` globally or into a project folder, and returns its path.
   * A string is written as it is (for comments and broken files).
   */
  writeConfig(where: "global" | (string & {}), config: object | string): Promise<string>;
  /** Stores a credential for a provider in `auth.json` (0600), as a login would. */
  writeCredential(record: object, providerID?: string): Promise<void>;
  /** Stored credentials by provider, as OpenCode left them; empty when there is no file. */
  readCredentials(): Promise<Record<string, unknown>>;
  /** Writes the plugin's settings file (0600). A string is written as it is. */
  writeSettings(settings: object | string): Promise<void>;
  /** The plugin's settings file, parsed; `undefined` when there is none. */
  readSettings(): Promise<Record<string, unknown> | undefined>;
  /**
   * Makes a new project folder: a git repository with one commit that holds the given files (path
   * → content). Without a commit OpenCode takes the folder for its nameless "global" project.
   */
  project(files?: Readonly<Record<string, string>>): Promise<string>;
  /** Deletes the home folder with everything in it. */
  dispose(): Promise<void>;
}

export interface HomeOptions {
  /** OpenCode version; the dev dependency's when left out. Others are downloaded. */
  version?: string;
  /**
   * `seeded` (the default): the config folders look as if OpenCode had already installed its plugin
   * SDK there. `install`: as on a user's very first start, OpenCode installs it from npm, which
   * takes 10 to 40 s and the network.
   */
  sdk?: "seeded" | "install";
  /** Of OpenCode 1: a few providers of its own list of models (the default), or all hundred. */
  catalogue?: "small" | "whole";
  /** Added to the environment. */
  env?: Readonly<Record<string, string>>;
}

/** Homes that were not disposed of: a test run that is broken off must not fill the disk. */
const remaining = new Set<string>();
process.once("exit", () => {
  for (const path of remaining) rmSync(path, { recursive: true, force: true });
});

/** What a program needs from the surrounding environment to run at all. */
const INHERITED = ["LANG", "LC_ALL"];
/** What npm needs beside that to reach a registry: the machine's proxy, certificates and settings. */
const INHERITED_FOR_NPM =
  /^(npm_config_(registry|userconfig|globalconfig|cafile)|(https?|no|all)_proxy|ssl_cert_(file|dir)|node_extra_ca_certs)$/i;

/** Makes a new, empty home with isolated XDG folders, ready for a quick and offline start. */
export async function createHome(options: HomeOptions = {}): Promise<Home> {
  const version = options.version ?? openCodeVersion();
  const binary = await openCodeBinary(version);
  // The real path: where the temporary folder is a symbolic link, OpenCode shows the target.
  const path = realpathSync(await mkdtemp(join(tmpdir(), "opencode-home-")));
  remaining.add(path);
  const xdg = {
    XDG_CONFIG_HOME: join(path, ".config"),
    XDG_DATA_HOME: join(path, ".local/share"),
    XDG_STATE_HOME: join(path, ".local/state"),
    XDG_CACHE_HOME: join(path, ".cache"),
  };
  const temporary = join(path, "tmp");
  const configFolder = join(xdg.XDG_CONFIG_HOME, "opencode");
  const dataFolder = join(xdg.XDG_DATA_HOME, "opencode");
  const pluginFolder = join(path, ".opencode");
  const settingsFile = join(pluginFolder, "openai-codex-auth-config.json");
  const credentialsFile = join(dataFolder, "auth.json");
  for (const folder of [...Object.values(xdg), temporary, dataFolder]) {
    await mkdir(folder, { recursive: true });
  }
  for (const folder of [configFolder, pluginFolder]) {
    await mkdir(folder, { recursive: true });
    if (options.sdk !== "install") await seedPluginSdk(folder, version);
  }
  if (isOpenCode2(version)) {
    // Its service takes 49374 whoever the user is: a second one on the machine would wait for the first to end.
    await writeFile(join(configFolder, "service.json"), JSON.stringify({ port: await freePort() }));
  }
  // OpenCode 2 comes with no copy of models.dev.
  const small = options.catalogue !== "whole" && !isOpenCode2(version);
  const catalogue = small ? await smallCatalogue(binary, programCache, version) : undefined;

  const env = {
    ...inherit((name) => INHERITED.includes(name)),
    ...(options.sdk === "install" ? inherit((name) => INHERITED_FOR_NPM.test(name)) : {}),
    // The tools grep and glob run ripgrep; where there is none, OpenCode gets it from GitHub.
    PATH: [dirname(rgPath), process.env.PATH].join(delimiter),
    TERM: "xterm-256color",
    HOME: path,
    ...xdg,
    // Each start of OpenCode unpacks a native library of 5.5 MB there and leaves it behind.
    TMPDIR: temporary,
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    ...(catalogue === undefined ? {} : { OPENCODE_MODELS_PATH: catalogue }),
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    // A process of five seconds compiles far more than it gets back: a fifth of its work is spared.
    BUN_JSC_thresholdForJITAfterWarmUp: "5000",
    BUN_JSC_useDFGJIT: "0",
    // The system's allocator, as its own spends much of the time on giving memory back.
    Malloc: "1",
    // Whatever the developer reads.
    OPENCODE_CODEX_LANG: "en",
    ...options.env,
  };

  let projects = 0;
  const dispose = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
    remaining.delete(path);
  };
  const readCredentials = async (): Promise<Record<string, unknown>> =>
    (await readJson(credentialsFile)) ?? {};

  return {
    path,
    binary,
    env,
    configFolder,
    dataFolder,
    settingsFile,
    async writeConfig(where, config) {
      const file = join(where === "global" ? configFolder : where, "opencode.json");
      await write(file, config);
      return file;
    },
    async writeCredential(record, providerID = "openai") {
      await write(credentialsFile, { ...(await readCredentials()), [providerID]: record }, 0o600);
    },
    readCredentials,
    writeSettings: (settings) => write(settingsFile, settings, 0o600),
    readSettings: () => readJson(settingsFile),
    async project(files = {}) {
      projects += 1;
      const folder = join(path, `project-${projects}`);
      await mkdir(folder);
      for (const [name, content] of Object.entries(files)) await write(join(folder, name), content);
      const git = (...args: string[]) => runCommand(["git", ...args], { cwd: folder, env });
      await git("-c", "init.defaultBranch=main", "init", "--quiet");
      await git("add", "--all");
      const author = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
      await git(...author, "commit", "--quiet", "--allow-empty", "--message", "Start");
      return folder;
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/**
 * Before it loads an external plugin, OpenCode installs `@opencode-ai/plugin` into every config
 * folder that exists (63 MB each), unless the folder has a `node_modules` and a lock file whose root
 * names that package; it looks at no more than that. Our bundle imports nothing from there, so the
 * two files are enough. If another version wants more, it installs: slower, but still right.
 */
async function seedPluginSdk(folder: string, version: string): Promise<void> {
  const dependencies = { "@opencode-ai/plugin": version };
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await write(join(folder, "package.json"), { dependencies });
  await write(join(folder, "package-lock.json"), {
    lockfileVersion: 3,
    requires: true,
    packages: { "": { dependencies } },
  });
}

function inherit(wanted: (name: string) => boolean): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && wanted(name)) found[name] = value;
  }
  return found;
}

async function write(file: string, content: object | string, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const text = typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`;
  await writeFile(file, text, { mode });
  // `mode` above only counts for a new file.
  await chmod(file, mode);
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  if (!existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, "utf8"));
}
