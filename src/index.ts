/** The plugin's entry: wires the real dependencies, holds no logic. Nothing else may be exported. */
import type { PluginInput, PluginOptions } from "@opencode-ai/plugin";
import { homeOf } from "./home.ts";
import { readCommandLine } from "./host/v1/command-line.ts";
import { createHooks, type PluginHooks } from "./host/v1/hooks.ts";
import { setup as setUp } from "./host/v2/setup.ts";
import type { HostContext } from "./host/v2/types.ts";
import { createInstructionsMemory } from "./instructions/sources.ts";
import { isOn } from "./is-on.ts";
import { createNotices, type Notices, noticesPath } from "./log/notices.ts";
import {
  createRequestLog,
  noRequestLog,
  type RequestLog,
  requestLogFolder,
} from "./log/request-log.ts";
import { createReport } from "./report.ts";
import { speak } from "./words/current.ts";
import { chooseLanguage, systemLocale } from "./words/language.ts";

// They outlive the instance: after a login OpenCode starts the plugin again in the same process.
const shown = new Set<string>();
const instructionsMemory = createInstructionsMemory();
let notices: Notices | undefined;

/** What every adapter gets of the process. The language is the system's until the settings are read. */
function surroundings() {
  const { env } = process;
  const home = homeOf(env, process.platform);
  const locale = systemLocale();
  speak(chooseLanguage({ env, locale }));
  return {
    env,
    home,
    locale,
    fetch: (url: string, init: RequestInit) => fetch(url, init),
    instructionsMemory,
    report: createReport(env),
  };
}

function requestLogFor(home: string, debug: (message: string) => void): RequestLog {
  if (!isOn(process.env.ENABLE_PLUGIN_REQUEST_LOGGING)) return noRequestLog;
  return createRequestLog({ folder: requestLogFolder(home), debug });
}

async function server(input: PluginInput, options?: PluginOptions): Promise<PluginHooks> {
  const { client, directory, worktree } = input;
  const own = surroundings();
  const service = "opencode-openai-codex-key";
  /** The host's own services may fail or be gone; a message is never worth an error. */
  const quietly = (call: Promise<unknown>): void => void call.catch(() => {});

  function toast(id: string, message: string): void {
    if (shown.has(id)) return;
    shown.add(id);
    quietly(client.tui.showToast({ body: { title: service, message, variant: "warning" } }));
  }

  function debug(message: string): void {
    if (!isOn(own.env.DEBUG_CODEX_PLUGIN)) return;
    // The host's log does not name the service; and at its usual level it has no debug lines.
    quietly(
      client.app.log({ body: { service, level: "info", message: `${service}: ${message}` } }),
    );
  }

  const commandLine = await readCommandLine();
  own.report({ step: "started" });
  return createHooks({
    ...own,
    directory,
    worktree,
    pluginOptions: options,
    requestLog: requestLogFor(own.home, debug),
    toast,
    debug,
    commandLine,
  });
}

/** OpenCode 2, which shows no notices of a plugin and has no log for it: both go to a file. */
async function setup(ctx: HostContext): Promise<(() => Promise<void>) | undefined> {
  const own = surroundings();
  const directory = ctx.location?.directory ?? process.cwd();
  notices ??= createNotices(noticesPath(own.home));
  const { notice: toast, debug: write } = notices;
  const debug = isOn(own.env.DEBUG_CODEX_PLUGIN) ? write : () => {};
  return setUp(ctx, {
    ...own,
    directory,
    worktree: ctx.location?.project?.directory ?? directory,
    pluginOptions: ctx.options,
    requestLog: requestLogFor(own.home, debug),
    toast,
    debug,
  });
}

export default { id: "opencode-openai-codex-key", server, setup };
