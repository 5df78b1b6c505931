/** Everything on this machine that decides what the plugin will do here. */
import { access } from "node:fs/promises";
import { dirname, join, parse } from "node:path";
import {
  type Credential,
  credentialPath,
  loadCredential,
  modeOf,
  toLogin,
} from "../settings/credential.ts";
import type { ConfiguredGateway } from "../settings/gateways.ts";
import { keysPath } from "../settings/keys.ts";
import { type LoadedSettings, loadSettings } from "../settings/load.ts";
import {
  type ConfigLocation,
  type Field,
  loadWrittenConfig,
  type WrittenConfig,
} from "../settings/opencode-config.ts";
import type { Key } from "../settings/origin.ts";
import { secretsOf } from "../settings/secrets.ts";
import { settingsPath } from "../settings/store.ts";
import { findPlugins, type PluginEntry } from "./plugin.ts";
import type { World } from "./types.ts";

export type Setup = {
  readonly where: ConfigLocation;
  readonly written: WrittenConfig;
  /** What makes OpenCode load this plugin here, or is meant to; the ones that win last. */
  readonly plugins: readonly PluginEntry[];
  /** The one that counts. */
  readonly plugin: PluginEntry | undefined;
  readonly credential: Credential;
  readonly key: Key | undefined;
  readonly resolved: LoadedSettings;
  /** Permission bits, as they were before anything here touched a file. */
  readonly modes: Readonly<Record<"folder" | "settings" | "keys" | "credential", Permission>>;
  /** Texts that must never be printed. */
  readonly secrets: readonly string[];
};

export type Permission = { readonly path: string; readonly mode: number | undefined };

/**
 * What a start of OpenCode in this directory would find. Nothing is written: a login that the settings
 * file has not seen yet counts as a source of its own.
 */
export async function loadSetup(world: World): Promise<Setup> {
  const { env, home, directory } = world;
  const where = { env, home, directory, worktree: await findWorktree(directory) };
  const file = settingsPath(home);
  const modes = {
    folder: await permission(dirname(file)),
    settings: await permission(file),
    keys: await permission(keysPath(home)),
    credential: await permission(credentialPath(world)),
  };
  const [written, credential] = await Promise.all([
    loadWrittenConfig(where),
    loadCredential(world),
  ]);
  const plugins = await findPlugins(written, where, world.bundle);
  const plugin = plugins.findLast(({ found }) => found !== "nothing" && found !== "foreign");
  const value = (field: Field): unknown => written.provider[field].at(-1)?.value;
  const resolved = await loadSettings({
    ...where,
    pluginOptions: plugin?.options,
    provider: {
      api: value("api"),
      options: { baseURL: value("options.baseURL"), apiKey: value("options.apiKey") },
    },
    login: toLogin(credential),
    readOnly: true,
    locale: world.locale,
  });
  const { key } = resolved;
  const stored = credential.type === "api" ? credential.key : [];
  const secrets = secretsOf(resolved, everyValue).concat(stored);
  return { where, written, plugins, plugin, credential, key, resolved, modes, secrets };
}

/** What the program prints gets pasted elsewhere; shorter words would blacken half of it. */
function everyValue(headers: Readonly<Record<string, string>> = {}): string[] {
  return Object.values(headers).filter(({ length }) => length >= 8);
}

async function permission(path: string): Promise<Permission> {
  return { path, mode: await modeOf(path) };
}

/**
 * The same machine, looking at one of its gateways.
 *
 * @throws an Error that names the gateways there are.
 */
export function focus(setup: Setup, name: string | undefined, world: Pick<World, "words">): Setup {
  if (name === undefined) return setup;
  const { resolved, key } = findGateway(setup.resolved.gateways, name, world);
  return { ...setup, key, resolved: { ...setup.resolved, ...resolved, key } };
}

/** @throws an Error that names the gateways there are. */
export function findGateway(
  all: readonly ConfiguredGateway[],
  name: string,
  { words: { gateways: words } }: Pick<World, "words">,
): ConfiguredGateway & { readonly baseURL: string } {
  const found = all.find((one) => one.name === name);
  const baseURL = found?.resolved.settings.baseURL;
  if (found !== undefined && baseURL !== undefined) return { ...found, baseURL };
  throw new Error(
    words.unknown(
      name,
      all.map((one) => one.name),
    ),
  );
}

/** The root of the repository; without one the host takes the root of the disk. */
async function findWorktree(directory: string): Promise<string> {
  const { root } = parse(directory);
  for (let folder = directory; folder !== root; folder = dirname(folder)) {
    if (await exists(join(folder, ".git"))) return folder;
  }
  return root;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
