/** What a user of the real OpenCode meets behind a relay: the same few plays before each. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as faulty from "../e2e/faults/answers.ts";
import { type Fault, well, wellText } from "../e2e/faults/types.ts";
import { createGitHub } from "../e2e/github.ts";
import { createHome } from "../e2e/harness/home.ts";
import { plain, type RunResult, runOpenCode } from "../e2e/harness/run.ts";
import { demoBrain } from "../gateway/brains.ts";
import { startGateway } from "../gateway/server.ts";
import type { Gateway } from "../gateway/types.ts";
import { checkBody, checkHeaders } from "../gateway/validate.ts";
import { freePort } from "../support/free-port.ts";
import { type Arrived, askDoctor } from "./doctor.ts";
import { type Found, find } from "./needs.ts";
import { startProgram } from "./processes.ts";
import type { Relay } from "./table.ts";
import { openTap, type Tap } from "./tap.ts";

/** The column of a play. */
export type Scene = {
  readonly title: string;
  /** For relays with nothing behind them too. */
  readonly dead?: true;
  readonly prompt: string;
  readonly args?: readonly string[];
  /** What the backend answers to turns; a healthy answer where it is `undefined`. */
  readonly answer?: Fault["answer"];
  /** The key is refused from now on. */
  readonly revoked?: true;
  /** Characters of the project's AGENTS.md, which goes into every request. */
  readonly rules?: number;
  /** Whether this is what should come out; `requests` is seen by itself. */
  readonly accepts: (end: End) => boolean;
};

/** How a play ended. */
export type End = {
  readonly result: RunResult;
  /** What OpenCode printed, without terminal sequences. */
  readonly printed: string;
  /** Content of `test.txt` in the project. */
  readonly file: string | undefined;
  /** The newest request that the backend saw. */
  readonly lastBody: string;
};

export type Played = {
  readonly end: End;
  readonly accepted: boolean;
  /** POST requests that came to the relay; `undefined` where TLS hides them. */
  readonly front: number | undefined;
  /** POST requests that the relay passed on. */
  readonly behind: number;
};

const key = "sk-test-0123456789";
const mainJob = "write hello world to test.txt";
/** With a title of its own OpenCode asks for none: the requests are those of the turn. */
const titled = ["--title=A test"];
/** Milliseconds from the first request of a turn; OpenCode asks again after 2, 4, 8 and 16 s. */
const limitMs = 35_000;
/** Milliseconds for OpenCode to start and to get there, on a machine that is busy. */
const startMs = 120_000;

const said = (text: string) => (end: End) =>
  end.result.exitCode === 0 && end.printed.split(text).length === 2;
const failed = (error: RegExp) => (end: End) => !end.result.timedOut && error.test(end.printed);

/** What is right where nothing stands behind the relay. */
const givesUp = failed(/Given up after 3 tries/);

export const scenes: readonly Scene[] = [
  {
    title: "main job",
    prompt: mainJob,
    dead: true,
    accepts: ({ result, file }) => result.exitCode === 0 && file?.trim() === "hello world",
  },
  {
    title: "`--continue`",
    prompt: "hello again",
    args: ["--continue"],
    accepts: ({ result, printed, lastBody }) =>
      // Some versions of OpenCode keep the quotes of the command line.
      result.exitCode === 0 &&
      /You said: "?hello again/.test(printed) &&
      lastBody.includes(mainJob),
  },
  {
    title: "key revoked",
    prompt: "hello",
    args: titled,
    revoked: true,
    accepts: failed(/refused the key/),
  },
  {
    title: "429, once",
    prompt: "hello",
    args: titled,
    answer: faulty.once(() =>
      faulty.json(
        429,
        { error: { message: "Slow down.", type: "rate_limit_error", code: "rate_limit_exceeded" } },
        { "retry-after": "1" },
      ),
    ),
    accepts: said(wellText),
  },
  {
    title: "stream cut, once",
    prompt: "hello",
    args: titled,
    answer: faulty.once(faulty.cut),
    accepts: said(wellText),
  },
  {
    title: "stream cut, always",
    prompt: "hello",
    args: titled,
    answer: faulty.cut,
    accepts: ({ result }) => !result.timedOut,
  },
  {
    title: "body of 1.2 MB",
    prompt: "hello",
    args: titled,
    rules: 1_200_000,
    accepts: ({ result, printed }) =>
      !result.timedOut && (printed.includes(wellText) || /413/.test(printed)),
  },
];

/** Most requests of one turn, with a tool call: see docs/faults.md. */
export const mostRequests = 3;

/** A relay that runs, with an OpenCode before it and a gateway behind it. */
export interface Stage extends AsyncDisposable {
  readonly found: Found;
  play(scene: Scene): Promise<Played>;
  /** What the doctor says of a model that writes slowly. */
  arrival(): Promise<Arrived>;
  /** What the strict check has against the newest request that reached the backend. */
  objections(): string[];
}

/** @throws when the relay is not to be had, or does not start. */
export async function openStage(relay: Relay, bundle: string): Promise<Stage> {
  const found = await find(relay.needs);
  await using stack = new AsyncDisposableStack();
  const github = stack.use(createGitHub());
  const home = stack.use(await createHome({ env: github.env }));
  const backend = openBackend();
  stack.defer(backend.gateway.close);
  const port = await freePort();
  const behind = relay.dead ? `http://127.0.0.1:${await freePort()}` : backend.gateway.url;
  // Inside the home, so that it goes with it.
  const folder = await home.project();
  const command = await relay.setUp(found, { port, backend: behind, folder, key });
  stack.use(await startProgram(command, { folder, port }));
  const tap = stack.use(await openTap(port));

  const origin = relay.authority ? `https://localhost:${port}` : `http://127.0.0.1:${tap.port}`;
  await home.writeCredential({ type: "api", key });
  await home.writeSettings({
    baseURL: origin + (relay.path ?? ""),
    ...(relay.headers && { headers: relay.headers(behind) }),
  });
  const env = relay.authority ? { NODE_EXTRA_CA_CERTS: relay.authority(folder) } : {};
  const project = await createProject();
  const all = stack.move();

  async function createProject(files: Record<string, string> = {}): Promise<string> {
    const cwd = await home.project(files);
    await home.writeConfig(cwd, { plugin: [bundle] });
    return cwd;
  }

  return {
    found,
    async play(scene) {
      const cwd =
        scene.rules === undefined
          ? project
          : await createProject({ "AGENTS.md": rulesOf(scene.rules) });
      const before = { front: tap.posts(), behind: backend.posts() };
      backend.set(scene);
      const args = ["run", scene.prompt, `--model=openai/${relay.model ?? "gpt-5.1-codex"}`];
      const stop = new AbortController();
      const running = runOpenCode({
        home,
        cwd,
        env,
        args: [...args, ...(scene.args ?? (relay.dead ? titled : []))],
        timeoutMs: startMs,
        signal: stop.signal,
      });
      const asked = () => tap.posts() > before.front || backend.posts() > before.behind;
      const timer = breakOffLate(asked, stop);
      const result = await running.finally(() => clearInterval(timer));
      const end: End = {
        result,
        printed: plain(result.stdout + result.stderr),
        file: await readFile(join(cwd, "test.txt"), "utf8").catch(() => undefined),
        lastBody: backend.gateway.transcript.findLast(isPost)?.rawBody ?? "",
      };
      return {
        end,
        accepted: (relay.dead ? givesUp : scene.accepts)(end),
        front: countOf(tap, before.front, relay),
        behind: backend.posts() - before.behind,
      };
    },
    async arrival() {
      backend.set({ slow: true });
      return askDoctor(project, { ...home.env, ...env }, relay.model ?? "gpt-5.1-codex");
    },
    objections() {
      const newest = backend.gateway.turns().at(-1);
      if (newest === undefined) return [];
      const found = [checkHeaders(newest.headers), checkBody(newest.body, {})];
      return found.flatMap((objection) => objection?.message ?? []);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Breaks a turn off that goes on for too long after it has asked for the first time. */
function breakOffLate(asked: () => boolean, stop: AbortController): NodeJS.Timeout {
  let since: number | undefined;
  return setInterval(() => {
    if (since === undefined && asked()) since = performance.now();
    if (since !== undefined && performance.now() - since > limitMs) stop.abort();
  }, 100);
}

const isPost = ({ method }: { method: string }) => method === "POST";

const countOf = (tap: Tap, before: number, { authority }: Relay): number | undefined =>
  authority ? undefined : tap.posts() - before;

function rulesOf(length: number): string {
  const line = "- Names of functions are verbs, and those of values are nouns.\n";
  return line.repeat(Math.ceil(length / line.length));
}

/** What it answers from now on; `slow`: word by word, as a model does. */
type Part = Pick<Scene, "answer" | "rules" | "revoked"> & { readonly slow?: true };
type Backend = { gateway: Gateway; set: (part: Part) => void; posts: () => number };

/** The embedded gateway, with the fault of the scene that is played. */
function openBackend(): Backend {
  let scene: Part | undefined;
  let n = 0;
  const gateway = startGateway({
    key,
    responsesPath: ["/backend-api/codex/responses", "/v1/responses"],
    // Relays change requests; what the strict check would say is told, not answered.
    strict: false,
    // Whatever the size of the body: OpenCode shall not compact the session.
    usage: { input_tokens: 1000, input_tokens_details: { cached_tokens: 0 }, total_tokens: 1100 },
    brain: (turn, context) =>
      turn.tools.length === 0 || (scene?.answer === undefined && scene?.rules === undefined)
        ? demoBrain(turn, context)
        : well,
    respond(turn, context) {
      if (scene?.slow && turn.tools.length === 0) {
        const text = Array.from({ length: 40 }, (_, index) => index + 1).join(" ");
        return context.answer({ kind: "text", text }, { chunking: { delay: 100 } });
      }
      if (scene?.answer === undefined || turn.tools.length === 0) return undefined;
      n += 1;
      return scene.answer({ n, turn, context });
    },
  });
  return {
    gateway,
    set(next) {
      scene = next;
      n = 0;
      gateway.options.key = next.revoked ? "sk-another" : key;
    },
    posts: () => gateway.transcript.filter(isPost).length,
  };
}
