/** The command `import`: a gateway out of the Codex CLI's files, or out of a link. */
import { join, resolve } from "node:path";
import { parse } from "smol-toml";
import * as v from "valibot";
import { parseJson } from "../json.ts";
import { createRedactor } from "../redact.ts";
import { GatewayNameSchema, GatewaySchema, mainGateway } from "../settings/gateway-schema.ts";
import { isInsecure } from "../settings/insecure.ts";
import { changeKeys, keysPath, withKey } from "../settings/keys.ts";
import { nameFor } from "../settings/login.ts";
import { readTextFile, settingsPath } from "../settings/store.ts";
import { words as pluginWords } from "../words/current.ts";
import { readLink } from "./ccswitch.ts";
import { type Found, type Import, readCodexFiles } from "./codex-files.ts";
import { type CommandOptions, exitCodes, print } from "./command.ts";
import { askFor, askForKey, changeFile, keepLogin, readFile } from "./gateways.ts";
import { padTo, textWidth } from "./text-width.ts";
import type { World } from "./types.ts";

export async function importGateway(world: World, { rest, yes }: CommandOptions): Promise<number> {
  const { stdout, home, env, words } = world;
  const say = words.import;
  const { unchanged, added, updated } = words.gateways;
  const [link] = rest;
  const read = link === undefined ? await readFiles(world) : readLink(link, words);
  if (read.type === "refused") {
    print(stdout, `${createRedactor([])(read.reason)}\n${unchanged}\n`);
    return exitCodes.failed;
  }
  const { found } = read;
  const plan = await planFor(world, found);
  const redact = createRedactor([found.key?.value, ...Object.values(found.headers)]);
  print(stdout, `${describe(plan, found, world).map(redact).join("\n")}\n`);
  if (plan.problem !== undefined) return exitCodes.failed;
  if (!yes) {
    const answer = await askFor(world, say.ask);
    if (!words.fix.yes.test(answer.trim())) {
      print(stdout, `${unchanged}\n`);
      return exitCodes.ok;
    }
  }
  const { name, baseURL } = plan.entry;
  const key =
    found.keyEnv === undefined
      ? (found.key?.value ?? (await askForKey(world, baseURL)))
      : undefined;
  if (key !== undefined) {
    await changeKeys(keysPath(home), (stored) =>
      withKey(stored, name, new URL(baseURL).origin, key),
    );
  }
  await keepLogin(world);
  await changeFile(world, ({ gateways = [] }) => {
    const index = gateways.findIndex((one) => one.name === name);
    return [{ path: ["gateways", index === -1 ? gateways.length : index], value: plan.entry }];
  });
  const unset = found.keyEnv !== undefined && !env[found.keyEnv];
  const warning = unset ? ` ${say.unset(found.keyEnv ?? "")}` : "";
  print(stdout, redact(`${plan.replaces ? updated(name) : added(name)}${warning}\n`));
  return exitCodes.ok;
}

type Plan = {
  readonly entry: v.InferOutput<typeof GatewaySchema>;
  /** A gateway of this base URL is there already. */
  readonly replaces: boolean;
  readonly problem: string | undefined;
};

async function planFor(world: World, found: Found): Promise<Plan> {
  const { gateways = [] } = await readFile(world);
  const same = gateways.find(({ baseURL }) => baseURL === found.baseURL);
  const wanted = (found.name ?? "").replace(/[^\w.-]+/g, "-");
  const proposed = v.safeParse(GatewayNameSchema, wanted);
  const taken = (name: string) =>
    gateways.some((one) => one.name.toLowerCase() === name.toLowerCase());
  const free =
    proposed.success && !taken(proposed.output)
      ? proposed.output
      : nameFor(found.baseURL, [...gateways, { name: mainGateway }]);
  const entry = {
    ...same,
    name: same?.name ?? free,
    baseURL: found.baseURL,
    ...(Object.keys(found.headers).length === 0 ? {} : { headers: found.headers }),
    ...(found.keyEnv === undefined ? {} : { keyEnv: found.keyEnv }),
  };
  const read = v.safeParse(GatewaySchema, entry, { abortPipeEarly: true });
  const problem = read.success
    ? undefined
    : world.words.gateways.mustBe(
        v.getDotPath(read.issues[0]) ?? world.words.import.field,
        read.issues[0].message,
      );
  return { entry, replaces: same !== undefined, problem };
}

function describe(
  { entry, replaces, problem }: Plan,
  found: Found,
  { home, words }: World,
): string[] {
  const say = words.import;
  const { labels } = say;
  const width = Math.max(...Object.values(labels).map(textWidth)) + 3;
  const line = (label: string, text: string) => padTo(label, width) + text;
  const { host } = new URL(found.baseURL);
  const headers = Object.keys(found.headers);
  const key =
    found.keyEnv !== undefined
      ? say.keyFromVariable(found.keyEnv)
      : found.key === undefined
        ? say.keyMissing
        : say.keyFound(found.key.value.length, found.key.source, keysPath(home));
  return [
    line(labels.host, host),
    line(labels.gateway, say.gateway(entry.name, replaces, found.baseURL, settingsPath(home))),
    line(labels.key, key),
    ...(headers.length === 0 ? [] : [line(labels.headers, headers.join(", "))]),
    ...found.notes.map((note) => line(labels.note, note)),
    ...(isInsecure(found.baseURL) ? [line(labels.note, say.insecure)] : []),
    ...(problem === undefined ? [] : [say.problem(problem)]),
  ];
}

/** `$CODEX_HOME`, else `~/.codex`. */
function codexHome({ env, home, directory }: World): string {
  return env.CODEX_HOME ? resolve(directory, env.CODEX_HOME) : join(home, ".codex");
}

async function readFiles(world: World): Promise<Import> {
  const folder = codexHome(world);
  const { import: say } = world.words;
  const paths = { config: join(folder, "config.toml"), auth: join(folder, "auth.json") };
  const [config, auth] = await Promise.all([readTextFile(paths.config), readTextFile(paths.auth)]);
  const refused = (reason: string): Import => ({ type: "refused", reason });
  for (const [path, file] of [
    [paths.config, config],
    [paths.auth, auth],
  ] as const) {
    if (file.type === "unreadable")
      return refused(say.unreadable(path, pluginWords().whyUnreadable(file.why)));
  }
  if (config.type === "missing" && auth.type === "missing") {
    return refused(say.noFiles(folder));
  }
  let parsed: unknown;
  try {
    parsed = config.type === "read" ? parse(config.text) : undefined;
  } catch (error) {
    // The library's message quotes the line, and a key may stand in it.
    const line = error instanceof Error && "line" in error ? String(error.line) : undefined;
    return refused(say.noTOML(paths.config, line));
  }
  const tokens = auth.type === "read" ? parseJson(auth.text) : undefined;
  if (auth.type === "read" && tokens === undefined) return refused(say.noJSON(paths.auth));
  return readCodexFiles({ config: parsed, auth: tokens, env: world.env, paths }, world.words);
}
