/** The credential OpenCode has stored for `openai`. Its key is never part of what is printed. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { asString, isObject, parseJson } from "../json.ts";
import type { ConfigLocation } from "./config-files.ts";
import type { Login } from "./input.ts";
import type { Unreadable } from "./jsonc.ts";
import { loadJsonFile } from "./store.ts";

export type Credential = { readonly source: string } & (
  | { readonly type: "none" }
  | {
      readonly type: "api";
      /** As it is sent: without the white space around it. */
      readonly key: string;
      readonly padded: boolean;
      readonly baseURL: string | undefined;
    }
  /** ChatGPT's own login; the plugin steps aside for it. */
  | { readonly type: "oauth" }
  /** Of this type, as JSON; nothing where it is no object. */
  | { readonly type: "other"; readonly found: string | undefined }
  /** `other_content`: it is no JSON object. */
  | { readonly type: "unreadable"; readonly why: Unreadable }
);

type Place = Pick<ConfigLocation, "env" | "home">;

const contentVariable = "OPENCODE_AUTH_CONTENT";

/** Where OpenCode keeps what it stores: credentials, sessions, its log. */
export function dataFolder({ env, home }: Place): string {
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "opencode");
}

export function credentialPath(place: Place): string {
  return join(dataFolder(place), "auth.json");
}

/** Reads it where the host does: the variable for embedders first, then `auth.json`. */
export async function loadCredential(world: Place): Promise<Credential> {
  const content = parseJson(world.env[contentVariable] ?? "");
  if (content !== undefined) return parseCredential(content, contentVariable);
  const path = credentialPath(world);
  const file = await loadJsonFile(path);
  if (file.type === "missing") return { type: "none", source: path };
  if (file.type === "unreadable") return { type: "unreadable", source: path, why: file.why };
  return parseCredential(file.values, path);
}

function parseCredential(values: unknown, source: string): Credential {
  if (!isObject(values)) return { type: "unreadable", source, why: { type: "other_content" } };
  const entry = values.openai;
  if (entry === undefined) return { type: "none", source };
  if (!isObject(entry)) return { type: "other", source, found: undefined };
  if (entry.type === "oauth") return { type: "oauth", source };
  const key = asString(entry.key);
  if (entry.type !== "api" || key === undefined) {
    return { type: "other", source, found: JSON.stringify(entry.type) };
  }
  const baseURL = isObject(entry.metadata) ? asString(entry.metadata.baseURL) : undefined;
  return { type: "api", source, key: key.trim(), padded: key.trim() !== key, baseURL };
}

/** The credential as the plugin gets it from the host. */
export function toLogin(credential: Credential): Login | undefined {
  switch (credential.type) {
    case "api":
      return credential;
    case "oauth":
      return { type: "oauth" };
    default:
      return undefined;
  }
}

/** Permission bits of a file or folder; `undefined` where there is none. */
export async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    // Missing, or in a folder that may not be entered: whoever reads the file reports that.
    return undefined;
  }
}
