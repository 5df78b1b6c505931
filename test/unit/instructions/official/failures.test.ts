/** How long what could not be had is left alone. */
import { describe, expect, test } from "bun:test";
import { createCache } from "../../../../src/instructions/official/cache.ts";
import { createFailureLog, pauseAfter } from "../../../../src/instructions/official/failures.ts";
import { createJsonCache } from "../../../../src/json-cache.ts";
import { createFolders } from "../../../support/folder.ts";

const minutes = (count: number): number => count * 60_000;

test("pauses grow up to a day", () => {
  expect([1, 2, 3, 4, 5, 6, 100].map(pauseAfter)).toEqual([
    ...[10, 40, 160, 640, 1_440, 1_440, 1_440].map(minutes),
  ]);
});

describe("from one process to the next", () => {
  const folders = createFolders();

  test("each failure more is longer left alone, and a success forgets them", async () => {
    const cache = createCache(createJsonCache({ folder: folders.make(), debug: () => {} }));
    let time = Date.UTC(2026, 0, 1);
    const start = () => createFailureLog({ file: cache.failures, now: () => time });

    for (const pause of [10, 40, 160, 640, 1_440, 1_440]) {
      const log = start();
      expect(await log.due(["a"])).toEqual(["a"]);
      // Late at first, given up later: that is one failure.
      log.failed("a");
      await log.save();
      log.failed("a");
      await log.save();
      time += minutes(pause) - 1;
      expect([pause, await start().due(["a", "b"])]).toEqual([pause, ["b"]]);
      time += 1;
    }
    const log = start();
    log.succeeded("a");
    await log.save();
    log.failed("a");
    await log.save();
    time += minutes(10);
    expect(await start().due(["a"])).toEqual(["a"]);
    folders.clean();
  });
});
