/** The command line, read. Pure. */
import { parseArgs } from "node:util";
import type { CliWords } from "./words/words.ts";

/** Each command, and how many words it takes at most behind its name. */
const commands = {
  doctor: 0,
  models: 0,
  config: 0,
  gateways: Number.POSITIVE_INFINITY,
  import: 1,
  status: 0,
  usage: 0,
} as const;
export type CommandName = keyof typeof commands;

export type Line = {
  /** Without one the help is printed. */
  readonly command: CommandName | undefined;
  readonly help: boolean;
  readonly version: boolean;
  readonly json: boolean;
  readonly fix: boolean;
  readonly yes: boolean;
  readonly model: string | undefined;
  /** Name of the gateway to look at. */
  readonly gateway: string | undefined;
  readonly keyEnv: string | undefined;
  /** Words behind the command's name. */
  readonly rest: readonly string[];
};

const options = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  json: { type: "boolean" },
  fix: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
  model: { type: "string" },
  gateway: { type: "string" },
  "key-env": { type: "string" },
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
  if (name !== undefined && !isCommand(name)) return words.noCommand(name);
  const most = name === undefined ? 0 : commands[name];
  if (rest.length > most) return words.nothingToDo(rest.slice(most).join(" "));
  if (values.fix === true && name !== "doctor") return words.onlyForDoctor("--fix");
  const text = (value: string | boolean | undefined) =>
    typeof value === "string" ? value : undefined;
  return {
    command: name,
    help: values.help === true,
    version: values.version === true,
    json: values.json === true,
    fix: values.fix === true,
    yes: values.yes === true,
    model: text(values.model),
    gateway: text(values.gateway),
    keyEnv: text(values["key-env"]),
    rest,
  };
}

function isOption(name: string): name is keyof typeof options {
  return Object.hasOwn(options, name);
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
