/** Requests mended after a refusal, and what that taught about the gateway. */
import type { JsonObject } from "../json.ts";
import type { GatewayMemory } from "../memory.ts";
import type { Refusal } from "../response/answer.ts";
import { dropParameter, dropReasoning } from "./drop.ts";
import { findRepair } from "./find.ts";

/** A body that the gateway may take after it refused another one. */
export type Mended = {
  readonly body: JsonObject;
  /** The gateway has moved to another account, so what belonged to the first one is of no use. */
  readonly accountChanged: boolean;
  /** To be called once the gateway no longer refuses it for the same reason. */
  readonly learn: () => void;
};

export type Repairs = {
  /** The body without what this gateway is known to refuse. */
  apply(body: JsonObject): Promise<JsonObject>;
  mend(body: JsonObject, model: string, refusal: Refusal): Promise<Mended | undefined>;
};

export type RepairsOptions = {
  readonly memory: GatewayMemory;
  /** The official instructions for a model. */
  readonly official: (model: string) => Promise<string | undefined>;
  readonly debug: (message: string) => void;
};

/** 422 is what some web frameworks make of 400; 200 is an error inside a stream or a JSON body. */
const mendable = [400, 422, 200];

export function createRepairs({ memory, official, debug }: RepairsOptions): Repairs {
  /** Reasoning that the gateway could not decrypt; the host sends it again with every turn. */
  const rejectedReasoning = new Set<string>();

  async function apply(body: JsonObject): Promise<JsonObject> {
    const { unsupported = [] } = await memory.recall();
    const paths = unsupported.filter(({ model = body.model }) => model === body.model);
    const known = paths.reduce((rest, { path }) => dropParameter(rest, path), body);
    return dropReasoning(known, rejectedReasoning);
  }

  return {
    apply,
    async mend(body, model, { httpStatus, error }) {
      if (!mendable.includes(httpStatus)) return undefined;
      const repair = findRepair(error, body);
      if (repair === undefined) return undefined;
      debug(`one retry, ${repair.type}: ${error.message}`);
      switch (repair.type) {
        case "drop_reasoning": {
          const rejected = new Set(repair.rejected);
          return {
            body: dropReasoning(body, rejected),
            accountChanged: true,
            learn() {
              for (const id of rejected) rejectedReasoning.add(id);
            },
          };
        }
        case "drop_parameter": {
          const { path } = repair;
          // "… is not supported with this model" says nothing about the other models.
          const learned = /\bmodel\b/i.test(error.message) ? { path, model } : { path };
          return {
            body: dropParameter(body, path),
            accountChanged: false,
            learn() {
              memory.learn((facts) => ({
                ...facts,
                unsupported: [...(facts.unsupported ?? []), learned],
              }));
            },
          };
        }
        case "official_instructions": {
          const instructions = await official(model);
          if (instructions === undefined || instructions === body.instructions) return undefined;
          return { body: { ...body, instructions }, accountChanged: false, learn() {} };
        }
      }
    },
  };
}
