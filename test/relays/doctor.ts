/** What the doctor says of how answers arrive through a relay. */
import { join } from "node:path";
import * as v from "valibot";
import { trackGroup } from "../e2e/harness/processes.ts";

const program = join(import.meta.dir, "../../dist/cli.js");

const Document = v.object({
  checks: v.array(
    v.object({
      id: v.string(),
      summary: v.string(),
      advice: v.optional(v.string()),
      data: v.optional(v.object({ type: v.optional(v.string()) })),
    }),
  ),
});

export type Arrived = {
  /** As in `src/cli/arrival.ts`; nothing where the doctor did not come that far. */
  readonly type: string | undefined;
  /** The settings that it names. */
  readonly settings: string;
};

/** Without an OpenCode on the PATH: the way to the gateway is the same, and it is soon over. */
export async function askDoctor(
  cwd: string,
  env: Readonly<Record<string, string>>,
  model: string,
): Promise<Arrived> {
  const argv = [process.execPath, program, "doctor", "--json", `--model=${model}`];
  const child = Bun.spawn(argv, {
    cwd,
    env: { ...env, PATH: "/nowhere" },
    stdin: "ignore",
    stdout: "pipe",
    detached: true,
  });
  trackGroup(child.pid);
  const { checks } = v.parse(Document, JSON.parse(await child.stdout.text()));
  const found = checks.find(({ id }) => id === "streaming");
  const [, settings = ""] = /turn that off: (.*)\.$/.exec(found?.advice ?? "") ?? [];
  return { type: found?.data?.type, settings };
}
