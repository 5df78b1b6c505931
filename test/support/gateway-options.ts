import type { GatewayOptions } from "../../src/gateway.ts";
import { noRequestLog } from "../../src/log/request-log.ts";
import type { GatewayFacts } from "../../src/memory.ts";
import { createModelKnowledge } from "../../src/models/knowledge.ts";
import { resolveSettings } from "../../src/settings/resolve.ts";
import { KEY } from "../gateway/sample.ts";

/**
 * What the pipeline needs, as plain as can be: the given settings, the model table and no list, short
 * instructions, a memory that lasts as long as the object, and nobody who is told anything.
 */
export function gatewayOptions(
  settings: Readonly<Record<string, unknown>>,
  change: Partial<GatewayOptions> = {},
): GatewayOptions {
  let facts: GatewayFacts = {};
  return {
    resolved: resolveSettings([{ name: "the test", values: settings, schema: "settings" }]),
    key: KEY,
    fetch: (url, init) => fetch(url, init),
    instructions: { resolve: async () => "Be useful.", official: async () => undefined },
    models: () => createModelKnowledge(undefined),
    memory: {
      recall: async () => facts,
      learn: (change) => {
        facts = change(facts);
      },
    },
    log: noRequestLog,
    debug: () => {},
    onEndpointLearned: () => {},
    onAnswer: () => {},
    ...change,
  };
}
