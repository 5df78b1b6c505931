/** The checks of the doctor. */
import { checkAnswer, checkCache, checkTools } from "./checks/answer.ts";
import { checkClock, checkEndpoint, checkKey, checkModels } from "./checks/gateway.ts";
import { checkCredential, checkOpenCode, checkPlugin } from "./checks/host.ts";
import { checkInstructions } from "./checks/instructions.ts";
import { checkConnection, checkDns, checkProxy, findWay } from "./checks/network.ts";
import { checkBalance, checkOthers } from "./checks/others.ts";
import { checkEnvironment, checkPermissions, checkSettings } from "./checks/settings.ts";
import { createLab } from "./lab.ts";
import { findOpenCode, isOpenCode2, loadAccounts } from "./opencode.ts";
import { proxySecrets } from "./proxy.ts";
import { runChecks } from "./run.ts";
import { focus, loadSetup, type Setup } from "./setup.ts";
import {
  type Check,
  type CheckId,
  checkIds,
  type Report,
  type Result,
  type World,
} from "./types.ts";

export type DoctorOptions = {
  /** The model to ask; the gateway's first one else. */
  readonly model: string | undefined;
  /** Name of the gateway to look at; the one that is asked first else. */
  readonly gateway: string | undefined;
  readonly onStart: (check: Check) => void;
  readonly onResult: (result: Result) => void;
};

/** @throws the signal's reason when the user stops it. */
export async function examine(world: World, options: DoctorOptions): Promise<Report> {
  const setup = focus(await loadSetup(world), options.gateway);
  const lab = createLab(world, setup, options.model);
  try {
    return await runChecks({
      checks: createChecks(world, setup, lab),
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

function createChecks(world: World, setup: Setup, lab: ReturnType<typeof createLab>): Check[] {
  // Only the checks that need valid settings look at it.
  const way = findWay(setup.resolved.settings.baseURL ?? "http://none.invalid", world);
  let asked: ReturnType<typeof findOpenCode> | undefined;
  const host = () => {
    asked ??= findOpenCode(world);
    return asked;
  };
  const checks: Readonly<Record<CheckId, Omit<Check, "id">>> = {
    settings: {
      title: "Settings",
      doing: "reading the settings",
      run: async () => checkSettings(setup),
    },
    permissions: {
      title: "Permissions",
      doing: "looking at files",
      run: async () => checkPermissions(setup, world),
    },
    opencode: {
      title: "OpenCode",
      doing: "asking OpenCode for its version",
      run: async () => checkOpenCode(await host()),
    },
    plugin: {
      title: "Plugin",
      doing: "reading OpenCode's configuration",
      run: async () => checkPlugin(setup, world, await host()),
    },
    credential: {
      title: "Credential",
      doing: "looking for the key",
      run: async () => {
        const found = await host();
        const isSecond = found !== undefined && isOpenCode2(found);
        return checkCredential(setup, isSecond ? await loadAccounts(found, world) : undefined);
      },
    },
    environment: {
      title: "Environment",
      doing: "reading variables",
      run: async () => checkEnvironment(setup, world),
    },
    proxy: {
      title: "Proxy",
      doing: "looking for a proxy",
      needs: ["settings"],
      run: async () => checkProxy(way, world),
    },
    dns: {
      title: "DNS",
      doing: "resolving the name",
      needs: ["settings", "proxy"],
      run: () => checkDns(way, world),
    },
    connection: {
      title: "Connection",
      doing: "connecting",
      needs: ["settings", "dns"],
      run: () => checkConnection(way, world),
    },
    instructions: {
      title: "Instructions",
      doing: "looking for instructions",
      needs: ["settings"],
      run: () => checkInstructions(lab, setup, world),
    },
    endpoint: {
      title: "Endpoint",
      doing: "asking for a short answer",
      needs: ["credential", "connection", "instructions"],
      run: () => checkEndpoint(lab, way, world),
    },
    key: {
      title: "Key",
      doing: "judging the answer",
      needs: ["endpoint"],
      run: () => checkKey(lab, setup),
    },
    models: {
      title: "Models",
      doing: "reading the model list",
      needs: ["key"],
      run: () => checkModels(lab, setup),
    },
    answer: {
      title: "Answer",
      doing: "judging the answer",
      needs: ["key"],
      run: () => checkAnswer(lab),
    },
    tools: {
      title: "Tool calling",
      doing: "asking for a tool call",
      needs: ["answer"],
      run: () => checkTools(lab),
    },
    cache: {
      title: "Prompt cache",
      doing: "asking the same once more",
      needs: ["answer"],
      run: () => checkCache(lab),
    },
    clock: {
      title: "Clock",
      doing: "comparing clocks",
      needs: ["endpoint"],
      run: () => checkClock(lab),
    },
    balance: {
      title: "Balance",
      doing: "asking what is left",
      needs: ["key"],
      run: () => checkBalance(lab, setup, world),
    },
    gateways: {
      title: "Gateways",
      doing: "looking at the other gateways",
      needs: ["settings"],
      run: () => checkOthers(setup, world),
    },
  };
  return checkIds.map((id) => ({ id, ...checks[id] }));
}
