/** Links of cc-switch, `ccswitch://v1/import?…`, as relays hand them out. Pure. */
import { parse } from "smol-toml";
import { asString, isObject, parseJson } from "../json.ts";
import { type Import, readCodexFiles } from "./codex-files.ts";
import type { CliWords } from "./words/words.ts";

/** Longest link that is read, in characters. */
const longest = 64 * 1024;

/**
 * A provider for Codex: its address and key in the link itself, or in a whole configuration, base64 of
 * JSON with the two files of the Codex CLI, or of the TOML alone.
 */
export function readLink(link: string, words: CliWords): Import {
  const say = words.import.link;
  const text = link.trim();
  if (text.length > longest || !URL.canParse(text)) return refused(say.none);
  const url = new URL(text);
  if (url.protocol !== "ccswitch:") {
    return refused(say.otherScheme);
  }
  // Nothing of an unknown version is guessed at.
  if (url.host !== "v1" || url.pathname !== "/import") {
    return refused(say.otherForm);
  }
  const get = (name: string): string | undefined => url.searchParams.get(name)?.trim() || undefined;
  const resource = get("resource") ?? "provider";
  if (resource !== "provider") return refused(say.otherResource(word(resource)));
  const app = get("app") ?? "codex";
  if (app !== "codex") return refused(say.otherApp(word(app)));
  if (
    get("configUrl") !== undefined &&
    get("endpoint") === undefined &&
    get("config") === undefined
  ) {
    return refused(say.elsewhere);
  }
  const config = readConfig(get("config"));
  if (config === undefined) return refused(say.unreadable);
  // The first is the one in use; the others are the same relay's.
  const [endpoint, ...others] = (get("endpoint") ?? "").split(",").map((one) => one.trim());
  const notes = others.length === 0 ? [] : [say.others(others.join(", "))];
  const name = get("name");
  const paths = { config: say.name, auth: say.name };
  if (!endpoint) {
    const read = readCodexFiles({ ...config, env: {}, paths }, words);
    if (read.type === "refused") return read;
    const { found } = read;
    return { type: "found", found: { ...found, name: name ?? found.name } };
  }
  const key = get("apiKey") ?? authKey(config.auth);
  const providers = { link: { base_url: endpoint } };
  const files = { config: { model_provider: "link", model_providers: providers }, auth: undefined };
  const read = readCodexFiles({ ...files, env: {}, paths }, words);
  if (read.type === "refused") return read;
  return {
    type: "found",
    found: {
      ...read.found,
      key: key === undefined ? undefined : { value: key, source: say.name },
      name,
      notes,
    },
  };
}

type Config = { readonly config: unknown; readonly auth: unknown };

/** @returns nothing where it cannot be read. */
function readConfig(encoded: string | undefined): Config | undefined {
  if (encoded === undefined) return { config: undefined, auth: undefined };
  const text = Buffer.from(encoded.replaceAll(" ", "+"), "base64").toString("utf8");
  const json = parseJson(text);
  try {
    if (!isObject(json)) return { config: parse(text), auth: undefined };
    const toml = asString(json.config);
    return { config: toml === undefined ? undefined : parse(toml), auth: json.auth };
  } catch {
    // Neither JSON nor TOML.
    return undefined;
  }
}

function authKey(auth: unknown): string | undefined {
  return isObject(auth) ? asString(auth.OPENAI_API_KEY)?.trim() || undefined : undefined;
}

/** A word of the link's, short enough to be shown. */
function word(text: string): string {
  return JSON.stringify(text.slice(0, 30));
}

function refused(reason: string): Import {
  return { type: "refused", reason };
}
