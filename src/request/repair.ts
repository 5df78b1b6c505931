/** Refusals that one changed request can mend. Pure. */
import { asString, isObject, type JsonObject } from "../json.ts";
import type { ErrorDetails } from "../response/errors.ts";

export type Repair =
  | { readonly type: "drop_reasoning"; readonly rejected: readonly string[] }
  | { readonly type: "drop_parameter"; readonly path: string }
  | { readonly type: "official_instructions" };

/** Without these there is no request, or no agent. */
const essential = new Set(["model", "input", "stream", "instructions", "tools", "store"]);

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

/** The body without the parameter at a dotted path; the same body when that cannot be. */
export function dropParameter(body: JsonObject, path: string): JsonObject {
  return essential.has(path) ? body : drop(body, path);
}

function drop(body: JsonObject, path: string): JsonObject {
  const [key = "", ...rest] = path.split(".");
  if (!Object.hasOwn(body, key)) return body;
  const { [key]: value, ...others } = body;
  if (rest.length === 0) return others;
  if (!isObject(value)) return body;
  const inner = drop(value, rest.join("."));
  return inner === value ? body : { ...body, [key]: inner };
}

/** The body without the reasoning items that another account encrypted. */
export function dropReasoning(body: JsonObject, rejected: ReadonlySet<string>): JsonObject {
  if (rejected.size === 0 || !Array.isArray(body.input)) return body;
  const input = body.input.filter((item) => !rejected.has(encryptedId(item) ?? ""));
  return input.length === body.input.length ? body : { ...body, input };
}

function encryptedIds(body: JsonObject): string[] {
  const items: unknown[] = Array.isArray(body.input) ? body.input : [];
  return items.map(encryptedId).filter((id) => id !== undefined);
}

/** The end of a ciphertext is as good as random: enough to know it again without keeping it. */
function encryptedId(item: unknown): string | undefined {
  if (!isObject(item) || item.type !== "reasoning") return undefined;
  return asString(item.encrypted_content)?.slice(-64) || undefined;
}
