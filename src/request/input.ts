/**
 * The history, from what the AI SDK sends to what the Codex backend takes. Nothing is stored there
 * (`store: false`), so an id points nowhere and a call and its output must both be in the request.
 */
import { asString, isObject, type JsonObject } from "../json.ts";

/** Longest text kept of an output whose call is gone, in characters. */
const orphanLimit = 16_000;

/** Items the host wrote itself: their ids mean nothing to the gateway. Hosted tools keep theirs. */
const ownItems = new Set([
  "message",
  "reasoning",
  "function_call",
  "function_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
]);

/** Kinds of call the host answers → the kind of item its output comes in. */
const outputOf: ReadonlyMap<string, string> = new Map([
  ["function_call", "function_call_output"],
  ["custom_tool_call", "custom_tool_call_output"],
  ["local_shell_call", "local_shell_call_output"],
]);
const outputTypes: ReadonlySet<string> = new Set(outputOf.values());

/**
 * Order is kept and `items` is not changed. Items that need nothing are passed on by reference.
 */
export function transformInput(items: readonly unknown[]): unknown[] {
  const normalised = items.filter((item) => !isReference(item)).map(normaliseItem);
  return pairCalls(normalised);
}

/** Points to a response the backend was told not to store. */
function isReference(item: unknown): boolean {
  return isObject(item) && item.type === "item_reference";
}

function normaliseItem(item: unknown): unknown {
  if (!isObject(item)) return item;
  // The AI SDK leaves the type off items that have a role.
  const type = asString(item.type) ?? (item.role === undefined ? undefined : "message");
  if (type === "message") return normaliseMessage(item);
  if (type === undefined || !ownItems.has(type)) return item;
  const bare = item.id === undefined ? item : omitId(item);
  return type === "reasoning" && bare.summary === undefined ? { ...bare, summary: [] } : bare;
}

function normaliseMessage(item: JsonObject): JsonObject {
  const role = item.role === "system" ? "developer" : item.role;
  const { content } = item;
  const parts =
    typeof content === "string"
      ? [{ type: role === "assistant" ? "output_text" : "input_text", text: content }]
      : content;
  return { ...omitId(item), type: "message", role, content: parts };
}

function omitId({ id: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

/**
 * Every output follows its call and every call has its output: the backend refuses a request where
 * one is missing, and histories get holes when a turn is cancelled, compacted or reverted.
 */
function pairCalls(items: readonly unknown[]): unknown[] {
  const paired = findPairs(items);
  return items.flatMap((item, index) => {
    if (!isObject(item) || paired.has(index)) return [item];
    const type = asString(item.type) ?? "";
    const output = outputOf.get(type);
    if (output !== undefined) return [item, unknownOutput(output, item)];
    return [outputTypes.has(type) ? orphanMessage(item) : item];
  });
}

/** Where the calls and outputs are that belong together: an output to the last open call before it. */
function findPairs(items: readonly unknown[]): ReadonlySet<number> {
  const open = new Map<string, number>();
  const paired = new Set<number>();
  for (const [index, item] of items.entries()) {
    if (!isObject(item)) continue;
    const type = asString(item.type) ?? "";
    const output = outputOf.get(type);
    if (output !== undefined) open.set(pairKey(output, item), index);
    if (!outputTypes.has(type)) continue;
    const key = pairKey(type, item);
    const call = open.get(key);
    if (call === undefined) continue;
    open.delete(key);
    paired.add(call).add(index);
  }
  return paired;
}

const pairKey = (outputType: string, item: JsonObject): string =>
  `${outputType}:${String(item.call_id)}`;

function unknownOutput(type: string, call: JsonObject): JsonObject {
  const output = "The result of this call is not known: it was interrupted before it ended.";
  return { type, call_id: call.call_id, output };
}

/** What the tool said stays readable for the model although the call itself is gone. */
function orphanMessage(item: JsonObject): JsonObject {
  const text = shorten(outputText(item.output));
  const call = asString(item.call_id) ?? "unknown";
  return {
    type: "message",
    role: "assistant",
    content: [{ type: "output_text", text: `[Output of an earlier tool call, ${call}]\n${text}` }],
  };
}

function outputText(output: unknown): string {
  if (typeof output === "string") return output;
  if (!Array.isArray(output)) return JSON.stringify(output) ?? "";
  return output
    .map((part) => {
      if (!isObject(part)) return "";
      return asString(part.text) ?? `[${asString(part.type) ?? "content"}]`;
    })
    .join("\n");
}

/** Start and end say most: a command's first lines, and the error it ended with. */
function shorten(text: string): string {
  if (text.length <= orphanLimit) return text;
  const half = orphanLimit / 2;
  const start = text.slice(0, half).replace(/[\uD800-\uDBFF]$/, "");
  const end = text.slice(-half).replace(/^[\uDC00-\uDFFF]/, "");
  const left = text.length - start.length - end.length;
  return `${start}\n[… ${left} characters left out …]\n${end}`;
}
