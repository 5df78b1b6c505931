/** The body of a request, from the AI SDK's form to the Codex backend's. Pure. */
import { asString, isObject, type JsonObject } from "../json.ts";
import { catalog } from "../models/catalog.ts";
import type { ResolvedModel } from "../models/resolve.ts";
import { transformInput } from "./input.ts";

const encryptedReasoning = "reasoning.encrypted_content";

export type BodyOptions = {
  readonly model: ResolvedModel;
  readonly instructions: string;
  readonly reasoning: JsonObject | undefined;
};

/**
 * Builds the body from an allowlist, keys in the order of the real Codex CLI 0.80.0: the backend
 * refuses a key it does not know. `requested` is not changed.
 */
export function createBody(requested: JsonObject, options: BodyOptions): JsonObject {
  const { model, instructions, reasoning } = options;
  const tools = Array.isArray(requested.tools) && requested.tools.length > 0;
  return dropUndefined({
    model: model.id,
    instructions,
    input: createInput(requested),
    tools: tools ? requested.tools : undefined,
    tool_choice: tools ? (requested.tool_choice ?? "auto") : undefined,
    parallel_tool_calls: tools ? parallelToolCalls(requested, model) : undefined,
    reasoning,
    store: false,
    stream: true,
    include: createInclude(requested.include),
    service_tier: asString(requested.service_tier),
    prompt_cache_key: asString(requested.prompt_cache_key),
    text: createText(requested.text, model),
  });
}

function createInput(requested: JsonObject): unknown[] {
  const input = Array.isArray(requested.input)
    ? requested.input
    : [{ role: "user", content: asString(requested.input) ?? "" }];
  // Codex's instructions take this key, so what the host put there moves into the history.
  const own = asString(requested.instructions);
  return transformInput(own ? [{ role: "developer", content: own }, ...input] : input);
}

function parallelToolCalls(requested: JsonObject, model: ResolvedModel): boolean | undefined {
  const asked = requested.parallel_tool_calls;
  return typeof asked === "boolean" ? asked : catalog.get(model.id)?.parallelToolCalls;
}

function createInclude(asked: unknown): unknown[] {
  const list: unknown[] = Array.isArray(asked) ? asked : [];
  return list.includes(encryptedReasoning) ? list : [...list, encryptedReasoning];
}

/** A Codex model of the table takes no verbosity; the others get the CLI's default. */
function createText(asked: unknown, model: ResolvedModel): JsonObject | undefined {
  const { verbosity, ...rest } = isObject(asked) ? asked : {};
  const entry = catalog.get(model.id);
  const wanted =
    entry === undefined ? verbosity : entry.verbosity && (verbosity ?? entry.verbosity);
  const text = dropUndefined({ ...rest, verbosity: wanted });
  return Object.keys(text).length > 0 ? text : undefined;
}

function dropUndefined(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}
