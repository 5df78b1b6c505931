import { describe, expect, test } from "bun:test";
import type { RemoteModel } from "../../../src/models/list/parse.ts";
import { smallModelName } from "../../../src/models/small.ts";

const list = (ids: string): RemoteModel[] => ids.split(" ").map((id) => ({ id }));

describe("smallModelName", () => {
  test.each([
    ["gpt-5.2 gpt-5.1-codex-max gpt-5.1-codex-mini", "gpt-5.1-codex-mini"],
    ["gpt-5.4-mini gpt-5.4-nano gpt-5.4", "gpt-5.4-nano"],
    ["gpt-5.1-codex-mini gpt-5.4-mini gpt-4o-mini", "gpt-5.4-mini"],
    ["gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna", "gpt-5.6-luna"],
    ["gpt-6-sol gpt-6-astra gpt-5.6-terra", "gpt-5.6-terra"],
    ["gpt-5.3-codex gpt-5.3-codex-spark", "gpt-5.3-codex-spark"],
    ["gpt-5.1-codex-max gpt-5.1-codex", "gpt-5.1-codex"],
    ["gpt-5.2-pro gpt-5.1-codex-max", "gpt-5.2-pro"],
    ["gpt-5.2 gpt-5.2-codex", "gpt-5.2"],
    ["gpt-5.4-mini-2026-03-17 gpt-5.4-mini", "gpt-5.4-mini"],
    ["openai/gpt-5.2 openai/gpt-5.4-mini", "openai/gpt-5.4-mini"],
    ["gemini-3-nano gpt-5.2", "gpt-5.2"],
    ["claude-opus claude-mini", "claude-mini"],
    ["gpt-4o-mini-tts gpt-5.2", "gpt-5.2"],
    ["gpt-5.2-geminified gpt-5.2-mini", "gpt-5.2-mini"],
    ["o4-mini gpt-5.2", "o4-mini"],
  ])("of %s", (ids, expected) => {
    expect(smallModelName({ remote: list(ids), setting: undefined })).toBe(expected);
    expect(smallModelName({ remote: list(ids).toReversed(), setting: undefined })).toBe(expected);
  });

  test.each([[undefined], [[]]])("without a list", (remote) => {
    expect(smallModelName({ remote, setting: undefined })).toBe("gpt-5.1-codex-mini");
  });

  test.each(["gpt-5.2", "openai/gpt-5.2"])("%s as the user's own", (setting) => {
    expect(smallModelName({ remote: list("gpt-5-nano"), setting })).toBe("gpt-5.2");
  });
});
