/** A process that learns: folder, base URL, then the names of parameters. It ends when all is stored. */
import { createJsonCache } from "../../src/json-cache.ts";
import { createMemory } from "../../src/memory.ts";

const [, , folder = "", baseURL = "", ...paths] = process.argv;
const options = { folder, baseURL, debug: (line: string) => process.stderr.write(`${line}\n`) };
const memory = createMemory({ cache: createJsonCache(options), baseURL: options.baseURL });
for (const path of paths) {
  memory.learn((facts) => ({
    ...facts,
    endpoint: path,
    unsupported: [...(facts.unsupported ?? []), { path }],
  }));
}
for (let tries = 0; tries < 400; tries++) {
  const { unsupported = [] } = await createMemory({
    cache: createJsonCache(options),
    baseURL: options.baseURL,
  }).recall();
  if (paths.every((path) => unsupported.some((known) => known.path === path))) break;
  await new Promise((resolve) => setTimeout(resolve, 25));
}
