import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createNotices, noticesPath } from "../../../src/log/notices.ts";
import { createFolders } from "../../support/folder.ts";

const folders = createFolders();
afterEach(folders.clean);

const noon = Date.parse("2026-01-02T12:00:00Z");
const hours = 60 * 60 * 1000;

test("a line for each, for the user alone; a notice once a day", async () => {
  const path = noticesPath(folders.make({}));
  let now = noon;
  const { notice, debug, flush } = createNotices(path, () => now);
  notice("usage", "90 % is used.");
  notice("usage", "91 % is used.");
  notice("insecure", "No TLS.");
  debug("one\ntwo");
  now += 24 * hours;
  notice("usage", "95 % is used.");
  await flush();
  expect(readFileSync(path, "utf8").split("\n")).toEqual([
    "2026-01-02T12:00:00.000Z notice: 90 % is used.",
    "2026-01-02T12:00:00.000Z notice: No TLS.",
    "2026-01-02T12:00:00.000Z debug: one two",
    "2026-01-03T12:00:00.000Z notice: 95 % is used.",
    "",
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
});

test("a long file is put aside", async () => {
  const path = noticesPath(folders.make({}));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "x".repeat(1024 * 1024 + 1), { mode: 0o644 });
  const { debug, flush } = createNotices(path);
  debug("after");
  debug("and after");
  await flush();
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(3);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(existsSync(`${path}.old`)).toBe(true);
});

test("where it cannot be written, nothing happens", async () => {
  const home = folders.make({ ".opencode": "a file" });
  const { notice, flush } = createNotices(noticesPath(home));
  notice("usage", "90 % is used.");
  await flush();
  expect(readFileSync(`${home}/.opencode`, "utf8")).toBe("a file");
});
