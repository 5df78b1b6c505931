/** What the pictures of the documentation show: real programs, played before the embedded gateway. */
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { keysPath } from "../../src/settings/keys.ts";
import type { Language } from "../../src/words/language.ts";
import { loginThroughCli } from "../e2e/harness/login.ts";
import { openTerminal, type Terminal, type TerminalOptions } from "../e2e/harness/terminal.ts";
import { bundle, createStage, mainJob, type Stage } from "../e2e/support.ts";
import { startGateway } from "../gateway/server.ts";
import { healthyBrain } from "../unit/cli/clinic.ts";
import type { Size } from "./picture.ts";

export type Scene = {
  /** Of the file, and of the picture's alternative text in the documentation. */
  readonly name: string;
  /** In the title bar of the picture. */
  readonly title: string;
  readonly size: Size;
  /** One picture for each: `login.svg` is English, `login.zh.svg` Chinese. */
  readonly languages: readonly Language[];
  /** Plays it; `watch` is to be given to the terminal, and `mark` forgets what was printed so far. */
  readonly play: (tools: Tools) => Promise<void>;
};

export type Tools = {
  readonly stage: Stage;
  readonly terminal: Omit<TerminalOptions, "args">;
};

const program = join(import.meta.dir, "../../dist/cli.js");
const apiKey = "sk-relay-0123456789";
const model = "openai/gpt-5.1-codex-high";

async function ended(terminal: Terminal): Promise<void> {
  await terminal.exited;
  await terminal.close();
}

export const scenes: readonly Scene[] = [
  {
    name: "login",
    title: "opencode auth login",
    size: { cols: 84, rows: 30 },
    languages: ["en", "zh"],
    async play({ stage, terminal }) {
      const prompt = /base url|基础 URL/i;
      await ended(
        await loginThroughCli({ ...terminal, baseURL: stage.gateway.url, apiKey, prompt }),
      );
    },
  },
  {
    name: "run",
    title: `opencode run "${mainJob}" --model=${model}`,
    size: { cols: 84, rows: 20 },
    languages: ["en"],
    async play({ terminal }) {
      await ended(openTerminal({ ...terminal, args: ["run", mainJob, `--model=${model}`] }));
    },
  },
  {
    name: "picker",
    title: "opencode: /models",
    size: { cols: 92, rows: 40 },
    languages: ["en"],
    async play({ terminal }) {
      await using opened = openTerminal({ ...terminal, args: [] });
      await opened.waitFor("Ask anything", 40_000);
      opened.type("/models");
      await opened.waitFor(/\/models +/);
      opened.press("enter");
      await opened.waitFor(/Select model[\s\S]*gpt-5\.1-codex-mini/);
    },
  },
  {
    name: "failover",
    title: "opencode: a gateway that fails",
    size: { cols: 92, rows: 24 },
    languages: ["en", "zh"],
    async play({ stage, terminal }) {
      const busy = startGateway({
        key: apiKey,
        respond: () => Response.json({ error: { message: "Overloaded." } }, { status: 503 }),
      });
      const urls = { "relay-one": busy.url, "relay-two": stage.gateway.url };
      const gateways = Object.entries(urls).map(([name, baseURL]) => ({ name, baseURL }));
      const keys = Object.entries(urls).map(([name, origin]) => [name, { origin, key: apiKey }]);
      await stage.home.writeSettings({ instructions: "builtin", gateways });
      await writeFile(
        keysPath(stage.home.path),
        JSON.stringify({ keys: Object.fromEntries(keys) }),
      );
      await using opened = openTerminal({ ...terminal, args: [`--model=${model}`] });
      await opened.waitFor("Ask anything", 40_000);
      opened.type("say hello");
      await opened.waitFor("say hello");
      opened.press("enter");
      await opened.waitFor(/relay-one[\s\S]*relay-two/, 40_000);
      await Bun.sleep(1_500);
      await busy.close();
    },
  },
  {
    name: "doctor",
    title: "opencode-openai-codex-key doctor",
    size: { cols: 100, rows: 60 },
    languages: ["en", "zh"],
    async play({ terminal }) {
      await ended(openTerminal({ ...terminal, program: ["node", program], args: ["doctor"] }));
    },
  },
];

/** A project with the plugin in it; scenes of a login begin without one. */
export async function createScene(name: string, language: Language): Promise<Stage> {
  const stage = await createStage({
    gateway: { key: apiKey, ...(name === "doctor" ? { brain: healthyBrain } : {}) },
    login: name !== "login",
    config: { plugin: [bundle] },
    env: { OPENCODE_CODEX_LANG: language },
  });
  // As on a machine that somebody works on: a program to be found, and folders of one's own.
  const programs = join(stage.home.path, "bin");
  await mkdir(programs);
  await symlink(stage.home.binary, join(programs, "opencode"));
  await chmod(join(stage.home.path, ".opencode"), 0o700);
  const env = { ...stage.home.env, PATH: [programs, stage.home.env.PATH].join(delimiter) };
  return { ...stage, home: { ...stage.home, env } };
}
