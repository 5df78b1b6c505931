/** From the host's call to the call of `fetch`, with a body of the wire's bytes in hand. */
import { equal } from "node:assert/strict";
import { KEY } from "../../gateway/sample.ts";
import { checkBody, checkHeaders, checkKey } from "../../gateway/validate.ts";
import { createHistory } from "../generate/history.ts";
import { compare } from "../measure.ts";
import { createPipeline, requestOf } from "../pipeline.ts";
import { type Row, sizeName, speed } from "../table.ts";

/** Bytes of the history → the ratio to reach. */
const targets = new Map([
  [100_000, 1.2],
  [1_000_000, 1.1],
  [5_000_000, 1.15],
  [20_000_000, 1.15],
]);
const encoder = new TextEncoder();

/** What cannot be avoided: the body is parsed once and written once. */
function rewrite(body: string): Uint8Array {
  return encoder.encode(JSON.stringify(JSON.parse(body)));
}

type Sent = { readonly headers: Headers; readonly body: Uint8Array };

let onSent: (sent: Sent) => void = () => {};

const { handle } = createPipeline((_url, { headers, body }) => {
  onSent({ headers: new Headers(headers), body: encoder.encode(String(body)) });
  // No answer: what follows a request is not the business of this row.
  return new Promise(() => {});
});

/** Runs the pipeline up to the call of `fetch`, and encodes the body as `fetch` would. */
function send(body: string): Promise<Sent> {
  return new Promise((resolve) => {
    onSent = resolve;
    void handle(requestOf(body));
  });
}

export async function checkRequest(bytes = 1_000_000): Promise<void> {
  const body = createHistory({ seed: 1, bytes });
  const sent = await send(body);
  const headers = Object.fromEntries(sent.headers);
  const text = new TextDecoder().decode(sent.body);
  equal(checkKey(headers, KEY), undefined);
  equal(checkHeaders(headers), undefined);
  equal(checkBody(JSON.parse(text)), undefined);
  // Nothing of the history was lost on the way: the first item's form changes, the others' names do.
  const history = itemsOf(body).slice(1);
  equal(itemsOf(text).slice(-history.length).join("\n") === history.join("\n"), true);
}

/** The items without what the pipeline is there to change. */
function itemsOf(body: string): string[] {
  const { input }: { input: Record<string, unknown>[] } = JSON.parse(body);
  return input.map(({ id: _, type: __, ...rest }) => JSON.stringify(rest));
}

export async function measureRequest(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [bytes, target] of targets) {
    const body = createHistory({ seed: 1, bytes });
    const [, ours] = await compare(
      () => rewrite(body),
      () => send(body),
    );
    if (ours === undefined) continue;
    rows.push({
      what: `request, ${sizeName(bytes)} history`,
      limit: "JSON.parse + JSON.stringify + UTF-8",
      figure: `${ours.ms.toFixed(2)} ms, ${speed(bytes, ours.ms)} MB/s`,
      ratio: ours.ratio,
      target: `≤ ${target}`,
      reached: ours.ratio <= target,
    });
  }
  return rows;
}
