/**
 * Whose encrypted reasoning is whose. The host sends all of it again with every request, and an account
 * refuses what another one encrypted. In memory only: after a start the session's account is known,
 * and what does not fit it is refused once and then left out, as ever.
 */
import type { JsonObject } from "../json.ts";
import { dropReasoning, encryptedIds } from "../repairs/drop.ts";

/** Most items remembered: hundreds of long turns. */
const maxItems = 10_000;

export type Accounts = {
  /**
   * Takes note of the reasoning in a request: what was not there before came with the last answer.
   *
   * @param answered the gateway that answered the session last, if that is known.
   */
  note(body: JsonObject, answered: string | undefined): void;
  /** The body without the reasoning that is known to be another gateway's. */
  ownOnly(body: JsonObject, gateway: string): JsonObject;
};

export function createAccounts(): Accounts {
  const owners = new Map<string, string>();
  return {
    note(body, answered) {
      if (answered === undefined) return;
      for (const id of encryptedIds(body)) {
        if (!owners.has(id)) owners.set(id, answered);
      }
      for (const id of owners.keys()) {
        if (owners.size <= maxItems) break;
        owners.delete(id);
      }
    },
    ownOnly(body, gateway) {
      const foreign = encryptedIds(body).filter((id) => (owners.get(id) ?? gateway) !== gateway);
      return dropReasoning(body, new Set(foreign));
    },
  };
}
