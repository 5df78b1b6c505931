/** What the pictures of the documentation show: real programs, played before the embedded gateway. */
import { join } from "node:path";
import { loginThroughCli } from "../e2e/harness/login.ts";
import { openTerminal, type Terminal, type TerminalOptions } from "../e2e/harness/terminal.ts";
import { bundle, createStage, mainJob, type Stage } from "../e2e/support.ts";
import type { Size } from "./picture.ts";

export type Scene = {
  /** Of the file, and of the picture's alternative text in the documentation. */
  readonly name: string;
  /** In the title bar of the picture. */
  readonly title: string;
  readonly size: Size;
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
    async play({ stage, terminal }) {
      await ended(await loginThroughCli({ ...terminal, baseURL: stage.gateway.url, apiKey }));
    },
  },
  {
    name: "run",
    title: `opencode run "${mainJob}" --model=${model}`,
    size: { cols: 84, rows: 20 },
    async play({ terminal }) {
      await ended(openTerminal({ ...terminal, args: ["run", mainJob, `--model=${model}`] }));
    },
  },
  {
    name: "doctor",
    title: "opencode-openai-codex-key doctor",
    size: { cols: 100, rows: 60 },
    async play({ terminal }) {
      await ended(openTerminal({ ...terminal, program: ["node", program], args: ["doctor"] }));
    },
  },
];

/** A project with the plugin in it; scenes of a login begin without one. */
export function createScene(name: string): Promise<Stage> {
  return createStage({
    gateway: { key: apiKey },
    login: name !== "login",
    config: { plugin: [bundle] },
  });
}
