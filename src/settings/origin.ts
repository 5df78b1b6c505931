/** Which gateway a key may be sent to: the one it is for, not the one a project names. Pure. */
import type { Place } from "./config-files.ts";

/** A key in use. */
export type Key = {
  readonly value: string;
  /** Where it comes from, as the user knows it. */
  readonly source: string;
};

export type KeyPlace = Place & { readonly from: "environment" | "login" | "options" };

/** Origins that the user has said something about. */
export type KnownOrigins = {
  /** In the user's own configuration, or in the environment. */
  readonly own: readonly string[];
  /** What the login's key was entered for. */
  readonly entered: readonly string[];
  /** `trustedOrigins` of the settings file. */
  readonly trusted: readonly string[];
};

/**
 * - `user`: the user named this origin, so the user's key and headers go there.
 * - `project`: nobody but the project named it, which brings its own key; nothing of the user's goes.
 * - `refused`: nothing is sent.
 */
export type Decision = "user" | "project" | "refused";

/** @param url whose file the base URL stands in. */
export function decideOrigin(
  origin: string,
  url: Place,
  key: KeyPlace,
  { own, entered, trusted }: KnownOrigins,
): Decision {
  if (url.project === undefined) return "user";
  if (own.includes(origin) || trusted.includes(origin)) return "user";
  if (key.from === "login" && entered.includes(origin)) return "user";
  // Spelled out both: a variable in the URL would be told to the gateway as well.
  return isSameProject(url, key) && !url.filledIn && !key.filledIn ? "project" : "refused";
}

/**
 * Whether a setting that says how to talk to a gateway, such as `headers`, is meant for this one. A
 * project's is for the gateway the project names; the user's may hold secrets, and is for the user's.
 */
export function isMeantFor(setting: Place, url: Place, decision: Decision): boolean {
  if (setting.project === undefined) return decision === "user";
  return isSameProject(setting, url) && (decision === "user" || !setting.filledIn);
}

/** An empty folder stands for a place that was not found, which is the same as no other. */
function isSameProject(a: Place, b: Place): boolean {
  return Boolean(a.project) && a.project === b.project;
}

/** The origin of an absolute http(s) URL; of anything else, none. */
export function originOf(url: unknown): string | undefined {
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { protocol, origin } = new URL(url);
  return protocol === "https:" || protocol === "http:" ? origin : undefined;
}

/** A base URL that the key in use is not for. */
export type OriginRefusal = {
  readonly type: "origin_not_trusted";
  readonly baseURL: string;
  readonly origin: string;
  /** The place of the base URL, its file included. */
  readonly source: string;
  /** Where the key comes from. */
  readonly key: string;
  readonly settingsFile: string;
};
