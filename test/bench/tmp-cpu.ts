/**
 * What the plugin adds to a start of OpenCode: `opencode models openai` with it and with a plugin
 * that does nothing, in turn. By hand, on a machine with nothing else to do:
 * `bun run build && bun test/bench/startup.ts [rounds]`.
 */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHome, type Home } from "../e2e/harness/home.ts";
import { listModels } from "../e2e/harness/list.ts";
import { startGateway } from "../gateway/server.ts";
import type { ModelsOption } from "../gateway/types.ts";

const rounds = Number(process.argv[2] ?? 10);
const key = "sk-bench-0123456789";
const bundle = join(import.meta.dir, "../../dist/index.js");
const idle = 'export default { id: "idle", server: async () => ({}) };\n';

type Contender = {
  readonly name: string;
  readonly plugin: string;
  /** What the gateway answers to a request for its list. */
  readonly models: ModelsOption;
  /** Keep what the plugin has cached by an earlier start. */
  readonly cache: boolean;
};

const contenders: readonly Contender[] = [
  { name: "a plugin that does nothing", plugin: "idle.js", models: "codex", cache: true },
  { name: "ours, list in the cache", plugin: bundle, models: "codex", cache: true },
  { name: "ours, no cache", plugin: bundle, models: "codex", cache: false },
  { name: "ours, no cache, no answer in time", plugin: bundle, models: "slow", cache: false },
];

/** The contender's own home and gateway. `start` returns milliseconds. */
async function prepare({ plugin, models, cache }: Contender) {
  const home: Home = await createHome();
  const gateway = startGateway({ key, models });
  const cwd = await home.project();
  await writeFile(join(cwd, "idle.js"), idle);
  await home.writeConfig(cwd, { plugin: [plugin === bundle ? plugin : join(cwd, plugin)] });
  await home.writeCredential({ type: "api", key, metadata: { baseURL: gateway.url } });
  return {
    async start(): Promise<number> {
      if (!cache) await rm(join(home.path, ".opencode/cache"), { recursive: true, force: true });
      const started = performance.now();
      const c = Bun.spawn([home.binary, "models", "openai"], {
        cwd,
        env: { ...home.env },
        stdin: "ignore",
        stdout: Bun.file(join(home.path, "o.txt")),
        stderr: "ignore",
      });
      await c.exited;
      return Number(c.resourceUsage()?.cpuTime.total ?? 0n) / 1000;
    },
    async close(): Promise<void> {
      await gateway.close();
      await home.dispose();
    },
  };
}

const prepared = await Promise.all(contenders.map(prepare));
const times = contenders.map((): number[] => []);
try {
  // The first start of a home makes its database, and fills the cache.
  for (const { start } of prepared) await start();
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { start }] of prepared.entries()) times[index]?.push(await start());
  }
} finally {
  await Promise.all(prepared.map(({ close }) => close()));
}

const medians = times.map(median);
const [base = Number.NaN] = medians;
const [[fastest = Number.NaN] = []] = times.map(sort);
console.log(
  `${rounds} starts each, in turn: ratios to the first contender, of medians and of fastest.`,
);
for (const [index, { name }] of contenders.entries()) {
  const ms = medians[index] ?? Number.NaN;
  const [first = Number.NaN, ...others] = sort(times[index] ?? []);
  const ratios = `${(ms / base).toFixed(2)}  ${(first / fastest).toFixed(2)}`;
  const range = `${first.toFixed(0)} to ${others.at(-1)?.toFixed(0)}`;
  console.log(`${ratios}  ${ms.toFixed(0).padStart(5)} ms  (${range})  ${name}`);
}

function sort(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function median(values: readonly number[]): number {
  const sorted = sort(values);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}
