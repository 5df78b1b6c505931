import { afterEach, expect, test } from "bun:test";
import { createRequestLog } from "../../../src/log/request-log.ts";
import { createFolders } from "../../support/folder.ts";
import { encode, readOnly, requestWith, streamOf } from "./support.ts";

const folders = createFolders();
afterEach(folders.clean);

test("a chunk is noted as it came, though its reader overwrites it at once", async () => {
  const folder = folders.make();
  const log = createRequestLog({ folder, debug: () => {} });
  const event = { type: "response.created", response: { id: "r" } };
  const body = streamOf([encode(`data: ${JSON.stringify(event)}\n\n`)]);
  const trace = log.begin(requestWith(), {
    fetch: async () => new Response(body),
    secrets: [],
  });
  const answer = await trace.finish(await trace.fetch("https://gateway.example/v1/responses", {}));
  // As whoever hands the bytes to another thread, or reads into the same buffer again.
  for await (const chunk of answer.body ?? []) chunk.fill(0);
  await log.flush();
  expect(readOnly(folder).get("04-events.jsonl")).toEqual([
    { ms: expect.any(Number), data: event },
  ]);
});
