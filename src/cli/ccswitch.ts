/** Links of cc-switch, `ccswitch://v1/import?…`, as relays hand them out. Pure. */
import { parse } from "smol-toml";
import { asString, isObject, parseJson } from "../json.ts";
import { type Import, readCodexFiles } from "./codex-files.ts";

/** Longest link that is read, in characters. */
const longest = 64 * 1024;

/**
 * A provider for Codex: its address and key in the link itself, or in a whole configuration, base64 of
 * JSON with the two files of the Codex CLI, or of the TOML alone.
 */
export function readLink(link: string): Import {
  const text = link.trim();
  if (text.length > longest || !URL.canParse(text)) return refused("That is no link.");
  const url = new URL(text);
  if (url.protocol !== "ccswitch:") {
    return refused("Only links that begin with ccswitch:// are understood.");
  }
  // Nothing of an unknown version is guessed at.
  if (url.host !== "v1" || url.pathname !== "/import") {
    return refused("Only links of the form ccswitch://v1/import?… are understood.");
  }
  const get = (name: string): string | undefined => url.searchParams.get(name)?.trim() || undefined;
  const resource = get("resource") ?? "provider";
  if (resource !== "provider") return refused(`The link is for a ${word(resource)}, no provider.`);
  const app = get("app") ?? "codex";
  if (app !== "codex") return refused(`The link is for ${word(app)}, not for Codex.`);
  if (
    get("configUrl") !== undefined &&
    get("endpoint") === undefined &&
    get("config") === undefined
  ) {
    return refused("The link points to a file elsewhere, which is not fetched.");
  }
  const config = readConfig(get("config"));
  if (typeof config === "string") return refused(config);
  // The first is the one in use; the others are the same relay's.
  const [endpoint, ...others] = (get("endpoint") ?? "").split(",").map((one) => one.trim());
  const notes = others.length === 0 ? [] : [`other addresses in the link: ${others.join(", ")}`];
  const name = get("name");
  const paths = { config: "the link", auth: "the link" };
  if (!endpoint) {
    const read = readCodexFiles({ ...config, env: {}, paths });
    if (read.type === "refused") return read;
    const { found } = read;
    return { type: "found", found: { ...found, name: name ?? found.name } };
  }
  const key = get("apiKey") ?? authKey(config.auth);
  const read = readCodexFiles({
    config: { model_provider: "link", model_providers: { link: { base_url: endpoint } } },
    auth: undefined,
    env: {},
    paths,
  });
  if (read.type === "refused") return read;
  return {
    type: "found",
    found: {
      ...read.found,
      key: key === undefined ? undefined : { value: key, source: "the link" },
      name,
      notes,
    },
  };
}

type Config = { readonly config: unknown; readonly auth: unknown };

/** @returns a sentence where it cannot be read. */
function readConfig(encoded: string | undefined): Config | string {
  if (encoded === undefined) return { config: undefined, auth: undefined };
  const text = Buffer.from(encoded.replaceAll(" ", "+"), "base64").toString("utf8");
  const json = parseJson(text);
  try {
    if (!isObject(json)) return { config: parse(text), auth: undefined };
    const toml = asString(json.config);
    return { config: toml === undefined ? undefined : parse(toml), auth: json.auth };
  } catch {
    return "The configuration in the link is neither JSON nor TOML.";
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
