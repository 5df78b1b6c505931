/** The commands, and their exit codes. */
import { describeFailure } from "../failure.ts";
import { maskSecrets, redactSecrets } from "../redact.ts";
import { describeProblem } from "../settings/resolve.ts";
import { speak } from "../words/current.ts";
import { about } from "./about.ts";
import { describeAttempts } from "./attempts.ts";
import { checkStored } from "./checks/credential.ts";
import { type Command, exitCodes, head, lookOf, print } from "./command.ts";
import { examine } from "./doctor.ts";
import { applyFixes } from "./fix/apply.ts";
import { planFixes } from "./fix/plan.ts";
import { importGateway } from "./import.ts";
import { fetchList } from "./lab.ts";
import { loadLanguage } from "./language.ts";
import { type CommandName, readLine } from "./line.ts";
import { listRows, tableRows } from "./models-view.ts";
import { createProgress } from "./progress.ts";
import {
  renderConfig,
  renderDoctorHead,
  renderFixes,
  renderJson,
  renderModels,
  renderResult,
  renderSummary,
} from "./render.ts";
import { settingRows } from "./settings-view.ts";
import { focus, loadSetup } from "./setup.ts";
import { gateways, usage } from "./several.ts";
import { status } from "./status.ts";
import { Misused, type Surroundings } from "./types.ts";
import { findCause } from "./verdict.ts";
import { cliWords } from "./words/words.ts";

/** Never rejects. @returns the exit code. */
export async function runCli(args: readonly string[], around: Surroundings): Promise<number> {
  const language = await loadLanguage(around);
  speak(language);
  const words = cliWords(language);
  const world = { ...around, words };
  const help = words.help(about.name, about.version);
  const line = readLine(args, words);
  if (typeof line === "string") {
    print(world.stderr, `${line}\n\n${help}`);
    return exitCodes.misused;
  }
  if (line.version) {
    world.stdout.write(`${about.version}\n`);
    return exitCodes.ok;
  }
  if (line.help || line.command === undefined) {
    print(world.stdout, help);
    return exitCodes.ok;
  }
  const progress = createProgress(world);
  try {
    return await commands[line.command](world, { ...line, progress });
  } catch (error) {
    progress.clear();
    if (world.signal.aborted) {
      world.stderr.write(`${words.line.stopped}\n`);
      return exitCodes.stopped;
    }
    const said = error instanceof Error ? error.message : String(error);
    if (error instanceof Misused) {
      print(world.stderr, `${said}\n\n${help}`);
      return exitCodes.misused;
    }
    print(world.stderr, `${about.name}: ${redactSecrets(said)}\n`);
    return exitCodes.failed;
  }
}

const commands: Readonly<Record<CommandName, Command>> = {
  doctor,
  models,
  config,
  gateways,
  import: importGateway,
  status,
  usage,
};

async function doctor(...[world, options]: Parameters<Command>): Promise<number> {
  const { json, model, gateway, fix, progress } = options;
  const { stdout, runtime } = world;
  const look = lookOf(world);
  if (!json) stdout.write(renderDoctorHead(look, runtime));
  const setup = focus(await loadSetup(world), gateway, world);
  const report = await examine(world, {
    setup,
    model,
    onStart: ({ doing }) => progress.show(doing),
    onResult(result) {
      progress.clear();
      if (!json) stdout.write(renderResult(result, look));
    },
  });
  const { ok, results: checks } = report;
  if (!json) stdout.write(renderSummary(report, look));
  const planned = fix ? planFixes({ setup, report, world }) : [];
  const fixes = await applyFixes(planned, world);
  if (json) {
    const { id, summary, advice } = findCause(report) ?? {};
    const cause = id === undefined ? null : { check: id, summary, advice };
    const mended = fix ? { fixes } : {};
    stdout.write(renderJson({ ...head("doctor", world), ok, cause, checks, ...mended }));
  } else if (fix) {
    stdout.write(renderFixes(fixes, look));
  }
  return ok ? exitCodes.ok : exitCodes.failed;
}

async function models(...[world, options]: Parameters<Command>): Promise<number> {
  const { json, gateway, progress } = options;
  const { models: words } = world.words;
  const setup = focus(await loadSetup(world), gateway, world);
  const { settings, problems } = setup.resolved;
  progress.show(words.doing);
  const able = settings.baseURL !== undefined && problems.length === 0 && setup.key !== undefined;
  const fetched = able ? await fetchList(world, setup) : undefined;
  progress.clear();
  const served = fetched?.type === "list";
  const rows = served ? listRows(fetched.models) : tableRows();
  const why = (): string => {
    if (fetched === undefined) return words.missing;
    if (fetched.type !== "failed") return words.nothingNew;
    return describeAttempts(fetched.attempts, world.words).join(" ");
  };
  const note = maskSecrets(served ? words.served(fetched.url) : words.table(why()), setup.secrets);
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
  const { words } = world;
  const setup = await loadSetup(world);
  const { resolved, plugin, secrets } = setup;
  const { refusal } = resolved;
  const problems = [
    ...resolved.problems.map(describeProblem),
    ...(refusal === undefined ? [] : [describeFailure(refusal)]),
  ];
  const { notListed, listed: inSource } = words.config;
  const listed = plugin === undefined ? notListed : inSource(plugin.spec, plugin.source);
  const view = {
    settings: settingRows(resolved, secrets),
    problems,
    lookedIn: resolved.lookedIn,
    credential: checkStored({ setup, words }).summary,
    plugin: maskSecrets(listed, secrets),
  };
  world.stdout.write(
    json ? renderJson({ ...head("config", world), ...view }) : renderConfig(view, lookOf(world)),
  );
  return problems.length === 0 ? exitCodes.ok : exitCodes.failed;
}
