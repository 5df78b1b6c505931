/** The accounts of OpenCode 2, whose keys it shows to nobody. */
import * as v from "valibot";
import { parseJson } from "../../json.ts";
import { modeOf } from "../../settings/credential.ts";
import type { Surroundings } from "../types.ts";
import { databaseFile } from "./places.ts";
import type { HostProgram } from "./programs.ts";
import { runHost } from "./run.ts";

export type HostAccount = { readonly label: string; readonly method: string };

export type HostAccounts = {
  /** The database that holds their keys. */
  readonly path: string;
  readonly mode: number | undefined;
  /** Nothing where OpenCode did not say. */
  readonly accounts: readonly HostAccount[] | undefined;
};

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
export async function loadAccounts(
  { program }: HostProgram,
  world: Surroundings,
): Promise<HostAccounts> {
  const path = databaseFile(world);
  const args = ["auth", "list", "--standalone", "--format", "json"];
  // It starts a whole OpenCode: three seconds on a machine with nothing else to do.
  const { stdout } = await runHost(program, args, world, { limit: world.timeouts.host });
  const answer = v.safeParse(AccountsSchema, parseJson(stdout));
  const accounts = answer.success
    ? answer.output
        .filter(({ id }) => id === "openai")
        .flatMap(({ connections }) => connections.filter(({ type }) => type === "credential"))
    : undefined;
  return { path, mode: await modeOf(path), accounts };
}
