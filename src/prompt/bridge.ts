/** The message that maps Codex's tool names to the tools of a request. Pure. */
import { asString, isObject } from "../json.ts";
import { codexTools, type Step } from "./codex-tools.ts";

export type BridgeOptions = {
  /** On: the whole bridge. Off: OpenCode's own prompt is still there, so the names alone. */
  readonly codexMode: boolean;
};

/** Tool names → names of its parameters. */
type Tools = ReadonlyMap<string, ReadonlySet<string>>;

/** What stands in for a Codex tool. */
type Mapping = { readonly codex: readonly string[]; readonly steps: readonly Step[] };

/** Longest list of other tools, by count. Their definitions are in the request anyway. */
const maxOthers = 40;

/** What the API takes as a name. Anything else could bring its own text into the message. */
const toolName = /^[\w.-]{1,64}$/;

/**
 * The text of the bridge, or nothing where the request has no tools. The same tools give the same
 * bytes, in whatever order they come; a tool that is not among them is never named as one to call.
 *
 * @param tools `tools` of the request: `{ type: "function", name, parameters }`, or hosted ones like
 * `{ type: "web_search" }`.
 */
export function createBridge(
  tools: readonly unknown[],
  { codexMode }: BridgeOptions,
): string | undefined {
  const present = readTools(tools);
  if (present.size === 0) return undefined;
  const mappings = codexTools.map(({ codex, substitutes }) => ({
    codex,
    steps: substitute(codex, substitutes, present),
  }));
  return codexMode ? describe(mappings, present) : describeShortly(mappings);
}

/** The first way that this request has a tool for; the Codex tool itself comes before all others. */
function substitute(
  codex: readonly string[],
  ways: readonly (readonly Step[])[],
  present: Tools,
): readonly Step[] {
  const itself = codex.filter((name) => present.has(name)).map((tool) => ({ tool }));
  const known = ways.map((way) => way.filter(({ tool }) => present.has(tool)));
  // A way of the table may be the tool itself, with advice on its arguments.
  const advised = known.find((way) => way.some(({ tool }) => codex.includes(tool)));
  return advised ?? (itself.length > 0 ? itself : (known.find((way) => way.length > 0) ?? []));
}

function describe(mappings: readonly Mapping[], present: Tools): string {
  const mapped = mappings.filter(({ steps }) => steps.length > 0);
  const lines = [
    "# Tools of this session",
    "You work inside OpenCode, not inside the Codex CLI. Call only the tools that come with this request.",
  ];
  if (mapped.length > 0) lines.push("Where your instructions name a tool of the Codex CLI:");
  for (const { codex, steps } of mapped) {
    lines.push(`- ${quote(codex)}: call ${steps.map((step) => advise(step, present)).join("; ")}.`);
  }
  lines.push(...missing(mappings), ...others(mapped, present));
  lines.push(
    "Sandbox modes and approval arguments of the Codex CLI do not exist here: OpenCode itself asks the user where a call needs consent.",
  );
  return lines.join("\n");
}

function describeShortly(mappings: readonly Mapping[]): string {
  const mapped = mappings.filter(({ steps }) => steps.length > 0);
  const same = mapped.filter(isItself).flatMap(({ steps }) => steps.map(({ tool }) => tool));
  const pairs = mapped
    .filter((mapping) => !isItself(mapping))
    .map(({ codex, steps }) => `${quote(codex)} → ${quote(steps.map(({ tool }) => tool))}`);
  const lines = [
    pairs.length > 0
      ? `Tools of the Codex CLI go by other names here: ${pairs.join("; ")}.`
      : "You work inside OpenCode, not inside the Codex CLI. Call only the tools that come with this request.",
  ];
  if (same.length > 0) lines.push(`Under the same name as there: ${quote(same)}.`);
  return [...lines, ...missing(mappings)].join("\n");
}

const isItself = ({ codex, steps }: Mapping): boolean =>
  steps.every(({ tool }) => codex.includes(tool));

/** A tool with the advice that its own parameters bear out. */
function advise({ tool, purpose, advice = {} }: Step, present: Tools): string {
  const parameters = present.get(tool);
  const told = Object.entries(advice)
    .filter(([parameter]) => parameters?.has(parameter))
    .map(([, text]) => text);
  const name = purpose === undefined ? `\`${tool}\`` : `\`${tool}\` ${purpose}`;
  return told.length > 0 ? `${name} (${told.join("; ")})` : name;
}

function missing(mappings: readonly Mapping[]): string[] {
  const codex = mappings.filter(({ steps }) => steps.length === 0).flatMap((entry) => entry.codex);
  return codex.length > 0 ? [`Without a counterpart here, so do not call: ${quote(codex)}.`] : [];
}

/** Tools that stand in for nothing, MCP tools among them. */
function others(mapped: readonly Mapping[], present: Tools): string[] {
  const used = new Set(mapped.flatMap(({ steps }) => steps.map(({ tool }) => tool)));
  const names = [...present.keys()].filter((name) => !used.has(name));
  if (names.length === 0) return [];
  const left = names.length - maxOthers;
  const more = left > 0 ? `, and ${left} more` : "";
  return [`Also here, under their own names: ${quote(names.slice(0, maxOthers))}${more}.`];
}

const quote = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

/** By name in code unit order, which is the same on every machine and for every order given. */
function readTools(tools: readonly unknown[]): Tools {
  const found = new Map<string, ReadonlySet<string>>();
  for (const tool of tools) {
    if (!isObject(tool)) continue;
    const name = asString(tool.name) ?? asString(tool.type);
    if (name !== undefined && toolName.test(name)) found.set(name, readParameters(tool.parameters));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readParameters(schema: unknown): ReadonlySet<string> {
  const properties = isObject(schema) ? schema.properties : undefined;
  return new Set(isObject(properties) ? Object.keys(properties) : []);
}
