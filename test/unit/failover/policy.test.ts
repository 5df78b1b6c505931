/** The table of failover: what a gateway says, and whether another one is asked. */
import { describe, expect, test } from "bun:test";
import { type Fault, faultOf, faults, restOf, rests } from "../../../src/failover/policy.ts";
import type { Failure } from "../../../src/failure.ts";
import { SseLimitError } from "../../../src/response/sse.ts";
import { judgeURL } from "../../support/answers.ts";

const url = "https://gateway.example/v1/responses";
const json = (status: number, error: object, headers = {}) =>
  Response.json({ error }, { status, headers });
const page = (status: number) =>
  new Response("<html><title>Just a moment</title></html>", {
    status,
    headers: { "content-type": "text/html" },
  });
const stream = (...events: object[]) =>
  new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""), {
    headers: { "content-type": "text/event-stream" },
  });
const failed = (error: object) =>
  stream(
    { type: "response.created" },
    { type: "response.failed", response: { status: "failed", error } },
  );

/** What a gateway answers → why the next one is asked; nothing: it is not. */
const answers: readonly (readonly [string, () => Response, Fault | undefined])[] = [
  ["401", () => json(401, { message: "Invalid token" }), "key"],
  ["402", () => json(402, { message: "Payment required" }), "quota"],
  ["a balance used up, as 403", () => json(403, { message: "用户额度不足" }), "quota"],
  ["a balance used up, as 400", () => json(400, { message: "insufficient balance" }), "quota"],
  [
    "a quota used up, as 429",
    () => json(429, { code: "insufficient_quota", message: "x" }),
    "quota",
  ],
  ["usage not included", () => json(429, { code: "usage_not_included", message: "x" }), "limit"],
  ["403 of the account", () => json(403, { message: "group is not allowed" }), "account"],
  ["403 of the model", () => json(403, { message: "The model gpt-9 does not exist" }), "rights"],
  ["403 of a policy", () => json(403, { message: "violates the usage policies" }), undefined],
  ["403 of a policy's code", () => json(403, { code: "cyber_policy", message: "x" }), undefined],
  ["403, a page", () => page(403), "noApi"],
  ["408", () => json(408, { message: "timeout" }), "outage"],
  ["429", () => json(429, { message: "slow down" }), "limit"],
  [
    "429, a window of hours",
    () => json(429, { type: "usage_limit_reached", message: "x" }),
    "limit",
  ],
  ["a usage limit, as 404", () => json(404, { message: "usage limit reached" }), "limit"],
  ["500", () => json(500, { message: "boom" }), "outage"],
  ["502, a page", () => page(502), "outage"],
  ["503", () => json(503, { message: "no channel" }), "outage"],
  [
    "503, no channel for the model",
    () => json(503, { code: "model_not_found", message: "x" }),
    "rights",
  ],
  ["504, empty", () => new Response(null, { status: 504 }), "outage"],
  ["500 of a policy's code", () => json(500, { code: "invalid_prompt", message: "x" }), undefined],
  ["400", () => json(400, { message: "bad parameter" }), undefined],
  [
    "400, too much context",
    () => json(400, { code: "context_length_exceeded", message: "x" }),
    undefined,
  ],
  ["400, unknown model", () => json(400, { code: "model_not_found", message: "x" }), undefined],
  ["409", () => json(409, { message: "conflict" }), undefined],
  ["413", () => json(413, { message: "too large" }), undefined],
  ["413, a page", () => page(413), undefined],
  ["422", () => json(422, { message: "unprocessable" }), undefined],
  ["a redirect", () => Response.redirect("https://elsewhere.example", 302), "noApi"],
  ["a failure in the stream, no code", () => failed({ message: "upstream" }), "outage"],
  ["a limit in the stream", () => failed({ code: "rate_limit_exceeded", message: "x" }), "limit"],
  ["a quota in the stream", () => failed({ code: "insufficient_quota", message: "x" }), "quota"],
  ["a policy in the stream", () => failed({ code: "bio_policy", message: "x" }), undefined],
  ["JSON with a numeric code", () => Response.json({ code: 503, msg: "busy" }), "outage"],
  ["an answer", () => stream({ type: "response.output_text.delta", delta: "x" }), undefined],
];

describe("an answer of the gateway", () => {
  for (const lastTry of [false, 3] as const) {
    test.each(answers)(`%s${lastTry ? ", as the last try" : ""}`, async (_, make, fault) => {
      const server = Bun.serve({ port: 0, fetch: make });
      const outcome = await judgeURL(`http://127.0.0.1:${server.port}/`, { lastTry });
      expect(faultOf({ outcome, url, bytes: 1 })).toBe(fault);
      await server.stop(true);
    });
  }
});

describe("a failure around it", () => {
  test.each<[Failure, Fault | undefined]>([
    [{ type: "unreachable", url, kind: "refused", transient: false }, "unreachable"],
    [{ type: "endpoint_not_found", tried: [] }, "noApi"],
    [{ type: "broken_off", baseURL: url, cause: new Error("reset") }, "broken"],
    [{ type: "broken_off", baseURL: url, cause: new SseLimitError(1) }, undefined],
    [{ type: "parameter_invalid", field: "x", found: "y", allowed: "z" }, undefined],
    [{ type: "request_unreadable", reason: "x" }, undefined],
    [{ type: "body_too_large", url, bytes: 1, said: undefined }, undefined],
    [{ type: "settings_invalid", problems: [] }, undefined],
  ])("%j", (failure, fault) => {
    expect(faultOf(failure)).toBe(fault);
  });
});

describe("how long it rests", () => {
  test.each<Fault>(faults.filter((fault) => fault !== "rights"))(
    "%s: longer each time, up to a limit",
    (fault) => {
      const [first, longest] = rests[fault];
      const seen = [1, 2, 3, 100].map((failures) => restOf(fault, failures));
      expect(seen[0]).toBe(first);
      expect(seen[1]).toBe(Math.min(2 * first, longest));
      expect(seen[3]).toBe(longest);
      expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    },
  );

  test.each<[Fault, number, number | undefined, number]>([
    ["limit", 1, 7, 7],
    ["limit", 5, 7, 7],
    ["limit", 1, 7 * 24 * 3600, 6 * 3600],
    ["outage", 1, 120, 120],
    ["outage", 1, 999_999, 600],
    ["outage", 3, 1, 60],
    ["rights", 4, undefined, 0],
  ])("%s, failure %i, asked for %p s: %i s", (fault, failures, asked, seconds) => {
    expect(restOf(fault, failures, asked)).toBe(seconds);
  });
});
