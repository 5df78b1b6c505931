/** The log of one request: notes the time, keeps a reference, and leaves the rest to the queue. */
import type { Fetch } from "../fetch.ts";
import { type Secrets, secretsIn } from "../redact.ts";
import type { GatewayRequest } from "../request/prepare.ts";
import { type Attempt, describeAttempt, describeError, type Recording } from "./attempt.ts";
import { createBodyRecorder, type EventRecord } from "./body.ts";
import type { LogDisk } from "./disk.ts";
import { createPacer } from "./queue.ts";
import { createScrubber } from "./scrub.ts";
import { tap } from "./tap.ts";

export type TraceOptions = {
  readonly fetch: Fetch;
  /** The key, and the values of the settings' headers that look like secrets. */
  readonly secrets: Secrets;
  /** Name of the gateway that is asked, where there are several. */
  readonly gateway?: string | undefined;
};

export type RequestTrace = {
  /** The given `fetch`, watched: every call is an attempt of this request. */
  readonly fetch: Fetch;
  /** Takes note of what the host gets, and resolves to it, or to its equal. */
  finish(response: Response): Promise<Response>;
  /** Takes note of what the host's call is rejected with. */
  fail(cause: unknown): void;
};

export type TraceInput = TraceOptions & {
  readonly request: GatewayRequest;
  /** Name of the request's folder. */
  readonly id: string;
  /** Unix milliseconds, by the same clock as `now`. */
  readonly start: number;
  readonly now: () => number;
  readonly disk: LogDisk;
  /** Adds a job to the queue; false when it is full. `bytes` is what the job holds in memory. */
  readonly add: (job: () => Promise<void>, bytes?: number) => boolean;
  /** Called when writing begins, and when nothing more will be written. */
  readonly onBegin: () => void;
  readonly onEnd: () => void;
};

export type Trace = RequestTrace & {
  /** Queues what is held back, for a request that is still going on. */
  flush(): void;
};

/** Most bytes stored of one answer's body. */
const maxBodyBytes = 32 * 1024 * 1024;

export function createTrace(input: TraceInput): Trace {
  const { id, start, now, disk, add } = input;
  const attempts: Attempt[] = [];
  const secrets = new Set(input.secrets);
  let scrub = createScrubber(input.secrets);
  let stages = 0;
  let begun = false;
  /** The handling itself, and every body that is still read. */
  let unfinished = 1;
  let answer: { readonly ms: number; readonly status: number | undefined } | undefined;
  /** The last body sent and where it stands: the attempts of a discovery all send the same. */
  let lastSent: { readonly body: unknown; readonly file: string } | undefined;

  const elapsed = (): number => Math.round((now() - start) * 10) / 10;
  const nextStage = (): string => String(++stages).padStart(2, "0");

  const hostRequestFile = `${nextStage()}-host-request.json`;

  const writeFile = (file: string, record: object): Promise<void> =>
    disk.write(id, file, `${JSON.stringify(record, null, 2)}\n`);

  /** Queues a file; `record` runs later, because reading and scrubbing a request takes a while. */
  function write(file: string, record: () => object | Promise<object>, bytes = 0): void {
    add(async () => writeFile(file, await record()), bytes);
  }

  /** The headers as they may be stored. Their secrets are masked from now on wherever they are. */
  function learn(headers: Headers): Record<string, string> {
    const known = secrets.size;
    for (const secret of secretsIn(headers)) secrets.add(secret);
    if (secrets.size > known) scrub = createScrubber([...secrets]);
    return scrub.headers(headers);
  }

  /**
   * Queues what the host sent, once: only after the request has left, because the pipeline waits for
   * files and other things before, and the queue would come in between.
   */
  function begin(): void {
    if (begun) return;
    begun = true;
    const { url, headers, body } = input.request;
    add(() => disk.makeFolder(id));
    input.onBegin();
    write(
      hostRequestFile,
      async () => ({
        stage: "host request",
        id,
        started_at: startedAt(),
        ms: 0,
        headers: learn(new Headers(headers)),
        url: scrub.text(url),
        body: await scrub.body(body, createPacer()),
      }),
      body.length,
    );
  }

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const attempt: Attempt = { attempt: attempts.length + 1, url, sentMs: elapsed(), bytes: 0 };
    attempts.push(attempt);
    let response: Response;
    try {
      const pending = input.fetch(url, init);
      begin();
      writeSent(attempt, init);
      response = await pending;
    } catch (cause) {
      attempt.doneMs = elapsed();
      attempt.end = "broken";
      writeError(cause, attempt.attempt);
      throw cause;
    }
    attempt.headMs = elapsed();
    attempt.status = response.status;
    writeHead(attempt, response.headers);
    return watchBody(attempt, response);
  }

  function writeSent({ attempt, url, sentMs: ms }: Attempt, { headers, body }: RequestInit): void {
    const file = `${nextStage()}-sent.json`;
    const earlier = lastSent !== undefined && lastSent.body === body ? lastSent.file : undefined;
    if (earlier === undefined) lastSent = { body, file };
    const text = typeof body === "string" && earlier === undefined ? body : undefined;
    write(
      file,
      async () => ({
        stage: "sent",
        attempt,
        ms,
        headers: learn(new Headers(headers)),
        url: scrub.text(url),
        body: text === undefined ? { same_as: earlier } : await scrub.body(text, createPacer()),
      }),
      text?.length,
    );
  }

  function writeHead({ attempt, headMs: ms, status }: Attempt, headers: Headers): void {
    write(`${nextStage()}-head.json`, () => ({
      stage: "head",
      attempt,
      ms,
      status,
      headers: learn(headers),
    }));
  }

  function writeError(cause: unknown, attempt?: number): void {
    const ms = elapsed();
    write(`${nextStage()}-error.json`, () => ({
      stage: "error",
      attempt,
      ms,
      error: scrub.value(describeError(cause)),
    }));
  }

  /** The same response, whose body is noted down while it is read. */
  function watchBody(attempt: Attempt, response: Response): Response {
    const { status, statusText, headers } = response;
    if (response.body === null) {
      attempt.doneMs = elapsed();
      attempt.end = "complete";
      return response;
    }
    const recorder = createBodyRecorder(() => scrub);
    const recording: Recording = { stage: nextStage(), recorder, cut: false };
    attempt.recording = recording;
    unfinished += 1;

    const body = tap(response.body, {
      chunk(chunk) {
        const ms = elapsed();
        attempt.firstByteMs ??= ms;
        attempt.bytes += chunk.length;
        recording.cut ||= attempt.bytes > maxBodyBytes;
        if (recording.cut) return;
        // A copy: whoever reads the stream may hand its bytes on to another thread.
        const copy = chunk.slice();
        recording.cut = !add(() => append(recording, recorder.feed(copy, ms)), copy.length);
      },
      end(end, cause) {
        attempt.doneMs = elapsed();
        attempt.end = end;
        if (end === "broken") writeError(cause, attempt.attempt);
        add(() => writeRest(attempt, recording));
        settle();
      },
    });
    return new Response(body, { status, statusText, headers });
  }

  async function append({ stage }: Recording, records: readonly EventRecord[]): Promise<void> {
    if (records.length === 0) return;
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    await disk.append(id, `${stage}-events.jsonl`, lines);
  }

  async function writeRest({ attempt, doneMs = 0 }: Attempt, recording: Recording): Promise<void> {
    const { stage, recorder, cut } = recording;
    const { records, text } = recorder.end(cut);
    if (text !== undefined) {
      await writeFile(`${stage}-body.json`, {
        stage: "body",
        attempt,
        ms: doneMs,
        cut,
        body: await text,
      });
      return;
    }
    const note = cut ? [{ ms: doneMs, data: "[the rest is not stored]" }] : [];
    await append(recording, [...records, ...note]);
  }

  function writeAnswer(response: Response, error: string | undefined, ms: number): void {
    const { status, headers } = response;
    write(`${nextStage()}-answer.json`, async () => {
      const body = error && (await scrub.body(error, createPacer()));
      return { stage: "answer", ms, status, headers: learn(headers), body };
    });
  }

  function writeTimings(): void {
    write("timings.json", () => ({
      id,
      started_at: startedAt(),
      answered_ms: answer?.ms,
      status: answer?.status,
      gateway: input.gateway,
      attempts: attempts.map((attempt) => describeAttempt(attempt, scrub.text)),
    }));
  }

  function startedAt(): string {
    return new Date(start).toISOString();
  }

  function settle(): void {
    unfinished -= 1;
    if (unfinished > 0) return;
    writeTimings();
    input.onEnd();
  }

  return {
    fetch,
    async finish(response) {
      const ms = elapsed();
      const { status, statusText, headers } = response;
      answer = { ms, status };
      begin();
      // An answer's body stands in the events already; an error is a text that the plugin made.
      const error = response.ok || response.bodyUsed ? undefined : await response.text();
      writeAnswer(response, error, ms);
      settle();
      // No clone: in Bun 1.3, once `body` was looked at, it empties the body for whoever reads it
      // next. Every error was shown as its status alone.
      return error === undefined ? response : new Response(error, { status, statusText, headers });
    },
    fail(cause) {
      answer = { ms: elapsed(), status: undefined };
      begin();
      writeError(cause);
      settle();
    },
    flush() {
      begin();
      for (const { recording } of attempts) {
        if (recording !== undefined) add(() => append(recording, recording.recorder.release()));
      }
      writeTimings();
    },
  };
}
