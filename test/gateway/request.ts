/**
 * A forgiving view of a request for brains and `respond` functions: whatever has the wrong shape is
 * simply not there. Judging the shape is the work of `validate.ts`.
 */
import * as v from "valibot";

const Part = v.looseObject({ type: v.optional(v.string()), text: v.optional(v.string()) });

const Item = v.looseObject({
  // OpenCode leaves `type` out of items that have a role; only the strict check minds.
  type: v.optional(v.string(), "message"),
  role: v.optional(v.string()),
  content: v.optional(v.nullable(v.union([v.string(), v.array(Part)]))),
  call_id: v.optional(v.string()),
  name: v.optional(v.string()),
  output: v.optional(v.unknown()),
});

const Tool = v.looseObject({
  type: v.optional(v.string(), "function"),
  name: v.optional(v.string(), ""),
  parameters: v.optional(
    v.looseObject({ properties: v.optional(v.record(v.string(), v.unknown())) }),
  ),
});

const Body = v.looseObject({
  model: v.fallback(v.string(), ""),
  instructions: v.fallback(v.string(), ""),
  input: v.fallback(v.array(v.fallback(Item, { type: "unreadable" })), []),
  tools: v.fallback(v.array(v.fallback(Tool, { type: "unreadable", name: "" })), []),
  reasoning: v.fallback(
    v.looseObject({
      effort: v.optional(v.nullable(v.string())),
      summary: v.optional(v.nullable(v.string())),
    }),
    {},
  ),
  prompt_cache_key: v.fallback(v.optional(v.string()), undefined),
});

export type InputItem = v.InferOutput<typeof Item>;
export type ToolInfo = v.InferOutput<typeof Tool>;

/** What a brain sees of a request. */
export type TurnRequest = {
  model: string;
  effort: string | undefined;
  instructions: string;
  input: InputItem[];
  tools: ToolInfo[];
  /** `prompt_cache_key`, else the `session_id` header, else "". */
  session: string;
  headers: Record<string, string>;
  body: unknown;
};

/** Reads the parsed body of a POST; never throws. */
export function readTurn(body: unknown, headers: Record<string, string>): TurnRequest {
  const parsed = v.safeParse(Body, body);
  const known = parsed.success ? parsed.output : v.parse(Body, {});
  return {
    model: known.model,
    effort: known.reasoning.effort ?? undefined,
    instructions: known.instructions,
    input: known.input,
    tools: known.tools,
    session: known.prompt_cache_key ?? headers.session_id ?? headers["session-id"] ?? "",
    headers,
    body,
  };
}

/** The text parts of a message, in order. */
export function textsOf(item: InputItem): string[] {
  if (typeof item.content === "string") return [item.content];
  return (item.content ?? []).flatMap((part) => (part.text === undefined ? [] : [part.text]));
}

/** Index of the last message of the user, or -1. */
export function lastUserIndex(request: TurnRequest): number {
  return request.input.findLastIndex((item) => item.type === "message" && item.role === "user");
}
