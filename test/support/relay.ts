/** The pipeline before a server of the test's own: what reached that, and what the host was given. */

import * as v from "valibot";
import { createGateway, type GatewayOptions, type GatewayRequest } from "../../src/gateway.ts";
import type { JsonObject } from "../../src/json.ts";
import { createJsonCache } from "../../src/json-cache.ts";
import { createMemory } from "../../src/memory.ts";
import { encodeEvents } from "../gateway/encode.ts";
import { eventsOf } from "../gateway/events.ts";
import { sampleBody } from "../gateway/sample.ts";
import { eventsIn, textIn } from "./answers.ts";
import { gatewayOptions } from "./gateway-options.ts";

/** A request that reached the server. */
export type Sent = {
  readonly path: string;
  readonly query: string;
  readonly authorization: string | null;
  readonly turnState: string | null;
  readonly rawBody: string;
  readonly body: JsonObject;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
};

export interface Relay extends AsyncDisposable {
  readonly url: string;
  readonly sent: Sent[];
  /** Paths in the order they were asked. */
  paths(): string[];
}

const Body = v.record(v.string(), v.unknown());

/** @param answer is told how many requests came before this one. */
export function startRelay(
  answer: (sent: Sent, before: number) => Response | Promise<Response>,
): Relay {
  const sent: Sent[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    development: false,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const rawBody = await request.text();
      sent.push({
        path: pathname,
        query: search,
        authorization: request.headers.get("authorization"),
        turnState: request.headers.get("x-codex-turn-state"),
        rawBody,
        body: v.parse(Body, JSON.parse(rawBody)),
        signal: request.signal,
      });
      const [last] = sent.slice(-1);
      if (last === undefined) throw new Error("not reached");
      return answer(last, sent.length - 1);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    sent,
    paths: () => sent.map(({ path }) => path),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** An answer of the API that says this. */
export function says(text: string): Response {
  return new Response(encodeEvents(eventsOf({ kind: "text", text })), {
    headers: { "content-type": "text/event-stream" },
  });
}

export type Told = {
  readonly status: number;
  /** The text of an answer, or the message of an error. */
  readonly text: string;
  readonly code: string | null;
};

export type Plugin = {
  /** One turn of the host. */
  turn(change?: Readonly<Record<string, unknown>>, more?: Partial<GatewayRequest>): Promise<Told>;
  /** What was written to the debug log. */
  readonly debug: string[];
  /** Endpoints that the user was told about. */
  readonly learned: string[];
};

export type PluginOptions = {
  readonly settings: Readonly<Record<string, unknown>> & { readonly baseURL: string };
  /** The cache folder. */
  readonly folder: string;
  readonly change?: Partial<GatewayOptions>;
};

/** A plugin as it is after a start of the host: it knows what the cache folder tells it. */
export function startPlugin({ settings, folder, change = {} }: PluginOptions): Plugin {
  const debug: string[] = [];
  const learned: string[] = [];
  const write = (line: string): void => void debug.push(line);
  const { handle } = createGateway(
    gatewayOptions(settings, {
      memory: createMemory({
        cache: createJsonCache({ folder, debug: write }),
        baseURL: settings.baseURL,
      }),
      debug: write,
      onEndpointLearned: (url) => learned.push(url),
      ...change,
    }),
  );
  return {
    debug,
    learned,
    async turn(body, more) {
      const response = await handle({
        url: "https://api.openai.com/v1/responses",
        headers: { "session-id": "ses_1" },
        body: JSON.stringify(sampleBody(body)),
        signal: undefined,
        ...more,
      });
      return read(response);
    },
  };
}

const Failed = v.object({
  error: v.object({ message: v.string(), code: v.nullable(v.string()) }),
});

async function read(response: Response): Promise<Told> {
  const { status } = response;
  if (response.ok) {
    return { status, text: textIn(eventsIn(await response.bytes())), code: null };
  }
  const { message, code } = v.parse(Failed, await response.json()).error;
  // Invisible; it keeps OpenCode from taking a number, that of a port too, for a status.
  return { status, text: message.replaceAll("\u2060", ""), code };
}

/** Waits for what happens behind a turn, such as a file being written. */
export async function until(happened: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!happened()) {
    if (performance.now() > deadline) throw new Error("It did not happen within 5 s.");
    await Bun.sleep(2);
  }
}
