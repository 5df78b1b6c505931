import { describe, expect, test } from "bun:test";
import { createBodyRecorder } from "../../../src/log/body.ts";
import { requestName, selectOldest } from "../../../src/log/disk.ts";
import { createQueue } from "../../../src/log/queue.ts";
import { createScrubber } from "../../../src/log/scrub.ts";
import { createRandom } from "../../support/random.ts";
import { encode } from "./support.ts";

const scrub = createScrubber(["planted-key"]);

describe("scrubbing", () => {
  const image = `data:image/png;base64,${"iVBORw0K".repeat(100)}`;

  test.each<[string, unknown, unknown]>([
    [
      "encrypted reasoning",
      { encrypted_content: "gAAA" },
      { encrypted_content: { type: "encrypted", length: 4 } },
    ],
    ["none", { encrypted_content: "" }, { encrypted_content: "" }],
    ["an image", { image_url: image }, { image_url: { type: "image/png", length: image.length } }],
    [
      "an image in an object",
      { image_url: { url: image } },
      { image_url: { url: { type: "image/png", length: image.length } } },
    ],
    [
      "the URL of an image",
      { image_url: "https://a.example/b.png" },
      { image_url: "https://a.example/b.png" },
    ],
    ["a file", { file_data: "JVBERi0x" }, { file_data: { type: "file", length: 8 } }],
    [
      "a generated image",
      { result: "aB3+".repeat(2_000) },
      { result: { type: "base64", length: 8_000 } },
    ],
    [
      "an image within a text",
      { output: `see ${image} there` },
      { output: "see data:image/png;base64,[800 characters] there" },
    ],
    [
      "reasoning within a text",
      `{"encrypted_content":"${"gAAA".repeat(20)}"`,
      '{"encrypted_content":"[80 characters]"',
    ],
    [
      "a secret as key and as value",
      { "planted-key": ["planted-key", 1, null, true] },
      { "[redacted]": ["[redacted]", 1, null, true] },
    ],
    [
      "a field by its name",
      { password: "x", token: "y", n: { api_key: "z" } },
      { password: "[redacted]", token: "y", n: { api_key: "[redacted]" } },
    ],
    [
      "numbers and schemas of secret names stay",
      { password: { type: "string" }, secret: 5 },
      { password: { type: "string" }, secret: 5 },
    ],
    [
      "the name of a prototype",
      JSON.parse('{"__proto__":{"a":"planted-key"}}'),
      JSON.parse('{"__proto__":{"a":"[redacted]"}}'),
    ],
  ])("%s", (_, given, expected) => {
    expect(scrub.value(given)).toEqual(expected);
  });

  const noPause = async () => {};

  test.each([
    [
      '{"planted-key":["planted-key",{"password":"x"}]}',
      { "[redacted]": ["[redacted]", { password: "[redacted]" }] },
    ],
    ['["planted-key"]', ["[redacted]"]],
    ['"planted-key"', "[redacted]"],
    ["a planted-key", "a [redacted]"],
    ['{"cookie":["a"]}', { cookie: ["[redacted]"] }],
  ])("the body %s", async (body, expected) => {
    expect(await scrub.body(body, noPause)).toEqual(expected);
    expect(scrub.value(scrub.value(expected))).toEqual(expected);
  });

  test("hopelessly deep JSON", async () => {
    const deep = `${"[".repeat(5_000)}"planted-key"${"]".repeat(5_000)}`;
    for (const body of [deep, `{"a":${deep}}`]) {
      expect(JSON.stringify(await scrub.body(body, noPause))).not.toContain("planted");
    }
  });

  test("five megabytes leave the thread to others in between", async () => {
    const output = "const key = useKey('x'); // the token_count\n".repeat(500);
    const body = JSON.stringify({ input: Array.from({ length: 240 }, () => ({ output })) });
    expect(body.length).toBeGreaterThan(5_000_000);
    let pauses = 0;
    await scrub.body(body, async () => void pauses++);
    expect(pauses).toBeGreaterThan(240);
  });
});

describe("recording a body", () => {
  async function record(stream: string, seed: number) {
    const recorder = createBodyRecorder(() => scrub);
    const chunks = seed === 0 ? [encode(stream)] : createRandom(seed).cut(encode(stream));
    const records = chunks.flatMap((chunk, index) => recorder.feed(chunk, index));
    const { records: rest, text } = recorder.end(false);
    return {
      data: [...records, ...rest].map(({ data }) => data),
      text: await text,
      ...recorder.summary(),
    };
  }
  const delta = (item_id: string, delta: string, type = "response.output_text.delta") =>
    `event: ${type}\ndata: ${JSON.stringify({ type, item_id, delta })}\n\n`;

  test.each([0, 1, 2, 3])("deltas of one text are joined, seed %d", async (seed) => {
    const stream = [
      'data: {"type":"response.created"}\n\n: ping\n\n',
      delta("a", "pla"),
      delta("b", "x"),
      delta("a", "nted-"),
      delta("b", "y"),
      delta("a", "key!"),
      'data: {"type":"response.completed"}\n\ndata: [DONE]\n\n',
    ].join("");
    expect(await record(stream, seed)).toMatchObject({
      data: [
        { type: "response.created" },
        { type: "response.output_text.delta", item_id: "a", delta: "[redacted]!" },
        { type: "response.output_text.delta", item_id: "b", delta: "xy" },
        { type: "response.completed" },
        "[DONE]",
      ],
      kind: "events",
      events: 8,
      lastEvent: "response.completed",
    });
  });

  const done = (item_id: string) =>
    `data: ${JSON.stringify({ type: "response.output_text.done", item_id })}\n\n`;
  const ping = "event: keepalive\ndata: {}\n\n";
  test.each([
    ["another event", ping],
    ["an event of another item", done("b")],
    ["the end of its own item", done("a")],
    ["deltas of another text", delta("b", "x")],
    ["all of these", done("b") + ping + done("a") + delta("b", "x") + done("a")],
  ])("a secret that %s parts is masked", async (_, between) => {
    for (const parts of [["planted", "-key!"], ["so: pl", "anted-", "key"], [..."planted-key"]]) {
      const stream = parts.map((part) => delta("a", part)).join(between);
      for (const end of ["", done("a"), 'data: {"type":"response.completed"}\n\n']) {
        const { data } = await record(stream + end, 0);
        expect(JSON.stringify(data)).toContain("[redacted]");
        expect(JSON.stringify(data)).not.toMatch(/planted|-key/);
      }
    }
  });

  test("a text is written when it is done, and again if it went on", async () => {
    const stream = delta("a", "Hel") + ping + delta("a", "lo") + done("a") + delta("a", "!");
    expect((await record(stream, 0)).data).toMatchObject([
      {},
      { delta: "Hello" },
      { type: "response.output_text.done" },
      { delta: "Hello!" },
    ]);
  });

  test("what is let go early does not end in the beginning of a secret", () => {
    const recorder = createBodyRecorder(() => scrub);
    recorder.feed(encode(delta("a", "so: planted-")), 1);
    const early = JSON.stringify(recorder.release());
    expect(early).toContain("so: ");
    expect(early).not.toContain("planted");
    recorder.feed(encode(delta("a", "key, said")), 2);
    expect(recorder.end(false).records).toMatchObject([
      { data: { delta: "so: [redacted], said" } },
    ]);
  });

  test.each([
    ["nothing", "", "empty", undefined],
    ["white space", " \n", "empty", undefined],
    ["JSON after white space", ' \n{"a":"planted-key"}', "text", { a: "[redacted]" }],
    ["a plain text", "upstream error: planted-key", "events", "upstream error: [redacted]"],
    ["comments alone", ": ping\n\n: ping", "events", undefined],
    [
      "blank lines alone, then a text",
      `${"\n".repeat(500)}x`,
      "events",
      expect.stringMatching(/x$/),
    ],
    ["a page", "<html>", "text", "<html>"],
    ["broken JSON", '{"a":"planted-ke', "text", '{"a":"[redacted]'],
  ])("%s", async (_, stream, kind, text) => {
    for (const seed of [0, 1, 2]) expect(await record(stream, seed)).toMatchObject({ kind, text });
  });

  test("an event beyond every limit ends the recording, not the rest", () => {
    const recorder = createBodyRecorder(() => scrub);
    const records = [
      ...recorder.feed(encode('data: {"type":"a"}\n\n'), 1),
      ...recorder.feed(encode(`data: ${"x".repeat(17 * 1024 * 1024)}`), 2),
      ...recorder.feed(encode("\n\ndata: b\n\n"), 3),
      ...recorder.end(false).records,
    ];
    expect(records).toEqual([
      { ms: 1, data: { type: "a" } },
      { ms: 2, data: expect.stringContaining("more than 16777216 bytes") },
    ]);
  });
});

describe("what must go", () => {
  const stored = [3, 1, 2].map((n) => ({ name: `n${n}`, bytes: n * 10 }));
  test.each([
    [{ requests: 3, bytes: 60 }, []],
    [{ requests: 2, bytes: 60 }, ["n1"]],
    [{ requests: 3, bytes: 59 }, ["n1"]],
    [{ requests: 3, bytes: 30 }, ["n1", "n2"]],
    [{ requests: 0, bytes: 60 }, ["n1", "n2", "n3"]],
  ])("%j", (limits, names) => {
    expect(selectOldest(stored, limits)).toEqual(names);
  });

  test("not the ones that are still written to", () => {
    expect(selectOldest(stored, { requests: 1, bytes: 60 }, new Set(["n1"]))).toEqual(["n2", "n3"]);
  });

  test("names sort by time", () => {
    const names = [9, 10, 11].map((n) => requestName(new Date(n * 1_000), n, "00000000"));
    expect(names.toSorted()).toEqual(names);
    expect(names[0]).toBe("19700101T000009000Z-0009-00000000");
  });
});

describe("the queue", () => {
  test("jobs run in order, after the caller, and survive one another", async () => {
    const problems: unknown[] = [];
    const done: number[] = [];
    const queue = createQueue({ maxBytes: 10, onProblem: (problem) => problems.push(problem) });
    const failure = new Error("no");
    queue.add(async () => void done.push(1));
    queue.add(async () => {
      throw failure;
    });
    queue.add(async () => void done.push(2), 10);
    expect(queue.add(async () => void done.push(3), 1)).toBe(false);
    expect(done).toEqual([]);
    await queue.idle();
    expect(done).toEqual([1, 2]);
    expect(problems).toEqual([expect.any(Error), failure]);
    expect(queue.add(async () => void done.push(4), 10)).toBe(true);
    await queue.idle();
    expect(done).toEqual([1, 2, 4]);
  });
});
