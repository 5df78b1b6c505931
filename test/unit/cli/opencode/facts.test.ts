/** OpenCode is started as few times as can be, and at the same time where that is safe. */
import { afterEach, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Clinic, type ClinicOptions, createClinics } from "../clinic.ts";

const { start, closeAll } = createClinics();
afterEach(closeAll);

/** A visit on a machine where OpenCode has been started before, or never. */
async function visit(options: ClinicOptions, before: boolean) {
  const clinic = start({ ...options, host: { delay: 0.3, ...options.host } });
  const database = join(dirname(clinic.credentialFile), "opencode.db");
  writeFileSync(database, before ? "SQLite" : "", { mode: 0o600 });
  const { stdout } = await clinic.run(["doctor", "--json"]);
  const checks: readonly { readonly id: string; readonly status: string }[] =
    JSON.parse(stdout).checks;
  return { calls: callsOf(clinic), bad: checks.filter(({ status }) => status === "fail") };
}

const callsOf = ({ home }: Clinic) => readFileSync(join(home, "calls"), "utf8").trim().split("\n");

test("OpenCode 1: configuration and models together", async () => {
  const { calls, bad } = await visit({}, true);
  expect(calls.slice(0, 2).toSorted()).toEqual(["begin debug", "begin models"]);
  expect([calls.length, bad]).toEqual([4, []]);
});

test("OpenCode 1, never started: its first start is alone, as it sets up a database", async () => {
  const { calls, bad } = await visit({}, false);
  expect(calls).toEqual(["begin debug", "end debug", "begin models", "end models"]);
  expect(bad).toEqual([]);
});

test("OpenCode 1, where only one start at a time works: the other is made again", async () => {
  const { bad } = await visit({ host: { alone: true } }, true);
  expect(bad).toEqual([]);
});

test("OpenCode 2: models and accounts together, behind the configuration", async () => {
  const { calls, bad } = await visit({ accounts: "[]" }, false);
  expect(calls.slice(0, 2)).toEqual(["begin debug", "end debug"]);
  expect(calls.slice(2, 4).toSorted()).toEqual(["begin auth", "begin serve"]);
  expect(calls.slice(4).toSorted()).toEqual(["end auth", "end serve"]);
  expect(bad).toEqual([]);
});
