/** Finds out whether OpenCode, started here, would load this plugin. */

import { readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { asString, isObject, parseJson } from "../json.ts";
import { type ConfigLocation, pluginFolders } from "../settings/config-files.ts";
import type { WrittenConfig, WrittenPlugin } from "../settings/opencode-config.ts";
import { about } from "./about.ts";

export type PluginEntry = Omit<WrittenPlugin, "folder" | "raw">;

/** The last entry wins: the host drops earlier ones of the same plugin. */
export async function findPlugin(
  written: WrittenConfig,
  where: ConfigLocation,
  bundle: string | undefined,
): Promise<PluginEntry | undefined> {
  for (const entry of written.plugins.toReversed()) {
    if (!(await isOurs(entry, where, bundle))) continue;
    // Repositories are named with a token in the URL at times.
    return { ...entry, spec: entry.spec.replace(/(\/\/)[^/@\s]*@/, "$1[redacted]@") };
  }
  for (const folder of pluginFolders(where)) {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      if (/\.[jt]s$/.test(name) && (await isOurFile(path, bundle))) {
        return { spec: path, options: undefined, source: folder };
      }
    }
  }
  return undefined;
}

async function isOurs(
  { spec, folder }: WrittenPlugin,
  { home }: ConfigLocation,
  bundle: string | undefined,
): Promise<boolean> {
  // A package, also with a version or from a repository; a path has the name in the middle at most.
  const isPath = /^(?:file:|[./~]|[A-Za-z]:[\\/])/.test(spec);
  if (!isPath) {
    return spec.split(/[@#/:]/).some((part) => part.replace(/\.git$/, "") === about.name);
  }
  try {
    const path = spec.startsWith("file:")
      ? fileURLToPath(spec)
      : resolve(
          folder,
          spec.replace(/^~(?=[/\\])/, () => home),
        );
    return await isOurFile(path, bundle);
  } catch {
    // A URL that names no file of this machine.
    return false;
  }
}

/** The very file that runs now, a file or folder of our package, or a copy of the bundle. */
async function isOurFile(path: string, bundle: string | undefined): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return false;
  if (bundle !== undefined && real === (await realpath(bundle).catch(() => undefined))) return true;
  for (const folder of [real, dirname(real), dirname(dirname(real))]) {
    const manifest = parseJson(await readText(join(folder, "package.json")));
    if (isObject(manifest) && asString(manifest.name) === about.name) return true;
  }
  const text = (await readText(real)) + (await readText(join(real, "index.js")));
  return text.includes(`"${about.name}"`);
}

async function readText(path: string): Promise<string> {
  // A missing manifest is the usual case, and a folder is no text.
  return readFile(path, "utf8").catch(() => "");
}
