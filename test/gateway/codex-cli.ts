/**
 * Shows that the embedded gateway is real enough for the real Codex CLI: installs it into a
 * temporary folder, lets it do one job against the strict gateway, prints what went over the wire.
 *
 *   bun test/gateway/codex-cli.ts [version] [--lenient] [--import]
 *
 * With `--import` the CLI logs in with the key itself, and what it has then in its home is taken over by
 * the built program (`bun run build` first), whose doctor must find nothing broken.
 *
 * Needs npm and the network (for the install alone). Exits 0 only if the CLI finished the turn, the
 * file is there and, unless lenient, every request passed the strict check. Releases after the 5.1
 * line put the prompt into `input` and ids on items, which the strict check refuses on purpose.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codexRelease } from "../../src/models/catalog.ts";
import { readTurn } from "./request.ts";
import { startGateway } from "./server.ts";

const MODEL = "gpt-5.1-codex";
const KEY = "codex-cli-test-key";
const lenient = process.argv.includes("--lenient");
const importing = process.argv.includes("--import");
const version = process.argv.slice(2).find((word) => !word.startsWith("--")) ?? codexRelease;

const root = await mkdtemp(join(tmpdir(), "codex-cli-"));
const gateway = startGateway({ key: KEY, strict: !lenient });
try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  await gateway.close();
  await rm(root, { recursive: true, force: true });
}

async function run(): Promise<boolean> {
  const home = join(root, "home");
  const work = join(root, "work");
  await mkdir(join(home, ".codex"), { recursive: true });
  await mkdir(work);
  await Bun.write(join(home, ".codex", "config.toml"), config());

  console.log(`Installing @openai/codex@${version} …`);
  const install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", root];
  const installed = await spawn([...install, `@openai/codex@${version}`], root, {});
  if (installed.code !== 0) return fail("npm install failed", installed.text);

  const codex = join(root, "node_modules", ".bin", "codex");
  if (importing) {
    const login = await spawn([codex, "login", "--with-api-key"], work, { HOME: home }, `${KEY}\n`);
    if (login.code !== 0) return fail("codex login failed", login.text);
  }
  const prompt = "write hello world to test.txt";
  const command = [codex, "exec", "--skip-git-repo-check", "-m", MODEL, prompt];
  const ran = await spawn(command, work, { HOME: home, USERPROFILE: home, GATEWAY_KEY: KEY });

  console.log(`\n${ran.text.trim()}\n\nTranscript`);
  for (const exchange of gateway.transcript) {
    const { model, effort, input } = readTurn(exchange.body, exchange.headers);
    const { n, method, path, status, prefix, refusal } = exchange;
    const shared = prefix ? `prefix ${prefix.shared}/${prefix.previous}` : "";
    const items = input.map(({ type }) => type).join(",");
    console.log(
      `${n}. ${method} ${path} ${model} effort=${effort ?? "-"} ${status} ${shared} ${items}`,
    );
    if (refusal) console.log(`   refused: ${refusal.message}`);
  }
  const file = Bun.file(join(work, "test.txt"));
  const text = (await file.exists()) ? await file.text() : undefined;
  console.log(`\ntest.txt: ${text === undefined ? "missing" : JSON.stringify(text)}`);

  const refused = gateway.requests().some(({ status }) => status !== 200);
  if (ran.code !== 0) return fail(`codex exited with ${ran.code}`);
  if (refused || gateway.turns().length < 2) return fail("the turn was not completed");
  if (text !== "hello world\n") return fail("the file is not what was asked for");
  console.log(`Codex CLI ${version} completed the turn (${lenient ? "lenient" : "strict"} check).`);
  return !importing || (await takeOver(home, work));
}

/** The files that the CLI has just worked with, taken over by the program, and looked at by its doctor. */
async function takeOver(home: string, work: string): Promise<boolean> {
  const program = [process.execPath, join(import.meta.dir, "../../dist/cli.js")];
  const taken = await spawn([...program, "import", "--yes"], work, { HOME: home });
  console.log(`\n${taken.text}`);
  if (taken.code !== 0 || taken.text.includes(KEY)) return fail("import failed");
  const doctor = await spawn([...program, "doctor", "--json"], work, { HOME: home });
  const { checks } = JSON.parse(doctor.text);
  const found = ["settings", "endpoint", "key", "answer"].map(
    (id) => checks.find((check: { id: string }) => check.id === id)?.status,
  );
  if (found.some((status) => status !== "ok" && status !== "warn")) {
    return fail("the doctor finds it broken", doctor.text);
  }
  console.log("Taken over, and the doctor finds it whole.");
  return true;
}

/** No sandbox: the only commands are the demo brain's, and not every container can make one. */
function config(): string {
  return [
    'model_provider = "embedded"',
    'approval_policy = "never"',
    'sandbox_mode = "danger-full-access"',
    "[model_providers.embedded]",
    'name = "Embedded gateway"',
    `base_url = "${gateway.url}/backend-api/codex"`,
    importing ? "requires_openai_auth = true" : 'env_key = "GATEWAY_KEY"',
    'wire_api = "responses"',
    "",
  ].join("\n");
}

/** Runs it to its end, at most 3 minutes, with nothing of this user's environment but PATH. */
async function spawn(command: string[], cwd: string, env: Record<string, string>, input = "") {
  const child = Bun.spawn(command, {
    cwd,
    // npm needs a home for its cache; the caller's own one replaces it for codex.
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? root, ...env },
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
    timeout: 180_000,
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, text: `${err}${out}` };
}

function fail(reason: string, detail = ""): false {
  console.error(`FAILED: ${reason}${detail && `\n${detail}`}`);
  return false;
}
