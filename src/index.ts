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
import { createRequestLog, noRequestLog, requestLogFolder } from "./log/request-log.ts";
import { createReport } from "./report.ts";
import { speak } from "./words/current.ts";
import { chooseLanguage, systemLocale } from "./words/language.ts";

// They outlive the instance: after a login OpenCode starts the plugin again in the same process.
const shown = new Set<string>();
const instructionsMemory = createInstructionsMemory();
let notices: Notices | undefined;

async function server(input: PluginInput, options?: PluginOptions): Promise<PluginHooks> {
  const { client, directory, worktree } = input;
  const { env } = process;
  const home = homeOf(env, process.platform);
  const service = "opencode-openai-codex-key";
  // Until the settings are read, which may name another language.
  const locale = systemLocale();
  speak(chooseLanguage({ env, locale }));
  /** The host's own services may fail or be gone; a message is never worth an error. */
  const quietly = (call: Promise<unknown>): void => void call.catch(() => {});

  function toast(id: string, message: string): void {
    if (shown.has(id)) return;
    shown.add(id);
    quietly(client.tui.showToast({ body: { title: service, message, variant: "warning" } }));
  }

  function debug(message: string): void {
    if (!isOn(env.DEBUG_CODEX_PLUGIN)) return;
    // The host's log does not name the service; and at its usual level it has no debug lines.
    quietly(
      client.app.log({ body: { service, level: "info", message: `${service}: ${message}` } }),
    );
  }

  const commandLine = await readCommandLine();
  const report = createReport(env);
  report({ step: "started" });
  return createHooks({
    env,
    home,
    directory,
    worktree,
    pluginOptions: options,
    locale,
    fetch: (url, init) => fetch(url, init),
    instructionsMemory,
    requestLog: isOn(env.ENABLE_PLUGIN_REQUEST_LOGGING)
      ? createRequestLog({ folder: requestLogFolder(home), debug })
      : noRequestLog,
    toast,
    debug,
    report,
    commandLine,
  });
}

/** OpenCode 2, which shows no notices of a plugin and has no log for it: both go to a file. */
async function setup(ctx: HostContext): Promise<(() => Promise<void>) | undefined> {
  const { env } = process;
  const home = homeOf(env, process.platform);
  const directory = ctx.location?.directory ?? process.cwd();
  const locale = systemLocale();
  speak(chooseLanguage({ env, locale }));
  notices ??= createNotices(noticesPath(home));
  const { notice: toast, debug: write } = notices;
  const debug = isOn(env.DEBUG_CODEX_PLUGIN) ? write : () => {};
  return setUp(ctx, {
    env,
    home,
    directory,
    worktree: ctx.location?.project?.directory ?? directory,
    pluginOptions: ctx.options,
    locale,
    fetch: (url, init) => fetch(url, init),
    instructionsMemory,
    requestLog: isOn(env.ENABLE_PLUGIN_REQUEST_LOGGING)
      ? createRequestLog({ folder: requestLogFolder(home), debug })
      : noRequestLog,
    toast,
    debug,
    report: createReport(env),
  });
}

export default { id: "opencode-openai-codex-key", server, setup };
