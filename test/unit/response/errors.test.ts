import { describe, expect, test } from "bun:test";
import {
  errorResponse,
  isHtml,
  parseErrorBody,
  parseErrorValue,
} from "../../../src/response/errors.ts";

type Told = { message: string; type?: string; code?: string | null };

/** The error found, without the object it was found in. */
function find(text: string): Told | undefined {
  const details = parseErrorBody(text);
  if (details === undefined) return undefined;
  const { message, type, code } = details;
  return { message, type, code };
}
const told = ({ message, type = "gateway_error", code = null }: Told): Told => ({
  message,
  type,
  code,
});
const json = (value: unknown): string => JSON.stringify(value);
const openai = { message: "It broke.", type: "server_error", code: "boom", param: null };
const all = { message: "It broke.", type: "server_error", code: "boom" };
const long = "x".repeat(5_000);

/** Bodies as gateways, relays, frameworks and proxies send them. */
const bodies: readonly { name: string; body: string; error: Told | undefined }[] = [
  { name: "empty", body: "", error: undefined },
  { name: "blank", body: " \r\n\t ", error: undefined },
  { name: "OpenAI", body: json({ error: openai }), error: all },
  {
    name: "OpenAI, with a byte order mark's worth of space",
    body: `\n ${json({ error: openai })} \n`,
    error: all,
  },
  { name: "OpenAI, pretty", body: JSON.stringify({ error: openai }, null, 2), error: all },
  {
    name: "no type, no code",
    body: json({ error: { message: "It broke." } }),
    error: { message: "It broke." },
  },
  {
    name: "code is a number",
    body: json({ error: { message: "It broke.", code: 503 } }),
    error: { message: "It broke.", code: "503" },
  },
  {
    name: "code is an object",
    body: json({ error: { message: "It broke.", code: {} } }),
    error: { message: "It broke." },
  },
  {
    name: "type and code are empty",
    body: json({ error: { message: "It broke.", type: "", code: "" } }),
    error: { message: "It broke." },
  },
  {
    name: "type null",
    body: json({ error: { message: "It broke.", type: null, code: null } }),
    error: { message: "It broke." },
  },
  {
    name: "message is empty",
    body: json({ error: { message: "", type: "server_error" } }),
    error: { message: '{"message":"","type":"server_error"}', type: "server_error" },
  },
  {
    name: "message is an object",
    body: json({ error: { message: { a: 1 } } }),
    error: { message: '{"message":{"a":1}}' },
  },
  {
    name: "message beside the error",
    body: json({ message: "It broke.", error: { code: "boom" } }),
    error: { message: "It broke.", code: "boom" },
  },
  { name: "an empty error", body: json({ error: {} }), error: { message: "{}" } },
  { name: "error is a text", body: json({ error: "It broke." }), error: { message: "It broke." } },
  {
    name: "error is a word, message a text",
    body: json({ error: "rate_limited", message: "It broke." }),
    error: { message: "It broke.", code: "rate_limited" },
  },
  { name: "error is null", body: json({ error: null }), error: { message: '{"error":null}' } },
  {
    name: "error is true",
    body: json({ error: true, message: "It broke." }),
    error: { message: "It broke." },
  },
  { name: "message alone", body: json({ message: "It broke." }), error: { message: "It broke." } },
  {
    name: "New API: code, msg",
    body: json({ code: 503, msg: "It broke." }),
    error: { message: "It broke.", code: "503" },
  },
  { name: "error_msg", body: json({ error_msg: "It broke." }), error: { message: "It broke." } },
  {
    name: "FastAPI's detail",
    body: json({ detail: "It broke." }),
    error: { message: "It broke." },
  },
  {
    name: "FastAPI's list",
    body: json({ detail: [{ loc: ["body"], msg: "field required" }, { msg: "no model" }] }),
    error: { message: "field required; no model" },
  },
  {
    name: "detail is an empty list",
    body: json({ detail: [] }),
    error: { message: '{"detail":[]}' },
  },
  {
    name: "a list of errors",
    body: json({ errors: [{ message: "It broke." }, { message: "second" }] }),
    error: { message: "It broke." },
  },
  {
    name: "a list of texts",
    body: json({ errors: ["It broke."] }),
    error: { message: "It broke." },
  },
  {
    name: "an empty list of errors",
    body: json({ errors: [] }),
    error: { message: '{"errors":[]}' },
  },
  {
    name: "Cloudflare's JSON",
    body: json({ success: false, errors: [{ code: 1001, message: "It broke." }] }),
    error: { message: "It broke." },
  },
  {
    name: "a problem document",
    body: json({ type: "about:blank", title: "Bad", status: 400, detail: "It broke." }),
    error: { message: "It broke.", type: "about:blank" },
  },
  {
    name: "an error event",
    body: json({ type: "error", code: "boom", message: "It broke." }),
    error: { message: "It broke.", code: "boom" },
  },
  {
    name: "an error event with an object",
    body: json({ type: "error", error: openai }),
    error: all,
  },
  {
    name: "a failed response",
    body: json({
      type: "response.failed",
      response: { status: "failed", error: { code: "boom", message: "It broke." } },
    }),
    error: { message: "It broke.", code: "boom" },
  },
  {
    name: "a failed response without a message",
    body: json({ response: { error: { code: "boom" } } }),
    error: { message: '{"code":"boom"}', code: "boom" },
  },
  {
    name: "JSON without any error",
    body: json({ status: "ok" }),
    error: { message: '{"status":"ok"}' },
  },
  { name: "a JSON text", body: json("It broke."), error: { message: "It broke." } },
  { name: "a JSON number", body: "503", error: { message: "503" } },
  { name: "null", body: "null", error: { message: "null" } },
  { name: "a JSON list", body: "[]", error: { message: "[]" } },
  {
    name: "names of prototypes",
    body: '{"__proto__":{"message":"no"},"constructor":"x","message":"It broke."}',
    error: { message: "It broke." },
  },
  {
    name: "plain text",
    body: "upstream connect error",
    error: { message: "upstream connect error" },
  },
  {
    name: "plain text, other language",
    body: "\u4f59\u989d\u4e0d\u8db3 😀",
    error: { message: "\u4f59\u989d\u4e0d\u8db3 😀" },
  },
  {
    name: "JSON cut off",
    body: '{"error":{"message":"It bro',
    error: { message: '{"error":{"message":"It bro' },
  },
  {
    name: "JSON twice",
    body: `${json({ a: 1 })}${json({ b: 2 })}`,
    error: { message: '{"a":1}{"b":2}' },
  },
  { name: "lines of JSON", body: `${json({ log: 1 })}\n${json({ error: openai })}`, error: all },
  {
    name: "an SSE error",
    body: `event: error\ndata: ${json({ type: "error", error: openai })}\n\n`,
    error: all,
  },
  {
    name: "an SSE error without its blank line",
    body: `data: ${json({ error: openai })}`,
    error: all,
  },
  {
    name: "SSE with CRLF",
    body: `event: error\r\ndata: ${json({ error: openai })}\r\n\r\n`,
    error: all,
  },
  {
    name: "SSE: the first event with an error",
    body: `data: {"type":"response.created","response":{}}\n\ndata: ${json({ error: openai })}\n\ndata: [DONE]\n\n`,
    error: all,
  },
  { name: "SSE without JSON", body: "data: [DONE]\n\n", error: { message: "data: [DONE]" } },
  {
    name: "JSON, then SSE",
    body: `${json({ error: openai })}\nevent: error\ndata: {}\n\n`,
    error: all,
  },
  {
    name: "JSON and SSE without a break",
    body: `${json({ error: openai })}event: error\ndata: {"x":1}\n\n`,
    error: all,
  },
  {
    name: "JSON with the word data: in it",
    body: `x\n${json({ error: { message: "bad data: no" } })}`,
    error: { message: "bad data: no" },
  },
  {
    name: "HTML with a title",
    body: "<!DOCTYPE html><html><head><title>502 Bad\n Gateway</title></head></html>",
    error: { message: 'an HTML page titled "502 Bad Gateway"' },
  },
  {
    name: "HTML with a heading",
    body: "<html><body><h1>Not <b>here</b></h1></body></html>",
    error: { message: 'an HTML page titled "Not here"' },
  },
  {
    name: "HTML without either",
    body: "<html><body>x</body></html>",
    error: { message: "an HTML page" },
  },
  {
    name: "HTML with an empty title",
    body: "<html><title> </title></html>",
    error: { message: "an HTML page" },
  },
  {
    name: "HTML behind a comment",
    body: "\n<!-- nginx -->\n<HTML><TITLE>Hi</TITLE></HTML>",
    error: { message: 'an HTML page titled "Hi"' },
  },
  {
    name: "HTML cut off in the title",
    body: "<!doctype html><html><head><title>Cut o",
    error: { message: "an HTML page" },
  },
  {
    name: "XML is plain text",
    body: "<?xml version='1.0'?><Error>x</Error>",
    error: { message: "<?xml version='1.0'?><Error>x</Error>" },
  },
  { name: "a long text is kept for redaction", body: long, error: { message: long } },
  {
    name: "colours and other terminal sequences",
    body: json({ error: { message: "\u001b[31mNo\u001b[0m\u0007 way\u001b[2J" } }),
    error: { message: "No way" },
  },
  {
    name: "a message with space around it",
    body: json({ error: { message: "  It broke.\n" } }),
    error: { message: "It broke." },
  },
  { name: "binary", body: "\u0000\u0001\ufffd", error: { message: "\ufffd" } },
];

test.each([...bodies])("$name", ({ body, error }) => {
  expect<unknown>(find(body)).toEqual(error && told(error));
});

test("thousands of braces cost no time worth speaking of", () => {
  const body = "{\n".repeat(30_000);
  expect(find(body)?.message.length).toBe(59_999);
});

test("the object the error was found in is handed on", () => {
  const error = { message: "limit", resets_in_seconds: 5 };
  expect<unknown>(parseErrorBody(json({ error }))?.raw).toEqual(error);
  expect<unknown>(parseErrorBody(json({ message: "limit", resets_at: 7 }))?.raw).toMatchObject({
    resets_at: 7,
  });
  expect<unknown>(parseErrorBody("text")?.raw).toEqual({});
});

test.each([[undefined], [null], [5], [true], [[]], [[{ message: "x" }]], [{}], [{ response: 5 }]])(
  "no error in %j",
  (value) => {
    expect(parseErrorValue(value)).toBeUndefined();
  },
);

describe("HTML", () => {
  test.each([
    ["<!DOCTYPE html>", true],
    [" \n<html lang=en>", true],
    ["<head>", true],
    ["<BODY class=x>", true],
    ["<title>x", true],
    ["<!-- a --><!-- b --><html>", true],
    [" <!-- a\n-- > -->\n<!----> <!Doctype  HTML>", true],
    ["<!-- a --><svg>", false],
    ["<!-- a --> text <!-- b --><html>", false],
    ["<!-- <html>", false],
    ["<!--><html>", false],
    ["<!-- a -->", false],
    ["<htmlx>", false],
    ["<svg>", false],
    ["text <html>", false],
    ["{}", false],
    ["", false],
  ])("%j: %p", (text, html) => {
    expect(isHtml(text)).toBe(html);
  });
});

describe("a page made to be slow", () => {
  const many = 200_000;
  test.each([
    ["comments", "<!---->".repeat(many)],
    ["comments that do not end", "<!--".repeat(many)],
    ["titles that do not end", `<html>${"<title>".repeat(many)}`],
    ["title tags that do not end", `<html>${"<title ".repeat(many)}`],
    ["headings", `<html>${"<h1>".repeat(many)}`],
    ["a title of tags", `<html><title>${"<".repeat(many)}</title>`],
    ["blanks", `<html><title>${" ".repeat(many)}x</title>`],
    ["a line of JSON and events", `{${"data:".repeat(many)}\u2028x`],
    ["terminal sequences", "\u001b[".repeat(many)],
  ])("%s", (_, text) => {
    const start = performance.now();
    isHtml(text);
    find(text);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test("the title is the first that is whole", () => {
    expect(find("<html><h1>A</h1><TITLE x='y'>B <b>c</b>\n</TITLE>")?.message).toBe(
      'an HTML page titled "B c"',
    );
    expect(find("<html><title>B<h1 class=a>A</h1>")?.message).toBe('an HTML page titled "A"');
  });
});

test("type and code obey no gateway either", () => {
  const error = { message: "m", type: "a\u001b[31mb\u202e", code: "c\u0007\u009bd" };
  expect(find(json({ error }))).toMatchObject({ type: "ab", code: "cd" });
  expect(find(json({ error: { message: "m", type: "\u0000", code: "\u0000" } }))).toMatchObject({
    type: "gateway_error",
    code: null,
  });
});

describe("the error Response", () => {
  test("in the form the host reads", async () => {
    const response = errorResponse({
      status: 429,
      message: "later",
      type: "rate_limit_error",
      code: null,
      headers: { "retry-after": "3", "content-type": "text/html" },
    });
    expect(response.status).toBe(429);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/json",
      "retry-after": "3",
    });
    expect(await response.text()).toBe(
      '{"error":{"message":"later","type":"rate_limit_error","code":null}}',
    );
  });
});
