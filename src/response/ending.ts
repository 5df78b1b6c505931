/**
 * The response that ends an answer, as the host's AI SDK takes it. An ending that its schema refuses
 * is no ending to it: OpenCode starts the next turn at once, without end, and each is paid. Read in
 * `@ai-sdk/openai` 3.0.53 (OpenCode 1.14, 1.15) to 3.0.88 (1.18), and tested with both.
 */
import * as v from "valibot";
import { isObject, type JsonObject } from "../json.ts";

/** Reasons for an incomplete answer that the host knows as the end of a turn. */
const finalReasons = new Set(["max_output_tokens", "content_filter"]);

/** What the SDK insists on: where it is not so, the value is left out, or is a zero. */
const count = v.fallback(v.pipe(v.number(), v.finite()), 0);
const text = v.optional(v.nullable(v.string()));
const UsageSchema = v.looseObject({
  input_tokens: v.pipe(v.number(), v.finite()),
  output_tokens: v.pipe(v.number(), v.finite()),
  input_tokens_details: v.optional(
    v.nullable(
      v.looseObject({
        cached_tokens: v.optional(v.nullable(v.number())),
        cache_write_tokens: v.optional(v.nullable(v.number())),
        orchestration_input_tokens: v.optional(v.nullable(v.number())),
        orchestration_input_cached_tokens: v.optional(v.nullable(v.number())),
      }),
    ),
  ),
  output_tokens_details: v.optional(
    v.nullable(
      v.looseObject({
        reasoning_tokens: v.optional(v.nullable(v.number())),
        orchestration_output_tokens: v.optional(v.nullable(v.number())),
      }),
    ),
  ),
});
const DetailsSchema = v.optional(v.nullable(v.looseObject({ reason: v.string() })));
const ReasoningSchema = v.optional(v.nullable(v.looseObject({ context: text })));

/** The counts that can be made out of an unusable usage. */
const CountsSchema = v.object({
  input_tokens: count,
  output_tokens: count,
  total_tokens: count,
  input_tokens_details: v.fallback(v.object({ cached_tokens: count }), { cached_tokens: 0 }),
  output_tokens_details: v.fallback(v.object({ reasoning_tokens: count }), { reasoning_tokens: 0 }),
});

export type Ending =
  /** Whatever the host would refuse made good; the same object where nothing was. */
  | { readonly type: "final"; readonly response: JsonObject }
  /** A status or a reason that nobody knows: the answer was cut off. */
  | { readonly type: "unfinished"; readonly reason: string | undefined };

/**
 * What a response is worth that is said to be the end of an answer, and did not fail.
 *
 * @param type of the event it came in, where it came in one.
 */
export function readEnding(response: JsonObject, type?: string): Ending {
  const { incomplete_details: details } = response;
  const status = type === "response.incomplete" ? "incomplete" : response.status;
  const reason = isObject(details) ? details.reason : undefined;
  const known = typeof reason === "string" && finalReasons.has(reason);
  if (status === "incomplete" ? !known : typeof reason === "string" && !known) {
    return unfinished(reason);
  }
  if (status !== undefined && status !== null && !finalStatuses.has(status)) {
    return unfinished(status);
  }
  const changes = [
    ...(v.is(UsageSchema, response.usage) ? [] : [["usage", readUsage(response.usage)] as const]),
    ...(v.is(DetailsSchema, details) ? [] : [["incomplete_details", null] as const]),
    ...(v.is(text, response.service_tier) ? [] : [["service_tier", null] as const]),
    ...(v.is(ReasoningSchema, response.reasoning) ? [] : [["reasoning", null] as const]),
  ];
  if (changes.length === 0) return { type: "final", response };
  return { type: "final", response: { ...response, ...Object.fromEntries(changes) } };
}

const finalStatuses = new Set<unknown>(["completed", "incomplete"]);

/** Unlike gateways' messages, a reason is a word; what is none is not repeated. */
function unfinished(reason: unknown): Ending {
  const word = typeof reason === "string" && /^[\w.-]{1,60}$/.test(reason);
  return { type: "unfinished", reason: word ? reason : undefined };
}

/** A complete usage; relays before chat completions call the counts by the names of those. */
function readUsage(usage: unknown): JsonObject {
  const given = isObject(usage) ? usage : {};
  return v.parse(CountsSchema, {
    input_tokens_details: given.prompt_tokens_details,
    output_tokens_details: given.completion_tokens_details,
    input_tokens: given.prompt_tokens,
    output_tokens: given.completion_tokens,
    ...given,
  });
}
