/** What stands on this machine: settings, permissions, variables. */

import { redactSecrets } from "../../redact.ts";
import { trimForeignEndpoint } from "../../request/endpoint.ts";
import { isInsecure } from "../../settings/insecure.ts";
import { keyVariable } from "../../settings/load.ts";
import { describeProblem } from "../../settings/resolve.ts";
import { words } from "../../words/current.ts";
import { settingRows } from "../settings-view.ts";
import type { Setup } from "../setup.ts";
import type { Finding, World } from "../types.ts";

export function checkSettings({ resolved }: Setup): Finding {
  const { settings, problems, lookedIn, refusal, ignored = [] } = resolved;
  const rows = settingRows(resolved);
  const data = { settings: rows, problems, lookedIn, refusal, ignored };
  if (problems.length > 0) {
    const [first] = problems;
    return {
      status: "fail",
      summary: problems.length === 1 ? "a value is not valid" : "several values are not valid",
      details: problems.map(describeProblem),
      advice: `Mend it in ${first?.source}. Until then nothing is sent to the gateway.`,
      data,
    };
  }
  if (refusal !== undefined) {
    return {
      status: "fail",
      summary: words().originNotTrusted.happened(refusal),
      advice: words().originNotTrusted.advice(refusal),
      data,
    };
  }
  if (settings.baseURL === undefined) {
    return {
      status: "fail",
      summary: "no base URL of a gateway is configured",
      details: ["Looked in:", ...lookedIn.map((place) => `  ${place}`)],
      advice: `${words().login}.`,
      data,
    };
  }
  const details = [
    ...rows.map(({ name, shown, source }) => `${name} = ${shown}   (${source})`),
    ...ignored.map(
      ({ name, source }) =>
        `${name} of ${source} is not used: it belongs to a base URL of the same place`,
    ),
  ];
  const trimmed = trimForeignEndpoint(settings.baseURL);
  if (trimmed !== settings.baseURL) {
    details.unshift(`${settings.baseURL} ends in an endpoint of another API; taken for ${trimmed}`);
  }
  if (isInsecure(settings.baseURL)) {
    return {
      status: "warn",
      summary: `${settings.baseURL} has no TLS: the key and your code travel in clear`,
      details,
      advice: "Use https:// if the gateway offers it.",
      data,
    };
  }
  if (trimmed !== settings.baseURL) {
    const [summary = "", ...others] = details;
    const advice = `It works. To be plain, make ${trimmed} the base URL.`;
    return { status: "warn", summary, details: others, advice, data };
  }
  return { status: "ok", summary: settings.baseURL, details, data };
}

/** Windows has no such bits; there the folder of the user is closed to others anyway. */
export function checkPermissions({ modes }: Setup, { platform }: World): Finding {
  if (platform === "win32")
    return { status: "ok", summary: "not a matter of mode bits on Windows" };
  const wanted = { folder: 0o700, settings: 0o600, keys: 0o600, credential: 0o600 };
  const found = (["folder", "settings", "keys", "credential"] as const).flatMap((name) => {
    const { path, mode } = modes[name];
    return mode === undefined ? [] : [{ name, path, mode, wanted: wanted[name] }];
  });
  const lax = found.filter(({ mode }) => (mode & 0o077) !== 0);
  const data = {
    files: found.map(({ path, mode, wanted: allowed }) => ({
      path,
      mode: octal(mode),
      allowed: octal(allowed),
    })),
  };
  if (lax.length === 0) {
    const summary =
      found.length === 0 ? "nothing is stored yet" : "nobody but you can read what is stored";
    return { status: "ok", summary, data };
  }
  return {
    // The key itself lies open; settings hold secrets at most in their headers.
    status: lax.some(({ name }) => name === "credential" || name === "keys") ? "fail" : "warn",
    summary: "other users of this machine can read what is yours",
    details: lax.map(({ path, mode }) => `${path} has mode ${octal(mode)}`),
    advice: `Run: ${lax.map(({ path, wanted: allowed }) => `chmod ${octal(allowed)} ${quote(path)}`).join(" && ")}`,
    data,
  };
}

const octal = (mode: number): string => mode.toString(8).padStart(3, "0");
const quote = (path: string): string => (/^[\w./~-]+$/.test(path) ? path : `'${path}'`);

/** Variables that change what the plugin, the host or the network does. Proxies have their own check. */
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

export function checkEnvironment({ key }: Setup, { env }: World): Finding {
  /** A base URL with a password in it is refused, but it may stand there. */
  const show = (name: (typeof variables)[number]): string =>
    name.endsWith("_URL") ? redactSecrets(env[name] ?? "") : (env[name] ?? "");
  const set = variables.filter((name) => env[name]);
  const present = hidden.filter((name) => env[name]);
  const details = [
    ...set.map((name) => `${name}=${show(name)}`),
    ...present.map((name) => `${name} is set (not shown)`),
  ];
  const data = {
    set: Object.fromEntries(set.map((name) => [name, show(name)])),
    present,
  };
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    return {
      status: "warn",
      summary: "certificates are not checked: anybody on the way can read the key",
      details,
      advice: "Unset NODE_TLS_REJECT_UNAUTHORIZED; for a private CA set NODE_EXTRA_CA_CERTS.",
      data,
    };
  }
  if (key === undefined && env.OPENAI_API_KEY) {
    return {
      status: "warn",
      summary: "OPENAI_API_KEY is set, and this plugin does not use it",
      details,
      advice: `Without a login OpenCode sends that key to OpenAI itself. Log in, or set ${keyVariable}.`,
      data,
    };
  }
  const count = set.length + present.length;
  return {
    status: "ok",
    summary:
      count === 0
        ? "no variable that matters is set"
        : count === 1
          ? "1 that matters is set"
          : `${count} that matter are set`,
    details,
    data,
  };
}
