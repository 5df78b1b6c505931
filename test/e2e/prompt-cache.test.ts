/**
 * What a backend can take from its prompt cache, in sessions of the real OpenCode: the gateway
 * compares each request with the one before it, and reports the tokens that follow from it.
 */
import { expect } from "bun:test";
import * as v from "valibot";
import { builtinInstructions } from "../../src/instructions/builtin.ts";
import { scripted } from "../gateway/brains.ts";
import type { Exchange, Gateway, Step } from "../gateway/types.ts";
import { createGitHub, officialText, untilCached } from "./github.ts";
import { startServer } from "./harness/serve.ts";
import { createStage, expectAccepted, scenario, turnOf } from "./support.ts";

const model = "--model=openai/gpt-5.2";
const json = "--format=json";
/** Turns with tools in each of two runs of OpenCode. */
const toolTurns = 10;

const StepFinish = v.object({
  type: v.literal("step_finish"),
  sessionID: v.string(),
  part: v.object({ tokens: v.object({ cache: v.object({ read: v.number() }) }) }),
});

const Export = v.object({
  messages: v.array(
    v.object({
      info: v.object({
        role: v.string(),
        tokens: v.optional(v.object({ cache: v.object({ read: v.number() }) })),
      }),
    }),
  ),
});

for (const codexMode of ["1", "0"]) {
  scenario(`CODEX_MODE=${codexMode}: every turn starts with all of the one before`, async () => {
    // The same instructions in both processes, however slow the first download would be.
    await using github = createGitHub(() => 404);
    await using stage = await createStage({
      files: { "notes.txt": "line one\nline two\n" },
    });
    const { gateway } = stage;
    gateway.options.brain = scripted([...work, { kind: "text", text: "Halfway." }, ...work]);
    const env = { ...github.env, CODEX_MODE: codexMode };
    const first = await stage.opencodeWith(env, "run", "work", model, json);
    const second = await stage.opencodeWith(env, "run", "--continue", "go on", model, json);

    expectAccepted(gateway);
    const turns = gateway.turns();
    expect(turns.length).toBe(2 * (toolTurns + 1));
    expectPrefixes(turns);

    // OpenCode shows what the gateway reports.
    const steps = [first, second].flatMap(({ stdout }) => readSteps(stdout));
    expect(steps.map(({ part }) => part.tokens.cache.read)).toEqual(turns.map(cachedTokens));
    expect(turns.map(cachedTokens).every((tokens, n) => n === 0 || tokens > 0)).toBe(true);
    // What is stored has nothing to do with the mode.
    if (codexMode === "0") return;
    const exported = await stage.opencode("export", steps[0]?.sessionID ?? "");
    const { messages } = v.parse(Export, JSON.parse(exported.stdout));
    const stored = messages.flatMap(({ info }) => (info.tokens ? [info.tokens.cache.read] : []));
    expect(stored).toEqual(turns.map(cachedTokens));
  });
}

scenario("a download that ends in mid session changes nothing in it", async () => {
  await using github = createGitHub(() => "hang");
  await using stage = await createStage();
  const { gateway, home } = stage;
  {
    await using server = await startServer({ ...stage, env: github.env });
    const session = await server.createSession("A test");
    const say = (text: string) => server.prompt({ model: "gpt-5.2", session, text });
    gateway.options.respond = (_, { exchange }) => {
      if (exchange.kind === "responses") github.release();
      return undefined;
    };
    await say("one");
    await untilCached(home);
    for (const text of ["two", "three"]) await say(text);
  }
  expectAccepted(gateway);
  expect(instructionsOf(gateway)).toEqual(Array(3).fill(builtinInstructions));
  expectPrefixes(gateway.turns());

  // It is the next process that has them.
  const next = await stage.opencodeWith(github.env, "run", "--continue", "four", model);
  expect(next).toMatchObject({ exitCode: 0 });
  expect(instructionsOf(gateway).at(-1)).toBe(officialText("gpt-5.2"));
});

const call = (name: string, args: Record<string, unknown>) => ({ name, arguments: args });

/** Turns with one tool, with two at once, with reasoning and with text before them. */
const work: Step[] = Array.from({ length: toolTurns }, (_, turn): Step => {
  const say = call("bash", { command: `echo turn-${turn}`, description: `Says turn ${turn}` });
  const read = call("read", { filePath: "notes.txt" });
  const plan = { content: `Step ${turn}`, status: "pending", priority: "low" };
  const turns: Step[] = [
    { kind: "tools", calls: [say], reasoning: `**Turn ${turn}**` },
    { kind: "tools", calls: [read, call("grep", { pattern: "two" })], text: "Let me look." },
    { kind: "tools", calls: [call("todowrite", { todos: [plan] })] },
    { kind: "tools", calls: [call("glob", { pattern: `**/${turn}*.txt` })] },
  ];
  return turns[turn % turns.length] ?? { kind: "text", text: "" };
});

/** All that was sent before is, unchanged, the beginning of what is sent next. */
function expectPrefixes(turns: readonly Exchange[]): void {
  const [first, ...later] = turns.map(({ prefix }) => prefix);
  expect(first).toMatchObject({ previous: 0 });
  const broken = later.filter((prefix) => !prefix?.complete || prefix.previous === 0);
  expect(broken).toEqual([]);
}

/** What the gateway reported for this turn, at four bytes to a token. */
const cachedTokens = (turn: Exchange | undefined): number =>
  Math.floor((turn?.prefix?.shared ?? 0) / 4);

const instructionsOf = (gateway: Gateway): string[] =>
  gateway.turns().map((turn) => turnOf(turn).instructions);

function readSteps(stdout: string): v.InferOutput<typeof StepFinish>[] {
  const events: unknown[] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return events.filter((event) => v.is(StepFinish, event));
}
