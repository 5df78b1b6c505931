/** OpenCode's own picker of models, as a person uses it. */
import { describe, expect } from "bun:test";
import { openTerminal } from "./harness/terminal.ts";
import { createStage, modelsOnTheWire, scenario } from "./support.ts";

describe("the picker", () => {
  scenario("each model once, newest first; a typed id and enter take it", async () => {
    await using stage = await createStage();
    const { home, cwd, gateway } = stage;
    await using terminal = openTerminal({ home, cwd, args: [] });
    await terminal.waitFor("Ask anything", 40_000);
    // Who names none gets the newest Codex model, and no effort that somebody has to pay for.
    expect(terminal.visible()).toContain("gpt-5.2-codex");
    terminal.type("/models");
    await terminal.waitFor(/\/models +/);
    terminal.press("enter");
    const shown = await terminal.waitFor(/Select model[\s\S]*gpt-5\.1-codex-mini/);
    const rows: string[] = shown.match(/gpt-[\w.-]+/g) ?? [];
    const list = rows.slice(rows.indexOf("gpt-5.2"));
    expect(list.slice(0, 6)).toEqual([
      "gpt-5.2",
      "gpt-5.2-codex",
      "gpt-5.1",
      "gpt-5.1-codex",
      "gpt-5.1-codex-max",
      "gpt-5.1-codex-mini",
    ]);
    expect(shown).not.toMatch(/\((?:low|medium|high|xhigh)\)/);
    terminal.type("gpt-5.1-codex");
    await terminal.waitFor((visible) => !/gpt-5\.2 +OpenAI/.test(visible));
    // The list is filtered; the row that enter takes follows a moment later.
    await Bun.sleep(1_000);
    terminal.press("enter");
    const variants = await terminal.waitFor(/Select variant[\s\S]*high/);
    expect(variants).toMatch(/low[\s\S]*medium[\s\S]*high/);
    terminal.press("enter");
    await terminal.waitFor("Ask anything");
    terminal.type("hello");
    terminal.press("enter");
    const until = performance.now() + 30_000;
    while (gateway.turns().length === 0 && performance.now() < until) await Bun.sleep(100);
    expect(modelsOnTheWire(gateway)).toEqual(["gpt-5.1-codex medium"]);
  });
});
