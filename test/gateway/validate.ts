/**
 * The strict check: a request that the Codex backend would not take gets the refusal it would give,
 * naming the field. The rules are those of the real CLI's requests (0.80.0).
 */
import * as v from "valibot";
import type { ApiError } from "./answers.ts";
import { EFFORTS } from "./models.ts";

export type ValidateOptions = {
  serves?: readonly string[] | undefined;
  emptyInstructions?: boolean | undefined;
};

// Nothing is stored (`store: false`), so an id would point at something the backend never kept.
const noId = { id: v.optional(v.never()) };
const callId = v.pipe(v.string(), v.nonEmpty());
const output = v.union([v.string(), v.array(v.looseObject({ type: v.string() }))]);
const call = { call_id: callId, name: v.pipe(v.string(), v.nonEmpty()) };

const parts = (types: readonly string[]) =>
  v.array(v.looseObject({ type: v.picklist(types), text: v.optional(v.string()) }));

const inputMessage = v.looseObject({
  ...noId,
  type: v.literal("message"),
  role: v.picklist(["user", "developer"]),
  content: parts(["input_text", "input_image", "input_file"]),
});
const outputMessage = v.looseObject({
  ...noId,
  type: v.literal("message"),
  role: v.literal("assistant"),
  content: parts(["output_text", "refusal"]),
});

/** Types that are not here (hosted tools' items) pass as they are: they keep their ids. */
const ITEMS: ReadonlyMap<string, v.GenericSchema> = new Map<string, v.GenericSchema>([
  ["message", v.variant("role", [inputMessage, outputMessage])],
  [
    "reasoning",
    v.looseObject({
      ...noId,
      summary: v.array(v.looseObject({ type: v.literal("summary_text"), text: v.string() })),
      encrypted_content: v.optional(v.nullable(v.string())),
    }),
  ],
  ["function_call", v.looseObject({ ...noId, ...call, arguments: v.string() })],
  ["function_call_output", v.looseObject({ ...noId, call_id: callId, output })],
  ["custom_tool_call", v.looseObject({ ...call, input: v.string() })],
  ["custom_tool_call_output", v.looseObject({ call_id: callId, output })],
]);

const Typed = v.looseObject({ type: v.string(), call_id: v.optional(v.string()) });

const Body = v.strictObject({
  model: v.pipe(v.string(), v.nonEmpty()),
  instructions: v.string(),
  input: v.pipe(v.array(Typed), v.nonEmpty()),
  tools: v.optional(v.array(v.looseObject({ type: v.string() }))),
  tool_choice: v.optional(
    v.union([v.picklist(["auto", "none", "required"]), v.looseObject({ type: v.string() })]),
  ),
  parallel_tool_calls: v.optional(v.boolean()),
  reasoning: v.optional(
    v.nullable(
      v.strictObject({
        effort: v.optional(v.string()),
        summary: v.optional(v.picklist(["auto", "concise", "detailed"])),
      }),
    ),
  ),
  store: v.literal(false),
  stream: v.literal(true),
  include: v.array(v.string()),
  service_tier: v.optional(v.string()),
  prompt_cache_key: v.optional(v.string()),
  text: v.optional(v.looseObject({ verbosity: v.optional(v.picklist(["low", "medium", "high"])) })),
});
type Body = v.InferOutput<typeof Body>;

/** The refusal of this body, or undefined if the backend would take it. */
export function checkBody(body: unknown, options: ValidateOptions = {}): ApiError | undefined {
  const parsed = v.safeParse(Body, body);
  if (!parsed.success) {
    // A field that must not be there says more than what is missing because of it.
    const first = parsed.issues.find(isUnknownKey) ?? parsed.issues[0];
    return fromIssue(first, "");
  }
  return (
    checkModel(parsed.output, options) ??
    checkInstructions(parsed.output, options) ??
    checkItems(parsed.output) ??
    checkPairs(parsed.output)
  );
}

/** The refusal of these headers (names in lower case), the key apart. */
export function checkHeaders(headers: Record<string, string>): ApiError | undefined {
  if (!headers["content-type"]?.startsWith("application/json"))
    return refusal("invalid_header", "content-type", "content-type must be application/json");
  if (!headers.accept?.includes("text/event-stream"))
    return refusal("invalid_header", "accept", "accept must name text/event-stream");
  if (!headers.session_id)
    return refusal("missing_header", "session_id", "The session_id header is missing");
  return undefined;
}

/** The refusal of a wrong key: goes with status 401. */
export function checkKey(headers: Record<string, string>, key: string): ApiError | undefined {
  if (headers.authorization === `Bearer ${key}`) return undefined;
  return refusal("invalid_api_key", null, "Incorrect API key provided");
}

function checkModel({ model, reasoning, include }: Body, options: ValidateOptions) {
  if (options.serves && !options.serves.includes(model))
    return refusal("model_not_found", "model", `The model '${model}' is not served here`);
  // Effort belongs in `reasoning`: a name such as gpt-5.1-codex-high exists only in clients.
  const bare = model.slice(0, model.lastIndexOf("-"));
  if (EFFORTS.get(bare)?.includes(model.slice(bare.length + 1)))
    return refusal("model_not_found", "model", `The model '${model}' does not exist`);
  const efforts = EFFORTS.get(model);
  const effort = reasoning?.effort;
  if (effort !== undefined && efforts && !efforts.includes(effort))
    return refusal(
      "unsupported_value",
      "reasoning.effort",
      `Unsupported value: '${effort}' is not supported with the '${model}' model. Supported values are: ${efforts.join(", ")}.`,
    );
  if (!include.includes("reasoning.encrypted_content"))
    return refusal("invalid_value", "include", "include must contain reasoning.encrypted_content");
  return undefined;
}

function checkInstructions({ instructions }: Body, options: ValidateOptions) {
  if (instructions !== "" || options.emptyInstructions) return undefined;
  return refusal("invalid_value", "instructions", "Instructions are required");
}

function checkItems({ input }: Body): ApiError | undefined {
  for (const [index, item] of input.entries()) {
    if (item.type === "item_reference")
      return refusal("invalid_value", `input[${index}]`, "Items are not kept when store is false");
    const schema = ITEMS.get(item.type);
    const parsed = schema && v.safeParse(schema, item);
    if (parsed && !parsed.success) return fromIssue(parsed.issues[0], `input[${index}]`);
  }
  return undefined;
}

/** Each output needs an earlier call, each call a later output; freeform tools the same. */
function checkPairs({ input }: Body): ApiError | undefined {
  const open = new Map<string, number>();
  const answered = new Set<string>();
  for (const [index, { type, call_id = "" }] of input.entries()) {
    if (type === "function_call" || type === "custom_tool_call")
      open.set(`${type}:${call_id}`, index);
    if (type !== "function_call_output" && type !== "custom_tool_call_output") continue;
    const key = `${type.slice(0, -"_output".length)}:${call_id}`;
    if (!open.has(key))
      return refusal(
        "invalid_value",
        `input[${index}].call_id`,
        `No tool call found for the output with call_id ${call_id}`,
      );
    answered.add(key);
  }
  for (const [key, index] of open)
    if (!answered.has(key))
      return refusal("invalid_value", `input[${index}]`, `No tool output found for ${key}`);
  return undefined;
}

const isUnknownKey = (issue: v.BaseIssue<unknown>) =>
  issue.expected === "never" && (issue.type === "strict_object" || issue.type === "never");

/** Valibot's issue in the backend's words: `code`, and `param` as a path such as `input[0].id`. */
function fromIssue(issue: v.BaseIssue<unknown>, prefix: string): ApiError {
  const dotted = [prefix, v.getDotPath(issue)].filter(Boolean).join(".");
  const param = dotted.replace(/\.(\d+)(?=\.|$)/g, "[$1]");
  if (isUnknownKey(issue))
    return refusal("unsupported_parameter", param, `Unsupported parameter: ${param}`);
  if (issue.received === "undefined")
    return refusal("missing_required_parameter", param, `Missing required parameter: ${param}`);
  const code =
    issue.type === "literal" || issue.type === "picklist" || issue.type === "variant"
      ? "unsupported_value"
      : "invalid_type";
  const found = `expected ${issue.expected ?? "another value"}, found ${issue.received}`;
  return refusal(code, param, `Invalid value for '${param}': ${found}`);
}

function refusal(code: string, param: string | null, message: string): ApiError {
  return { message, type: "invalid_request_error", code, param };
}
