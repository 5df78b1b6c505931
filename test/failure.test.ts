import { describe, expect, test } from "bun:test";
import { describeFailure, type Failure, failureResponse } from "../src/failure.ts";

const advice = 'Run "opencode auth login" and choose OpenAI';

describe("what the user is told", () => {
  const cases: readonly { failure: Failure; told: string }[] = [
    {
      failure: {
        type: "settings_invalid",
        problems: [
          { source: "/h/a.json", field: "codexMode", found: "5", allowed: "true or false" },
          { source: "/h/b.json", field: "", found: "a list", allowed: "an object" },
        ],
      },
      told: 'The settings of opencode-openai-codex-key are not valid. /h/a.json: "codexMode" is 5; allowed is true or false. /h/b.json is a list; allowed is an object.',
    },
    {
      failure: { type: "base_url_missing", lookedIn: ["one", "two"] },
      told: `No base URL of a Codex gateway is configured, so nothing was sent. ${advice}. Looked in: one; two.`,
    },
    {
      failure: { type: "key_missing" },
      told: `No API key for the Codex gateway is stored, so nothing was sent. ${advice}, or set OPENCODE_CODEX_API_KEY.`,
    },
    {
      failure: { type: "endpoint_unsupported", url: "https://api.openai.com/v1/embeddings" },
      told: "A Codex gateway answers on the responses endpoint only, so https://api.openai.com/v1/embeddings was not asked.",
    },
    {
      failure: { type: "request_unreadable", reason: "it names no model" },
      told: "The request could not be read, so nothing was sent: it names no model.",
    },
    {
      failure: {
        type: "parameter_invalid",
        field: "reasoningEffort",
        found: '"x"',
        allowed: "low, high",
      },
      told: 'reasoningEffort is "x"; allowed is one of low, high. Change it in opencode.json.',
    },
    {
      failure: {
        type: "redirected",
        url: "https://a.example/r",
        status: 307,
        location: "https://b.example/",
      },
      told: "The gateway at https://a.example/r answered 307 and wants the request sent to https://b.example/. Redirects are not followed, because the request holds your code and key. If that address is right, make it the base URL.",
    },
    {
      failure: { type: "redirected", url: "https://a.example/r", status: 302, location: undefined },
      told: "The gateway at https://a.example/r answered 302 and wants the request sent to another address. Redirects are not followed, because the request holds your code and key. If that address is right, make it the base URL.",
    },
  ];
  test.each([...cases])("$failure.type", ({ failure, told }) => {
    expect(describeFailure(failure)).toBe(told);
  });
});

describe("as an answer", () => {
  const unreachable = (transient: boolean): Failure => ({
    type: "unreachable",
    url: "https://gateway.example/v1/responses",
    kind: "refused",
    transient,
  });
  const cases: readonly { failure: Failure; status: number }[] = [
    { failure: { type: "key_missing" }, status: 400 },
    { failure: { type: "base_url_missing", lookedIn: [] }, status: 400 },
    { failure: { type: "settings_invalid", problems: [] }, status: 400 },
    {
      failure: { type: "redirected", url: "https://g.example", status: 307, location: "/x" },
      status: 400,
    },
    { failure: unreachable(false), status: 400 },
    // It answered before: asking again makes sense.
    { failure: unreachable(true), status: 503 },
  ];
  test.each([...cases])("$failure.type: $status", async ({ failure, status }) => {
    const response = failureResponse(failure);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      status,
      "application/json",
    ]);
    expect(await response.json()).toEqual({
      error: {
        message: describeFailure(failure),
        type: "opencode_openai_codex_key_error",
        code: failure.type,
      },
    });
  });

  const key = "planted 77 key";
  const leaks: readonly Failure[] = [
    {
      type: "redirected",
      url: "https://g.example",
      status: 307,
      location: `https://b.example/?x=${encodeURIComponent(key)}`,
    },
    { type: "redirected", url: "https://g.example", status: 307, location: `/${key}` },
    { type: "endpoint_unsupported", url: `https://api.openai.com/${key}` },
    { type: "parameter_invalid", field: "reasoningEffort", found: key, allowed: "low" },
    { type: "settings_invalid", problems: [{ source: key, field: key, found: key, allowed: key }] },
  ];
  test.each([...leaks])("the key is kept out: $type", async (failure) => {
    const text = await failureResponse(failure, [key]).text();
    expect(text).not.toContain(key);
    expect(text).not.toContain(encodeURIComponent(key));
    expect(text).toContain("[redacted]");
  });
});
