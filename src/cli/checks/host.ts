/** OpenCode on this machine: its version, this plugin in it, the credential it has stored. */

import { keyVariable } from "../../settings/load.ts";
import { words } from "../../words/current.ts";
import { about } from "../about.ts";
import { type HostAccounts, isOpenCode2, type OpenCode } from "../opencode.ts";
import type { Setup } from "../setup.ts";
import type { Finding, World } from "../types.ts";

export function checkOpenCode(found: OpenCode | undefined): Finding {
  if (found === undefined) {
    return {
      status: "warn",
      summary: 'no program named "opencode" was found, so its version is not known',
      advice: `Make sure that the OpenCode you use is ${about.opencode}.`,
      data: { needed: about.opencode },
    };
  }
  const { version } = found;
  const data = { ...found, needed: about.opencode };
  if (isOld(version)) {
    return {
      status: "fail",
      summary: `OpenCode ${version} is too old: this plugin needs ${about.opencode}`,
      advice: 'Run "opencode upgrade".',
      data,
    };
  }
  return { status: "ok", summary: `OpenCode ${version}`, data };
}

function isOld(version: string): boolean {
  const parse = (text: string) =>
    /(\d{1,4})\.(\d{1,4})\.(\d{1,4})/.exec(text)?.slice(1).map(Number) ?? [];
  const found = parse(version);
  // A build from source calls itself 0.0.0-branch.
  if (found.every((part) => part === 0)) return false;
  for (const [index, least] of parse(about.opencode).entries()) {
    const part = found[index] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}

/** @param host the OpenCode that would load it, where one was found. */
export function checkPlugin(
  { plugin, written }: Setup,
  { directory, env }: World,
  host: OpenCode | undefined,
): Finding {
  const { read, unreadable } = written;
  const details = unreadable.map(({ path, reason }) => `${path} cannot be read: ${reason}`);
  const data = { plugin, configuration: read, unreadable, directory };
  const second = host !== undefined && isOpenCode2(host);
  if (env.OPENCODE_PURE === "1" || env.OPENCODE_PURE === "true") {
    return {
      status: "fail",
      summary: "OPENCODE_PURE is set: OpenCode loads no plugin at all",
      advice: "Unset OPENCODE_PURE.",
      data,
    };
  }
  if (plugin === undefined) {
    const where = read.length > 0 ? read.map((path) => `  ${path}`) : ["  (there is none)"];
    return {
      status: "fail",
      summary: "no configuration that applies in this folder lists this plugin",
      details: [...details, "Configuration read:", ...where],
      advice: `Run "opencode plugin ${second ? "add " : ""}${about.name}", or add "${about.name}" to "plugin" in opencode.json.`,
      data,
    };
  }
  if (second && /^(?:file:|[./~]|[A-Za-z]:).*\.js$/.test(plugin.spec)) {
    return {
      status: "fail",
      summary: `${plugin.spec} in ${plugin.source} is a file, and OpenCode 2 takes folders alone`,
      details,
      advice: `Name the folder instead, which OpenCode 1 takes too: "${plugin.spec.replace(/[\\/][^\\/]*$/, "")}".`,
      data,
    };
  }
  const options = plugin.options === undefined ? "no options" : "with options";
  return {
    status: unreadable.length > 0 ? "warn" : "ok",
    summary: `${plugin.spec} in ${plugin.source} (${options})`,
    details,
    ...(unreadable.length > 0 ? { advice: "Mend the files that OpenCode cannot read." } : {}),
    data: { ...data, plugin: { spec: plugin.spec, source: plugin.source, options } },
  };
}

/** @param host what OpenCode 2 has stored; nothing where another OpenCode is used. */
export function checkCredential(setup: Setup, host?: HostAccounts): Finding {
  if (host === undefined) return checkKey(setup);
  const { key } = setup;
  const { path, mode, accounts } = host;
  const names = accounts?.map(({ label, method }) => `"${label}" (${method})`) ?? [];
  const stored =
    accounts === undefined
      ? 'OpenCode did not say which accounts it has ("opencode auth list")'
      : `accounts of OpenCode 2 in ${path}: ${names.join(", ") || "none"}`;
  const open = mode !== undefined && (mode & 0o077) !== 0;
  const details = [
    stored,
    ...(open ? [`others on this machine may read ${path} (mode ${mode.toString(8)})`] : []),
  ];
  const data = { path, mode: mode?.toString(8), accounts };
  if (key === undefined && (accounts ?? []).some(({ method }) => method === "key")) {
    return {
      status: "skip",
      summary: "a key is stored, which OpenCode 2 shows to nobody",
      details,
      advice: `To have the gateway checked, run this with ${keyVariable} set.${open ? ` ${protect(path)}` : ""}`,
      data,
    };
  }
  const finding = checkKey(setup);
  return {
    ...finding,
    status: finding.status === "ok" && open ? "warn" : finding.status,
    details,
    ...(open && finding.status === "ok" ? { advice: protect(path) } : {}),
    data: { ...finding.data, ...data },
  };
}

const protect = (path: string): string => `Run "chmod 600 ${path}*".`;

function checkKey({ credential, key }: Setup): Finding {
  const { type, source } = credential;
  const stored = `in ${source}`;
  const data = { type, source, key: key && { source: key.source, length: key.value.length } };
  if (key === undefined) {
    const advice = `${words().login}, or set ${keyVariable}.`;
    const failed = (summary: string): Finding => ({ status: "fail", summary, advice, data });
    switch (credential.type) {
      case "oauth":
        return failed(
          `a ChatGPT login is stored ${stored}; for it OpenCode talks to OpenAI itself and this plugin steps aside`,
        );
      case "unreadable":
        return failed(`${source} cannot be read: ${credential.reason}`);
      case "other":
        return failed(`the credential for openai ${stored} is ${credential.found}, not an API key`);
      default:
        return failed(`no key for openai is stored ${stored}`);
    }
  }
  const length = `${key.value.length} characters`;
  if (/\s|[^\u0021-\u007e]/.test(key.value)) {
    return {
      status: "fail",
      summary: `the key from ${key.source} (${length}) holds spaces or characters no key has`,
      advice: `It was probably not pasted right. ${words().login} again.`,
      data,
    };
  }
  const also =
    credential.type === "api" && key.source !== source ? `; it outranks the one ${stored}` : "";
  return { status: "ok", summary: `API key of ${length} from ${key.source}${also}`, data };
}
