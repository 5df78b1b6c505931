/** The command `gateways`: which there are, in which order, and their keys. */
import * as v from "valibot";
import { maskSecrets } from "../redact.ts";
import { toLogin } from "../settings/credential.ts";
import { inOrder } from "../settings/gateways.ts";
import { changeKeys, keysPath, withKey, withoutKey } from "../settings/keys.ts";
import { adoptKey, isBlank, nameFor, namingSchema } from "../settings/login.ts";
import { originOf } from "../settings/origin.ts";
import { describeProblem } from "../settings/resolve.ts";
import {
  BaseURLSchema,
  type GatewayEntry,
  GatewayNameSchema,
  mainGateway,
  type SettingsFile,
  SettingsFileSchema,
} from "../settings/schema.ts";
import { type Change, changeSettings, loadJsonFile, settingsPath } from "../settings/store.ts";
import { findGateway, loadSetup } from "./setup.ts";
import { Misused, type World } from "./types.ts";

export type GatewayRow = {
  readonly name: string;
  readonly baseURL: string;
  /** Where its key comes from; nothing where it has none. */
  readonly key: string | undefined;
};

export type GatewayOptions = {
  readonly keyEnv: string | undefined;
  readonly yes: boolean;
};

type Action = (world: World, names: readonly string[], options: GatewayOptions) => Promise<string>;

/** What can be done, and how many words it takes. */
const actions: Readonly<Record<string, readonly [least: number, most: number, Action]>> = {
  add: [0, 2, add],
  key: [1, 1, key],
  remove: [1, 1, remove],
  rename: [2, 2, rename],
  order: [1, 100, order],
  use: [1, 1, use],
};

/** @returns what was done; the list follows it. @throws Misused for words it does not know. */
export async function changeGateways(
  world: World,
  [name = "", ...words]: readonly string[],
  options: GatewayOptions,
): Promise<string> {
  const known = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (known === undefined) throw new Misused(`There is no "gateways ${name}".`);
  const [least, most, action] = known;
  if (words.length < least) throw new Misused(`"gateways ${name}" lacks the name of a gateway.`);
  if (words.length > most) {
    throw new Misused(`There is nothing to do with "${words.slice(most).join(" ")}".`);
  }
  return action(world, words, options);
}

export async function listRows(world: World): Promise<GatewayRow[]> {
  const { resolved, secrets } = await loadSetup(world);
  return resolved.gateways.map(({ name, resolved: { settings }, key: found }) => ({
    name,
    baseURL: maskSecrets(settings.baseURL ?? "", secrets),
    key: found?.source,
  }));
}

async function add(world: World, words: readonly string[], { keyEnv }: GatewayOptions) {
  const { home } = world;
  const { gateways = [] } = await readFile(world);
  // An address may come alone: the name is then made of it.
  const [first, second] = words;
  const url = second ?? (first !== undefined && originOf(first) !== undefined ? first : undefined);
  const baseURL = check(
    BaseURLSchema,
    url ?? (await askFor(world, "Base URL of the gateway: ")),
    "The base URL",
  );
  const given = first === url ? undefined : first;
  const name = check(GatewayNameSchema, given ?? nameFor(baseURL, gateways), "The name");
  refuseTaken(name, gateways);
  if (keyEnv === undefined) {
    const entered = await askForKey(world, baseURL);
    // The key first: a key that no gateway has does no harm.
    await changeKeys(keysPath(home), (stored) =>
      withKey(stored, name, new URL(baseURL).origin, entered),
    );
  }
  const entry = { name, baseURL, ...(keyEnv === undefined ? {} : { keyEnv }) };
  await changeFile(world, ({ gateways: now = [] }) => {
    refuseTaken(name, now);
    return [{ path: ["gateways", now.length], value: entry }];
  });
  await keepLogin(world);
  return `Added ${name}.`;
}

/** OpenCode has room for one key: the next login must not lose the one that is there. */
export async function keepLogin(world: World): Promise<void> {
  const { credential, resolved } = await loadSetup(world);
  const main = resolved.gateways.find(({ name }) => name === mainGateway);
  const login = toLogin(credential);
  if (login?.type !== "api") return;
  const { baseURL } = main?.resolved.settings ?? {};
  await adoptKey(keysPath(world.home), login, await readFile(world), baseURL);
}

async function key(world: World, [name = ""]: readonly string[]) {
  const { baseURL } = await find(world, name);
  const entered = await askForKey(world, baseURL);
  await changeKeys(keysPath(world.home), (stored) =>
    withKey(stored, name, new URL(baseURL).origin, entered),
  );
  return `The key of ${name} is stored.`;
}

async function remove(world: World, [name = ""]: readonly string[], { yes }: GatewayOptions) {
  const { baseURL } = await find(world, name);
  const question = `Remove ${name} (${baseURL}) and its key? [y/N] `;
  if (!yes && !/^y(?:es)?$/i.test((await askFor(world, question)).trim()))
    return "Nothing changed.";
  // The gateway first: one without its key would only be asked in vain.
  await changeFile(world, ({ gateways = [], gatewayOrder = [], baseURL: main }) => {
    const index = gateways.findIndex((one) => one.name === name);
    const gone: Change =
      name === mainGateway
        ? { path: ["baseURL"], value: undefined }
        : { path: ["gateways", index], value: undefined };
    if (name === mainGateway && main === undefined) {
      throw new Error(`${baseURL} does not stand in the settings file: see "config".`);
    }
    return gatewayOrder.includes(name)
      ? [gone, orderAs(gatewayOrder.filter((one) => one !== name))]
      : [gone];
  });
  await changeKeys(keysPath(world.home), (stored) => withoutKey(stored, name));
  return `Removed ${name}.`;
}

async function rename(world: World, [from = "", to = ""]: readonly string[]) {
  await find(world, from);
  if (from === mainGateway) {
    throw new Error(`"${mainGateway}" stands for the base URL and has no other name.`);
  }
  const name = check(GatewayNameSchema, to, "The new name");
  // Under both names until the gateway has the new one.
  await changeKeys(keysPath(world.home), (stored) => {
    const found = stored.keys[from];
    return found === undefined ? stored : withKey(stored, name, found.origin, found.key);
  });
  await changeFile(world, ({ gateways = [], gatewayOrder = [] }) => {
    refuseTaken(
      name,
      gateways.filter((one) => one.name !== from),
    );
    const index = gateways.findIndex((one) => one.name === from);
    const renamed: Change = { path: ["gateways", index, "name"], value: name };
    return gatewayOrder.includes(from)
      ? [renamed, orderAs(gatewayOrder.map((one) => (one === from ? name : one)))]
      : [renamed];
  });
  if (from !== name) await changeKeys(keysPath(world.home), (stored) => withoutKey(stored, from));
  return `${from} is ${name} now.`;
}

async function order(world: World, names: readonly string[]) {
  for (const name of names) await find(world, name);
  await changeFile(world, () => [orderAs([...new Set(names)])]);
  return "The order is changed.";
}

async function use(world: World, [name = ""]: readonly string[]) {
  await find(world, name);
  const { resolved } = await loadSetup(world);
  const names = inOrder(resolved.gateways, [name]).map((one) => one.name);
  await changeFile(world, () => [orderAs(names)]);
  return `${name} is asked first now.`;
}

function orderAs(names: readonly string[]): Change {
  return { path: ["gatewayOrder"], value: names };
}

async function find(world: World, name: string): Promise<{ readonly baseURL: string }> {
  const { resolved } = await loadSetup(world);
  return findGateway(resolved.gateways, name);
}

export async function readFile({ home }: World): Promise<SettingsFile> {
  const file = await loadJsonFile(settingsPath(home));
  return parseFile(file.type === "loaded" ? file.values : {});
}

/** A file with a mistake in it is not written over. */
function parseFile(values: unknown): SettingsFile {
  const read = v.safeParse(SettingsFileSchema, values, { abortPipeEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  const field = v.getDotPath(issue) ?? "";
  const problem = { field, found: "not valid", allowed: issue.message };
  throw new Error(describeProblem({ source: "The settings file", ...problem }));
}

export async function changeFile(
  { home }: World,
  decide: (file: SettingsFile) => readonly Change[],
): Promise<void> {
  await changeSettings(settingsPath(home), (values) => {
    const changes = decide(parseFile(values));
    return [...namingSchema(values), ...changes];
  });
}

function refuseTaken(name: string, all: readonly GatewayEntry[]): void {
  if (all.some((one) => one.name.toLowerCase() === name.toLowerCase())) {
    throw new Error(`There is a gateway "${name}" already.`);
  }
}

function check(schema: v.GenericSchema<unknown, string>, text: string, what: string): string {
  const read = v.safeParse(schema, text, { abortPipeEarly: true });
  if (read.success) return read.output;
  throw new Error(`${what} must be ${read.issues[0].message}.`);
}

export async function askForKey(world: World, baseURL: string): Promise<string> {
  const text = (
    await askFor(world, `API key for ${new URL(baseURL).host} (hidden): `, true)
  ).trim();
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new Error("A key has no spaces and no other letters than those of a keyboard.");
  }
  return text;
}

export async function askFor(world: World, question: string, hidden = false): Promise<string> {
  const answer = await world.ask(question, { hidden });
  if (isBlank(answer)) throw new Error("Nothing was entered, so nothing changed.");
  return answer;
}
