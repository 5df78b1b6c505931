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

/** What OpenCode 2 makes of a stream that broke off after some text. */
const asksForRest = {
  gets: "OpenCode keeps the partial text and asks for the rest, in all at most three times.",
  expected: { texts: [wellText, wellText], requests: 2 },
};

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
    sends: "503 (HTML, a proxy whose backend is down) at every path, from the start",
    gets: "An outage and no wrong path: nothing is searched, and after three tries the error is final.",
    alone: { gateway: { respond: () => page(503, "503 Service Unavailable") } },
    answer: () => undefined,
    expected: shown(/503 Service Unavailable"\. Given up after 3 tries\./, 3),
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

/** Endings that OpenCode alone takes for none, so that it starts the next turn, without end. */
function endings(): readonly Fault[] {
  const ending = (change: object, type = "response.completed") =>
    faulty.events((all) =>
      all.map((event) =>
        event.type === "response.completed"
          ? { ...event, type, response: { ...Object(event.response), ...change } }
          : event,
      ),
    );
  const cutOff = { status: "incomplete", incomplete_details: { reason: "adapter_eof" } };
  return [
    {
      sends: "`response.completed` without `usage`",
      gets: "Zeros are filled in, and the turn ends.",
      answer: ending({ usage: undefined }),
      expected: answered(1),
    },
    {
      sends: "`response.completed` with `usage: null`",
      gets: "Zeros are filled in, and the turn ends.",
      answer: ending({ usage: null }),
      expected: answered(1),
    },
    {
      sends: "`response.completed` with a `usage` of texts",
      gets: "Zeros are filled in, and the turn ends.",
      answer: ending({ usage: { input_tokens: "12", output_tokens: "3" } }),
      expected: answered(1),
    },
    {
      sends: "`response.completed` whose other fields are of a wrong kind",
      gets: "They are left out, and the turn ends.",
      answer: ending({ service_tier: 1, reasoning: "high", incomplete_details: "none" }),
      expected: answered(1),
    },
    {
      sends: "200 with a JSON body without `usage`",
      gets: "Zeros are filled in, and the response is replayed as a stream.",
      answer: faulty.whole(well, { usage: undefined }),
      expected: answered(1),
    },
    {
      sends: "`response.incomplete` with a reason of its own",
      gets: "A stream that was cut: OpenCode asks again, and after three tries the error is final.",
      answer: ending(cutOff, "response.incomplete"),
      expected: {
        texts: undefined,
        errors: [/\(adapter_eof\)\. Given up after 3 tries/],
        requests: 3,
      },
    },
    {
      sends: "a JSON body that is incomplete for a reason of its own",
      gets: "The same.",
      answer: faulty.whole(well, cutOff),
      expected: shown(/\(adapter_eof\)\. Given up after 3 tries/, 3),
    },
  ];
}

const streams: readonly Fault[] = [
  {
    sends: "a stream that ends before its terminal event",
    gets: "The stream fails, OpenCode asks again, and the partial text is gone: nothing shows twice.",
    answer: once(faulty.cut),
    expected: answered(2),
    on2: asksForRest,
  },
  {
    sends: "a stream that ends before its terminal event, every time",
    gets: "After three tries the error is final and says so; the next message of yours starts anew.",
    answer: faulty.cut,
    expected: {
      texts: undefined,
      errors: [/before its answer was complete.*3 tries/],
      requests: 3,
    },
  },
  {
    sends: "a connection that breaks in mid stream",
    gets: "OpenCode asks again, and the partial text is gone.",
    answer: once(faulty.unfinished("reset")),
    expected: answered(2),
    on2: asksForRest,
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
    on2: asksForRest,
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
  ...endings(),
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

const reset = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

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
    sends: "`response.failed`, usage limit reached, resets within five minutes",
    gets: "A 429 until the window opens again; the notice says when that is.",
    answer: (asked) =>
      faulty.failing("usage_limit_reached", "The usage limit has been reached", {
        extra: { resets_at: reset(200) },
      })(asked),
    until: "OpenCode waits",
    expected: {
      texts: [],
      waiting: /usage limit has been reached \(resets at .*in (3|4) min\)/,
      requests: 1,
    },
    on2: {
      gets: "Shown once, with the time the window opens again; OpenCode 2 does not wait for it.",
      until: undefined,
      expected: shown(/usage limit has been reached \(resets at .*in (3|4) min\)/),
    },
  },
  {
    sends: "`response.failed`, usage limit reached, resets in two hours",
    gets: "The turn ends, and the error says when the window opens again.",
    answer: (asked) =>
      faulty.failing("usage_limit_reached", "The usage limit has been reached", {
        extra: { resets_at: reset(2 * 60 * 60) },
      })(asked),
    expected: shown(/usage limit has been reached \(resets at .*in (2 h|1 h \d+ min)\)/),
  },
  {
    sends: "`response.failed`, a policy (`cyber_policy`), before any output",
    gets: "The error, shown once: the same prompt would be flagged again.",
    answer: faulty.failing("cyber_policy", "This prompt was flagged."),
    expected: shown(/This prompt was flagged/),
  },
  {
    sends: "`response.failed`, a policy (`bio_policy`), after half of the text",
    gets: "The half stays, and the error is shown once.",
    answer: faulty.failing("bio_policy", "This prompt was flagged.", { text: "All is" }),
    expected: { texts: ["All is"], errors: [/This prompt was flagged/], requests: 1 },
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
    sends: "`response.failed`, server error, after half of the text, every time",
    gets: "After three tries the error is final.",
    answer: faulty.failing("server_error", "Something broke.", { text: "All is" }),
    expected: {
      texts: undefined,
      errors: [/Something broke\. Given up after 3 tries/],
      requests: 3,
    },
  },
  {
    sends: "`error` that quotes the key, after half of the text",
    gets: "The half stays, and the error is shown without the key.",
    answer: (asked) =>
      faulty.failing(
        "invalid_prompt",
        `Key ${asked.context.exchange.headers.authorization} is bad.`,
        {
          text: "All is",
          as: "error",
        },
      )(asked),
    expected: { texts: ["All is"], errors: [/^(?!.*sk-test).*is bad/], requests: 1 },
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
    sends: "429 with `retry-after: 1`, every time",
    gets: "After three tries the error is final.",
    answer: () => json(429, { error: { message: "Slow down." } }, { "retry-after": "1" }),
    expected: shown(/Slow down\. Given up after 3 tries/, 3),
  },
  {
    sends: "429 with `retry-after: 7200`",
    gets: "The turn ends, and the error says when to come back.",
    answer: () => json(429, { error: { message: "Slow down." } }, { "retry-after": "7200" }),
    expected: shown(/Slow down \(resets at .*in 2 h\)/),
  },
  {
    sends: "500 with the code of a policy (`misalignment_policy_violation`)",
    gets: "The error, shown once.",
    answer: () =>
      json(500, { error: { message: "Flagged.", code: "misalignment_policy_violation" } }),
    expected: shown(/Flagged\./),
  },
  {
    sends: "413 with an HTML page (the body limit of a proxy)",
    gets: "The size of the body, and whose limit it is; OpenCode alone compacts the session and asks again, without end.",
    answer: () => page(413, "413 Request Entity Too Large"),
    expected: shown(/body of the request has \d+\.\d MB.*client_max_body_size/),
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
  {
    sends: "403 that is about the balance (`用户额度不足`)",
    gets: "The message, and that you must top up at the gateway, shown once.",
    answer: () =>
      json(403, {
        error: { message: "用户额度不足, 剩余额度: ¥0.00", code: "insufficient_user_quota" },
      }),
    expected: shown(/用户额度不足, 剩余额度: ¥0\.00\. Top up at your gateway/),
  },
  {
    sends: "400 with nginx's page for `http://` to its HTTPS port",
    gets: "The page's title, and that the base URL must begin with https://. No other path is tried.",
    answer: () => page(400, "400 The plain HTTP request was sent to HTTPS port"),
    expected: shown(
      /plain HTTP request was sent to HTTPS port"\. The port speaks TLS: begin the base URL/,
    ),
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
