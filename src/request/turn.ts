/** Which turn of the user's a request belongs to. Pure. */
import { isObject, type JsonObject } from "../json.ts";
import { sessionOf } from "./headers.ts";

/** Characters taken of each end of the user's message: enough to tell two of them apart. */
const sample = 200;

/**
 * The same for every request of one turn, its tool loop and the host's own tries included, and
 * another one as soon as the user has said something new. Titles are turns of their own.
 *
 * @param headers the host's, names in lower case.
 * @param body as it goes to the gateway, every item with its type.
 */
export function identifyTurn(
  headers: Readonly<Record<string, string>>,
  { input, prompt_cache_key }: JsonObject,
): string {
  const session = sessionOf(headers) ?? String(prompt_cache_key ?? "");
  const said = (Array.isArray(input) ? input : []).filter(
    (item) => isObject(item) && item.role === "user",
  );
  // An image of megabytes need not be read for it.
  const last = JSON.stringify(said.at(-1)) ?? "";
  return JSON.stringify([
    session,
    said.length,
    last.length,
    last.slice(0, sample),
    last.slice(-sample),
  ]);
}
