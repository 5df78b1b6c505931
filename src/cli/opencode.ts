/** The program `opencode` of this machine, asked. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../json.ts";
import { modeOf } from "../settings/credential.ts";
import { hostPrograms } from "./host-program.ts";
import type { World } from "./types.ts";

export type OpenCode = { readonly program: string; readonly version: string };

/** An account of OpenCode 2 for `openai`; its key is shown to nobody. */
export type HostAccount = { readonly label: string; readonly method: string };

export type HostAccounts = {
  /** The database that holds their keys. */
  readonly path: string;
  readonly mode: number | undefined;
  /** Nothing where OpenCode did not say. */
  readonly accounts: readonly HostAccount[] | undefined;
};

/** The first program that says its version. */
export async function findOpenCode(world: World): Promise<OpenCode | undefined> {
  for (const program of hostPrograms(world)) {
    const said = await ask(program, ["--version"], world, world.timeouts.network);
    const version = /\d{1,4}\.\d{1,4}\.\d{1,4}\S*/.exec(said)?.[0];
    if (version !== undefined) return { program, version };
  }
  return undefined;
}

export const isOpenCode2 = ({ version }: OpenCode): boolean => Number.parseInt(version, 10) >= 2;

const AccountsSchema = v.array(
  v.object({
    id: v.string(),
    connections: v.array(
      v.object({
        type: v.string(),
        label: v.optional(v.string(), ""),
        method: v.optional(v.string(), ""),
      }),
    ),
  }),
);

/** Asks OpenCode 2, by a server of its own that ends with the answer. */
export async function loadAccounts({ program }: OpenCode, world: World): Promise<HostAccounts> {
  const { env, home, timeouts } = world;
  const data = env.XDG_DATA_HOME || join(home, ".local", "share");
  const path = join(data, "opencode", "opencode.db");
  const args = ["auth", "list", "--standalone", "--format", "json"];
  // It starts a whole OpenCode: three seconds on a machine with nothing else to do.
  const said = await ask(program, args, world, timeouts.answer);
  const answer = v.safeParse(AccountsSchema, parseJson(said));
  const accounts = answer.success
    ? answer.output
        .filter(({ id }) => id === "openai")
        .flatMap(({ connections }) => connections.filter(({ type }) => type === "credential"))
    : undefined;
  return { path, mode: await modeOf(path), accounts };
}

/** What it prints; nothing where it cannot be started. */
function ask(program: string, args: readonly string[], world: World, timeout: number) {
  const { env, signal, directory } = world;
  const options = { env, signal, timeout, cwd: directory, windowsHide: true } as const;
  return new Promise<string>((resolve) => {
    execFile(program, [...args], { ...options, encoding: "utf8" }, (_error, stdout) => {
      resolve(stdout);
    });
  });
}
