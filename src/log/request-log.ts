/**
 * The request log: every request to the gateway as files, for whoever has to find out what happened.
 *
 *   <folder>/<request>/01-host-request.json   as the host sent it
 *                      02-sent.json           as it went to the gateway; again for each attempt
 *                      03-head.json           status and headers of the gateway's answer
 *                      04-events.jsonl        its events, one a line; 04-body.json if it is a text
 *                      05-error.json          what broke, if something did
 *                      06-answer.json         what the host was given
 *                      timings.json           written at the end
 *
 * It watches a `fetch` from outside, so the pipeline is the same with and without it. On the way of a
 * request it only notes the time and keeps a reference; the rest happens in a queue behind it, and
 * nothing that goes wrong there reaches the request.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { redactSecrets } from "../redact.ts";
import type { GatewayRequest } from "../request/prepare.ts";
import { createDisk, type LogDisk, type LogLimits, requestName, selectOldest } from "./disk.ts";
import { createQueue } from "./queue.ts";
import { createTrace, type RequestTrace, type Trace, type TraceOptions } from "./trace.ts";

export type { RequestTrace, TraceOptions } from "./trace.ts";

export type RequestLog = {
  /** Opens the log of one request. */
  begin(request: GatewayRequest, options: TraceOptions): RequestTrace;
  /** Writes what has been gathered, also of requests that go on; waits two seconds at most. */
  flush(): Promise<void>;
};

/** Stands in when logging is off: the pipeline gets back its own `fetch` and its own response. */
export const noRequestLog: RequestLog = {
  begin: (_, { fetch }) => ({ fetch, finish: async (response) => response, fail() {} }),
  async flush() {},
};

export type RequestLogOptions = {
  readonly folder: string;
  readonly debug: (message: string) => void;
  /** Unix milliseconds; must not run backwards. */
  readonly now?: () => number;
  readonly limits?: LogLimits;
  readonly disk?: LogDisk;
  /** Longest wait of `flush`, milliseconds: a disk that hangs must not keep the host from ending. */
  readonly flushLimitMs?: number;
};

/** `~/.opencode/logs/codex-plugin`. */
export function requestLogFolder(home: string): string {
  return join(home, ".opencode", "logs", "codex-plugin");
}

const mebibyte = 1024 * 1024;

/** What is kept; the oldest request goes first. */
const defaultLimits: LogLimits = { requests: 200, bytes: 200 * mebibyte };

/** Most bytes that wait for the disk. */
const maxWaitingBytes = 64 * mebibyte;

/** Monotonic, unlike the wall clock. */
const preciseNow = (): number => performance.timeOrigin + performance.now();

export function createRequestLog({
  folder,
  debug,
  now = preciseNow,
  limits = defaultLimits,
  disk = createDisk(folder),
  flushLimitMs = 2_000,
}: RequestLogOptions): RequestLog {
  const queue = createQueue({ maxBytes: maxWaitingBytes, onProblem });
  /** Requests that are still written to. */
  const open = new Map<string, Trace>();
  let begun = 0;
  let told = false;

  /** One line a session: a full disk fails every write. */
  function onProblem(problem: unknown): void {
    if (told) return;
    told = true;
    const reason = redactSecrets(problem instanceof Error ? problem.message : String(problem));
    debug(`the request log is incomplete, requests go on without it: ${reason}`);
  }

  /** Makes room, in the background. Other processes write to the same folder, so it is read anew. */
  function prune(): void {
    // As of now: what ends while the job waits may still have writes behind it in the queue.
    const kept = new Set(open.keys());
    queue.add(async () => {
      for (const name of selectOldest(await disk.list(), limits, kept)) await disk.remove(name);
    });
  }

  return {
    begin(request, options) {
      begun += 1;
      const start = now();
      const id = requestName(new Date(start), begun, randomBytes(4).toString("hex"));
      const trace = createTrace({
        ...options,
        request,
        id,
        start,
        now,
        disk,
        add: queue.add,
        onBegin: prune,
        onEnd() {
          open.delete(id);
          prune();
        },
      });
      open.set(id, trace);
      return trace;
    },
    async flush() {
      for (const trace of open.values()) trace.flush();
      let timer: Timer | undefined;
      const tooLong = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, flushLimitMs);
      });
      await Promise.race([queue.idle(), tooLong]);
      clearTimeout(timer);
    },
  };
}
