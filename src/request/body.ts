/** The body of a request, from the AI SDK's form to the Codex backend's. Pure. */

import { asString, isObject, type JsonObject } from "../json.ts";
import { type ResolvedModel, rowOf } from "../models/name.ts";
import { createBridge } from "../prompt/bridge.ts";
import { removeHostPrompt } from "../prompt/host-prompt.ts";
import { transformInput } from "./input.ts";

const encryptedReasoning = "reasoning.encrypted_content";

export type BodyOptions = {
  readonly model: ResolvedModel;
  readonly instructions: string;
  readonly reasoning: JsonObject | undefined;
  /** Codex's instructions take the place of OpenCode's default prompt. */
  readonly codexMode: boolean;
  /** The first message is a prompt of the user's own. */
  readonly ownPrompt: boolean;
};

/**
 * Builds the body from an allowlist, keys in the order of the real Codex CLI (`codexRelease`): the
 * backend refuses a key it does not know. `requested` is not changed.
 */
export function createBody(requested: JsonObject, options: BodyOptions): JsonObject {
  const { model, instructions, reasoning } = options;
  const tools = Array.isArray(requested.tools) && requested.tools.length > 0;
  return dropUndefined({
    model: model.id,
    instructions,
    input: createInput(requested, options),
    tools: tools ? requested.tools : undefined,
    tool_choice: tools ? (requested.tool_choice ?? "auto") : undefined,
    parallel_tool_calls: tools ? parallelToolCalls(requested, model) : undefined,
    reasoning,
    store: false,
    stream: true,
    include: createInclude(requested.include),
    service_tier: model.tier ?? serviceTier(requested.service_tier),
    prompt_cache_key: asString(requested.prompt_cache_key),
    text: createText(requested.text, model),
  });
}

/** The bridge to Codex's tools, if there are any, and the history. */
function createInput(requested: JsonObject, { codexMode, ownPrompt }: BodyOptions): unknown[] {
  const asked = Array.isArray(requested.input)
    ? requested.input
    : [{ role: "user", content: asString(requested.input) ?? "" }];
  // Codex's instructions take this key, so what the host put there moves into the history.
  const own = asString(requested.instructions);
  const items = transformInput(own ? [developer(own), ...asked] : asked);
  const history = codexMode && !ownPrompt ? withoutHostPrompt(items) : items;
  const bridge = createBridge(Array.isArray(requested.tools) ? requested.tools : [], { codexMode });
  return bridge === undefined ? history : [...transformInput([developer(bridge)]), ...history];
}

const developer = (content: string): JsonObject => ({ role: "developer", content });

/** OpenCode's prompt stands in the first message, which is the only one that is looked at. */
function withoutHostPrompt(items: readonly unknown[]): unknown[] {
  const [first, ...rest] = items;
  if (!isObject(first) || first.role !== "developer" || !Array.isArray(first.content)) {
    return [...items];
  }
  const [part, ...parts] = first.content;
  if (!isObject(part) || typeof part.text !== "string") return [...items];
  const text = removeHostPrompt(part.text);
  return [{ ...first, content: [{ ...part, text }, ...parts] }, ...rest];
}

function parallelToolCalls(requested: JsonObject, model: ResolvedModel): boolean | undefined {
  const asked = requested.parallel_tool_calls;
  return typeof asked === "boolean" ? asked : rowOf(model.id)?.parallelToolCalls;
}

/** `fast` is the Codex CLI's own name, which goes out as another. */
function serviceTier(asked: unknown): string | undefined {
  return asked === "fast" ? "priority" : asString(asked);
}

function createInclude(asked: unknown): unknown[] {
  const list: unknown[] = Array.isArray(asked) ? asked : [];
  return list.includes(encryptedReasoning) ? list : [...list, encryptedReasoning];
}

/** A Codex model of the table takes no verbosity; the others get the CLI's default. */
function createText(asked: unknown, model: ResolvedModel): JsonObject | undefined {
  const { verbosity, ...rest } = isObject(asked) ? asked : {};
  const entry = rowOf(model.id);
  const wanted =
    entry === undefined ? verbosity : entry.verbosity && (verbosity ?? entry.verbosity);
  const text = dropUndefined({ ...rest, verbosity: wanted });
  return Object.keys(text).length > 0 ? text : undefined;
}

function dropUndefined(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}
