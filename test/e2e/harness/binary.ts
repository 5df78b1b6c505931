import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { runCommand } from "./processes.ts";

const repository = join(import.meta.dir, "../../..");
const modules = join(repository, "node_modules");

/** What is made once for all tests: programs of other versions, and what is taken out of them. */
export const programCache = join(modules, ".cache", "opencode");

/** The package manager leaves a stub of a few hundred bytes where a postinstall script did not run. */
const SMALLEST_BINARY_BYTES = 1_000_000;

const PLATFORMS: Readonly<Record<string, string>> = { win32: "windows" };
const executable = platform() === "win32" ? "opencode.exe" : "opencode";
/** The second is the name in previews of OpenCode 2. */
const programNames = [executable, "opencode2"];

/**
 * Path of the real OpenCode program.
 *
 * Of the pinned version: the one installed as a dev dependency. Of another version: that one, fetched
 * from the npm registry once and kept under `node_modules/.cache/opencode/<version>/`; only opt-in
 * tests do this, so that the ordinary test run needs no network.
 *
 * @throws when the dev dependency is not installed, or the download fails. A missing tool is a
 * failure, never a skipped test: a green run must mean that OpenCode really ran.
 */
export async function openCodeBinary(version = openCodeVersion()): Promise<string> {
  return version === pinnedVersion() ? installedBinary() : await downloadedBinary(version);
}

/** The release of OpenCode 2 that everything about it was measured with. */
export const openCode2 = "2.0.15";

/** Where npm has a program of OpenCode 2 for this machine. */
export const hasOpenCode2 = platform() === "linux" && arch() === "x64";

/** Whether a version is one of OpenCode 2, its previews included. */
export const isOpenCode2 = (version: string): boolean => /^(2\.|0\.0\.0-next-)/.test(version);

/**
 * The version that tests and scripts run which name none: `OPENCODE_E2E_VERSION`, else the pinned one.
 *
 * @throws when the variable holds no version.
 */
export function openCodeVersion(): string {
  const named = process.env.OPENCODE_E2E_VERSION;
  if (!named) return pinnedVersion();
  if (/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(named)) return named;
  throw new Error(`OPENCODE_E2E_VERSION is "${named}"; give a version, for example 1.14.34`);
}

/**
 * Other supported versions, the oldest and the newest among them. None unless
 * `OPENCODE_E2E_VERSIONS=1`: each is a download of 100 MB.
 */
export const otherVersions: readonly string[] =
  process.env.OPENCODE_E2E_VERSIONS === "1" ? ["1.14.34", "1.15.13", "1.17.19", "1.18.34"] : [];

/** The version of `opencode-ai` that `package.json` pins for development. */
export function pinnedVersion(): string {
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

async function downloadedBinary(version: string): Promise<string> {
  const folder = join(programCache, version);
  const find = () => programNames.map((name) => join(folder, "bin", name)).find(isProgram);
  const found = find();
  if (found !== undefined) return found;

  mkdirSync(programCache, { recursive: true });
  const failures: string[] = [];
  for (const name of packagesOf(version)) {
    // Unpacked beside its final place and renamed in one step: two test processes may both
    // download, and neither ever sees half a program.
    const staging = await mkdtemp(join(programCache, `${version}-`));
    try {
      const spec = `${name}@${version}`;
      const pack = ["npm", "pack", spec, "--silent", "--pack-destination", staging];
      const archive = (await runCommand(pack, { cwd: staging })).trim().split("\n").at(-1);
      await runCommand(["tar", "-xzf", join(staging, archive ?? "")], { cwd: staging });
      await publish(join(staging, "package"), folder);
      const program = find();
      if (program !== undefined) return program;
      failures.push(`${name}: there is no program in it`);
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
    if (programNames.some((name) => isProgram(join(to, "bin", name)))) return;
    if (existsSync(to)) await cp(from, to, { recursive: true });
    else throw error;
  }
}

/** Names of npm packages that may hold this version, best first. */
function packagesOf(version: string): string[] {
  if (!isOpenCode2(version)) return platformPackages();
  // Released under both names; other builds of OpenCode 2 are not on npm.
  return ["@opencode", "@opencode-ai"].map((scope) => `${scope}/cli-linux-x64-baseline`);
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
