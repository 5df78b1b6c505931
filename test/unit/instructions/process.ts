/** One process of `two-processes.test.ts`: options as JSON, then `wait <model>` or `stop`. */
import { join } from "node:path";
import { createInstructions, createInstructionsMemory } from "../../../src/instructions/sources.ts";
import { createJsonCache } from "../../../src/json-cache.ts";

const [, , options = "{}", command, model = ""] = process.argv;
const { home, rawURL, apiURL }: { home: string; rawURL: string; apiURL: string } =
  JSON.parse(options);

const instructions = createInstructions({
  ...{ home, rawURL, apiURL, directory: home },
  cache: createJsonCache({ folder: join(home, ".opencode", "cache"), debug: () => {} }),
  memory: createInstructionsMemory(),
  fetch: (url, init) => fetch(url, init),
  debug: (message) => process.stderr.write(`${message}\n`),
});
instructions.start();

if (command === "wait") {
  process.stdout.write(String(await instructions.resolve(model)));
} else {
  // Long enough for the downloads to be under way.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await instructions.stop();
  process.stdout.write("stopped");
}
