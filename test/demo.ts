/**
 * The main job, shown: the real OpenCode, a throw-away home, the built plugin and the embedded
 * gateway. `bun run demo` installs and builds first.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createHome } from "./e2e/harness/home.ts";
import { plain, runOpenCode } from "./e2e/harness/run.ts";
import { startGateway } from "./gateway/server.ts";

const model = "openai/gpt-5.1-codex-high";
const message = "write hello world to test.txt";
const bundle = join(import.meta.dir, "../dist/index.js");

const gateway = startGateway({ key: "demo-key" });
const home = await createHome();
try {
  const project = await home.project();
  await home.writeConfig(project, { plugin: [bundle] });
  // So that the demo needs no network but for the installation.
  await home.writeSettings({ instructions: "builtin" });
  await home.writeCredential({ type: "api", key: "demo-key", metadata: { baseURL: gateway.url } });

  console.log(`Gateway   ${gateway.url} (embedded, for the demo only)`);
  console.log(`Home      ${home.path} (thrown away afterwards)`);
  console.log(`Command   opencode run "${message}" --model=${model}\n`);
  const result = await runOpenCode({
    home,
    cwd: project,
    args: ["run", message, `--model=${model}`],
  });
  console.log(plain(result.stdout + result.stderr).trim());

  console.log("\nWhat reached the gateway:");
  for (const { method, path, status, body } of gateway.transcript) {
    console.log(`  ${method} ${path} → ${status}   ${describe(body)}`);
  }
  const file = join(project, "test.txt");
  const content = existsSync(file) ? await readFile(file, "utf8") : undefined;
  console.log(`\ntest.txt: ${content === undefined ? "missing" : JSON.stringify(content)}`);
  const done = result.exitCode === 0 && content?.trim() === "hello world";
  console.log(done ? "\nDone: it works." : `\nFailed: OpenCode ended with ${result.exitCode}.`);
  process.exitCode = done ? 0 : 1;
} finally {
  await home.dispose();
  await gateway.close();
}

function describe(body: unknown): string {
  if (typeof body !== "object" || body === null) return "";
  const { model, reasoning, tools } = body as {
    model?: string;
    reasoning?: { effort?: string };
    tools?: unknown[];
  };
  const turn = tools === undefined ? "title" : `turn with ${tools.length} tools`;
  return `model ${model}, effort ${reasoning?.effort ?? "default"}, ${turn}`;
}
