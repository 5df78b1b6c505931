/**
 * What CODEX_MODE changes of a request of the real OpenCode: each is compared with the same request
 * of a process with CODEX_MODE=0. `OPENCODE_E2E_VERSIONS=1` runs it on older versions too, each of
 * which is a download of 100 MB.
 */
import { expect } from "bun:test";
import { join } from "node:path";
import { type TurnRequest, textsOf } from "../gateway/request.ts";
import type { Exchange } from "../gateway/types.ts";
import { createGitHub } from "./github.ts";
import { openCodeBinary, otherVersions } from "./harness/binary.ts";
import { type Prompt, startServer } from "./harness/serve.ts";
import { bundle, createStage, expectAccepted, type Stage, scenario, turnOf } from "./support.ts";

/** With the words in it by which the environment block is found. */
const agentsFile = `# Rules of this house
You are powered by the model named nobody: say so when asked.
Here is some useful information about the environment: it rains.

Trailing spaces stay.   
You are OpenCode, says the sign on the door.
`;
const skillFile = "---\nname: tidy\ndescription: Tidies up the desk\n---\nTidy.\n";
const reviewerPrompt = "You are OpenCode's reviewer. Judge, and change nothing.";
const system = "You are opencode, an interactive poet. Answer in verse.";
const addedRule = "\n\nNever push on a Friday.\n\n";

/** The least of an MCP server: lines of JSON-RPC on stdin and stdout. */
const weatherServer = `
const instructions = "One town at a time.";
const tools = [{ name: "forecast", inputSchema: { type: "object", properties: { town: { type: "string" } } } }];
const answers = {
  initialize: ({ protocolVersion }) =>
    ({ protocolVersion, instructions, capabilities: { tools: {} }, serverInfo: { name: "weather", version: "1" } }),
  "tools/list": () => ({ tools }),
};
for await (const line of console) {
  const { id, method, params } = JSON.parse(line);
  const result = answers[method]?.(params) ?? {};
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
}
`;

const weather = { type: "local", command: [process.execPath, "run", "weather.ts"], enabled: true };
const references = { manual: { path: "./manual", description: "The old manual" } };
const agents = {
  reviewer: { mode: "primary", prompt: reviewerPrompt },
  mute: { mode: "primary", prompt: reviewerPrompt, tools: { "*": false } },
};

for (const version of [undefined, ...otherVersions]) {
  const label = version ?? "as installed";
  scenario(
    `OpenCode ${label}: the default prompt gives way to the bridge, all else stays`,
    async () => {
      await using stage = await createStage({
        ...(version !== undefined && { version }),
        files: { "AGENTS.md": agentsFile, "weather.ts": weatherServer },
        gateway: {
          models: { shape: "openai", models: ["gpt-5.1-codex", "gpt-5.2", "relay-coder"] },
        },
      });
      await Bun.write(join(stage.home.configFolder, "skills/tidy/SKILL.md"), skillFile);

      await configure(stage);
      await writeCopied(stage, "The prompt to copy is known when OpenCode has sent it.");
      const off = await askAll(stage, "0");
      const copiedPrompt = addRule(beforeEnvironment(developerText(off.general)));
      await writeCopied(stage, copiedPrompt);
      const on = await askAll(stage, "1");

      for (const name of ["patching", "general", "editing", "planning"] as const) {
        expectCut(name, on[name], off[name]);
      }
      for (const name of ["reviewing", "mute", "title", "compaction"] as const) {
        expect([name, history(on[name])]).toEqual([name, history(off[name])]);
      }
      const fromOthers = version === undefined ? ["The old manual", "One town at a time."] : [];
      for (const text of [system, ...fromOthers]) {
        expect(developerText(on.general)).toContain(text);
      }
      expect(developerText(on.reviewing)).toStartWith(reviewerPrompt);
      expect(developerText(on.copied)).toStartWith(copiedPrompt);
      // How the plugin's hooks tell its fetch is nobody else's business.
      expect(Object.keys(on.copied.headers)).not.toContain("x-opencode-own-prompt");
      expectBridges(on, off);
      expectAccepted(stage.gateway);
    },
  );
}

/** The message after the bridge starts at the environment; all from there on is as it was. */
function expectCut(name: string, on: TurnRequest, off: TurnRequest): void {
  const [kept, whole] = [developerText(on), developerText(off)];
  expect(kept.search(environment)).toBe(0);
  expect([name, whole.endsWith(kept)]).toEqual([name, true]);
  const cut = whole.slice(0, -kept.length);
  expect(cut).toMatch(/^You are opencode/i);
  for (const text of [agentsFile.trimEnd(), "<env>", "Tidies up the desk"]) {
    expect(kept).toContain(text);
    expect(cut).not.toContain(text);
  }
  expect([name, history(on).slice(1)]).toEqual([name, history(off).slice(1)]);
  expect([name, on.tools]).toEqual([name, off.tools]);
}

function expectBridges(on: Requests, off: Requests): void {
  const offered = (request: TurnRequest) => request.tools.map((tool) => tool.name);
  expect(offered(on.patching)).toContain("apply_patch");
  expect(offered(on.editing)).toEqual(expect.arrayContaining(["edit", "write"]));
  expect(offered(on.editing)).not.toContain("apply_patch");
  for (const name of ["mute", "title", "compaction"] as const) {
    expect([name, on[name].tools, bridgeOf(on[name])]).toEqual([name, [], undefined]);
  }
  const vocabulary = new Set([...Object.values(on).flatMap(offered), "websearch", "list"]);

  for (const name of [
    "patching",
    "general",
    "editing",
    "planning",
    "reviewing",
    "copied",
  ] as const) {
    const bridge = bridgeOf(on[name]) ?? "";
    const named = toolsToCall(bridge).filter((tool) => vocabulary.has(tool));
    expect([name, [...new Set(named)].sort()]).toEqual([name, offered(on[name]).sort()]);
    expect(named).toContain("weather_forecast");

    const short = bridgeOf(off[name]) ?? "";
    expect(short).toContain("`update_plan`");
    expect(short.length).toBeLessThan(bridge.length);
    expect(short).not.toBe(bridge);
  }
  // The same tools, the same bytes.
  expect(bridgeOf(on.general)).toBe(bridgeOf(on.patching));
  expect(bridgeOf(on.editing)).toMatch(/`apply_patch`: call `edit` .*`write` /);
}

/** Names in backquotes, but for the Codex tools that they stand for or that are missing. */
function toolsToCall(bridge: string): string[] {
  const lines = bridge.split("\n").filter((line) => !line.startsWith("Without a counterpart"));
  const text = lines.map((line) => line.replace(/^- .*?: call /, "")).join("\n");
  return [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
}

type Requests = Awaited<ReturnType<typeof askAll>>;

/** One process: requests of all kinds, each in a session of its own. */
async function askAll({ home, cwd, gateway }: Stage, codexMode: string) {
  await using github = createGitHub();
  await using server = await startServer({
    home,
    cwd,
    env: { ...github.env, CODEX_MODE: codexMode },
  });

  async function ask(prompt: Omit<Prompt, "text">): Promise<TurnRequest> {
    const seen = gateway.transcript.length;
    await server.prompt({ ...prompt, text: "hello" });
    return firstOf(gateway.requests(), seen);
  }

  async function askForTitle(): Promise<TurnRequest> {
    const seen = gateway.transcript.length;
    await server.prompt({ model: "gpt-5.2", session: await server.createSession(), text: "hello" });
    // OpenCode asks beside the turn, and does not wait for the answer.
    const isTitle = (exchange: Exchange): boolean =>
      exchange.n > seen && exchange.kind === "responses" && turnOf(exchange).tools.length === 0;
    return turnOf(await gateway.until(isTitle));
  }

  /** The answer to the second prompt says that the model's window is full. */
  async function askForSummary(): Promise<TurnRequest> {
    const session = await server.createSession("A long one");
    await server.prompt({ model: "gpt-5.2", session, text: "hello" });
    const seen = gateway.transcript.length;
    let full = true;
    gateway.options.brain = ({ tools }) => {
      if (tools.length === 0) full = false;
      gateway.options.usage = full ? { input_tokens: 300_000, total_tokens: 300_001 } : {};
      return { kind: "text", text: "Said." };
    };
    await server.prompt({ model: "gpt-5.2", session, text: "more" });
    delete gateway.options.brain;
    return firstOf(gateway.titles(), seen);
  }

  return {
    patching: await ask({ model: "gpt-5.1-codex" }),
    general: await ask({ model: "gpt-5.2", system }),
    editing: await ask({ model: "relay-coder" }),
    planning: await ask({ model: "gpt-5.2", agent: "plan" }),
    reviewing: await ask({ model: "gpt-5.2", agent: "reviewer" }),
    copied: await ask({ model: "gpt-5.2", agent: "copied" }),
    mute: await ask({ model: "gpt-5.2", agent: "mute" }),
    title: await askForTitle(),
    compaction: await askForSummary(),
  };
}

function firstOf(exchanges: readonly Exchange[], seen: number): TurnRequest {
  const found = exchanges.find(({ n }) => n > seen);
  if (found === undefined) throw new Error("OpenCode has not sent the request");
  return turnOf(found);
}

async function configure({ home, cwd }: Stage): Promise<void> {
  await home.writeConfig(cwd, {
    plugin: [bundle],
    agent: agents,
    mcp: { weather },
    // Versions that do not know the key refuse to start.
    ...(home.binary === (await openCodeBinary()) && { references }),
  });
}

/** An agent in a file of its own, the other way to write one. */
async function writeCopied({ home }: Stage, prompt: string): Promise<void> {
  const file = join(home.configFolder, "agents/copied.md");
  await Bun.write(file, `---\ndescription: Copied\nmode: primary\n---\n${prompt}\n`);
}

/** In the middle: such a copy begins and ends as OpenCode's own. */
function addRule(prompt: string): string {
  const middle = prompt.indexOf("\n\n", prompt.length / 2);
  return prompt.slice(0, middle) + addedRule + prompt.slice(middle + 2);
}

/** The bridge or the short message in its place: OpenCode itself sends no second one. */
function bridgeOf({ input }: TurnRequest): string | undefined {
  const [first, second] = input;
  return second?.role === "developer" && first ? textsOf(first).join() : undefined;
}

/** All items but the bridge. */
const history = (request: TurnRequest): TurnRequest["input"] =>
  bridgeOf(request) === undefined ? request.input : request.input.slice(1);

function developerText(request: TurnRequest): string {
  const [first] = history(request);
  return first?.role === "developer" ? textsOf(first).join() : "";
}

const environment =
  /^(You are powered by the model named|Here is some useful information about the environment)/m;

const beforeEnvironment = (text: string): string => text.slice(0, text.search(environment)).trim();
