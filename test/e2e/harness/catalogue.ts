/** A small catalogue of models for OpenCode, which takes a third of each start to read its own. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The one the tests are about, the one OpenCode shows when nobody has a key, and another vendor's. */
const kept = ["openai", "opencode", "anthropic"];

/**
 * OpenCode's own copy of models.dev, cut down to three providers of its hundred: a file for
 * `OPENCODE_MODELS_PATH`. What is said of those three stays as it is.
 *
 * @param binary the program, in which that copy is a JavaScript object.
 * @param folder where the file is kept for other tests.
 * @param version the program's.
 * @returns `undefined` where it is not found there: OpenCode then reads the whole, which is slower.
 */
export async function smallCatalogue(
  binary: string,
  folder: string,
  version: string,
): Promise<string | undefined> {
  const file = join(folder, `models-${version}-${kept.join("-")}.json`);
  if (existsSync(file)) return file;
  const catalogue = await cut(binary);
  if (catalogue === undefined) return undefined;
  await mkdir(folder, { recursive: true });
  // In one step: other test processes look for it as well.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, catalogue);
  await rename(draft, file);
  return file;
}

async function cut(binary: string): Promise<string | undefined> {
  const program = await readFile(binary);
  const found = kept.map((id) => {
    const at = program.indexOf(`${id}:{id:"${id}",env:[`);
    return at < 0 ? undefined : `${id}:${objectAt(program, at + id.length + 1)}`;
  });
  if (found.includes(undefined)) return undefined;
  return JSON.stringify(new Function(`return {${found.join()}}`)());
}

/** The text from an opening brace to the one that closes it. */
function objectAt(bytes: Uint8Array, start: number): string {
  let depth = 0;
  let quote: string | undefined;
  for (let at = start; at < bytes.length; at += 1) {
    const sign = String.fromCharCode(bytes[at] ?? 0);
    if (quote !== undefined) {
      if (sign === "\\") at += 1;
      else if (sign === quote) quote = undefined;
    } else if (sign === '"' || sign === "'" || sign === "`") quote = sign;
    else if (sign === "{") depth += 1;
    else if (sign === "}" && --depth === 0) {
      return new TextDecoder().decode(bytes.subarray(start, at + 1));
    }
  }
  throw new Error("the object does not end");
}
