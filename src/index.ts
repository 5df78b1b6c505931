/** The only entry: wires the real dependencies, holds no logic. Nothing else may be exported. */
import { homedir } from "node:os";
import type { PluginInput, PluginOptions } from "@opencode-ai/plugin";
import { createHooks, type PluginHooks } from "./host/v1.ts";
import { createInstructionsMemory } from "./instructions/codex.ts";

// Both outlive the instance: after a login OpenCode starts the plugin again in the same process.
const shown = new Set<string>();
const instructionsMemory = createInstructionsMemory();

async function server(input: PluginInput, options?: PluginOptions): Promise<PluginHooks> {
  const { client, directory, worktree } = input;
  const { env } = process;
  const service = "opencode-openai-codex-key";
  /** The host's own services may fail or be gone; a message is never worth an error. */
  const quietly = (call: Promise<unknown>): void => void call.catch(() => {});

  return createHooks({
    env,
    home: env.HOME ?? homedir(),
    directory,
    worktree,
    pluginOptions: options,
    fetch: (url, init) => fetch(url, init),
    instructionsMemory,
    toast(id, message) {
      if (shown.has(id)) return;
      shown.add(id);
      quietly(client.tui.showToast({ body: { title: service, message, variant: "warning" } }));
    },
    debug(message) {
      if (env.DEBUG_CODEX_PLUGIN !== "1") return;
      quietly(client.app.log({ body: { service, level: "debug", message } }));
    },
  });
}

export default { id: "opencode-openai-codex-key", server };
