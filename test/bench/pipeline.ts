/** The whole plugin without a host, settled as in the middle of a session: nothing is left to learn. */

import type { Fetch } from "../../src/fetch.ts";
import { createGateway, type Gateway } from "../../src/gateway.ts";
import { gatewayOptions } from "../support/gateway-options.ts";

export const endpointPath = "/backend-api/codex/responses";

export function createPipeline(fetch: Fetch, baseURL = "http://127.0.0.1:1"): Gateway {
  const endpoint = baseURL + endpointPath;
  const memory = { recall: async () => ({ endpoint }), learn() {} };
  return createGateway(gatewayOptions({ baseURL }, { fetch, memory }));
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
