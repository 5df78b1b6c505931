import { describe, expect, test } from "bun:test";
import { isObject } from "../../src/json.ts";
import { createModelKnowledge } from "../../src/models/knowledge.ts";
import { prepare } from "../../src/request/prepare.ts";

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
