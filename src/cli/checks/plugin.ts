/** This plugin in OpenCode: listed, found, run. */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { about } from "../about.ts";
import type { Case } from "../case.ts";
import type { HostFacts } from "../opencode/facts.ts";
import { logFile, pluginLine } from "../opencode/places.ts";
import type { PluginEntry } from "../plugin.ts";
import type { Setup } from "../setup.ts";
import type { Finding } from "../types.ts";

export async function checkPlugin(patient: Case): Promise<Finding> {
  const { setup, world, host, words: all } = patient;
  const words = all.opencode.plugin;
  const { OPENCODE_PURE: pure } = world.env;
  const { plugins, written } = setup;
  const data = {
    plugins: plugins.map(({ spec, source, found }) => ({ spec, source, found })),
    configuration: written.read,
    directory: world.directory,
  };
  if (pure === "1" || pure === "true") {
    return { status: "fail", summary: words.pure, advice: words.pureAdvice, data };
  }
  const facts = await host();
  const versions = facts?.plugin.versions ?? [];
  const [version] = versions;
  if (version !== undefined)
    return { ...describeRun(version, patient), data: { ...data, versions } };
  const asked = facts !== undefined && facts.models.type !== "timeout";
  // What stopped the host itself would have kept it from loading anything.
  const said = saidBy(facts);
  const missing = describeMissing(patient, facts?.major ?? 1);
  if (missing !== undefined) {
    return { ...missing, details: [...(missing.details ?? []), ...leak(patient)], data };
  }
  const last = plugins.at(-1);
  if (last === undefined) return { status: "fail", summary: words.notListed, data };
  const { spec, source, options } = last;
  if (!asked) {
    // Nothing speaks against it, and nobody can tell.
    const summary = words.listed(spec, source, options !== undefined);
    return { status: "ok", summary, details: [words.unasked], data };
  }
  if (last.found === "package") {
    return {
      status: "fail",
      summary: words.notInstalled(spec, source),
      details: [...said, ...leak(patient)],
      advice: words.notInstalledAdvice(pluginLine(world.bundle)),
      data,
    };
  }
  if (!last.reports) {
    const advice = words.olderAdvice(about.version);
    return { status: "warn", summary: words.older(spec), advice, data };
  }
  return {
    status: "fail",
    summary: words.notLoaded(spec, source),
    details: [...said, ...leak(patient)],
    advice: words.notLoadedAdvice(logFile(world)),
    data,
  };
}

/** The words of an OpenCode that ended with an error. */
export function saidBy(facts: HostFacts | undefined): string[] {
  return facts?.models.type === "failed" && facts.models.said !== undefined
    ? [facts.models.said]
    : [];
}

/** OpenCode ran it; which of several entries counts is the only question. */
function describeRun(version: string, { setup, words: all }: Case): Finding {
  const words = all.opencode.plugin;
  const ours = setup.plugins.filter(({ found }) => found !== "nothing" && found !== "foreign");
  const last = ours.at(-1);
  if (last === undefined) return { status: "ok", summary: words.ranUnlisted(version) };
  const others = ours.slice(0, -1);
  const details = others.map(({ spec, source }) => words.again(spec, source));
  const summary = words.ran(version, last.spec, last.source, last.options !== undefined);
  const different = others.find(({ options }) => !isDeepStrictEqual(options, last.options));
  if (different === undefined) return { status: "ok", summary, details };
  return {
    status: "warn",
    summary: words.twice(different.source, last.source),
    details: [summary, ...details],
    advice: words.twiceAdvice(different.source, different.source === last.source),
  };
}

/** No entry that could be loaded: none at all, a path to nothing, or a path that this host refuses. */
function describeMissing({ setup, world, words: all }: Case, major: number): Finding | undefined {
  const words = all.opencode.plugin;
  const { plugins, written } = setup;
  const line = pluginLine(world.bundle);
  const usable = plugins.findLast(({ found }) => found !== "nothing" && found !== "foreign");
  if (usable !== undefined) {
    if (major < 2 || usable.found !== "file") return undefined;
    return {
      status: "fail",
      summary: words.wantsFolder(usable.spec),
      advice: words.pathAdvice(line, usable.source),
    };
  }
  const wrong = plugins.at(-1);
  if (wrong !== undefined) {
    const { found, spec, source } = wrong;
    return {
      status: "fail",
      summary:
        found === "nothing" ? words.missingPath(spec, source) : words.wrongPath(spec, source),
      advice: words.pathAdvice(line, source),
    };
  }
  const read = written.read.length > 0 ? written.read : [words.noFile];
  return {
    status: "fail",
    summary: words.notListed,
    details: [words.read, ...read.map((path) => `  ${path}`)],
    advice: words.notListedAdvice(line, configFileFor(setup)),
  };
}

/** Where an entry is best put: in the file that is there already. */
export function configFileFor({ written, where }: Setup): string {
  const { env, home } = where;
  const folder = join(env.XDG_CONFIG_HOME || join(home, ".config"), "opencode");
  return written.read.find((path) => path.startsWith(folder)) ?? join(folder, "opencode.json");
}

/** Without the plugin the stored key goes where OpenCode's own provider sends it. */
export function leaksKey({ credential, written }: Setup): boolean {
  const elsewhere = [...written.provider["options.baseURL"], ...written.provider.api];
  return credential.type === "api" && elsewhere.length === 0;
}

function leak({ setup, words }: Case): string[] {
  return leaksKey(setup) ? [words.opencode.plugin.leak("api.openai.com")] : [];
}

export type { PluginEntry };
