import { describe, expect, test } from "bun:test";
import { sayOnce } from "../../../src/response/once.ts";
import { isRetried } from "../../support/host-retries.ts";

describe("what the host would retry by its words", () => {
  test.each([
    "The key was refused by http://localhost:5000/v1",
    "Balance used up (request id: 20250429150012345)",
    "5005024295245035045000",
    "52429, 5052450250",
    "rate limit, RATE-LIMIT, rate_limit_exceeded",
    "Service Unavailable: internal server error, provider returned error",
    "server_error and Internal_Error, overloaded",
    "fetch failed: ECONNREFUSED, getaddrinfo ENOTFOUND, socket hang up",
    "request timed out, stream timeout, read time out",
    "timeout",
    "Please try again later or try again in 5 days, retry your request",
    "resource_exhausted, resource exhausted, currently at capacity",
    "terminated, network error, upstream connect, connection lost",
    "rate increased too quickly, too many requests, reset before headers",
    "the socket connection was closed, EAI_AGAIN, etimedout, econnreset",
    "temporarily at capacity; connection error; try your request again",
  ])("%s", (text) => {
    expect(isRetried(text)).toBe(true);
    const said = sayOnce(text, 402);
    expect(isRetried(said)).toBe(false);
    // It looks the same.
    expect(said.replaceAll("\u2060", "")).toBe(text);
  });

  test.each([404, 408, 409, 429, 500, 503])("status %d is retried anyway", (status) => {
    expect(sayOnce("rate limit, 500", status)).toBe("rate limit, 500");
  });

  test.each([
    "This model's maximum context length is 128500 tokens",
    "prompt is too long: 250000 tokens > 200000 maximum",
    "request entity too large (5000000)",
  ])("an overflow, which the host knows by its words: %s", (text) => {
    expect(sayOnce(text, 400)).toBe(text);
  });

  test("thousands of them, one in the other", () => {
    for (const text of ["5".repeat(50_000) + "00".repeat(50_000), "52429".repeat(20_000)]) {
      const said = sayOnce(text, 400);
      expect(isRetried(said)).toBe(false);
      expect(said.replaceAll("\u2060", "")).toBe(text);
    }
  });

  test("other texts are left alone", () => {
    expect(sayOnce("The model x does not exist.", 400)).toBe("The model x does not exist.");
  });
});
