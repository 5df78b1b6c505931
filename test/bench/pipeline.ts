/** The whole plugin without a host, settled as in the middle of a session: nothing is left to learn. */
import type { Fetch } from "../../src/fetch.ts";
import { createGateway, type Gateway } from "../../src/gateway.ts";
import { noRequestLog } from "../../src/log/request-log.ts";
import { catalogEfforts } from "../../src/models/resolve.ts";
import { resolveSettings } from "../../src/settings/resolve.ts";
import { KEY } from "../gateway/sample.ts";

export const endpointPath = "/backend-api/codex/responses";

export function createPipeline(fetch: Fetch, baseURL = "http://127.0.0.1:1"): Gateway {
  const endpoint = baseURL + endpointPath;
  return createGateway({
    resolved: resolveSettings([{ name: "the benchmark", values: { baseURL }, schema: "settings" }]),
    key: KEY,
    fetch,
    instructions: { resolve: async () => "Be useful.", official: async () => undefined },
    models: {
      effortsOf: catalogEfforts,
      allowedEfforts: catalogEfforts,
      served: () => undefined,
      small: () => "gpt-5.1-codex-mini",
    },
    memory: { recall: async () => ({ endpoint }), learn() {} },
    log: noRequestLog,
    debug() {},
    onEndpointLearned() {},
    onAnswer() {},
  });
}

/** As the host calls it. */
export function requestOf(body: string) {
  return {
    url: "https://api.openai.com/v1/responses",
    headers: { "session-id": "ses_benchmark", originator: "opencode" },
    body,
    signal: undefined,
  };
}

/** Every chunk of a body, by a reader loop. */
export async function readChunks(
  body: ReadableStream<Uint8Array> | null,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = body?.getReader();
  for (;;) {
    const result = await reader?.read();
    if (result === undefined || result.done) return;
    onChunk(result.value);
  }
}
