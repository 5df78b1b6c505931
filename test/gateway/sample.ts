/** Requests that the gateway takes, for tests to bend. */

export const KEY = "test-key";

export const HEADERS: Readonly<Record<string, string>> = {
  authorization: `Bearer ${KEY}`,
  accept: "text/event-stream",
  "content-type": "application/json",
  session_id: "11111111-2222-3333-4444-555555555555",
};

/** A message of the user. */
export function userMessage(text: string): Record<string, unknown> {
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}

/** A body as the real CLI sends it, with these fields in place of the usual ones. */
export function sampleBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    model: "gpt-5.1-codex",
    instructions: "Be useful.",
    input: [userMessage("hello")],
    tools: [{ type: "function", name: "bash", parameters: { type: "object", properties: {} } }],
    tool_choice: "auto",
    parallel_tool_calls: false,
    reasoning: { effort: "high", summary: "auto" },
    store: false,
    stream: true,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: "session-1",
    ...change,
  };
}
