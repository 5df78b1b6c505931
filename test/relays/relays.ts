/**
 * `bun run relays`: the real OpenCode with the plugin, behind real relays and fronts, as Markdown.
 * Not part of the gate, since it needs programs and packages of others; see `--help`.
 */
import { join } from "node:path";
import { version } from "../../package.json";
import { openCodeVersion } from "../e2e/harness/binary.ts";
import type { Arrived } from "./doctor.ts";
import { mostRequests, openStage, type Played, type Scene, scenes } from "./plays.ts";
import { type Relay, relays } from "./table.ts";

/** Most characters of what OpenCode printed. */
const longest = 300;

// What was started is ended at the exit of this process, and a signal alone is no exit.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const names = process.argv.slice(2);
if (names.some((name) => name === "--help" || name === "-h")) {
  console.log(help());
  process.exit(0);
}
const unknown = names.filter((name) => !relays.some((relay) => relay.name === name));
if (unknown.length > 0) {
  console.error(`No relay is called ${unknown.join(" or ")}.\n\n${help()}`);
  process.exit(2);
}

const chosen = names.length === 0 ? relays : relays.filter(({ name }) => names.includes(name));
const bundle = join(import.meta.dir, "../../dist/index.js");
const rows: string[][] = [];
const remarks: string[] = [];
const changes: string[] = [];
for (const relay of chosen) rows.push(await playAll(relay));

console.log(
  `OpenCode ${openCodeVersion()}, plugin ${version}, ${new Date().toISOString().slice(0, 10)}.\n`,
);
const head = ["relay", "version", ...scenes.map(({ title }) => title), "the doctor on streaming"];
for (const cells of [head, head.map((_, n) => (n < 2 ? "---" : "--:")), ...rows]) {
  console.log(`| ${cells.join(" | ")} |`);
}
if (changes.length > 0) {
  console.log(
    `\nWhat a strict backend would say of the requests passed on:\n\n${changes.join("\n")}`,
  );
}
if (remarks.length > 0) console.log(`\nNot as it should be:\n\n${remarks.join("\n")}`);
process.exitCode = remarks.length === 0 ? 0 : 1;

async function playAll(relay: Relay): Promise<string[]> {
  const cells = [relay.title];
  try {
    await using stage = await openStage(relay, bundle);
    cells.push(stage.found.version);
    for (const scene of scenes) {
      if (relay.dead && !scene.dead) cells.push("");
      else cells.push(describe(relay, scene, await stage.play(scene)));
      console.error(`${relay.name}: ${scene.title}: ${cells.at(-1)}`);
    }
    cells.push(relay.dead ? "" : describeArrival(relay, await stage.arrival()));
    console.error(`${relay.name}: streaming: ${cells.at(-1)}`);
    changes.push(...stage.objections().map((found) => `- ${relay.title}: ${clean(found)}`));
  } catch (error) {
    // The others can still be played; the exit code says that one is missing.
    const why = error instanceof Error ? error.message : String(error);
    console.error(`${relay.name}: ${why}`);
    remarks.push(`- ${relay.title}: ${clean(why)}`);
  }
  return [...cells, ...Array<string>(3 + scenes.length - cells.length).fill("")];
}

function describe(relay: Relay, scene: Scene, { end, accepted, front, behind }: Played): string {
  const requests = front ?? behind;
  const passed = front === undefined || front === behind || relay.dead ? "" : ` (${behind} behind)`;
  const few = requests <= mostRequests;
  if (!accepted || !few) {
    const what = end.result.timedOut ? "does not end" : `exit code ${end.result.exitCode}`;
    remarks.push(
      `- ${relay.title}, ${scene.title}: ${requests} requests, ${what}: ${clean(end.printed)}`,
    );
  }
  const mark = end.result.timedOut ? "no end" : accepted ? "✓" : "✗";
  return `${mark} ${requests}${passed}`;
}

/** Held back or not as it should be, and then the setting named by which it is. */
function describeArrival({ title, holds }: Relay, { type, settings }: Arrived): string {
  const held = type === "at_once" || type === "in_blocks";
  const right = holds === undefined ? type === "streams" : held && settings.includes(holds);
  const said = `${type ?? "nothing"}${held ? `: ${settings}` : ""}`.replace("_", " ");
  if (!right) remarks.push(`- ${title}, streaming: ${said}`);
  return `${right ? "✓" : "✗"} ${said}`;
}

function clean(text: string): string {
  const line = text
    .replace(/127\.0\.0\.1:\d+/g, "gateway")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > longest ? `…${line.slice(-longest)}` : line;
}

function help(): string {
  const list = relays.map(({ name, needs }) => {
    const from =
      needs.kind === "program" ? needs.install : `npm: ${needs.name}@${needs.version}, fetched`;
    return `  ${name.padEnd(14)}${from}`;
  });
  return [
    "bun run relays [name…]",
    "",
    "Starts real relays and fronts on this machine, with the embedded gateway behind them, and runs",
    "the real OpenCode with the built plugin through each. Prints a table: what came out, and how",
    "many POST requests came to the relay. With no name: all of them. It takes about a minute each.",
    "",
    "Names, and what they need:",
    ...list,
    "",
    "All at once: apt-get install nginx-light caddy haproxy",
    "Packages of npm go to node_modules/.cache/relays; nothing of theirs is run at the installation.",
    "OPENCODE_E2E_VERSION=1.17.19 takes that OpenCode; it is downloaded.",
    "",
    "Exit code 1: something came out wrong, or a relay is missing or did not start.",
  ].join("\n");
}
