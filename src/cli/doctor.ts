/** The checks of the doctor. */
import type { Case } from "./case.ts";
import { checkAnswer, checkCache, checkStreaming, checkTools } from "./checks/answer.ts";
import { checkCredential } from "./checks/credential.ts";
import { checkEnvironment } from "./checks/environment.ts";
import { checkClock, checkEndpoint, checkKey, checkModels } from "./checks/gateway.ts";
import { checkInstructions } from "./checks/instructions.ts";
import { checkConnection, checkDns, checkProxy } from "./checks/network.ts";
import { checkConfig, checkOpenCode } from "./checks/opencode.ts";
import { checkBalance, checkOthers } from "./checks/others.ts";
import { checkPlugin } from "./checks/plugin.ts";
import { checkModel, checkProvider } from "./checks/provider.ts";
import { checkPermissions, checkSettings } from "./checks/settings.ts";
import { createLab } from "./lab.ts";
import { once } from "./once.ts";
import { askHost, findHost } from "./opencode/facts.ts";
import { readConfigFiles } from "./opencode/files.ts";
import { proxySecrets } from "./proxy.ts";
import { runChecks } from "./run.ts";
import type { Setup } from "./setup.ts";
import {
  type Check,
  type CheckId,
  checkIds,
  type Finding,
  type Report,
  type Result,
  type World,
} from "./types.ts";
import { findWay } from "./way.ts";

export type DoctorOptions = {
  readonly setup: Setup;
  /** The model to ask; else the configured one if it is served, else the gateway's first. */
  readonly model: string | undefined;
  readonly onStart: (check: Check) => void;
  readonly onResult: (result: Result) => void;
};

/** @throws the signal's reason when the user stops it. */
export async function examine(world: World, options: DoctorOptions): Promise<Report> {
  const { setup, model } = options;
  const { words } = world;
  const files = await readConfigFiles(setup.written);
  const main = files.models.find(({ what }) => what === "model")?.value;
  const configured = main?.startsWith("openai/") ? main.slice("openai/".length) : undefined;
  const lab = createLab(world, setup, { model, configured });
  // Only the checks that need valid settings look at it.
  const way = findWay(setup.resolved.settings.baseURL ?? "http://none.invalid", world);
  const host = once(async () => {
    const found = await findHost(world);
    return found && askHost(found, world);
  });
  try {
    return await runChecks({
      checks: createChecks({ world, words, setup, lab, way, files, host }),
      words,
      secrets: [...setup.secrets, ...proxySecrets(world.env)],
      signal: world.signal,
      now: world.now,
      onStart: options.onStart,
      onResult: options.onResult,
    });
  } finally {
    lab.dispose();
  }
}

type Row = {
  readonly needs?: readonly CheckId[];
  readonly after?: readonly CheckId[];
  readonly run: (patient: Case) => Finding | Promise<Finding>;
};

const rows: Readonly<Record<CheckId, Row>> = {
  opencode: { run: checkOpenCode },
  config: { run: checkConfig },
  plugin: { needs: ["opencode", "config"], run: checkPlugin },
  settings: { run: checkSettings },
  credential: { run: checkCredential },
  provider: { needs: ["plugin", "settings"], after: ["credential"], run: checkProvider },
  environment: { run: checkEnvironment },
  proxy: { needs: ["settings"], run: checkProxy },
  dns: { needs: ["settings", "proxy"], run: checkDns },
  connection: { needs: ["settings", "dns"], run: checkConnection },
  instructions: { needs: ["settings"], run: checkInstructions },
  endpoint: { needs: ["credential", "connection", "instructions"], run: checkEndpoint },
  key: { needs: ["endpoint"], run: checkKey },
  models: { needs: ["key"], run: checkModels },
  model: { after: ["provider"], run: checkModel },
  answer: { needs: ["key"], run: checkAnswer },
  streaming: { needs: ["answer"], run: checkStreaming },
  tools: { needs: ["answer"], run: checkTools },
  cache: { needs: ["answer"], run: checkCache },
  clock: { needs: ["endpoint"], run: checkClock },
  balance: { needs: ["key"], run: checkBalance },
  gateways: { needs: ["settings"], run: checkOthers },
  permissions: { run: checkPermissions },
};

function createChecks(patient: Case): Check[] {
  const { machine, opencode, network, requests, others } = patient.words;
  const named: Readonly<Record<CheckId, { readonly title: string; readonly doing: string }>> = {
    ...machine,
    ...opencode,
    ...network,
    ...requests,
    ...others,
  };
  return checkIds.map((id) => {
    const { run, ...order } = rows[id];
    const { title, doing } = named[id];
    return { id, title, doing, ...order, run: async () => run(patient) };
  });
}
