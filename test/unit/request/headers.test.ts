import { describe, expect, test } from "bun:test";
import { createHeaders, type HeaderOptions } from "../../../src/request/headers.ts";

const make = (change: Partial<HeaderOptions> = {}): Record<string, string> =>
  createHeaders({ host: {}, key: "k-1", promptCacheKey: undefined, extra: undefined, ...change });

const always = {
  accept: "text/event-stream",
  "content-type": "application/json",
  authorization: "Bearer k-1",
};

test("nothing from the host", () => {
  expect(make()).toEqual(always);
});

test("what OpenCode 1.18 sends", () => {
  const host = {
    authorization: "Bearer placeholder",
    "content-type": "application/json; charset=utf-8",
    originator: "opencode",
    "session-id": "ses_1",
    "x-session-id": "ses_1",
    "x-session-affinity": "ses_1",
    "user-agent": "opencode/1.18.33",
  };
  const before = structuredClone(host);
  expect(make({ host })).toEqual({
    ...always,
    originator: "opencode",
    "session-id": "ses_1",
    "x-session-id": "ses_1",
    "user-agent": "opencode/1.18.33",
    session_id: "ses_1",
    conversation_id: "ses_1",
  });
  expect(host).toEqual(before);
});

describe("the session", () => {
  test.each([
    ["session-id", { "session-id": "a" }, undefined, "a"],
    ["session_id (1.14)", { session_id: "a" }, undefined, "a"],
    ["x-session-id", { "x-session-id": "a" }, undefined, "a"],
    ["session-id first", { "x-session-id": "c", session_id: "b", "session-id": "a" }, "d", "a"],
    ["session_id before x-session-id", { "x-session-id": "c", session_id: "b" }, "d", "b"],
    ["the cache key stands in", {}, "d", "d"],
    ["an empty one does not count", { "session-id": "" }, "d", "d"],
  ])("%s", (_, host, promptCacheKey, session) => {
    const headers = make({ host, promptCacheKey });
    expect([headers.session_id, headers.conversation_id]).toEqual([session, session]);
  });
  test.each([
    "ünïcode",
    "模型",
    "a b",
    "line\nbreak: x",
    "nul\0",
    "\ud800",
    "x".repeat(257),
    "\u{1f600}",
  ])("a key that no header can carry stands in by its hash: %j", (promptCacheKey) => {
    const { session_id = "", conversation_id } = make({ promptCacheKey });
    expect(session_id).toMatch(/^[0-9a-f]{64}$/);
    expect(conversation_id).toBe(session_id);
    expect(make({ promptCacheKey }).session_id).toBe(session_id);
    expect(make({ promptCacheKey: `${promptCacheKey}.` }).session_id).not.toBe(session_id);
    expect(new Headers(make({ promptCacheKey })).get("session_id")).toBe(session_id);
  });

  test("none", () => {
    expect(Object.keys(make())).not.toContain("session_id");
    expect(Object.keys(make())).not.toContain("conversation_id");
  });
});

describe("never from the host", () => {
  test.each([
    "authorization",
    "accept",
    "content-type",
    "content-length",
    "accept-encoding",
    "connection",
    "host",
    "transfer-encoding",
    // What the host tells its own services, and its tracing.
    "x-opencode-project",
    "x-opencode-session",
    "x-opencode-client",
    "x-session-affinity",
    "x-parent-session-id",
    "b3",
    "x-b3-traceid",
    "traceparent",
    "tracestate",
    "chatgpt-account-id",
  ])("%s", (name) => {
    expect(make({ host: { [name]: "from the host" } })).toEqual(always);
  });
});

describe("headers of the settings", () => {
  test.each([
    ["one more", { "X-Client": "codex" }, { ...always, "x-client": "codex" }],
    [
      "in place of the host's",
      { Originator: "codex_cli_rs" },
      { ...always, originator: "codex_cli_rs" },
    ],
    ["in place of ours", { ACCEPT: "*/*" }, { ...always, accept: "*/*" }],
    ["another session", { Session_ID: "s" }, { ...always, session_id: "s" }],
    ["never authorization", { authorization: "Bearer other" }, always],
    ["never Authorization", { Authorization: "Bearer other" }, always],
    ["an empty text", { "user-agent": "" }, { ...always, "user-agent": "" }],
  ])("%s", (_, extra, expected) => {
    const host = "Originator" in extra ? { originator: "opencode" } : {};
    expect(make({ host, extra })).toEqual(expected);
  });
});
