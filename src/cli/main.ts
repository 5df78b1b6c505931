/** The command line: which command, with which options, and its exit code. */
import { parseArgs } from "node:util";
import { describeFailure } from "../failure.ts";
import { maskSecrets, redactSecrets } from "../redact.ts";
import { describeProblem } from "../settings/resolve.ts";
import { about } from "./about.ts";
import { checkCredential } from "./checks/host.ts";
import { type Command, exitCodes, head, lookOf } from "./command.ts";
import { examine } from "./doctor.ts";
import { importGateway } from "./import.ts";
import { fetchList } from "./lab.ts";
import { listRows, tableRows } from "./models-view.ts";
import { createProgress } from "./progress.ts";
import {
  help,
  renderConfig,
  renderDoctorHead,
  renderJson,
  renderModels,
  renderResult,
  renderSummary,
} from "./render.ts";
import { settingRows } from "./settings-view.ts";
import { focus, loadSetup } from "./setup.ts";
import { gateways, usage } from "./several.ts";
import { status } from "./status.ts";
import { Misused, type World } from "./types.ts";

/** Never rejects. @returns the exit code. */
export async function runCli(args: readonly string[], world: World): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === "string") {
    world.stderr.write(`${parsed}\n\n${help}`);
    return exitCodes.misused;
  }
  const { command, words, values } = parsed;
  if (values.version === true) {
    world.stdout.write(`${about.version}\n`);
    return exitCodes.ok;
  }
  if (values.help === true || command === undefined) {
    world.stdout.write(help);
    return exitCodes.ok;
  }
  const progress = createProgress(world);
  const options = {
    words,
    json: values.json === true,
    model: values.model,
    gateway: values.gateway,
    keyEnv: values["key-env"],
    yes: values.yes === true,
    progress,
  };
  try {
    return await commands[command].run(world, options);
  } catch (error) {
    progress.clear();
    if (world.signal.aborted) {
      world.stderr.write("Stopped.\n");
      return exitCodes.stopped;
    }
    const said = error instanceof Error ? error.message : String(error);
    if (error instanceof Misused) {
      world.stderr.write(`${said}\n\n${help}`);
      return exitCodes.misused;
    }
    world.stderr.write(`${about.name}: ${redactSecrets(said)}\n`);
    return exitCodes.failed;
  }
}

/** `words`: most words it takes behind its name. */
const commands = {
  doctor: { run: doctor, words: 0 },
  models: { run: models, words: 0 },
  config: { run: config, words: 0 },
  gateways: { run: gateways, words: Infinity },
  import: { run: importGateway, words: 1 },
  status: { run: status, words: 0 },
  usage: { run: usage, words: 0 },
} satisfies Readonly<Record<string, { readonly run: Command; readonly words: number }>>;

type CommandName = keyof typeof commands;

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
        json: { type: "boolean" },
        model: { type: "string" },
        gateway: { type: "string" },
        "key-env": { type: "string" },
        yes: { type: "boolean", short: "y" },
      },
    });
    const [name, ...words] = positionals;
    if (name === undefined) return { command: undefined, words, values };
    if (!isCommand(name)) return `There is no command "${name}".`;
    const rest = words.slice(commands[name].words);
    if (rest.length > 0) return `There is nothing to do with "${rest.join(" ")}".`;
    return { command: name, words, values };
  } catch (error) {
    // The message names the option that is not known or lacks its value.
    return error instanceof Error ? error.message : String(error);
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

async function doctor(...[world, options]: Parameters<Command>): Promise<number> {
  const { json, model, gateway, progress } = options;
  const { stdout, runtime } = world;
  const look = lookOf(world);
  if (!json) stdout.write(renderDoctorHead(look, runtime));
  const report = await examine(world, {
    model,
    gateway,
    onStart: ({ doing }) => progress.show(doing),
    onResult(result) {
      progress.clear();
      if (!json) stdout.write(renderResult(result, look));
    },
  });
  const { ok, results: checks } = report;
  stdout.write(
    json ? renderJson({ ...head("doctor", world), ok, checks }) : renderSummary(report, look),
  );
  return ok ? exitCodes.ok : exitCodes.failed;
}

async function models(...[world, options]: Parameters<Command>): Promise<number> {
  const { json, gateway, progress } = options;
  const setup = focus(await loadSetup(world), gateway);
  const { settings, problems } = setup.resolved;
  progress.show("asking for the model list");
  const able = settings.baseURL !== undefined && problems.length === 0 && setup.key !== undefined;
  const fetched = able
    ? await fetchList(world, setup)
    : { type: "failed" as const, reason: 'base URL or key is missing (see "doctor")' };
  progress.clear();
  const served = fetched.type === "list";
  const rows = served ? listRows(fetched.models) : tableRows();
  const why = fetched.type === "failed" ? fetched.reason : "it said nothing new";
  const note = maskSecrets(
    served
      ? `Served by the gateway, as ${fetched.url} says`
      : `The plugin's own table, which the gateway may not serve: no list could be had (${why})`,
    setup.secrets,
  );
  world.stdout.write(
    json
      ? renderJson({
          ...head("models", world),
          source: served ? "gateway" : "table",
          note,
          models: rows,
        })
      : renderModels(rows, note, lookOf(world)),
  );
  return exitCodes.ok;
}

async function config(...[world, { json }]: Parameters<Command>): Promise<number> {
  const setup = await loadSetup(world);
  const { resolved, plugin, secrets } = setup;
  const { refusal } = resolved;
  const problems = [
    ...resolved.problems.map(describeProblem),
    ...(refusal === undefined ? [] : [describeFailure(refusal)]),
  ];
  const listed = plugin === undefined ? "not listed here" : `${plugin.spec} in ${plugin.source}`;
  const view = {
    settings: settingRows(resolved, secrets),
    problems,
    lookedIn: resolved.lookedIn,
    credential: checkCredential(setup).summary,
    plugin: maskSecrets(listed, secrets),
  };
  world.stdout.write(
    json ? renderJson({ ...head("config", world), ...view }) : renderConfig(view, lookOf(world)),
  );
  return problems.length === 0 ? exitCodes.ok : exitCodes.failed;
}
