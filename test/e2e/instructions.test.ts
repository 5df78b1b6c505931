/** Where the instructions of a request come from, with the real OpenCode and a stand-in for GitHub. */
import { describe, expect } from "bun:test";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { builtinInstructions } from "../../src/instructions/builtin.ts";
import {
  cacheFolder,
  createGitHub,
  everything,
  type Fault,
  type GitHub,
  longText,
  newerModel,
  officialText,
  promptFiles,
  promptPath,
  untilCached,
} from "./github.ts";
import { startServer } from "./harness/serve.ts";
import { createStage, expectAccepted, type Stage, scenario, turnOf } from "./support.ts";

const models = ["gpt-5.2-codex", "gpt-5.2", "gpt-5.1-codex-max", "gpt-5.1-codex"] as const;
const allModels = [...models, "gpt-5.1-codex-mini", "gpt-5.1", newerModel] as const;
const serving = { models: { shape: "codex", models: allModels } } as const;

describe("official instructions", () => {
  scenario("are downloaded once, at the start, and sent to the model they are for", async () => {
    await using github = createGitHub();
    await using stage = await createStage({ gateway: serving });
    {
      await using server = await startServer({ ...stage, env: github.env });
      await server.loadModels();
      await untilCached(stage.home);
      expect(stage.gateway.requests()).toEqual([]);
      for (const model of allModels) await server.prompt({ model, text: "hello" });
    }
    const wanted = Object.fromEntries(allModels.map((model) => [model, officialText(model)]));
    expect(instructionsByModel(stage)).toEqual(wanted);
    expect(github.asked.toSorted()).toEqual(everything);

    const next = await stage.opencodeWith(github.env, "run", "hello", "--model=openai/gpt-5.1");
    expect(next).toMatchObject({ exitCode: 0 });
    expect(lastInstructions(stage)).toBe(officialText("gpt-5.1"));
    expect(github.asked.length).toBe(everything.length);
    expectAccepted(stage.gateway);
    expect(await modesOf(cacheFolder(stage.home))).toEqual(["700 .", "600 file"]);
  });

  scenario("that GitHub does not give: built-in text, and no second try", async () => {
    const faults = new Map<string, Fault>([
      [promptPath(promptFiles["gpt-5.2-codex"]), "hang"],
      [promptPath(promptFiles["gpt-5.2"]), 403],
      [promptPath(promptFiles["gpt-5.1-codex-max"]), 500],
      [promptPath(promptFiles["gpt-5.1-codex"]), "html"],
      [promptPath(promptFiles["gpt-5.1"]), "huge"],
    ]);
    // The newest release has its catalogue in neither of the two places.
    await using github = createGitHub((path) =>
      path.endsWith("/models.json") ? 404 : faults.get(path),
    );
    await using stage = await createStage({ gateway: serving });
    await expectBuiltin(stage, github, allModels);
  });

  scenario("that GitHub breaks off, or that hang: the same", async () => {
    const cut = promptPath(promptFiles["gpt-5.2"]);
    await using github = createGitHub((path) => (path === cut ? "cut" : "hang"));
    await using stage = await createStage({ gateway: serving });
    await expectBuiltin(stage, github, ["gpt-5.1-codex", "gpt-5.2", newerModel]);

    // Ten minutes later, as far as the plugin can tell.
    const file = join(cacheFolder(stage.home), "codex-download-failures.json");
    const failures: Record<string, { at: number }> = await Bun.file(file).json();
    const earlier = Object.entries(failures).map(([name, one]) => [
      name,
      { ...one, at: one.at - 601_000 },
    ]);
    await writeFile(file, JSON.stringify(Object.fromEntries(earlier)));
    github.asked.length = 0;
    github.release();
    await using server = await startServer({ ...stage, env: github.env });
    await server.loadModels();
    await untilCached(stage.home);
    await server.prompt({ model: "gpt-5.2", text: "hello" });
    expect(github.asked.toSorted()).toEqual(everything);
    expect(lastInstructions(stage)).toBe(officialText("gpt-5.2"));
  });

  scenario("give way to those of the gateway's own list", async () => {
    const own = longText("What the gateway wants gpt-5.2 to be told.");
    const placeholder = "You are a helpful coding assistant.";
    const list = [
      { slug: "gpt-5.2", base_instructions: own },
      { slug: "gpt-5.1-codex", base_instructions: placeholder },
      "gpt-5.1",
    ];
    await using github = createGitHub();
    await using stage = await createStage({
      gateway: { models: { shape: "codex", models: list } },
    });
    await using server = await startServer({ ...stage, env: github.env });
    await server.loadModels();
    await untilCached(stage.home);
    for (const model of ["gpt-5.2", "gpt-5.1-codex", "gpt-5.1"]) {
      await server.prompt({ model, text: "hello" });
    }
    expect(instructionsByModel(stage)).toEqual({
      "gpt-5.2": own,
      "gpt-5.1-codex": officialText("gpt-5.1-codex"),
      "gpt-5.1": officialText("gpt-5.1"),
    });
  });
});

describe("the setting", () => {
  scenario(
    "builtin, none and a file, which is not replaced when it is missing, ask GitHub for nothing",
    async () => {
      await using github = createGitHub();
      await using stage = await createStage({ gateway: { emptyInstructions: true } });
      await using server = await startServer({ ...stage, env: github.env });
      for (const [instructions, sent] of [
        ["builtin", builtinInstructions],
        ["none", ""],
      ]) {
        await stage.home.writeSettings({ instructions });
        await server.prompt({ model: "gpt-5.2", text: "hello" });
        expect(lastInstructions(stage)).toBe(sent);
      }

      const { home, gateway } = stage;
      await home.writeSettings({ instructions: "~/my-codex.md" });
      const ask = () => server.prompt({ model: "gpt-5.2", text: "hello" });
      const missing = await ask().catch(String);
      expect(missing).toContain(`${join(home.path, "my-codex.md")}`);
      expect(missing).toContain("it does not exist");
      expect(gateway.requests().length).toBe(2);

      const text = "# Mine\n\nDo as I say – always.\n";
      await writeFile(join(home.path, "my-codex.md"), text);
      await ask();
      expect(lastInstructions(stage)).toBe(text);
      expectAccepted(gateway);
      expect(github.asked).toEqual([]);
    },
  );
});

/** The request goes out with the built-in text, while GitHub hangs; the next process does not ask. */
async function expectBuiltin(stage: Stage, github: GitHub, asking: readonly string[]) {
  const { gateway } = stage;
  /** How many downloads were still under way when the first request came. */
  let hanging: number | undefined;
  const started = performance.now();
  let waited = 0;
  gateway.options.respond = (_, { exchange }) => {
    if (exchange.kind === "responses" && hanging === undefined) {
      hanging = github.hanging.size;
      waited = performance.now() - started;
    }
    return undefined;
  };
  {
    await using server = await startServer({ ...stage, env: github.env });
    for (const model of asking) await server.prompt({ model, text: "hello" });
  }
  const builtin = Object.fromEntries(asking.map((model) => [model, builtinInstructions]));
  expect(instructionsByModel(stage)).toEqual(builtin);
  // A download is given up after 10 s, which a slow machine needs to start OpenCode.
  if (waited < 9_000) expect(hanging).toBeGreaterThan(0);

  const asked = github.asked.length;
  expect(asked).toBeGreaterThan(0);
  const next = await stage.opencodeWith(github.env, "run", "hello", `--model=openai/${asking[0]}`);
  expect(next).toMatchObject({ exitCode: 0 });
  expect(lastInstructions(stage)).toBe(builtinInstructions);
  expect(github.asked.length).toBe(asked);
  expectAccepted(gateway);
}

const lastInstructions = ({ gateway }: Stage): string | undefined =>
  gateway.turns().map(turnOf).at(-1)?.instructions;

function instructionsByModel({ gateway }: Stage): Record<string, string> {
  const turns = gateway.turns().map(turnOf);
  return Object.fromEntries(turns.map(({ model, instructions }) => [model, instructions]));
}

/** Permissions of the folder and of all that is in it, without repetitions. */
async function modesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder);
  const modes = new Set<string>();
  for (const name of [".", ...entries]) {
    const { mode } = await stat(join(folder, name));
    modes.add(`${(mode & 0o777).toString(8)} ${name === "." ? "." : "file"}`);
  }
  return [...modes];
}
