/** Variables that change what the plugin, the host or the network does. Proxies have their own check. */
import { redactSecrets } from "../../redact.ts";
import { keyVariable } from "../../settings/input.ts";
import type { Case } from "../case.ts";
import type { Finding } from "../types.ts";

const variables = [
  "OPENCODE_CODEX_BASE_URL",
  "CODEX_MODE",
  "ENABLE_PLUGIN_REQUEST_LOGGING",
  "DEBUG_CODEX_PLUGIN",
  "OPENCODE_CONFIG",
  "OPENCODE_CONFIG_DIR",
  "OPENCODE_DISABLE_PROJECT_CONFIG",
  "OPENCODE_PURE",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "OPENCODE_CODEX_LANG",
  "NODE_EXTRA_CA_CERTS",
  "NODE_TLS_REJECT_UNAUTHORIZED",
] as const;

/** Shown by name only: what they hold is a secret, or a whole document. */
const hidden = [
  keyVariable,
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "OPENCODE_CONFIG_CONTENT",
  "OPENCODE_AUTH_CONTENT",
] as const;

export function checkEnvironment({ setup: { key }, world: { env }, words: all }: Case): Finding {
  const words = all.machine.environment;
  /** A base URL with a password in it is refused, but it may stand there. */
  const show = (name: (typeof variables)[number]): string =>
    name.endsWith("_URL") ? redactSecrets(env[name] ?? "") : (env[name] ?? "");
  const set = variables.filter((name) => env[name]);
  const present = hidden.filter((name) => env[name]);
  const details = [
    ...set.map((name) => `${name}=${show(name)}`),
    ...present.map((name) => words.hidden(name)),
  ];
  const data = {
    set: Object.fromEntries(set.map((name) => [name, show(name)])),
    present,
  };
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    return {
      status: "warn",
      summary: words.unchecked,
      details,
      advice: words.uncheckedAdvice,
      data,
    };
  }
  if (key === undefined && env.OPENAI_API_KEY) {
    return {
      status: "warn",
      summary: words.openaiKey,
      details,
      advice: words.openaiKeyAdvice(keyVariable),
      data,
    };
  }
  const count = set.length + present.length;
  return {
    status: "ok",
    summary: words.count(count),
    details,
    data,
  };
}
