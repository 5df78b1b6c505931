/**
 * The way from OpenCode 2 to the gateway: a server on 127.0.0.1 that the host's requests are pointed
 * at. It is a door to the user's key, so it opens to nobody but the host: each gateway has a path
 * that begins with a secret of 256 bits, which no page in a browser and no other user can know.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
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

export function createLoopback(options: LoopbackOptions): Loopback {
  let doors: readonly Door[] = [];
  const paths = new WeakMap<Handle, string>();
  let listening: Promise<{ server: Server; port: number }> | undefined;
  /** Host and port, once it listens. */
  let own = "";
  let closed = false;

  function listen(): Promise<{ server: Server; port: number }> {
    return new Promise((resolve, reject) => {
      const server = createServer((request, response) => void serve(request, response));
      server.on("upgrade", refuseUpgrade);
      // Answers take as long as the model thinks; how long is too long is the pipeline's to say.
      server.requestTimeout = 0;
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        if (address === null || typeof address === "string") return reject(new Error("no port"));
        // The host may end while it is open.
        server.unref();
        own = `127.0.0.1:${address.port}`;
        resolve({ server, port: address.port });
      });
    });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = findRefusal(request);
    if (refusal !== undefined) {
      response.writeHead(refusal, { connection: "close", "content-length": "0" });
      response.end();
      return;
    }
    const door = findDoor(request.url);
    if (door === undefined) return;
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      const answer = await door.handle({
        url: `http://127.0.0.1/v1/responses${new URL(request.url ?? "", "http://127.0.0.1").search}`,
        ...takeHints(headersOf(request)),
        body: await readBody(request),
        signal: gone.signal,
      });
      await deliver(answer, response, gone.signal, options.redact);
    } catch (cause) {
      // Nobody waits for an answer any more.
      if (gone.signal.aborted) return void response.destroy();
      const message = options.redact(cause instanceof Error ? cause.message : String(cause));
      options.debug(`a request failed: ${message}`);
      if (response.headersSent) return void response.destroy();
      const failure = errorResponse({
        status: 400,
        message: words().host2.failed(message),
        type: "opencode_openai_codex_key_error",
        code: "internal",
      });
      await deliver(failure, response, gone.signal, options.redact);
    }
  }

  /** The status of whoever is not the host, or asks for what is not served. */
  function findRefusal(request: IncomingMessage): number | undefined {
    const hosts = valuesOf(request, "host");
    if (hosts.length !== 1 || hosts[0] !== own) return 403;
    if (valuesOf(request, "origin").some((origin) => origin !== `http://${own}`)) return 403;
    if (closed || findDoor(request.url) === undefined) return 403;
    // The host tries a WebSocket first, and goes on by POST when it is told this.
    if (request.headers.upgrade !== undefined) return 426;
    return request.method === "POST" ? undefined : 405;
  }

  /** By the secret in the path. Every secret is compared, whole, so that time tells nothing. */
  function findDoor(url: string | undefined): Door | undefined {
    const [, secret = "", rest = ""] =
      /^\/([^/?]+)\/(v1\/responses)(?:\?.*)?$/.exec(url ?? "") ?? [];
    const digest = digestOf(secret);
    const found = doors.filter((door) => timingSafeEqual(door.digest, digest));
    return rest === "" ? undefined : found[0];
  }

  function refuseUpgrade(request: IncomingMessage, socket: Duplex): void {
    socket.on("error", () => {});
    const status = findRefusal(request) ?? 426;
    const reason = status === 426 ? "Upgrade Required" : "Forbidden";
    socket.end(`HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  }

  return {
    async open(handle) {
      if (closed) throw new Error("it was closed");
      listening ??= listen();
      const { port } = await listening.catch((cause: unknown) => {
        listening = undefined;
        throw cause;
      });
      let secret = paths.get(handle);
      if (secret === undefined) {
        secret = randomBytes(32).toString("base64url");
        paths.set(handle, secret);
      }
      const digest = digestOf(secret);
      if (!doors.some((door) => door.handle === handle)) {
        doors = [{ digest, handle }, ...doors].slice(0, maxDoors);
      }
      return `http://127.0.0.1:${port}/${secret}/v1`;
    },
    async close() {
      closed = true;
      doors = [];
      const server = (await listening?.catch(() => undefined))?.server;
      if (server === undefined) return;
      server.close();
      server.closeAllConnections();
    },
  };
}

const digestOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** Every value of a header: Node itself hands on the first of two hosts alone. */
function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value] as const],
  );
  return Object.fromEntries(entries);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** About the connection to the gateway, or of a body as it was before it was decoded. */
const hopHeaders = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "set-cookie",
  "transfer-encoding",
]);

/** Writes an answer, no faster than the host reads it. */
async function deliver(
  answer: Response,
  response: ServerResponse,
  gone: AbortSignal,
  redact: (text: string) => string,
): Promise<void> {
  const headers = [...answer.headers].filter(([name]) => !hopHeaders.has(name));
  response.writeHead(answer.status, Object.fromEntries(headers));
  // The host shows that an answer has begun as soon as it has its head.
  response.flushHeaders();
  for await (const chunk of forHost(answer, gone, redact)) {
    if (gone.aborted || response.destroyed) break;
    if (!response.write(chunk)) await drained(response, gone);
  }
  if (gone.aborted) response.destroy();
  else response.end();
}

function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  if (gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const go = (): void => {
      response.off("drain", go);
      gone.removeEventListener("abort", go);
      resolve();
    };
    response.once("drain", go);
    gone.addEventListener("abort", go, { once: true });
  });
}
