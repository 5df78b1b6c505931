/** Finds out what OpenCode, started here, would load of this plugin. */
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { asString, isObject, parseJson } from "../json.ts";
import { reportVariable } from "../report.ts";
import { type ConfigLocation, pluginFolders } from "../settings/config-files.ts";
import type { WrittenConfig, WrittenPlugin } from "../settings/opencode-config.ts";
import { about } from "./about.ts";

export type PluginEntry = Omit<WrittenPlugin, "folder" | "raw"> & {
  /** `nothing`: a path where nothing is. `foreign`: a path with our name, and something else there. */
  readonly found: "package" | "file" | "folder" | "nothing" | "foreign";
  /** Whether it is of the kind that tells the doctor that it ran. */
  readonly reports: boolean;
};

/** Everything that is this plugin or is meant to be, the ones that win last. */
export async function findPlugins(
  written: WrittenConfig,
  where: ConfigLocation,
  bundle: string | undefined,
): Promise<PluginEntry[]> {
  const entries: PluginEntry[] = [];
  for (const folder of pluginFolders(where)) {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      if (!/\.[jt]s$/.test(name)) continue;
      const found = await lookAt(path, bundle);
      if (found.type !== "ours") continue;
      entries.push({ spec: path, options: undefined, source: folder, ...describe(found) });
    }
  }
  for (const { folder, raw: _, ...entry } of written.plugins) {
    const found = await judge(entry.spec, folder, where, bundle);
    // Repositories are named with a token in the URL at times.
    const spec = entry.spec.replace(/(\/\/)[^/@\s]*@/, "$1[redacted]@");
    if (found !== undefined) entries.push({ ...entry, spec, ...found });
  }
  return entries;
}

type Judged = Pick<PluginEntry, "found" | "reports">;

async function judge(
  spec: string,
  folder: string,
  { home }: ConfigLocation,
  bundle: string | undefined,
): Promise<Judged | undefined> {
  // A package, also with a version or from a repository; a path has the name in the middle at most.
  const isPath = /^(?:file:|[./~]|[A-Za-z]:[\\/])/.test(spec);
  if (!isPath) {
    const parts = spec.split(/[@#/:]/).map((part) => part.replace(/\.git$/, ""));
    return parts.includes(about.name) ? { found: "package", reports: true } : undefined;
  }
  const found = await lookAt(pathOf(spec, folder, home), bundle);
  if (found.type === "ours") return describe(found);
  // Whose it was meant to be, a path to nothing does not tell; one with our name does.
  if (found.type === "nothing") return { found: "nothing", reports: false };
  return spec.includes(about.name) ? { found: "foreign", reports: false } : undefined;
}

function pathOf(spec: string, folder: string, home: string): string | undefined {
  try {
    return spec.startsWith("file:")
      ? fileURLToPath(spec)
      : resolve(
          folder,
          spec.replace(/^~(?=[/\\])/, () => home),
        );
  } catch {
    // A URL that names no file of this machine.
    return undefined;
  }
}

type Look =
  | { readonly type: "nothing" | "foreign" }
  | { readonly type: "ours"; readonly isFolder: boolean; readonly reports: boolean };

const describe = ({ isFolder, reports }: Extract<Look, { type: "ours" }>): Judged => ({
  found: isFolder ? "folder" : "file",
  reports,
});

/** The very file that runs now, a file or folder of our package, or a copy of the bundle. */
async function lookAt(path: string | undefined, bundle: string | undefined): Promise<Look> {
  const real = path && (await realpath(path).catch(() => undefined));
  if (!real) return { type: "nothing" };
  const isFolder = (await stat(real)).isDirectory();
  const text = await readBundle(real, isFolder);
  const ours = { type: "ours", isFolder, reports: text.includes(reportVariable) } as const;
  if (bundle !== undefined && real === (await realpath(bundle).catch(() => undefined))) return ours;
  for (const folder of [real, dirname(real), dirname(dirname(real))]) {
    const manifest = parseJson(await readText(join(folder, "package.json")));
    if (isObject(manifest) && asString(manifest.name) === about.name) return ours;
  }
  return text.includes(`"${about.name}"`) ? ours : { type: "foreign" };
}

/** Of a folder the file that a host would take of it. */
async function readBundle(path: string, isFolder: boolean): Promise<string> {
  if (!isFolder) return readText(path);
  const texts = await Promise.all(
    ["index.js", join("dist", "index.js")].map((name) => readText(join(path, name))),
  );
  return texts.find((text) => text !== "") ?? "";
}

async function readText(path: string): Promise<string> {
  // A missing manifest is the usual case, and a folder is no text.
  return readFile(path, "utf8").catch(() => "");
}
