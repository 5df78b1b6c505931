/** The command line, read. Pure. */
import { parseArgs } from "node:util";
import type { CliWords } from "./words/words.ts";

export const commandNames = ["doctor", "models", "config"] as const;
export type CommandName = (typeof commandNames)[number];

export type Line = {
  /** Without one the help is printed. */
  readonly command: CommandName | undefined;
  readonly help: boolean;
  readonly version: boolean;
  readonly json: boolean;
  readonly fix: boolean;
  readonly model: string | undefined;
};

const options = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  json: { type: "boolean" },
  fix: { type: "boolean" },
  model: { type: "string" },
} as const;

/** @returns a sentence where it cannot be understood. */
export function readLine(args: readonly string[], { line: words }: CliWords): Line | string {
  // Not strict: the sentences are ours, in the user's language.
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    tokens: true,
    options,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    if (!isOption(name)) return words.noOption(rawName);
    const takesValue = options[name].type === "string";
    if (takesValue && (value === undefined || value.startsWith("-"))) {
      return words.lacksValue(rawName);
    }
    if (!takesValue && value !== undefined) return words.takesNoValue(rawName);
  }
  const [name, ...rest] = positionals;
  if (rest.length > 0) return words.nothingToDo(rest.join(" "));
  if (name !== undefined && !isCommand(name)) return words.noCommand(name);
  if (values.fix === true && name !== "doctor") return words.onlyForDoctor("--fix");
  return {
    command: name,
    help: values.help === true,
    version: values.version === true,
    json: values.json === true,
    fix: values.fix === true,
    model: typeof values.model === "string" ? values.model : undefined,
  };
}

function isOption(name: string): name is keyof typeof options {
  return Object.hasOwn(options, name);
}

function isCommand(name: string): name is CommandName {
  return commandNames.some((command) => command === name);
}
