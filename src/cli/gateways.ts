/** The command `gateways`: which there are, in which order, and their keys. */
import * as v from "valibot";
import { maskSecrets } from "../redact.ts";
import { toLogin } from "../settings/credential.ts";
import { BaseURLSchema } from "../settings/fields.ts";
import { type GatewayEntry, GatewayNameSchema, mainGateway } from "../settings/gateway-schema.ts";
import { inOrder } from "../settings/gateways.ts";
import { changeKeys, keysPath, withKey, withoutKey } from "../settings/keys.ts";
import { adoptKey, isBlank, nameFor, namingSchema } from "../settings/login.ts";
import { originOf } from "../settings/origin.ts";
import { describeIssue, describeProblem } from "../settings/resolve.ts";
import { type SettingsFile, SettingsFileSchema } from "../settings/schema.ts";
import { type Change, changeSettings, loadJsonFile, settingsPath } from "../settings/store.ts";
import { takeLogin } from "../settings/take-login.ts";
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
  const say = world.words.gateways;
  const known = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (known === undefined) throw new Misused(say.noAction(name));
  const [least, most, action] = known;
  if (words.length < least) throw new Misused(say.lacksName(name));
  if (words.length > most) {
    throw new Misused(world.words.line.nothingToDo(words.slice(most).join(" ")));
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
  const { gateways: say } = world.words;
  const { home } = world;
  const { gateways = [] } = await readFile(world);
  // An address may come alone: the name is then made of it.
  const [first, second] = words;
  const url = second ?? (first !== undefined && originOf(first) !== undefined ? first : undefined);
  const baseURL = check(
    BaseURLSchema,
    url ?? (await askFor(world, say.askBaseURL)),
    say.what.baseURL,
    world,
  );
  const given = first === url ? undefined : first;
  const name = check(GatewayNameSchema, given ?? nameFor(baseURL, gateways), say.what.name, world);
  refuseTaken(name, gateways, world);
  if (keyEnv === undefined) {
    const entered = await askForKey(world, baseURL);
    // The key first: a key that no gateway has does no harm.
    await changeKeys(keysPath(home), (stored) =>
      withKey(stored, name, new URL(baseURL).origin, entered),
    );
  }
  const entry = { name, baseURL, ...(keyEnv === undefined ? {} : { keyEnv }) };
  await keepLogin(world);
  await changeFile(world, ({ gateways: now = [] }) => {
    refuseTaken(name, now, world);
    return [{ path: ["gateways", now.length], value: entry }];
  });
  return say.added(name);
}

/**
 * Before there is another gateway: the one of the login keeps its place, also where OpenCode has not
 * told us of it yet, and its key, for which OpenCode has no room after the next login.
 */
export async function keepLogin(world: World): Promise<void> {
  const { credential, resolved } = await loadSetup(world);
  const main = resolved.gateways.find(({ name }) => name === mainGateway);
  const login = toLogin(credential);
  if (login?.type !== "api") return;
  const path = settingsPath(world.home);
  await takeLogin(path, await loadJsonFile(path), { login });
  const { baseURL } = main?.resolved.settings ?? {};
  await adoptKey(keysPath(world.home), login, await readFile(world), baseURL);
}

async function key(world: World, [name = ""]: readonly string[]) {
  const { baseURL } = await find(world, name);
  const entered = await askForKey(world, baseURL);
  await changeKeys(keysPath(world.home), (stored) =>
    withKey(stored, name, new URL(baseURL).origin, entered),
  );
  return world.words.gateways.keyStored(name);
}

async function remove(world: World, [name = ""]: readonly string[], { yes }: GatewayOptions) {
  const { baseURL } = await find(world, name);
  const { gateways: say, fix } = world.words;
  const question = say.askRemove(name, baseURL);
  if (!yes && !fix.yes.test((await askFor(world, question)).trim())) return say.unchanged;
  // The gateway first: one without its key would only be asked in vain.
  await changeFile(world, ({ gateways = [], gatewayOrder = [], baseURL: main }) => {
    const index = gateways.findIndex((one) => one.name === name);
    const gone: Change =
      name === mainGateway
        ? { path: ["baseURL"], value: undefined }
        : { path: ["gateways", index], value: undefined };
    if (name === mainGateway && main === undefined) {
      throw new Error(say.notInFile(baseURL));
    }
    return gatewayOrder.includes(name)
      ? [gone, orderAs(gatewayOrder.filter((one) => one !== name))]
      : [gone];
  });
  await changeKeys(keysPath(world.home), (stored) => withoutKey(stored, name));
  return say.removed(name);
}

async function rename(world: World, [from = "", to = ""]: readonly string[]) {
  const { gateways: say } = world.words;
  await find(world, from);
  if (from === mainGateway) {
    throw new Error(say.mainHasNoName(mainGateway));
  }
  const name = check(GatewayNameSchema, to, say.what.newName, world);
  // Under both names until the gateway has the new one.
  await changeKeys(keysPath(world.home), (stored) => {
    const found = stored.keys[from];
    return found === undefined ? stored : withKey(stored, name, found.origin, found.key);
  });
  await changeFile(world, ({ gateways = [], gatewayOrder = [] }) => {
    refuseTaken(
      name,
      gateways.filter((one) => one.name !== from),
      world,
    );
    const index = gateways.findIndex((one) => one.name === from);
    const renamed: Change = { path: ["gateways", index, "name"], value: name };
    return gatewayOrder.includes(from)
      ? [renamed, orderAs(gatewayOrder.map((one) => (one === from ? name : one)))]
      : [renamed];
  });
  if (from !== name) await changeKeys(keysPath(world.home), (stored) => withoutKey(stored, from));
  return say.renamed(from, name);
}

async function order(world: World, names: readonly string[]) {
  for (const name of names) await find(world, name);
  await changeFile(world, () => [orderAs([...new Set(names)])]);
  return world.words.gateways.ordered;
}

async function use(world: World, [name = ""]: readonly string[]) {
  await find(world, name);
  const { resolved } = await loadSetup(world);
  const names = inOrder(resolved.gateways, [name]).map((one) => one.name);
  await changeFile(world, () => [orderAs(names)]);
  return world.words.gateways.used(name);
}

function orderAs(names: readonly string[]): Change {
  return { path: ["gatewayOrder"], value: names };
}

async function find(world: World, name: string): Promise<{ readonly baseURL: string }> {
  const { resolved } = await loadSetup(world);
  return findGateway(resolved.gateways, name, world);
}

export async function readFile(world: World): Promise<SettingsFile> {
  const file = await loadJsonFile(settingsPath(world.home));
  return parseFile(file.type === "loaded" ? file.values : {}, world);
}

/** A file with a mistake in it is not written over. */
function parseFile(values: unknown, { words }: World): SettingsFile {
  const read = v.safeParse(SettingsFileSchema, values, { abortPipeEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new Error(describeProblem(describeIssue(words.gateways.settingsFile, issue)));
}

export async function changeFile(
  world: World,
  decide: (file: SettingsFile) => readonly Change[],
): Promise<void> {
  await changeSettings(settingsPath(world.home), (values) => {
    const changes = decide(parseFile(values, world));
    return [...namingSchema(values), ...changes];
  });
}

function refuseTaken(name: string, all: readonly GatewayEntry[], { words }: World): void {
  if (all.some((one) => one.name.toLowerCase() === name.toLowerCase())) {
    throw new Error(words.gateways.taken(name));
  }
}

function check(
  schema: v.GenericSchema<unknown, string>,
  text: string,
  what: string,
  { words }: World,
): string {
  const read = v.safeParse(schema, text, { abortPipeEarly: true });
  if (read.success) return read.output;
  throw new Error(words.gateways.mustBe(what, read.issues[0].message));
}

export async function askForKey(world: World, baseURL: string): Promise<string> {
  const { gateways: say } = world.words;
  const text = (await askFor(world, say.askKey(new URL(baseURL).host), true)).trim();
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new Error(say.oddKey);
  }
  return text;
}

export async function askFor(world: World, question: string, hidden = false): Promise<string> {
  const answer = await world.ask(question, { hidden });
  if (isBlank(answer)) throw new Error(world.words.gateways.nothingEntered);
  return answer;
}
