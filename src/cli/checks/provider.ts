/** What OpenCode shows of the provider `openai`, and whether the configured model is among it. */
import { closestModels } from "../../models/closest.ts";
import type { Case } from "../case.ts";
import type { HostConfig } from "../opencode/config.ts";
import { logFile } from "../opencode/places.ts";
import type { Finding } from "../types.ts";

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
      details: models.type === "failed" ? [models.said] : [],
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
  const names = facts?.models.type === "listed" ? facts.models.names : undefined;
  const data = { configured: [...written.values()].map(({ what, value }) => ({ what, value })) };
  for (const configured of written.values()) {
    const wrong = describeWrong(configured, names, patient);
    if (wrong !== undefined) return { ...wrong, data };
  }
  const main = written.get("model")?.value;
  if (main === undefined) return { status: "ok", summary: words.none, data };
  if (!main.startsWith("openai/")) return { status: "ok", summary: words.elsewhere(main), data };
  const summary = names === undefined ? words.unknown(main) : words.fine(main);
  return { status: "ok", summary, data };
}

function describeWrong(
  { what, value, source = "opencode.json" }: Configured,
  names: readonly string[] | undefined,
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
  if (names === undefined || !value.startsWith("openai/")) return undefined;
  // OpenCode 2 writes a variant behind the name.
  const [name = ""] = value.slice("openai/".length).split("#");
  if (names.includes(name)) return undefined;
  const close = closestModels(name, names);
  return {
    status: "fail",
    summary: words.notShown(what, value, source),
    advice: words.notShownAdvice(
      (close.length > 0 ? close : names.slice(0, 3)).map((id) => `openai/${id}`),
    ),
  };
}
