/** How OpenCode was started, and which models stand there. */
import { describe, expect, test } from "bun:test";
import { type CommandLine, parseCommandLine } from "../../../../src/host/v1/command-line.ts";

describe("parseCommandLine", () => {
  test.each<[string, string[], boolean, CommandLine]>([
    [
      "run hello --model=openai/gpt-x",
      ["run", "hello", "--model=openai/gpt-x"],
      true,
      { named: ["gpt-x"] },
    ],
    [
      "run --model openai/gpt-x",
      ["run", "--model", "openai/gpt-x", "hi"],
      true,
      { named: ["gpt-x"] },
    ],
    ["run -m openai/lab/x", ["run", "-m", "openai/lab/x"], true, { named: ["lab/x"] }],
    ["run -m=openai/x", ["run", "-m=openai/x"], true, { named: ["x"] }],
    ["another provider's", ["run", "--model=anthropic/x"], true, { named: [] }],
    ["a prompt about it", ["run", "what is openai/x for?", "say openai/x"], true, { named: [] }],
    ["serve", ["serve", "--port=0"], true, { named: [] }],
    ["acp", ["acp"], true, { picker: "editor", named: [] }],
    [
      "acp behind a flag",
      ["--print-logs", "acp", "--cwd=/x"],
      true,
      { picker: "editor", named: [] },
    ],
    ["a prompt that begins with acp", ["run", "acp"], true, { named: [] }],
    ["the screen", [], false, { picker: "screen", named: [] }],
    ["the screen with a model", ["-m", "openai/x"], false, { picker: "screen", named: ["x"] }],
  ])("%s", (_, args, main, expected) => expect(parseCommandLine(args, main)).toEqual(expected));

  test("what cannot be known", () => {
    // Any name may stand there: so a picker is not known of, and every name is listed.
    for (const main of [true, false])
      expect(parseCommandLine(undefined, main)).toEqual({ named: [] });
  });
});
