/**
 * The way from OpenCode 2 to the gateway: a server on 127.0.0.1 that the host's requests are pointed
 * at. It is a door to the user's key, so it opens to nobody but the host: each gateway has a path
 * that begins with a secret of 256 bits, which no page in a browser and no other user can know.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { GatewayRequest } from "../../gateway.ts";
import { errorResponse } from "../../response/errors.ts";
import { words } from "../../words/current.ts";
import { takeHints } from "../hints.ts";
import { forHost } from "./ending.ts";

export type Handle = (request: GatewayRequest) => Promise<Response>;

export type LoopbackOptions = {
  /** Takes keys out of a text before anybody sees it. */
  readonly redact: (text: string) => string;
  readonly debug: (message: string) => void;
};

export type Loopback = {
  /**
   * The base URL under which requests reach this handler: the same for the same handler. The server
   * starts with the first. @throws when no port can be had, or it is closed.
   */
  open(handle: Handle): Promise<string>;
  /** Refuses what is new and breaks off what is under way. */
  close(): Promise<void>;
};

type Door = { readonly digest: Buffer; readonly handle: Handle };

/** Handlers kept: the one in force, and those whose requests may still be under way. */
const maxDoors = 16;

/** Bytes of a request; images come in it. */
const longestBody = 1024 * 1024 * 1024;

export function createLoopback(options: LoopbackOptions): Loopback {
  let doors: readonly Door[] = [];
  const paths = new WeakMap<Handle, string>();
  let server: Bun.Server<undefined> | undefined;
  let closed = false;

  function listen(): Bun.Server<undefined> {
    // Hosts of this line run on Bun, whose own server answers its first request in 2 ms; the one of
    // `node:http` took 30 ms and more.
    const started: Bun.Server<undefined> = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      // Answers take as long as the model thinks; how long is too long is the pipeline's to say.
      idleTimeout: 0,
      maxRequestBodySize: longestBody,
      fetch: (request) => serve(request, started),
    });
    // The host may end while it is open.
    started.unref();
    return started;
  }

  async function serve(request: Request, { port }: Bun.Server<undefined>): Promise<Response> {
    const own = `127.0.0.1:${port}`;
    const door = findDoor(request.url);
    const status = closed || door === undefined ? 403 : findRefusal(request, own);
    if (status !== undefined || door === undefined) {
      return new Response(null, { status: status ?? 403, headers: { connection: "close" } });
    }
    const { signal } = request;
    try {
      const answer = await door.handle({
        url: `http://127.0.0.1/v1/responses${new URL(request.url).search}`,
        ...takeHints(Object.fromEntries(request.headers)),
        body: await request.text(),
        signal,
      });
      return deliver(answer, signal, options.redact);
    } catch (cause) {
      const message = options.redact(cause instanceof Error ? cause.message : String(cause));
      // Nobody waits for an answer any more.
      if (!signal.aborted) options.debug(`a request failed: ${message}`);
      return errorResponse({
        status: 400,
        message: words().host2.failed(message),
        type: "opencode_openai_codex_key_error",
        code: "internal",
      });
    }
  }

  /** By the secret in the path. Every secret is compared, whole, so that time tells nothing. */
  function findDoor(url: string): Door | undefined {
    const [, secret = "", rest = ""] =
      /^http:\/\/[^/]+\/([^/?]+)\/(v1\/responses)(?:\?.*)?$/.exec(url) ?? [];
    const digest = digestOf(secret);
    const found = doors.filter((door) => timingSafeEqual(door.digest, digest));
    return rest === "" ? undefined : found[0];
  }

  return {
    async open(handle) {
      if (closed) throw new Error(words().host2.closed);
      server ??= listen();
      let secret = paths.get(handle);
      if (secret === undefined) {
        secret = randomBytes(32).toString("base64url");
        paths.set(handle, secret);
      }
      const digest = digestOf(secret);
      if (!doors.some((door) => door.handle === handle)) {
        doors = [{ digest, handle }, ...doors].slice(0, maxDoors);
      }
      return `http://127.0.0.1:${server.port}/${secret}/v1`;
    },
    async close() {
      closed = true;
      doors = [];
      await server?.stop(true);
    },
  };
}

/** The status for whoever is not the host, or asks for what is not served. */
function findRefusal({ method, headers }: Request, own: string): number | undefined {
  if (headers.get("host") !== own) return 403;
  if (![null, `http://${own}`].includes(headers.get("origin"))) return 403;
  // The host tries a WebSocket first, and goes on by POST when it is told this.
  if (headers.has("upgrade")) return 426;
  return method === "POST" ? undefined : 405;
}

const digestOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** About the connection to the gateway, or of a body as it was before it was decoded. */
const hopHeaders = [
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "set-cookie",
  "transfer-encoding",
];

/** The answer for the host, written no faster than it reads. */
function deliver(answer: Response, gone: AbortSignal, redact: (text: string) => string): Response {
  const headers = new Headers(answer.headers);
  for (const name of hopHeaders) headers.delete(name);
  const chunks = forHost(answer, gone, redact);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
  return new Response(body, { status: answer.status, headers });
}
