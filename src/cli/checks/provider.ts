/** What OpenCode shows of the provider `openai`, and whether the configured model is among it. */
import { closestModels } from "../../models/closest.ts";
import { createModelKnowledge } from "../../models/knowledge.ts";
import { resolveModel } from "../../models/name.ts";
import type { Case } from "../case.ts";
import type { HostConfig } from "../opencode/config.ts";
import { logFile } from "../opencode/places.ts";
import type { Finding } from "../types.ts";
import { saidBy } from "./plugin.ts";

export async function checkProvider(patient: Case): Promise<Finding> {
  const { host, world, words: all } = patient;
  const words = all.opencode.provider;
  const facts = await host();
  const hidden = describeHidden(patient);
  if (hidden !== undefined) return hidden;
  if (facts === undefined) return { status: "skip", summary: words.notAsked };
  const { models, plugin } = facts;
  if (models.type === "timeout") {
    const summary = words.timeout(world.timeouts.host / 1000);
    return { status: "warn", summary, advice: words.timeoutAdvice };
  }
  if (models.type === "failed" || models.names.length === 0) {
    return {
      status: "fail",
      summary: words.hidden,
      details: saidBy(facts),
      advice: words.hiddenAdvice(logFile(world)),
    };
  }
  const data = { models: models.names, ours: plugin.ours ?? null };
  if (plugin.ours === false) {
    return { status: "fail", summary: words.notOurs, advice: words.notOursAdvice, data };
  }
  return { status: "ok", summary: words.fine(models.names.length), data };
}

/** A list of the user's that keeps the provider away. */
function describeHidden({ files, words: all }: Case): Finding | undefined {
  const words = all.opencode.provider;
  const disabled = files.disabled.find(({ value }) => value === "openai");
  if (disabled !== undefined) {
    const source = disabled.source ?? "opencode.json";
    return {
      status: "fail",
      summary: words.disabled(source),
      advice: words.disabledAdvice(source),
    };
  }
  if (files.enabled === undefined || files.enabled.value.includes("openai")) return undefined;
  const source = files.enabled.source ?? "opencode.json";
  return {
    status: "fail",
    summary: words.notEnabled(source),
    advice: words.notEnabledAdvice(source),
  };
}

type Configured = HostConfig["models"][number];

export async function checkModel(patient: Case): Promise<Finding> {
  const { files, host, words: all } = patient;
  const words = all.opencode.model;
  const facts = await host();
  const seen = facts?.config.type === "read" ? facts.config.config.models : [];
  const written = new Map([...seen, ...files.models].map((one) => [one.what, one]));
  const known = await findNames(patient, facts);
  const data = { configured: [...written.values()].map(({ what, value }) => ({ what, value })) };
  for (const configured of written.values()) {
    const wrong = describeWrong(configured, known, patient);
    if (wrong !== undefined) return { ...wrong, data };
  }
  const main = written.get("model")?.value;
  if (main === undefined) return { status: "ok", summary: words.none, data };
  if (!main.startsWith("openai/")) return { status: "ok", summary: words.elsewhere(main), data };
  const summary = known === undefined ? words.unknown(main) : words.fine(main);
  return { status: "ok", summary, data };
}

type Names = { readonly all: readonly string[]; readonly has: (name: string) => boolean };

/**
 * The gateway's list, else what OpenCode shows: that has a configured model in it too, served or not.
 */
async function findNames(
  { lab, setup }: Case,
  facts: Awaited<ReturnType<Case["host"]>>,
): Promise<Names | undefined> {
  const fetched = await lab.list();
  const shown = facts?.models.type === "listed" ? facts.models.names : undefined;
  if (fetched.type === "list" && setup.resolved.settings.models !== "all") {
    const served = new Set(fetched.models.map(({ id }) => id));
    const knowledge = createModelKnowledge(fetched.models);
    const has = (name: string) => served.has(resolveModel(name, knowledge).id);
    return { all: [...new Set([...(shown ?? []), ...served])].filter(has), has };
  }
  return shown && { all: shown, has: (name) => shown.includes(name) };
}

function describeWrong(
  { what, value, source = "opencode.json" }: Configured,
  known: Names | undefined,
  { words: all }: Case,
): Finding | undefined {
  const words = all.opencode.model;
  if (!value.includes("/")) {
    return {
      status: "fail",
      summary: words.noPrefix(what, value, source),
      advice: words.noPrefixAdvice(value, source),
    };
  }
  if (known === undefined || !value.startsWith("openai/")) return undefined;
  // OpenCode 2 writes a variant behind the name.
  const [name = ""] = value.slice("openai/".length).split("#");
  if (known.has(name)) return undefined;
  const close = closestModels(name, known.all);
  return {
    status: "fail",
    summary: words.notShown(what, value, source),
    advice: words.notShownAdvice(
      (close.length > 0 ? close : known.all.slice(0, 3)).map((id) => `openai/${id}`),
    ),
  };
}
