import { describe, expect, test } from "bun:test";
import { adviceFor, kindOf, type RefusalKind } from "../../../src/response/advice.ts";
import { joinSentences } from "../../../src/words/sentences.ts";

type Case = readonly [
  kind: RefusalKind | undefined,
  httpStatus: number,
  message: string,
  code?: string,
];

const kind = (httpStatus: number, message: string, code: string | null = null, url = "http://g") =>
  kindOf({ url, httpStatus, error: { message, code, type: "gateway_error" } });

describe("the kind of a refusal", () => {
  const cases: readonly Case[] = [
    ["plain_http", 400, 'an HTML page titled "400 The plain HTTP request was sent to HTTPS port"'],
    ["plain_http", 400, "Client sent an HTTP request to an HTTPS server."],
    ["plain_http", 400, "Bad Request\nThis combination of host and port requires TLS."],
    [undefined, 400, "The request was not plain"],

    ["quota", 403, "no words", "insufficient_user_quota"],
    ["quota", 403, "no words", "insufficient_balance"],
    ["quota", 429, "You exceeded your current quota", "insufficient_quota"],
    ["quota", 403, "用户额度不足, 剩余额度: ¥0.000000"],
    ["quota", 403, "预扣费额度失败, 用户剩余额度: ¥0.10, 需要预扣费额度: ¥0.20"],
    ["quota", 401, "该令牌额度已用尽"],
    ["quota", 500, "余额不足，请充值"],
    ["quota", 200, "Insufficient account balance"],
    ["quota", 402, "insufficient balance"],
    ["quota", 403, "token quota is not enough, token remain quota: $0.1"],
    ["quota", 403, "Your quota is used up"],
    // A limit that passes.
    ["limit", 429, "Quota exceeded for requests per minute. Try again in 20s."],
    ["limit", 404, "The usage limit has been reached", "usage_limit_reached"],
    ["limit", 429, 'an HTML page titled "429 Too Many Requests"'],

    ["key", 401, "Incorrect API key provided"],
    ["client", 403, "This group is for another client"],
    ["instructions", 400, "Instructions are not valid"],
    ["model", 400, "The model 'gpt-9' does not exist"],
    ["model", 503, "当前分组 default 下对于模型 gpt-9 无可用渠道"],
    ["too_large", 413, 'an HTML page titled "413 Request Entity Too Large"'],
    ["outage", 503, 'an HTML page titled "503 Service Unavailable"'],
    ["outage", 500, "Upstream gone"],
    [undefined, 400, "Store must be set to false"],
    [undefined, 404, "Not found"],
  ];
  test.each(cases.map(([expected, ...said]) => [`${expected}`, said[1], said, expected] as const))(
    "%s: %s",
    (_name, _message, said, expected) => {
      expect(kind(...said)).toBe(expected);
    },
  );

  test("nginx's page behind https:// is the gateway's own affair", () => {
    const words = "The plain HTTP request was sent to HTTPS port";
    expect(kind(400, words, null, "https://g.example/v1/responses")).toBe("outage");
  });

  test("the status for the host counts too: an error inside a stream comes with 200", () => {
    const error = { message: "no capacity", code: null, type: "server_error" };
    expect(kindOf({ url: "http://g", httpStatus: 200, status: 500, error })).toBe("outage");
    expect(kindOf({ url: "http://g", httpStatus: 200, status: 401, error })).toBe("key");
  });

  test.each([
    ["spaces", " ".repeat(1_000_000)],
    ["a beginning without an end", "insufficient ".repeat(80_000)],
    ["letters", "a".repeat(1_000_000)],
    ["quotes", "model '".repeat(140_000)],
    ["Chinese", "模型".repeat(500_000)],
  ])("a hostile message of 1 MB takes no time: %s", (_, message) => {
    const started = performance.now();
    kind(403, message);
    adviceFor(kind(400, message));
    joinSentences(message, "Do.");
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

test.each([
  ["Balance used up", "Balance used up. Do this."],
  ["Balance used up.", "Balance used up. Do this."],
  ["余额不足。", "余额不足。 Do this."],
])("the advice follows the words: %s", (message, told) => {
  expect(joinSentences(message, undefined, "Do this.")).toBe(told);
});
