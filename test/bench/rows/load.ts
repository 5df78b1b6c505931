/** Import of the bundle in fresh processes. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild } from "../child.ts";
import { median } from "../measure.ts";
import type { Row } from "../table.ts";

const bundle = join(import.meta.dir, "../../../dist/index.js");
const targetMs = 5;
const targetKB = 125;

export async function measureLoad(pairs = 31): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "codex-key-bench-"));
  try {
    const empty = join(folder, "empty.js");
    await writeFile(empty, "export default 1;\n");
    const text = await readFile(bundle, "utf8");
    const builtIns = new Set([...text.matchAll(/\bfrom"([\w:/]+)"/g)].map(([, name = ""]) => name));
    const load = async (module: string): Promise<number> =>
      (await runChild("load.ts", [module, ...builtIns]))[0] ?? Number.NaN;
    const times: { readonly empty: number; readonly ours: number }[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      times.push({ empty: await load(empty), ours: await load(bundle) });
    }
    const added = median(times.map(({ ours, empty }) => ours - empty));
    const size = (await stat(bundle)).size / 1024;
    return [
      {
        what: "load: import of the bundle, fresh process",
        limit: `an empty module, ${median(times.map(({ empty }) => empty)).toFixed(1)} ms`,
        figure: `+ ${added.toFixed(1)} ms`,
        target: `≤ ${targetMs} ms over it`,
        reached: added <= targetMs,
      },
      {
        what: "bundle",
        limit: "",
        figure: `${size.toFixed(0)} KB`,
        target: `≤ ${targetKB} KB`,
        reached: size <= targetKB,
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
