/** Where OpenCode's own configuration stands. Pure. */
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

export type ConfigLocation = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The working directory, and the root of its worktree. */
  readonly directory: string;
  readonly worktree: string;
};

const fileNames = ["opencode.json", "opencode.jsonc"];

function globalConfigFolder({ env, home }: ConfigLocation): string {
  return join(env.XDG_CONFIG_HOME || join(home, ".config"), "opencode");
}

/** The files the host reads, the ones that win last. Order measured on OpenCode 1.18.33. */
export function configFiles(where: ConfigLocation): string[] {
  const { env, directory } = where;
  const global = globalConfigFolder(where);
  const paths = ["config.json", ...fileNames].map((name) => join(global, name));
  if (env.OPENCODE_CONFIG) paths.push(resolve(directory, env.OPENCODE_CONFIG));
  const folders = [...projectFolders(where), ...dotFolders(where)];
  for (const folder of folders) paths.push(...fileNames.map((name) => join(folder, name)));
  return paths;
}

function projectFolders({ env, directory, worktree }: ConfigLocation): string[] {
  return isOn(env.OPENCODE_DISABLE_PROJECT_CONFIG) ? [] : ancestors(directory, worktree);
}

function dotFolders(where: ConfigLocation): string[] {
  const { env, home } = where;
  const folders = [...projectFolders(where), home].map((folder) => join(folder, ".opencode"));
  return env.OPENCODE_CONFIG_DIR ? [...folders, env.OPENCODE_CONFIG_DIR] : folders;
}

/** Folders the host loads every plugin file of, listed or not. */
export function pluginFolders(where: ConfigLocation): string[] {
  const folders = [globalConfigFolder(where), ...dotFolders(where)];
  return folders.flatMap((folder) => [join(folder, "plugin"), join(folder, "plugins")]);
}

/** From the worktree's root down to the directory: the nearest file wins, so it comes last. */
function ancestors(directory: string, worktree: string): string[] {
  const inside = relative(worktree, directory);
  if (inside.startsWith("..") || isAbsolute(inside)) return [directory];
  const folders = [directory];
  for (let folder = directory; folder !== worktree && dirname(folder) !== folder; ) {
    folder = dirname(folder);
    folders.unshift(folder);
  }
  return folders;
}

const isOn = (flag: string | undefined): boolean => flag === "1" || flag?.toLowerCase() === "true";
