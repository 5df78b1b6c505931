/** Where OpenCode's own configuration stands. Pure. */
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { isOn } from "../is-on.ts";

export type ConfigLocation = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The working directory, and the root of its worktree. */
  readonly directory: string;
  readonly worktree: string;
};

/** Whose word something is: a project's, or the user's own where there is none. */
export type Place = {
  /** Folder of the project whose file it is, `.opencode` at its end left out. */
  readonly project?: string;
  /**
   * Text of a project that came out of a variable or another file: what a project asks for so is the
   * user's, whoever asked.
   */
  readonly filledIn?: boolean;
};

export type ConfigFile = Place & { readonly path: string };

const fileNames = ["opencode.json", "opencode.jsonc"];

function globalConfigFolder({ env, home }: ConfigLocation): string {
  return join(env.XDG_CONFIG_HOME || join(home, ".config"), "opencode");
}

/** The files the host reads, the ones that win last. Order measured on OpenCode 1.18.33. */
export function configFiles(where: ConfigLocation): ConfigFile[] {
  const { env, directory } = where;
  const global = globalConfigFolder(where);
  const paths = ["config.json", ...fileNames].map((name) => join(global, name));
  if (env.OPENCODE_CONFIG) paths.push(resolve(directory, env.OPENCODE_CONFIG));
  const own = new Set([global, ...ownDotFolders(where)]);
  const named = new Set(paths);
  const files: ConfigFile[] = paths.map((path) => ({ path }));
  for (const folder of [...projectFolders(where), ...dotFolders(where)]) {
    for (const path of fileNames.map((name) => join(folder, name))) {
      // OpenCode may be started in a folder of the user's own configuration.
      const isOwn = own.has(folder) || named.has(path);
      files.push(isOwn ? { path } : { path, project: folder.replace(/[\\/]\.opencode$/, "") });
    }
  }
  return files;
}

function projectFolders({ env, directory, worktree }: ConfigLocation): string[] {
  return isOn(env.OPENCODE_DISABLE_PROJECT_CONFIG) ? [] : ancestors(directory, worktree);
}

function ownDotFolders({ env, home }: ConfigLocation): string[] {
  const folder = join(home, ".opencode");
  return env.OPENCODE_CONFIG_DIR ? [folder, env.OPENCODE_CONFIG_DIR] : [folder];
}

/** Unlike the folders above them the outermost comes last and wins, and each counts once. */
function dotFolders(where: ConfigLocation): string[] {
  const ofProject = projectFolders(where)
    .toReversed()
    .map((folder) => join(folder, ".opencode"));
  return [...new Set([...ofProject, ...ownDotFolders(where)])];
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
