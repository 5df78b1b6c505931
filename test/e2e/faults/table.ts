/**
 * Every fault of a gateway that the plugin answers for: what the gateway does, and what the user
 * sees of it. The end-to-end test plays all of them; `bun run faults` prints them.
 */
import type { Step } from "../../gateway/types.ts";
import * as faulty from "./answers.ts";
import { type Fault, well, wellText } from "./types.ts";

const answered = (requests: number) => ({ texts: [wellText], requests });
const shown = (error: RegExp, requests = 1) => ({ texts: [], errors: [error], requests });
const { once, json, page, text } = faulty;

const endpoints: readonly Fault[] = [
  {
    sends: "its web console (HTML, 200) at every path but `/openai/v1/responses`",
    gets: "The endpoint is found among the six known paths, and remembered: the next turn goes straight to it.",
    alone: { gateway: { responsesPath: "/openai/v1/responses", unknownPath: "html" } },
    answer: () => undefined,
    prompts: 2,
    expected: { texts: [wellText, wellText], requests: 7 },
  },
  {
    sends: "404 (JSON) at every path but `/codex/responses`",
    gets: "The endpoint is found and remembered, as above.",
    alone: { gateway: { responsesPath: "/codex/responses", unknownPath: "json" } },
    answer: () => undefined,
    expected: answered(4),
  },
  {
    sends: "its web console (HTML, 200) at every path",
    gets: "One error that lists the URLs tried with their status and names the setting `responsesPath`. No loop.",
    alone: { gateway: { responsesPath: "/elsewhere", unknownPath: "html" } },
    answer: () => undefined,
    expected: shown(/Tried: \S+ \(200, an HTML page.*\/openai\/v1\/responses.*"responsesPath"/, 6),
  },
  {
    sends: "404 (HTML) at every path",
    gets: "That one error, as above; OpenCode alone would ask without end.",
    alone: { gateway: { responsesPath: "/elsewhere", unknownPath: "html404" } },
    answer: () => undefined,
    expected: shown(/Tried: \S+ \(404, an HTML page.*\/openai\/v1\/responses.*"responsesPath"/, 6),
  },
  {
    sends: "a redirect to another address",
    gets: "It is not followed, since the request holds code and key; the error names the address.",
    answer: () =>
      new Response(null, { status: 307, headers: { location: "http://127.0.0.1:1/x" } }),
    expected: shown(/answered 307 and wants the request sent to http:\/\/127\.0\.0\.1:1\/x/),
  },
];

/** Calls a tool: the turn goes on with its output. */
const look: Step = {
  kind: "tools",
  reasoning: "**Looking around**",
  text: "Let me see.",
  calls: [{ name: "bash", arguments: { command: "echo hello", description: "Says hello" } }],
};

const streams: readonly Fault[] = [
  {
    sends: "a stream that ends before its terminal event",
    gets: "The stream fails, OpenCode asks again, and the partial text is gone: nothing shows twice.",
    answer: once(faulty.cut),
    expected: answered(2),
    on2: {
      gets: "OpenCode asks again, at most three times in all; each partial text stays.",
      expected: { texts: [wellText, wellText], requests: 2 },
    },
  },
  {
    sends: "a connection that breaks in mid stream",
    gets: "OpenCode asks again, and the partial text is gone.",
    answer: once(faulty.unfinished("reset")),
    expected: answered(2),
  },
  {
    sends: "200 with an empty body",
    gets: "The stream fails, and OpenCode asks again.",
    answer: once(() => new Response(null)),
    expected: answered(2),
  },
  {
    sends: "silence in mid stream (`streamIdleTimeout` is 1 s here, 300 s by default)",
    gets: "The stream fails with an error that names the timeout, and OpenCode asks again.",
    alone: { settings: { streamIdleTimeout: 1 } },
    answer: once(faulty.unfinished("hang")),
    expected: answered(2),
    on2: {
      gets: "OpenCode asks again, at most three times in all; each partial text stays.",
      expected: { texts: [wellText, wellText], requests: 2 },
    },
  },
  {
    sends: "17 MiB in one event",
    gets: "An error, shown once, as the event would be as large the next time. No more than 16 MiB are held.",
    answer: () =>
      new Response(`data: {"type":"response.created","x":"${"x".repeat(17 * 1024 * 1024)}`),
    expected: shown(/more than 16777216 bytes without finishing an event/),
  },
  {
    sends: "an answer, while the user presses escape",
    gets: "The connection to the gateway is closed at once.",
    answer: faulty.unfinished("hang"),
    until: "the user interrupts",
    expected: { texts: undefined, errors: [/abort/i], requests: 1 },
    on2: {
      gets: "The same; the step is shown as interrupted.",
      expected: { texts: undefined, errors: [/interrupted/], requests: 1 },
    },
  },
  {
    sends: "`response.done` in place of `response.completed`",
    gets: "It is rewritten, and the turn ends.",
    answer: faulty.events((all) =>
      all.map((event) =>
        event.type === "response.completed" ? { ...event, type: "response.done" } : event,
      ),
    ),
    expected: answered(1),
  },
  {
    sends: "`response.completed` with an empty `output`",
    gets: "The output is filled in from the items seen.",
    answer: faulty.events((all) =>
      all.map((event) =>
        event.type === "response.completed"
          ? { ...event, response: { ...Object(event.response), output: [] } }
          : event,
      ),
    ),
    expected: answered(1),
  },
  {
    sends: "200 with a JSON body though a stream was asked for",
    gets: "The response is replayed as a stream: reasoning, text, tool calls, usage.",
    answer: (asked) => faulty.whole(asked.n === 1 ? look : well)(asked),
    expected: { texts: ["Let me see.", wellText], requests: 2 },
  },
  {
    sends: "CRLF, a byte order mark, keep-alive comments and `data: [DONE]`",
    gets: "It works.",
    answer: faulty.spelled({ newline: "\r\n", bom: true, pings: true, done: true }),
    expected: answered(1),
  },
  {
    sends: "no content type, no `event:` lines, `data:` without a space",
    gets: "It works.",
    answer: faulty.spelled({ eventLines: false, space: false }, ""),
    expected: answered(1),
  },
  {
    sends: "a stream as `text/plain`",
    gets: "It works.",
    answer: faulty.spelled({}, "text/plain"),
    expected: answered(1),
  },
  {
    sends: "a stream as `application/octet-stream`",
    gets: "It works.",
    answer: faulty.spelled({}, "application/octet-stream"),
    expected: answered(1),
  },
  ...(["gzip", "br", "zstd"] as const).map((encoding) => ({
    sends: `a stream compressed with ${encoding}`,
    gets: "It works.",
    answer: faulty.compressed(encoding),
    expected: answered(1),
  })),
];

const reset = () => Math.floor(Date.now() / 1000) + 2 * 60 * 60;

const streamErrors: readonly Fault[] = [
  {
    sends: "`response.failed`, rate limit, before any output",
    gets: "A 429 whose `retry-after` is the time that the message names, so OpenCode asks again then.",
    answer: once(
      faulty.failing("rate_limit_exceeded", "Rate limit reached. Please try again in 1s."),
    ),
    expected: answered(2),
  },
  {
    sends: "`response.failed`, usage limit reached, before any output",
    gets: "A 429 until the window opens again; the notice says when that is.",
    answer: (asked) =>
      faulty.failing("usage_limit_reached", "The usage limit has been reached", {
        extra: { resets_at: reset() },
      })(asked),
    until: "OpenCode waits",
    expected: {
      texts: [],
      waiting: /usage limit has been reached \(resets at .*in (2 h|1 h \d+ min)\)/,
      requests: 1,
    },
    on2: {
      gets: "Shown once, with the time the window opens again; OpenCode 2 does not wait for it.",
      until: undefined,
      expected: {
        texts: [],
        errors: [/usage limit has been reached \(resets at .*in (2 h|1 h \d+ min)\)/],
        requests: 1,
      },
    },
  },
  {
    sends: "`response.failed`, quota used up, before any output",
    gets: "A 402: shown once, never retried.",
    answer: faulty.failing("insufficient_quota", "You exceeded your current quota."),
    expected: shown(/exceeded your current quota/),
  },
  {
    sends: "`error`, context length exceeded, before any output",
    gets: "A 400 that keeps its code: OpenCode compacts the session and goes on.",
    answer: once(
      faulty.failing("context_length_exceeded", "Your input exceeds the context window.", {
        as: "error",
      }),
    ),
    expected: { texts: [wellText, wellText], requests: 3 },
    // The summary is a message of a kind of its own there.
    on2: { gets: "the same", expected: answered(3) },
  },
  {
    sends: "`error`, server error, before any output",
    gets: "A 500, so OpenCode asks again.",
    answer: once(faulty.failing("server_error", "Something broke.", { as: "error" })),
    expected: answered(2),
  },
  {
    sends: "`response.failed`, server error, after half of the text",
    gets: "The error in the form that OpenCode understands there: it asks again. The half stays above the second answer.",
    answer: once(faulty.failing("server_error", "Something broke.", { text: "All is" })),
    expected: { texts: ["All is", wellText], requests: 2 },
  },
  {
    sends: "`error`, quota used up, after half of the text",
    gets: "The half stays, and the error is shown once.",
    answer: faulty.failing("insufficient_quota", "You exceeded your current quota.", {
      text: "All is",
      as: "error",
    }),
    expected: { texts: ["All is"], errors: [/quota/i], requests: 1 },
  },
];

const event = (error: object): string => `data: ${JSON.stringify({ type: "error", error })}\n\n`;
const busy = { message: "Slow down, try again in 1s.", type: "rate_limit_error" };

const errors: readonly Fault[] = [
  {
    sends: "401",
    gets: "The message, the URL and the remedy (a new login), shown once.",
    answer: () => json(401, { error: { message: "Key expired.", code: "invalid_api_key" } }),
    expected: shown(/refused the key: Key expired\. Run "opencode auth login"/),
  },
  {
    sends: "200 with a JSON body that is an error",
    gets: "That error, with a status of its own: here 402, shown once.",
    answer: () =>
      json(200, { error: { message: "Balance used up", code: "insufficient_balance" } }),
    expected: shown(/Balance used up/),
  },
  {
    sends: "429 with `retry-after: 1`",
    gets: "The message and the header, so OpenCode asks again then.",
    answer: once(() => json(429, { error: { message: "Slow down." } }, { "retry-after": "1" })),
    expected: answered(2),
  },
  {
    sends: "429 whose body is an event stream",
    gets: "The message inside; `retry-after` is what it names.",
    answer: once(() => text(429, event(busy), "text/event-stream")),
    expected: answered(2),
  },
  {
    sends: "502 whose body is an event stream",
    gets: "The message inside; OpenCode asks again.",
    answer: once(() => text(502, event({ message: "Upstream gone." }), "text/event-stream")),
    expected: answered(2),
  },
  {
    sends: "403 whose body is JSON and an event stream, one after the other",
    gets: "The message inside, shown once.",
    answer: () => text(403, `{"error":{"message":"Clients only."}}${event({ message: "other" })}`),
    expected: shown(/Clients only\./),
  },
  {
    sends: '403 `{"error": "code", "message": "…"}`',
    gets: "The message, shown once.",
    answer: () => json(403, { error: "forbidden", message: "Not in your plan." }),
    expected: shown(/Not in your plan\./),
  },
  {
    sends: '403 `{"message": "…"}`',
    gets: "The message, shown once.",
    answer: () => json(403, { message: "Not in your plan." }),
    expected: shown(/Not in your plan\./),
  },
  {
    sends: '400 `{"detail": "…"}`',
    gets: "The message, shown once.",
    answer: () => json(400, { detail: "Store must be set to false" }),
    expected: shown(/Store must be set to false/),
  },
  {
    sends: "403 in plain text",
    gets: "The text, shown once.",
    answer: () => text(403, "Your IP is not on the list"),
    expected: shown(/Your IP is not on the list/),
  },
  {
    sends: "520 with an HTML page",
    gets: "OpenCode shows the page's title while it waits, and asks again. No other path is tried: this one has worked before.",
    answer: once(() =>
      page(520, "gateway.example | 520: Web server is returning an unknown error"),
    ),
    expected: answered(2),
  },
  {
    sends: "404 that is about the usage limit",
    gets: "A 429, so OpenCode asks again after the time that the error names.",
    answer: once(() =>
      json(404, {
        error: { type: "usage_limit_reached", message: "Usage limit.", resets_in_seconds: 1 },
      }),
    ),
    expected: answered(2),
    on2: {
      gets: "Shown once, with the time the window opens again.",
      expected: shown(/Usage limit \(resets at/),
    },
  },
  {
    sends: "404 that is about the model",
    gets: "A 400 with the message, shown once: OpenCode would retry a 404.",
    answer: () =>
      json(404, { error: { message: "No channel for model gpt-5.2", code: "model_not_found" } }),
    expected: shown(/No channel for model gpt-5\.2/),
  },
];

const repairs: readonly Fault[] = [
  {
    sends: "400: encrypted reasoning that it cannot verify (the relay has switched accounts)",
    gets: "One retry without the reasoning, and the session goes on.",
    answer: (asked) =>
      faulty.sends(asked, '"encrypted_content":"')
        ? json(400, {
            error: {
              message: "The encrypted content gAAA could not be verified.",
              code: "invalid_encrypted_content",
            },
          })
        : asked.context.answer({ kind: "text", text: wellText, reasoning: "**Thinking**" }),
    prompts: 2,
    expected: { texts: [wellText, wellText], requests: 3 },
  },
  {
    sends: "400: unsupported parameter",
    gets: "One retry without it; remembered for that base URL (and that model, if the message speaks of the model), so the next turn does not send it.",
    alone: {},
    answer: (asked) =>
      faulty.sends(asked, '"prompt_cache_key":')
        ? json(400, { detail: "Unsupported parameter: prompt_cache_key" })
        : undefined,
    prompts: 2,
    expected: { texts: [wellText, wellText], requests: 3 },
  },
  {
    sends: "400: instructions are not valid, to other instructions than the official ones",
    gets: "One retry with the official instructions of the model.",
    alone: { settings: { instructions: "builtin" } },
    answer: ({ turn }) =>
      turn.instructions.startsWith("Made-up official prompt")
        ? undefined
        : json(400, { detail: "Instructions are not valid" }),
    expected: answered(2),
  },
  {
    sends: "400: instructions are not valid, to the official ones",
    gets: "The error, and the setting to change.",
    answer: () => json(400, { detail: "Instructions are not valid" }),
    expected: shown(/Instructions are not valid\. Set "instructions" in the settings/),
  },
];

export const table: readonly Fault[] = [
  ...endpoints,
  ...streams,
  ...streamErrors,
  ...errors,
  ...repairs,
];
