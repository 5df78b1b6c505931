/** What the relays need: programs of the machine, and packages of npm at a pinned version. */
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { runCommand } from "../e2e/harness/processes.ts";

const cache = join(import.meta.dir, "../../node_modules/.cache/relays");

export type Need =
  | {
      readonly kind: "program";
      readonly name: string;
      /** How to get it. */
      readonly install: string;
      /** Makes it print its version. */
      readonly version: readonly string[];
    }
  | { readonly kind: "package"; readonly name: string; readonly version: string };

/** What was found: the path of the program, or the folder of the package. */
export type Found = { readonly path: string; readonly version: string };

/** @throws when it is not there and cannot be got; the message says what to do. */
export async function find(need: Need): Promise<Found> {
  return need.kind === "program" ? await findProgram(need) : await findPackage(need);
}

async function findProgram(need: Need & { kind: "program" }): Promise<Found> {
  // Debian puts servers where only root's PATH leads.
  const PATH = [process.env.PATH, "/usr/sbin", "/usr/local/sbin"].join(delimiter);
  const path = Bun.which(need.name, { PATH });
  if (path === null) throw new Error(`${need.name} is not installed: ${need.install}`);
  const child = Bun.spawnSync([path, ...need.version]);
  const printed = `${child.stdout}${child.stderr}`;
  return { path, version: /\d+\.\d+\.\d+/.exec(printed)?.[0] ?? "of an unknown version" };
}

async function findPackage({ name, version }: Need & { kind: "package" }): Promise<Found> {
  const folder = join(cache, `${name.replace(/[^\w.-]+/g, "-")}-${version}`);
  const path = join(folder, "node_modules", name);
  if (existsSync(path)) return { path, version };
  mkdirSync(cache, { recursive: true });
  // Beside its final place, and renamed in one step: a broken download is never taken for a package.
  const staging = await mkdtemp(join(cache, "new-"));
  try {
    // No scripts of others are run, and Bun is here already.
    const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional", "--silent"];
    const install = ["npm", "install", ...options, `--prefix=${staging}`, `${name}@${version}`];
    await runCommand(install, { cwd: staging });
    await rename(staging, folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${name}@${version} could not be fetched from npm: ${why}`);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return { path, version };
}
