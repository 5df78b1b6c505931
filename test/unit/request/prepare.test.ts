import { describe, expect, test } from "bun:test";
import { isObject } from "../../../src/json.ts";
import { createModelKnowledge } from "../../../src/models/knowledge.ts";
import { prepare } from "../../../src/request/prepare.ts";

/** The body as it goes out for this text, serialised as it is sent. */
async function sent(body: string): Promise<string> {
  const request = { url: "https://h.example/v1/responses", headers: {}, body, signal: undefined };
  const prepared = await prepare(request, {
    settings: {},
    key: "k",
    models: createModelKnowledge(undefined),
    instructionsFor: async () => "Be brief.",
  });
  if (prepared.type !== "prepared") throw new Error(prepared.type);
  return JSON.stringify(prepared.body);
}

describe("half of a character, which backends refuse, is replaced", () => {
  const whole = "\u{1f600}";
  test.each([
    ["a first half", "a\ud83db", "a\ufffdb"],
    ["a second half", "a\ude00b", "a\ufffdb"],
    ["halves in the wrong order", "\ude00\ud83d", "\ufffd\ufffd"],
    ["a half before a whole", `\ud83d${whole}`, `\ufffd${whole}`],
    ["at the end", "a\ud83d", "a\ufffd"],
    ["a whole one stays", whole, whole],
    ["the text of an escape stays", "\\ud83d \\\\ude00", "\\ud83d \\\\ude00"],
    ["an escape after a backslash", "\\\ud83d", "\\\ufffd"],
  ])("%s", async (_, text, expected) => {
    const input = [
      { role: "user", content: [{ type: "input_text", text }] },
      { type: "function_call", call_id: "c", name: "n", arguments: JSON.stringify({ text }) },
      { type: "function_call_output", call_id: "c", output: text },
    ];
    const plain = JSON.stringify({ model: "gpt-5.1", input, prompt_cache_key: text });
    for (const body of [
      plain,
      // As other programs write JSON: every character that is not ASCII as an escape.
      plain.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`),
      ...(text.includes("\\") ? [] : [plain.replaceAll("\\ud83d", "\\uD83D")]),
    ]) {
      const out: unknown = JSON.parse(await sent(body));
      if (!isObject(out) || !Array.isArray(out.input)) throw new Error("no input");
      expect(out.prompt_cache_key).toBe(expected);
      const [{ content }, , { output }] = out.input.slice(-3);
      expect([content[0].text, output]).toEqual([expected, expected]);
      expect(await sent(body)).not.toMatch(/(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]/);
    }
  });

  test("halves that nobody escaped", async () => {
    const body = `{"model":"gpt-5.1","input":"a\ud83db"}`;
    expect(await sent(body)).toContain("a\ufffdb");
  });
});

describe("a title", () => {
  const list = [
    { id: "gpt-5.2" },
    { id: "gpt-5.1-codex-mini", efforts: ["low" as const, "high" as const] },
  ];
  test.each([
    [
      "nobody named a model for it: the small one, at its weakest",
      {},
      { anyModel: true },
      "gpt-5.1-codex-mini low",
    ],
    [
      "the small model of the settings",
      { smallModel: "gpt-5.2" },
      { anyModel: true },
      "gpt-5.2 none",
    ],
    [
      "with the effort it names",
      { smallModel: "gpt-5.2-high" },
      { anyModel: true },
      "gpt-5.2 high",
    ],
    [
      "whatever the turn's effort",
      {},
      { anyModel: true, effort: "high" },
      "gpt-5.1-codex-mini low",
    ],
    ["somebody named this one", {}, {}, "gpt-9 xhigh"],
  ])("%s", async (_, settings, hints, expected) => {
    const body = JSON.stringify({ model: "gpt-9", input: [], reasoning: { effort: "xhigh" } });
    const request = { url: "https://h.example/v1/responses", headers: {}, body, signal: undefined };
    const prepared = await prepare(
      { ...request, hints: { smallTask: true, ...hints } },
      {
        settings,
        key: "k",
        models: createModelKnowledge(list),
        instructionsFor: async () => "Be brief.",
      },
    );
    if (prepared.type !== "prepared") throw new Error(prepared.type);
    const { model, reasoning } = prepared.body;
    expect(`${model} ${Object(reasoning).effort}`).toBe(expected);
  });
});

describe("service_tier", () => {
  test.each<[string, string, unknown, unknown]>([
    ["a name that ends in -fast", "gpt-5.4-fast", undefined, "priority"],
    ["with an effort behind it", "gpt-5.4-fast-high", undefined, "priority"],
    ["whatever the options say", "gpt-5.4-fast", "flex", "priority"],
    ["fast, the CLI's own word", "gpt-5.4", "fast", "priority"],
    ["any other word goes out as it is", "gpt-5.4", "flex", "flex"],
    ["a model without one", "gpt-5.1-codex-fast", undefined, undefined],
  ])("%s", async (_, model, service_tier, expected) => {
    const body = JSON.parse(await sent(JSON.stringify({ model, input: [], service_tier })));
    expect(body.service_tier).toBe(expected);
  });
});
