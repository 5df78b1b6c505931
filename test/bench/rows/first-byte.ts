/** What the plugin adds between the host's call and the first byte of the answer. */
import { deepEqual, equal } from "node:assert/strict";
import { KEY } from "../../gateway/sample.ts";
import { eventsIn } from "../../support/answers.ts";
import { startChild } from "../child.ts";
import { createHistory } from "../generate/history.ts";
import { median } from "../measure.ts";
import { createPipeline, endpointPath, readChunks, requestOf } from "../pipeline.ts";
import type { Row } from "../table.ts";

const target = 0.3;
const body = createHistory({ seed: 3, bytes: 28_000 });

type Call = () => Promise<Response>;

/** The two ways to the same gateway, which is a process of its own. */
async function withUpstream<T>(use: (direct: Call, ours: Call) => Promise<T>): Promise<T> {
  const child = startChild("upstream.ts");
  try {
    const { value } = await child.stdout.getReader().read();
    const url = new TextDecoder().decode(value).trim();
    const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
    const { handle } = createPipeline((target, init) => fetch(target, init), url);
    return await use(
      () => fetch(url + endpointPath, { method: "POST", headers, body }),
      () => handle(requestOf(body)),
    );
  } finally {
    child.kill();
  }
}

/** Milliseconds to the first byte; the rest is read too, so that the connection is free again. */
async function timeToFirstByte(call: Call): Promise<number> {
  const start = performance.now();
  let first: number | undefined;
  await readChunks((await call()).body, () => {
    first ??= performance.now();
  });
  return (first ?? Number.NaN) - start;
}

export function checkFirstByte(): Promise<void> {
  return withUpstream(async (direct, ours) => {
    const [expected, actual] = await Promise.all([direct(), ours()]);
    equal(actual.status, expected.status);
    deepEqual(eventsIn(await actual.bytes()), eventsIn(await expected.bytes()));
  });
}

export async function measureFirstByte(pairs = 500): Promise<Row[]> {
  const differences: number[] = [];
  const direct: number[] = [];
  await withUpstream(async (fetchDirectly, ours) => {
    for (let pair = -50; pair < pairs; pair++) {
      const limit = await timeToFirstByte(fetchDirectly);
      const time = await timeToFirstByte(ours);
      // The first ones warm up.
      if (pair < 0) continue;
      direct.push(limit);
      differences.push(time - limit);
    }
  });
  const added = median(differences);
  return [
    {
      what: "time to first byte added, 28 KB request",
      limit: `direct fetch, ${median(direct).toFixed(2)} ms`,
      figure: `+ ${added.toFixed(2)} ms`,
      target: `≤ ${target} ms`,
      reached: added <= target,
    },
  ];
}
