import { describe, expect, test } from "bun:test";
import { download } from "../../../../src/instructions/official/download.ts";

/** Never comes, and ends as the runtime's `fetch` does. */
const silence = (_: string, { signal }: RequestInit): Promise<Response> =>
  new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));

/** Begins, and breaks when the signal says so. */
const halfBody = async (_: string, { signal }: RequestInit): Promise<Response> =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("You are"));
        signal?.addEventListener("abort", () => controller.error(signal.reason));
      },
    }),
  );

describe("a download that is given up", () => {
  test.each([
    ["before the answer", silence],
    ["in the body", halfBody],
  ])("%s was too slow, whatever the runtime calls it", async (_, fetch) => {
    const limit = new AbortController();
    const downloading = download("https://x.example", {
      fetch,
      maxBytes: 1_000,
      signal: limit.signal,
    });
    setTimeout(() => limit.abort(), 5);
    expect(await downloading).toEqual({ type: "failed", reason: "no answer in time" });
  });

  test("is not one that failed by itself", async () => {
    const error = Object.assign(new Error("Unable to connect."), { code: "ConnectionRefused" });
    const { signal } = new AbortController();
    const fetch = () => Promise.reject(error);
    const failed = await download("https://x.example", { fetch, maxBytes: 1_000, signal });
    expect(failed).toEqual({ type: "failed", reason: "ConnectionRefused" });
  });
});
