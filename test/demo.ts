/**
 * The main job, shown on both hosts: the real OpenCode, a throw-away home, the built plugin and the embedded
 * gateway. `bun run demo` installs and builds first.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hasOpenCode2, isOpenCode2, openCode2, openCodeVersion } from "./e2e/harness/binary.ts";
import { createHome } from "./e2e/harness/home.ts";
import { plain, runOpenCode } from "./e2e/harness/run.ts";
import { startGateway } from "./gateway/server.ts";

const model = "openai/gpt-5.1-codex-high";
const message = "write hello world to test.txt";
/** The form of the plugin's line that every host takes. */
const folder = join(import.meta.dir, "../dist");

for (const version of [openCodeVersion(), ...(hasOpenCode2 ? [openCode2] : [])]) {
  if (!(await show(version))) process.exitCode = 1;
}
if (!hasOpenCode2) console.log("\nOpenCode 2 was not shown: its program is for Linux x64.");

/** @returns whether the file was written. */
async function show(version: string): Promise<boolean> {
  const gateway = startGateway({ key: "demo-key" });
  // OpenCode 2 keeps logins in a database, so the demo has its key from the environment there.
  const env = isOpenCode2(version)
    ? { OPENCODE_CODEX_API_KEY: "demo-key", OPENCODE_CODEX_BASE_URL: gateway.url }
    : {};
  const run = isOpenCode2(version) ? ["run", "--standalone", "--auto"] : ["run"];
  const home = await createHome({ env, version, catalogue: "whole" });
  try {
    const project = await home.project();
    await home.writeConfig(project, { plugin: [folder] });
    // So that the demo needs no network but for the installation.
    await home.writeSettings({ instructions: "builtin" });
    await home.writeCredential({
      type: "api",
      key: "demo-key",
      metadata: { baseURL: gateway.url },
    });

    console.log(`OpenCode  ${version}`);
    console.log(`Gateway   ${gateway.url} (embedded, for the demo only)`);
    console.log(`Home      ${home.path} (thrown away afterwards)`);
    console.log(`Command   opencode ${run.join(" ")} "${message}" --model=${model}\n`);
    const result = await runOpenCode({
      home,
      cwd: project,
      args: [...run, message, `--model=${model}`],
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
    console.log(
      done ? "\nDone: it works.\n" : `\nFailed: OpenCode ended with ${result.exitCode}.\n`,
    );
    return done;
  } finally {
    await home.dispose();
    await gateway.close();
  }
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
