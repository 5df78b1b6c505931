/**
 * How fast the plugin is, as one table: each figure with the limit it is held against.
 *
 *   bun run bench                 everything, some minutes
 *   bun run bench --quick         only compares outputs, for CI
 *   bun run bench --markdown      the table for docs/development/performance.md
 *   bun run bench request parser  only these rows
 *
 * On the runtime users have: BUN_BE_BUN=1 node_modules/.bin/opencode test/bench/bench.ts
 */
import { cpus } from "node:os";
import { openCodeVersion } from "../e2e/harness/binary.ts";
import { createChecks } from "./checks.ts";
import { measureCollect } from "./rows/collect.ts";
import { measureFirstByte } from "./rows/first-byte.ts";
import { measureLoad } from "./rows/load.ts";
import { measureParser } from "./rows/parser.ts";
import { measureRequest } from "./rows/request.ts";
import { measureStream } from "./rows/stream.ts";
import { formatMarkdown, formatTable, type Row } from "./table.ts";

const groups = new Map<string, () => Promise<Row[]>>([
  ["load", measureLoad],
  ["request", measureRequest],
  ["first-byte", measureFirstByte],
  ["stream", measureStream],
  ["parser", measureParser],
  ["collect", measureCollect],
]);

const wishes = process.argv.slice(2);
const quick = wishes.includes("--quick");
const wanted = wishes.filter((wish) => groups.has(wish));

for (const { name, run } of createChecks(quick ? 40_000 : 1_000_000)) {
  await run();
  console.error(`✓ ${name}`);
}
if (!quick) {
  const rows: Row[] = [];
  for (const [name, run] of groups) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`… ${name}`);
    rows.push(...(await run()));
  }
  console.log(`${describeMachine()}\n`);
  console.log(wishes.includes("--markdown") ? formatMarkdown(rows) : formatTable(rows));
  console.log("\nStart-up of OpenCode with the plugin: bun test/bench/startup.ts");
}
process.exit();

function describeMachine(): string {
  const inside = process.execPath.includes("opencode")
    ? `, inside OpenCode ${openCodeVersion()}`
    : "";
  const [{ model } = { model: "unknown processor" }, ...others] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return `Bun ${Bun.version}${inside}; ${date}; ${others.length + 1} × ${model.trim()}.`;
}
