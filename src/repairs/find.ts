/** Refusals that one changed request can mend. Pure. */
import { asString, type JsonObject } from "../json.ts";
import type { ErrorDetails } from "../response/errors.ts";
import { dropParameter, encryptedIds } from "./drop.ts";

export type Repair =
  | { readonly type: "drop_reasoning"; readonly rejected: readonly string[] }
  | { readonly type: "drop_parameter"; readonly path: string }
  | { readonly type: "official_instructions" };

/** `[`: a part of a list is named, which cannot be left out, and its list must not be. */
const parameterPatterns = [
  /\b(?:unsupported|unknown|unrecognized|unexpected) (?:request |keyword )?(?:parameter|argument|field|property)s?(?: supplied)?:? ['"`]?([\w.[\]]+)/i,
  /\b(?:parameter|argument|field|property):? ['"`]?([\w.[\]]+)['"`]? is (?:not (?:supported|allowed|permitted|recognized)|unsupported)/i,
];

/**
 * How to mend a request that the gateway answered with 400, if it can be.
 *
 * @param body the body that was refused.
 */
export function findRepair(error: ErrorDetails, body: JsonObject): Repair | undefined {
  if (isAboutEncryptedReasoning(error)) {
    const rejected = encryptedIds(body);
    return rejected.length > 0 ? { type: "drop_reasoning", rejected } : undefined;
  }
  if (/instructions are not valid/i.test(error.message)) return { type: "official_instructions" };
  const path = refusedParameter(error);
  if (path === undefined) return undefined;
  return dropParameter(body, path) === body ? undefined : { type: "drop_parameter", path };
}

/** The relay moved the session to another account, which cannot read the first one's reasoning. */
function isAboutEncryptedReasoning({ code, message }: ErrorDetails): boolean {
  return (
    code === "invalid_encrypted_content" ||
    (/encrypted/i.test(message) && /verif|decrypt|parsed/i.test(message))
  );
}

function refusedParameter({ code, message, raw }: ErrorDetails): string | undefined {
  const param = asString(raw.param);
  if (param && (code === "unsupported_parameter" || code === "unknown_parameter")) return param;
  for (const pattern of parameterPatterns) {
    const match = pattern.exec(message)?.[1];
    if (match !== undefined) return match.replace(/\.$/, "");
  }
  return undefined;
}
