import { expect, test } from "bun:test";
import { createParser } from "eventsource-parser";
import type { Outcome } from "../../../src/response/answer.ts";
import {
  collect,
  decode,
  encode,
  eventsIn,
  isCompletion,
  judgeChunks,
  recorded,
  textIn,
  wholeLength,
} from "../../support/answers.ts";
import { createRandom, type Random } from "../../support/random.ts";

/**
 * Recorded streams with random faults, cut at random bytes, through the whole layer. What the host
 * would see is compared with what a plain parser finds in the bytes that were sent. A failure names
 * its seed.
 */

const CASES = 10_000;
/** Longest time for one case, in milliseconds: the longest silence is 5. */
const LIMIT_MS = 2_000;

const endings = ["response.completed", "response.done", "response.incomplete"];

/** The recordings, and the same with what gateways do to them. */
const bases: readonly Uint8Array[] = recorded.flatMap(([, bytes]) => {
  const text = decode(bytes);
  return [
    bytes,
    encode(text.replaceAll("response.completed", "response.done")),
    encode(text.replace(/"output":\[\{.*?\}\],"parallel/, '"output":[],"parallel')),
    encode(text.replaceAll(/^event: .*\n/gm, "")),
    encode(text.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n")),
    encode(text.replaceAll("response.completed", "response.failed")),
    encode(
      text.replace(
        /data: \{"type":"response\.output_item\.added[\s\S]*/,
        'data: {"type":"error","code":"slow_down","message":"m"}\n\n',
      ),
    ),
  ];
});

type Fault = (bytes: Uint8Array, random: Random) => Uint8Array;

const pings = [": ping\n\n", "data: ping\n\n", "data:\n\n", 'data: {"type":"ping"}\n\n', "\n\n"];

const faults: Readonly<Record<string, Fault>> = {
  none: (bytes) => bytes,
  cut: (bytes, random) => bytes.slice(0, random.int(bytes.length)),
  hole: (bytes, random) => {
    const at = random.int(bytes.length);
    return splice(bytes, at, at + random.int(200), new Uint8Array(0));
  },
  flipped: (bytes, random) => {
    const copy = bytes.slice();
    for (let left = 1 + random.int(8); left > 0; left--) {
      const at = random.int(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.int(8));
    }
    return copy;
  },
  duplicated: (bytes, random) =>
    perEvent(bytes, (events) => {
      const at = random.int(events.length);
      return [...events.slice(0, at + 1), ...events.slice(random.int(at + 1))];
    }),
  duplicatedBytes: (bytes, random) => {
    const at = random.int(bytes.length);
    return splice(bytes, at, at, bytes.subarray(at, at + random.int(300)));
  },
  reordered: (bytes, random) =>
    perEvent(bytes, (events) => {
      const order = [...events];
      for (let left = 1 + random.int(4); left > 0; left--) {
        const [moved = ""] = order.splice(random.int(order.length), 1);
        order.splice(random.int(order.length + 1), 0, moved);
      }
      return order;
    }),
  pings: (bytes, random) =>
    perEvent(bytes, (events) =>
      events.flatMap((event) => (random.int(3) === 0 ? [random.pick(pings), event] : [event])),
    ),
  hugeLine: (bytes, random) => {
    const at = random.int(bytes.length);
    const start = random.pick(["", ": ", "data: ", 'data: {"type":"response.x","y":"', "\n\n: "]);
    // Now and then more than one event may have.
    const length = random.int(200) === 0 ? 17 * 2 ** 20 : random.int(200_000);
    return splice(
      bytes,
      at,
      at,
      encode(`${start}${"x".repeat(length)}${random.pick(["", "\n\n"])}`),
    );
  },
  noise: (bytes, random) => {
    const at = random.int(bytes.length);
    return splice(
      bytes,
      at,
      at,
      Uint8Array.from({ length: 40 }, () => random.int(256)),
    );
  },
};

function splice(bytes: Uint8Array, from: number, to: number, put: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(to)]);
}

function perEvent(bytes: Uint8Array, change: (events: string[]) => string[]): Uint8Array {
  return encode(change(decode(bytes).split(/(?<=\r\n\r\n|\n\n)/)).join(""));
}

function largePieces(bytes: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + 1 + random.int(Math.max(400, bytes.length / 8));
    pieces.push(bytes.slice(start, end));
    start = end;
  }
  return pieces;
}

type Sent = { readonly completes: boolean; readonly text: string };

/** What a plain parser finds: whether a whole ending is there, and the text in front of the first. */
function readSent(bytes: Uint8Array): Sent {
  let completes = false;
  let text = "";
  const parser = createParser({
    onEvent({ event, data }) {
      if (completes) return;
      let value: unknown;
      try {
        value = JSON.parse(data);
      } catch {
        return;
      }
      if (typeof value !== "object" || value === null) return;
      const type = "type" in value && typeof value.type === "string" ? value.type : event;
      const response = "response" in value ? value.response : undefined;
      const whole = typeof response === "object" && response !== null && !Array.isArray(response);
      if (endings.includes(type ?? "") && whole) completes = true;
      if (type === "response.output_text.delta" && "delta" in value)
        text += String(value.delta ?? "");
    },
  });
  parser.feed(`${decode(bytes)}\n\n`);
  return { completes, text };
}

type Seen = {
  readonly kind: string;
  readonly completed: boolean;
  /** The last thing in the stream is an error. */
  readonly failed: boolean;
  readonly text: string;
  readonly bytes: Uint8Array;
};

async function settle(judged: Promise<Outcome>): Promise<Seen> {
  const nothing = { completed: false, failed: false, text: "", bytes: new Uint8Array(0) };
  try {
    const outcome = await judged;
    if (outcome.type !== "answer") return { ...nothing, kind: outcome.type };
    const { response } = outcome;
    if (response.headers.get("content-type") === "application/json") {
      await response.json();
      return { ...nothing, kind: "json", completed: true };
    }
    const { bytes, error } = await collect(response.body);
    const events = eventsIn(bytes);
    const kind = error === undefined ? "stream" : "broken";
    const failed = events.at(-1)?.type === "error";
    return { kind, completed: events.some(isCompletion), failed, text: textIn(events), bytes };
  } catch {
    return { ...nothing, kind: "rejected" };
  }
}

async function within<T>(promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS, otherwise);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const late: Seen = {
  kind: "hangs",
  completed: false,
  failed: false,
  text: "",
  bytes: new Uint8Array(0),
};

/** What is wrong with this case, if anything. */
async function tryCase(seed: number, count: (kind: string) => void): Promise<string | undefined> {
  const random = createRandom(seed);
  const base = random.pick(bases);
  const name = random.pick(Object.keys(faults));
  const second = random.int(4) === 0 ? random.pick(Object.keys(faults)) : "none";
  const sent = [name, second].reduce(
    (bytes, fault) => faults[fault]?.(bytes, random) ?? bytes,
    base,
  );
  const finish = random.pick([
    ...Array.from({ length: 30 }, () => "end" as const),
    "hang" as const,
    Object.assign(new Error("reset"), { code: "ECONNRESET" }),
    new Error("some other error"),
  ]);
  const stream = random.int(10) > 0;
  // Pieces of a few bytes are most of the run: not for each case, and for no huge line.
  const fine = sent.length < 20_000 && random.int(10) === 0;
  const chunks = fine ? random.cut(sent) : largePieces(sent, random);
  const judged = judgeChunks(chunks, {
    finish,
    stream,
    idleTimeoutMs: finish === "hang" ? 5 : 1_000,
  });
  const seen = await within(settle(judged), late);
  count(seen.kind);

  const expected = readSent(sent);
  if (seen.kind === "hangs") return "it hangs";
  if (seen.kind === "stream" && !seen.completed && !seen.failed) return "a quiet end";
  if (seen.completed && !expected.completes) return "a false completion";
  if (seen.completed && seen.kind === "broken") return "a completion that then breaks";
  if (seen.kind === "stream" && seen.completed && seen.text !== expected.text)
    return "text was lost";
  const healthy =
    name === "none" && second === "none" && recorded.some(([, bytes]) => bytes === base);
  if (!healthy) return undefined;
  if (!seen.completed) return "a healthy stream did not complete";
  if (stream && Buffer.compare(seen.bytes, sent.subarray(0, seen.bytes.length)) !== 0) {
    return "a healthy stream was changed";
  }
  return stream && seen.bytes.length < wholeLength(base) ? "bytes are missing" : undefined;
}

test(`${CASES} recorded streams with random faults`, async () => {
  const kinds: Record<string, number> = {};
  const count = (kind: string) => {
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  };
  for (let seed = 1; seed <= CASES; seed++) {
    const wrong = await tryCase(seed, count);
    if (wrong !== undefined) expect({ seed, wrong }).toEqual({ seed, wrong: "" });
  }
  // The cases are worth something only if they end in every way there is.
  for (const kind of ["stream", "broken", "refused", "rejected", "json"]) {
    expect({ kind, count: kinds[kind] ?? 0 }).toEqual({ kind, count: expect.any(Number) });
    expect(kinds[kind] ?? 0).toBeGreaterThan(CASES / 100);
  }
}, 180_000);
