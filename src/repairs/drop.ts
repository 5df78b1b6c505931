/** Parts left out of a body. Pure: where there is nothing to leave out, the same body comes back. */
import { asString, isObject, type JsonObject } from "../json.ts";

/** Without these there is no request, or no agent. */
const essential = new Set(["model", "input", "stream", "instructions", "tools", "store"]);

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

/** The reasoning in a body that an account encrypted. */
export function encryptedIds(body: JsonObject): string[] {
  const items: unknown[] = Array.isArray(body.input) ? body.input : [];
  return items.map(encryptedId).filter((id) => id !== undefined);
}

/** The end of a ciphertext is as good as random: enough to know it again without keeping it. */
function encryptedId(item: unknown): string | undefined {
  if (!isObject(item) || item.type !== "reasoning") return undefined;
  return asString(item.encrypted_content)?.slice(-64) || undefined;
}
