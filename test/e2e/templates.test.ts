/** Each template of `config/`, in the real OpenCode: it loads, and every model of it runs. */
import { describe, expect } from "bun:test";
import * as v from "valibot";
import { EFFORTS, LISTED } from "../gateway/models.ts";
import { modelsOf, readTemplate } from "../support/templates.ts";
import { expectAccepted, type SharedStage, scenario, shareServer, turnOf } from "./support.ts";

const pairs = LISTED.map((model) => [model, EFFORTS.get(model) ?? []] as const).flatMap(
  ([model, efforts]) => efforts.map((effort) => ({ model, effort, name: `${model}-${effort}` })),
);
/** Retired name → what it stands for. */
const retired = [
  ["gpt-5-codex", "gpt-5.1-codex"],
  ["gpt-5-codex-mini", "gpt-5.1-codex-mini"],
  ["codex-mini-latest", "gpt-5.1-codex-mini"],
  ["gpt-5", "gpt-5.1"],
] as const;

/** Name, and what it asks the gateway for: all that the gateway's list of six models gives. */
const expected: ReadonlyMap<string, string> = new Map([
  ...pairs.map(({ name, model, effort }) => [name, `${model} ${effort}`] as const),
  ...LISTED.map((model) => [model, `${model} medium`] as const),
  ...retired.map(([name, model]) => [name, `${model} medium`] as const),
]);

const shared = shareServer();

describe("a template as it is, but for the plugin, which is the one just built", () => {
  scenario("minimal-opencode.json: all that the gateway serves, and it runs", async () => {
    await using stage = await shared.createStage({ config: readTemplate("minimal-opencode.json") });
    expect((await stage.loadModels()).toSorted()).toEqual([...expected.keys()].toSorted());
    expect(await stage.prompt({ model: "gpt-5.2", variant: "high", text: "hello" })).toContain(
      "hello",
    );
    expect(lastTurn(stage)).toEqual({ asked: "gpt-5.2 high", summary: "auto", verbosity: "low" });
    expectAccepted(stage.gateway);
  });

  scenario(
    "opencode-modern.json: each model, without a variant and with each of its own",
    async () => {
      const file = "opencode-modern.json";
      await using stage = await shared.createStage({ config: readTemplate(file) });
      expect((await stage.loadModels()).toSorted()).toEqual([...expected.keys()].toSorted());
      const models = Object.entries(modelsOf(readTemplate(file)));
      for (const [model, { options, variants = {} }] of models) {
        for (const variant of [undefined, ...Object.keys(variants)]) {
          await stage.prompt({ model, text: "hello", ...(variant && { variant }) });
          expect(lastTurn(stage)).toEqual({
            asked: `${model} ${variant ?? "medium"}`,
            summary: "auto",
            verbosity: options?.textVerbosity,
          });
        }
      }
      expect(stage.gateway.turns().length).toBe(LISTED.length + pairs.length);
      expectAccepted(stage.gateway);
    },
  );

  scenario("opencode-legacy.json: every name that is listed, once", async () => {
    const file = "opencode-legacy.json";
    await using stage = await shared.createStage({ config: readTemplate(file) });
    const names = (await stage.loadModels()).toSorted();
    expect(names).toEqual([...expected.keys()].toSorted());
    const own = Object.keys(modelsOf(readTemplate(file)));
    expect(own.filter((name) => !names.includes(name))).toEqual([]);
    for (const model of names) {
      await stage.prompt({ model, text: "hello" });
      expect([model, lastTurn(stage).asked]).toEqual([model, expected.get(model) ?? ""]);
    }
    expectAccepted(stage.gateway);
  });
});

const OptionsSchema = v.object({
  reasoning: v.object({ summary: v.optional(v.string()) }),
  text: v.optional(v.object({ verbosity: v.optional(v.string()) })),
});

/** Model and effort of the newest turn, and what else a template sets. */
function lastTurn({ gateway }: SharedStage) {
  const exchange = gateway.turns().at(-1);
  if (exchange === undefined) throw new Error("The gateway was not asked");
  const { model, effort, body } = turnOf(exchange);
  const { reasoning, text } = v.parse(OptionsSchema, body);
  return {
    asked: `${model} ${effort}`,
    summary: reasoning.summary,
    verbosity: text?.verbosity,
  };
}
