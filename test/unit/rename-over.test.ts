import { expect, test } from "bun:test";
import { renameOver } from "../../src/rename-over.ts";

/** A file system that fails like this, one code a try, and then renames. */
function diskThatSays(...codes: readonly string[]) {
  const calls: string[] = [];
  const waits: number[] = [];
  const left = [...codes];
  return {
    calls,
    waits,
    move: async (from: string, to: string) => {
      calls.push(`${from} → ${to}`);
      const code = left.shift();
      if (code !== undefined) throw Object.assign(new Error(`${code}: no`), { code });
    },
    wait: async (ms: number) => void waits.push(ms),
  };
}

test.each(["EPERM", "EBUSY", "EACCES"])(
  "%s on Windows: tried again, after a pause",
  async (code) => {
    const disk = diskThatSays(code, code);
    await renameOver("a", "b", { platform: "win32", ...disk });
    expect(disk.calls).toEqual(["a → b", "a → b", "a → b"]);
    expect(disk.waits).toEqual([10, 30]);
  },
);

test("a file that stays held: its error, after less than a second", async () => {
  const disk = diskThatSays(...Array.from({ length: 50 }, () => "EBUSY"));
  await expect(renameOver("a", "b", { platform: "win32", ...disk })).rejects.toThrow("EBUSY");
  expect(disk.calls.length).toBe(7);
  expect(disk.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(1_000);
});

test("another error on Windows is told at once", async () => {
  const disk = diskThatSays("ENOSPC");
  await expect(renameOver("a", "b", { platform: "win32", ...disk })).rejects.toThrow("ENOSPC");
  expect([disk.calls.length, disk.waits]).toEqual([1, []]);
});

test.each(["linux", "darwin"])("on %s these are about rights: told at once", async (platform) => {
  const disk = diskThatSays("EPERM");
  await expect(renameOver("a", "b", { platform, ...disk })).rejects.toThrow("EPERM");
  expect([disk.calls.length, disk.waits]).toEqual([1, []]);
});
