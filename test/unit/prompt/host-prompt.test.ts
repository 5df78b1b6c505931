/** With made-up prompts; the end-to-end tests use those of the real OpenCode. */
import { describe, expect, test } from "bun:test";
import { hostPrompts, removeHostPrompt } from "../../../src/prompt/host-prompt.ts";

const model = "You are powered by the model named gpt-5.2. The exact model ID is openai/gpt-5.2";
const environment = `Here is some useful information about the environment you are running in:
<env>
  Working directory: /project
</env>`;
const rules = `Instructions from: /project/AGENTS.md
# Rules \r
You are powered by the model named Marker
Here is some useful information about the environment
You are OpenCode, the best coding agent on the planet.
tabs\tand trailing space \n\n\n`;
const rest = `${model}\n${environment}\n${rules}`;

const prompts = hostPrompts.map(({ begins, ends }) => ({
  begins,
  ends,
  prompt: `${begins} and some more words.\n\n# Made up\n- One rule\n- The last: ${ends}\n`,
}));

describe("a default prompt is taken out", () => {
  for (const { begins, ends, prompt } of prompts) {
    test(`${begins} … ${JSON.stringify(ends)}`, () => {
      expect(removeHostPrompt(`${prompt}\n${rest}`)).toBe(rest);
    });

    test(`${begins} … where the environment does not name the model`, () => {
      expect(removeHostPrompt(`${prompt}\n${environment}\n${rules}`)).toBe(
        `${environment}\n${rules}`,
      );
    });
  }

  test("with no, one or several empty lines before the environment", () => {
    const [first] = prompts;
    const bare = first?.prompt.trimEnd() ?? "";
    for (const gap of ["\n", "\n\n", "\n \n\n"]) {
      expect(removeHostPrompt(`${bare}${gap}${rest}`)).toBe(rest);
    }
  });
});

describe("everything else stays, byte for byte", () => {
  const [{ begins, ends, prompt } = { begins: "", ends: "", prompt: "" }] = prompts;
  const texts: Record<string, string> = {
    "nothing at all": "",
    "an agent of the user": `You are a careful reviewer.\n${rest}`,
    "an agent called after OpenCode": `You are OpenCode expert.\n${rest}`,
    "an agent that knows OpenCode": `You are OpenCode, the plugin author's helper.\n${rest}`,
    "an agent in small letters": `You are opencode, an assistant for SQL.\n${rest}`,
    "an agent that begins like a default prompt": `${begins} this.\nNever push.\n${rest}`,
    "a copy of a default prompt with rules added at its end": `${prompt}\nNever push.\n\n${rest}`,
    "a copy of a default prompt with words put before it": `Be brief.\n${prompt}\n${rest}`,
    "a default prompt with another plugin's text after it": `${prompt}\n<memory>\n</memory>\n${rest}`,
    "a default prompt that OpenCode has worded anew": `${begins} something new.\n\n${rest}`,
    "a default prompt without an environment": `${prompt}\n${rules.replaceAll(/^You are powered.*$|^Here is some.*$/gm, "")}`,
    "a default prompt with the marker inside a line": `${prompt}\n> ${model}\n> ${environment}`,
    "a title": `You are a title generator. Made up.\n${ends}`,
    "a summary": `Summarize what was done. Made up.\n${ends}`,
    "a compaction": `You are an anchored context summarization assistant. Made up.\n${ends}`,
    "a compaction in 1.18": `You are a context summarization agent. Made up.\n${ends}`,
    "an explorer": `You are a file search specialist. Made up.\n${ends}\n${rest}`,
    "the environment alone": rest,
  };
  for (const [name, text] of Object.entries(texts)) {
    test(name, () => {
      expect(removeHostPrompt(text)).toBe(text);
    });
  }

  test("a beginning of one prompt with the end of another", () => {
    const [first, second] = prompts;
    const mixed = `${first?.begins} …\n${second?.ends}\n${rest}`;
    expect(removeHostPrompt(mixed)).toBe(mixed);
  });

  test("a marker in the prompt comes before the real one", () => {
    const text = `${begins} …\n${model}\nNever push.\n${ends}\n${rest}`;
    expect(removeHostPrompt(text)).toBe(text);
  });
});

test("what is cut is cut once: a second time changes nothing", () => {
  for (const { prompt } of prompts) {
    const once = removeHostPrompt(`${prompt}\n${rest}`);
    expect(removeHostPrompt(once)).toBe(once);
  }
});
