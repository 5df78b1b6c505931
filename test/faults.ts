/**
 * `bun run faults`: what a user of the real OpenCode sees of each fault of a gateway, with and
 * without the plugin, as Markdown. Build first.
 *
 *   bun test/faults.ts [--opencode VERSION] [seconds for a turn that does not end] [part of a row's name]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../package.json";
import { openTheatre, type Played } from "./e2e/faults/play.ts";
import { table } from "./e2e/faults/table.ts";
import { type Fault, forOpenCode2 } from "./e2e/faults/types.ts";
import { isOpenCode2, openCodeVersion } from "./e2e/harness/binary.ts";
import { markdownTable } from "./support/generate/markdown.ts";

const { values, positionals } = parseArgs({
  options: { opencode: { type: "string" } },
  allowPositionals: true,
});
const { opencode = openCodeVersion() } = values;
const [seconds = "12", part = ""] = positionals;
const limitMs = Number(seconds) * 1000;
/** Most characters of a cell. */
const longest = 200;
/** Turns at a time. */
const atOnce = 4;

const second = isOpenCode2(opencode);
const all = second ? table.map(forOpenCode2) : table;
const faults = all.filter(({ sends }) => sends.includes(part));
const folder = join(import.meta.dir, "../dist");
const alone = await playAll("OpenCode alone", undefined);
const helped = await playAll("with the plugin", second ? folder : join(folder, "index.js"));

console.log("## What you get\n");
print(
  ["the gateway sends", "you get", "in OpenCode 2"],
  faults.map(({ sends, gets, on2 }) => [sends, gets, on2?.gets ?? "the same"]),
);

const count = [...alone.values()].reduce((sum, { requests }) => sum + requests, 0);
console.log("\n## Measured\n");
console.log(`OpenCode ${opencode}, plugin ${version}, ${new Date().toISOString().slice(0, 10)}.`);
console.log(
  `A turn that did not end was broken off after ${seconds} s; OpenCode alone made ${count} requests.\n`,
);
print(
  ["the gateway sends", "alone: requests", "s", "seen", "with the plugin: requests", "s", "seen"],
  faults.map((fault) => [
    fault.sends,
    ...describe(alone.get(fault)),
    ...describe(helped.get(fault)),
  ]),
);

async function playAll(name: string, bundle: string | undefined): Promise<Map<Fault, Played>> {
  const played = new Map<Fault, Played>();
  await using theatre = await openTheatre({ faults: all, bundle, version: opencode });
  const queue = [...faults];
  const work = async (): Promise<void> => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      played.set(fault, await theatre.play(fault, limitMs));
      console.error(`${name}: ${played.size} of ${faults.length}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return played;
}

function describe(played: Played | undefined): string[] {
  if (played === undefined) return ["", "", ""];
  const { requests, ms, texts, errors, waiting, endless } = played;
  const seen = [
    ...group(texts),
    ...errors.map((error) => `error: ${error}`),
    ...(waiting === undefined ? [] : [`waits: ${waiting}`]),
    ...(endless ? ["(goes on)"] : []),
  ];
  return [String(requests), (ms / 1000).toFixed(1), seen.join(" · ") || "nothing"];
}

/** In quotes; the same text many times over, once. */
function group(texts: readonly string[]): string[] {
  const quoted = texts.map((text) => `"${text}"`);
  const [first] = quoted;
  const same = quoted.length > 2 && quoted.every((text) => text === first);
  return same ? [`${first} (${quoted.length} times)`] : quoted;
}

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(
    markdownTable(
      head,
      rows.map((cells) => cells.map(toCell)),
    ),
  );
}

function toCell(text: string): string {
  const line = text.replace(/http:\/\/127\.0\.0\.1:\d{2,}/g, "http://gateway").replace(/\s+/g, " ");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
