/** Everything on this machine that decides what the plugin will do here. */
import { access } from "node:fs/promises";
import { dirname, join, parse } from "node:path";
import { loadSettings } from "../settings/load.ts";
import {
  type ConfigLocation,
  type Field,
  loadWrittenConfig,
  type WrittenConfig,
} from "../settings/opencode-config.ts";
import type { Key } from "../settings/origin.ts";
import type { ResolvedSettings } from "../settings/resolve.ts";
import { settingsPath } from "../settings/store.ts";
import { type Credential, credentialPath, loadCredential, modeOf, toLogin } from "./credential.ts";
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
  readonly resolved: ResolvedSettings;
  /** Permission bits, as they were before anything here touched a file. */
  readonly modes: Readonly<Record<"folder" | "settings" | "credential", Permission>>;
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
  });
  const { key } = resolved;
  const secrets = findSecrets(key, credential, resolved);
  return { where, written, plugins, plugin, credential, key, resolved, modes, secrets };
}

async function permission(path: string): Promise<Permission> {
  return { path, mode: await modeOf(path) };
}

/** Header values are secrets too, but for words so short that hiding them would blacken the text. */
function findSecrets(
  key: Key | undefined,
  credential: Credential,
  { settings }: ResolvedSettings,
): string[] {
  const keys = [key?.value, credential.type === "api" ? credential.key : undefined];
  const headers = Object.values(settings.headers ?? {}).filter(({ length }) => length >= 8);
  return [...keys, ...headers].flatMap((text) => text || []);
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
