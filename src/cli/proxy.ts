/** Which proxy a request goes through. Pure; nothing here says what a proxy's password is. */
import type { Runtime } from "./types.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type ProxyServer = {
  /** As the variable has it, a missing scheme filled in. May hold a password. */
  readonly url: string;
  /** The variable it stands in. */
  readonly variable: string;
};

export type ProxyChoice =
  | { readonly type: "direct" }
  /** There is a proxy, and a NO_PROXY that takes this host out. */
  | { readonly type: "excepted"; readonly proxy: ProxyServer; readonly variable: string }
  | { readonly type: "proxy"; readonly proxy: ProxyServer };

/**
 * The proxy that OpenCode uses for a URL, by the rules of the Bun inside it (1.3; measured): lower
 * case before upper, an empty variable counts as none, `ALL_PROXY` does not count, an entry of
 * `NO_PROXY` is a host's ending, `host:port` or `*`.
 */
export function proxyFor(url: string, env: Environment): ProxyChoice {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === "https:" ? "https" : "http";
  const found = pick(env, `${scheme}_proxy`);
  if (found === undefined) return { type: "direct" };
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(found.value);
  const proxy = {
    url: withScheme ? found.value : `http://${found.value}`,
    variable: found.name,
  };
  const exceptions = pick(env, "no_proxy");
  const host = port === "" ? hostname : `${hostname}:${port}`;
  const excepted = exceptions?.value
    .split(",")
    .map((entry) => entry.trim().replace(/^\./, "").toLowerCase())
    .some((entry) => entry === "*" || entry === host || (entry !== "" && hostname.endsWith(entry)));
  return exceptions !== undefined && excepted === true
    ? { type: "excepted", proxy, variable: exceptions.name }
    : { type: "proxy", proxy };
}

function pick(env: Environment, lower: string): { name: string; value: string } | undefined {
  for (const name of [lower, lower.toUpperCase()]) {
    const value = env[name]?.trim();
    if (value) return { name, value };
  }
  return undefined;
}

/**
 * Whether requests of this process go through the proxies of the environment. Bun's always do.
 * Node's do since 24 and 22.21, when asked to.
 */
export function honoursProxies({ name, version }: Runtime, env: Environment): boolean {
  if (name === "bun") return true;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const able = major >= 24 || (major === 22 && minor >= 21);
  const asked =
    env.NODE_USE_ENV_PROXY === "1" || env.NODE_OPTIONS?.includes("--use-env-proxy") === true;
  return able && asked;
}

/** The proxy's URL without user name and password; `undefined` where it is no URL at all. */
export function showProxy({ url }: ProxyServer): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, username, password } = new URL(url);
  const credentials = username !== "" || password !== "" ? "[redacted]@" : "";
  return `${protocol}//${credentials}${host}`;
}

/**
 * User names and passwords of proxies, as written: texts that must never be printed. Very short
 * ones are left out: hiding each "1" would blacken the text, and `showProxy` hides them anyway.
 */
export function proxySecrets(env: Environment): string[] {
  const names = ["http_proxy", "https_proxy", "all_proxy"];
  const texts = names.flatMap((name) => [env[name], env[name.toUpperCase()]]);
  return texts.flatMap((text) => {
    const [, userInfo] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(.*)@/i.exec(text ?? "") ?? [];
    const password = userInfo?.slice(userInfo.indexOf(":") + 1);
    return [userInfo, password].flatMap((secret) => (secret && secret.length >= 4 ? secret : []));
  });
}
