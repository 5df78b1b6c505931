/** How the answer of a login gets into the settings file. */
import * as v from "valibot";
import { isObject, type JsonObject } from "../json.ts";
import { BaseURLSchema } from "./fields.ts";
import { type GatewayEntry, mainGateway } from "./gateway-schema.ts";
import { changeKeys, markOf, withKey } from "./keys.ts";
import { originOf } from "./origin.ts";
import { type SettingsFile, SettingsFileSchema, schemaURL } from "./schema.ts";
import {
  type Change,
  changeSettings,
  loadJsonFile,
  type SavedFile,
  saveJsonFile,
} from "./store.ts";

/**
 * Stores the base URL of a login, and what the login said, so that the same old credential does not
 * undo a later edit of the file. A file that names no JSON Schema gets ours, for editors.
 *
 * Where there are several gateways it is the base URL of the one with its origin, or of a new one:
 * a login never takes another gateway's place.
 *
 * @throws valibot's error for a text that is no base URL, the file system's if it cannot be written.
 */
export async function saveLogin(path: string, typed: string): Promise<SavedFile> {
  const baseURL = v.parse(BaseURLSchema, typed);
  return changeSettings(path, (values) => [
    ...namingSchema(values),
    ...placeLogin(values, baseURL),
    { path: ["lastLogin"], value: { baseURL: typed } },
  ]);
}

/** For editors, in a file that names no JSON Schema. */
export function namingSchema(values: JsonObject): Change[] {
  return Object.hasOwn(values, "$schema") ? [] : [{ path: ["$schema"], value: schemaURL }];
}

function placeLogin(values: JsonObject, baseURL: string): Change[] {
  const read = v.safeParse(SettingsFileSchema, values);
  const { gateways = [], baseURL: main } = read.success ? read.output : {};
  const found = findGateway(gateways, baseURL);
  const ofMain = gateways.length === 0 || originOf(main) === originOf(baseURL);
  if (found === undefined && ofMain) return [{ path: ["baseURL"], value: baseURL }];
  const index = found === undefined ? gateways.length : gateways.indexOf(found);
  return found === undefined
    ? [{ path: ["gateways", index], value: { name: nameFor(baseURL, gateways), baseURL } }]
    : [{ path: ["gateways", index, "baseURL"], value: baseURL }];
}

/** The gateway that a base URL means: the very same, else one of its origin. */
function findGateway(all: readonly GatewayEntry[], baseURL: string): GatewayEntry | undefined {
  const origin = originOf(baseURL);
  return (
    all.find((one) => one.baseURL === baseURL) ??
    all.find((one) => originOf(one.baseURL) === origin)
  );
}

/** A name made of the host's, which no other gateway has. */
export function nameFor(baseURL: string, taken: readonly { readonly name: string }[]): string {
  const host = new URL(baseURL).hostname.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-/, "");
  const base = host.slice(0, 32).replace(/-$/, "") || "gateway";
  const used = new Set([mainGateway, ...taken.map(({ name }) => name.toLowerCase())]);
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!used.has(name.toLowerCase())) return name;
  }
}

/**
 * Keeps the key of a login with the gateway it was entered for, once: where there are several, since
 * OpenCode has room for one key and the next login would take its place.
 *
 * @param main the base URL in force without `gateways`.
 * @throws the file system's error.
 */
export async function adoptKey(
  path: string,
  {
    key,
    baseURL: typed,
    kept,
  }: {
    readonly key: string;
    readonly baseURL: string | undefined;
    readonly kept?: string | undefined;
  },
  { gateways = [], lastLogin }: SettingsFile,
  main: string | undefined,
): Promise<void> {
  // A host that asks for the key alone means the base URL that is there.
  const meant =
    typed === undefined
      ? (kept ?? main)
      : isBlank(typed)
        ? (kept ?? lastLogin?.origin)
        : typed.trim();
  const origin = originOf(meant);
  if (meant === undefined || origin === undefined) return;
  const ofMain = originOf(main) === origin;
  const name = ofMain ? mainGateway : findGateway(gateways, meant)?.name;
  if (name === undefined) return;
  const mark = markOf(key, typed);
  await changeKeys(path, (stored) =>
    stored.login === mark ? stored : { ...withKey(stored, name, origin, key), login: mark },
  );
}

/**
 * Remembers what the prompt offered and the user kept: the key was entered for that origin, wherever
 * its base URL stands. No reason to fail a login: what is missing is asked for when it is needed.
 */
export async function keepOrigin(path: string, baseURL: string | undefined): Promise<void> {
  const origin = originOf(baseURL);
  const file = await loadJsonFile(path);
  // A file that is no object would be put aside by writing, and the user changed nothing.
  const values = file.type === "loaded" ? file.values : file.type === "missing" ? {} : undefined;
  if (origin === undefined || !isObject(values)) return;
  const changes = "$schema" in values ? {} : { $schema: schemaURL };
  await saveJsonFile(path, { ...changes, lastLogin: { origin } }).catch(() => {});
}

export function isBlank(text: string | undefined): text is undefined | "" {
  return text === undefined || text.trim() === "";
}
