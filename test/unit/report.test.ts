import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { createReport } from "../../src/report.ts";
import { createFolders } from "../support/folder.ts";

const folders = createFolders();
afterAll(folders.clean);

describe("what the plugin tells the doctor", () => {
  test("a line for each step, with the version", () => {
    const path = join(folders.make({ report: "" }), "report");
    const report = createReport({ OPENCODE_CODEX_REPORT: path });
    report({ step: "started" });
    report({ step: "models", ours: true });
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { step: "started", version },
      { step: "models", ours: true, version },
    ]);
  });

  test("no file is made, and nothing is thrown", () => {
    const path = join(folders.make({}), "none");
    createReport({ OPENCODE_CODEX_REPORT: path })({ step: "started" });
    expect(existsSync(path)).toBe(false);
  });

  test("without the variable nothing is written", () => {
    const path = join(folders.make({ report: "" }), "report");
    writeFileSync(path, "");
    createReport({})({ step: "started" });
    expect(readFileSync(path, "utf8")).toBe("");
  });
});
