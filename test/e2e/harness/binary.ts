import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { runCommand } from "./processes.ts";

const repository = join(import.meta.dir, "../../..");
const modules = join(repository, "node_modules");

/** The package manager leaves a stub of a few hundred bytes where a postinstall script did not run. */
const SMALLEST_BINARY_BYTES = 1_000_000;

const PLATFORMS: Readonly<Record<string, string>> = { win32: "windows" };
const executable = platform() === "win32" ? "opencode.exe" : "opencode";

/**
 * Path of the real OpenCode program.
 *
 * With no argument: the one installed as a dev dependency. With another version: that one, fetched
 * from the npm registry once and kept under `node_modules/.cache/opencode/<version>/`; only opt-in
 * tests do this, so that the ordinary test run needs no network.
 *
 * @throws when the dev dependency is not installed, or the download fails. A missing tool is a
 * failure, never a skipped test: a green run must mean that OpenCode really ran.
 */
export async function openCodeBinary(version = openCodeVersion()): Promise<string> {
  if (version === openCodeVersion()) return installedBinary();
  return await downloadProgram({ name: "opencode", version, packages: platformPackages() });
}

/** The release of OpenCode 2 that everything about it was measured with. */
export const openCode2Version = "2.0.15";

/** Where there is a program of OpenCode 2 on npm for this machine. */
export const hasOpenCode2 = platform() === "linux" && arch() === "x64";

/** Path of the real OpenCode 2, fetched like another version of OpenCode 1. */
export function openCode2Binary(version = openCode2Version): Promise<string> {
  const packages = ["@opencode/cli-linux-x64-baseline"];
  return downloadProgram({ name: "opencode2", version, packages });
}

/** The version of `opencode-ai` that `package.json` pins for development. */
export function openCodeVersion(): string {
  const manifest: { devDependencies?: Record<string, string> } = JSON.parse(
    readFileSync(join(repository, "package.json"), "utf8"),
  );
  const version = manifest.devDependencies?.["opencode-ai"];
  if (!version) throw new Error("package.json has no dev dependency named opencode-ai");
  return version;
}

function installedBinary(): string {
  const candidates = [
    // Put there, and run once, by the package's own postinstall: the build that fits this processor.
    join(modules, "opencode-ai", "bin", "opencode.exe"),
    ...platformPackages().map((name) => join(modules, name, "bin", executable)),
  ];
  const found = candidates.find(isProgram);
  if (found) return found;
  throw new Error(
    `The OpenCode program is not installed. Run "bun install" first. Looked for:\n  ${candidates.join("\n  ")}`,
  );
}

/** @param options.packages npm packages that may hold the program, best first. */
async function downloadProgram(options: {
  readonly name: string;
  readonly version: string;
  readonly packages: readonly string[];
}): Promise<string> {
  const { version } = options;
  const cache = join(modules, ".cache", options.name);
  const folder = join(cache, version);
  const program = join(folder, "bin", executable);
  if (isProgram(program)) return program;

  mkdirSync(cache, { recursive: true });
  const failures: string[] = [];
  for (const name of options.packages) {
    // Unpacked beside its final place and renamed in one step: two test processes may both
    // download, and neither ever sees half a program.
    const staging = await mkdtemp(join(cache, `${version}-`));
    try {
      const spec = `${name}@${version}`;
      const pack = ["npm", "pack", spec, "--silent", "--pack-destination", staging];
      const archive = (await runCommand(pack, { cwd: staging })).trim().split("\n").at(-1);
      await runCommand(["tar", "-xzf", join(staging, archive ?? "")], { cwd: staging });
      await publish(join(staging, "package"), folder);
      return program;
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  throw new Error(`OpenCode ${version} could not be downloaded.\n${failures.join("\n")}`);
}

/** Moves a complete folder to its final name; the first process to do it wins. */
async function publish(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (isProgram(join(to, "bin", executable))) return;
    if (existsSync(to)) await cp(from, to, { recursive: true });
    else throw error;
  }
}

/**
 * Names of npm packages that may hold the program for this machine, best first. On x64 the
 * `baseline` build comes first: it also runs on processors without AVX2, and speed is no matter here.
 */
function platformPackages(): string[] {
  const base = `opencode-${PLATFORMS[platform()] ?? platform()}-${arch()}`;
  const musl = platform() === "linux" && existsSync("/etc/alpine-release");
  const builds = arch() === "x64" ? [`${base}-baseline`, base] : [base];
  return musl ? [...builds.map((name) => `${name}-musl`), ...builds] : builds;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).size > SMALLEST_BINARY_BYTES;
  } catch {
    // Not there, or not executable: the caller goes on to the next candidate.
    return false;
  }
}
