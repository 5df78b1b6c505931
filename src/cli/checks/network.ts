/** The way to the gateway, up to the first byte of HTTP: proxy, name, connection. */
import { lookup } from "node:dns/promises";
import { errorCode } from "../../error-code.ts";
import { unreachableKind } from "../../unreachable.ts";
import { words } from "../../words/current.ts";
import { dial, isAddress, speaksTls } from "../dial.ts";
import {
  honoursProxies,
  type ProxyChoice,
  type ProxyServer,
  proxyFor,
  showProxy,
} from "../proxy.ts";
import type { Finding, World } from "../types.ts";

/** Where this process really connects to: the proxy if it uses one, else the gateway. */
export type Way = {
  readonly baseURL: string;
  readonly choice: ProxyChoice;
  /** The proxy of this process; none where the runtime ignores it. */
  readonly proxy: ProxyServer | undefined;
};

export function findWay(baseURL: string, { env, runtime }: World): Way {
  const choice = proxyFor(baseURL, env);
  const used = choice.type === "proxy" && honoursProxies(runtime, env);
  return { baseURL, choice, proxy: used ? choice.proxy : undefined };
}

export function checkProxy({ baseURL, choice }: Way, { env, runtime }: World): Finding {
  if (choice.type === "direct") {
    const ignored = ["all_proxy", "ALL_PROXY"].find((name) => env[name]);
    const scheme = new URL(baseURL).protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
    if (ignored === undefined) return { status: "ok", summary: "none", data: { proxy: null } };
    return {
      status: "warn",
      summary: `${ignored} is set, but OpenCode does not use it`,
      advice: `If the gateway is only reached through that proxy, set ${scheme}.`,
      data: { proxy: null, ignored },
    };
  }
  const { proxy } = choice;
  const shown = showProxy(proxy);
  const data = { proxy: shown ?? null, variable: proxy.variable };
  if (choice.type === "excepted") {
    return {
      status: "ok",
      summary: `none: ${choice.variable} takes this gateway out of ${proxy.variable}`,
      data: { ...data, proxy: null, exception: choice.variable },
    };
  }
  if (shown === undefined || !/^https?:/.test(shown)) {
    const found = shown === undefined ? "is no URL" : `names ${shown}`;
    return {
      status: "fail",
      summary: `${proxy.variable} ${found}; OpenCode only speaks to http:// and https:// proxies`,
      advice: `Set ${proxy.variable} to your proxy's HTTP address, such as http://127.0.0.1:7890 (most SOCKS proxies have one), or take the gateway out with NO_PROXY.`,
      data,
    };
  }
  if (!honoursProxies(runtime, env)) {
    return {
      status: "warn",
      summary: `OpenCode goes through ${shown} (${proxy.variable}), but this run does not: Node ${runtime.version} ignores proxy variables`,
      details: ["What follows was measured without the proxy."],
      advice:
        'Run the doctor with Bun ("bunx --bun opencode-openai-codex-key doctor"), or with NODE_USE_ENV_PROXY=1 under Node 24 and later.',
      data: { ...data, used: false },
    };
  }
  return { status: "ok", summary: `${shown} (${proxy.variable})`, data: { ...data, used: true } };
}

export async function checkDns({ baseURL, proxy }: Way, world: World): Promise<Finding> {
  const target = proxy?.url ?? baseURL;
  const host = hostOf(target);
  const what = proxy === undefined ? host : `the proxy's name ${host}`;
  if (isAddress(host)) {
    return { status: "ok", summary: `${host} is an address, no name`, data: { host } };
  }
  const started = world.now();
  const found = await within(lookup(host, { all: true }), world).catch((error: unknown) => error);
  if (!Array.isArray(found)) {
    return {
      status: "fail",
      summary: `${what} cannot be resolved (${codeOf(found)})`,
      advice:
        proxy === undefined
          ? "Check the host name in the base URL and your network. If only a proxy can resolve it, set HTTPS_PROXY."
          : `Check the host name in ${proxy.variable}.`,
      data: { host, error: codeOf(found) },
    };
  }
  const addresses: string[] = found.map(({ address }: { address: string }) => address);
  const ms = Math.round(world.now() - started);
  const summary = `${what} is ${addresses.slice(0, 4).join(", ")} (${ms} ms)`;
  return { status: "ok", summary, data: { host, addresses, ms } };
}

export async function checkConnection({ baseURL, proxy }: Way, world: World): Promise<Finding> {
  const url = new URL(proxy?.url ?? baseURL);
  const tls = url.protocol === "https:";
  const where = `${hostOf(url.href)}:${portOf(url)}`;
  const what = proxy === undefined ? where : `the proxy at ${where}`;
  const data = { host: hostOf(url.href), port: portOf(url), tls, proxy: proxy !== undefined };
  const started = world.now();
  const dialled = await dial({
    host: hostOf(url.href),
    port: portOf(url),
    tls,
    limit: world.timeouts.network,
    signal: world.signal,
  });
  world.signal.throwIfAborted();
  const ms = Math.round(world.now() - started);
  switch (dialled.type) {
    case "open": {
      const { protocol, validTo } = dialled;
      const secured = tls ? `TLS ${protocol ?? ""}`.trim() : "no TLS";
      const until = validTo === undefined ? "" : `, certificate valid until ${validTo}`;
      const rest =
        proxy !== undefined && baseURL.startsWith("https:")
          ? ["The certificate of the gateway behind it is checked by the requests below."]
          : [];
      return {
        status: "ok",
        summary: `${what} in ${ms} ms, ${secured}${until}`,
        details: rest,
        data: { ...data, ms, protocol, validTo },
      };
    }
    case "timeout":
      return {
        status: "fail",
        summary: `${what} did not answer within ${world.timeouts.network / 1000} s`,
        advice: "Check host and port of the base URL, your network, firewall and proxy.",
        data,
      };
    case "no_tls":
      return {
        status: "fail",
        summary: `${what} speaks no TLS`,
        advice:
          proxy === undefined
            ? `Begin the base URL with http:// instead: ${baseURL.replace(/^https:/, "http:")}`
            : `Begin the address in ${proxy.variable} with http:// instead.`,
        data,
      };
    case "failed": {
      const { happened, advice } = words().unreachable[unreachableKind(dialled.error)];
      const address = proxy === undefined ? baseURL : `${url.protocol}//${url.host}`;
      return {
        status: "fail",
        summary: `${happened(address)} (${codeOf(dialled.error)})`,
        advice,
        data: { ...data, error: codeOf(dialled.error) },
      };
    }
  }
}

/** For a gateway that answers nothing sensible on http://: whether it is a TLS port. */
export async function wantsTls({ baseURL, proxy }: Way, world: World): Promise<boolean> {
  const url = new URL(baseURL);
  if (url.protocol !== "http:" || proxy !== undefined) return false;
  return speaksTls({
    host: hostOf(baseURL),
    port: portOf(url),
    limit: world.timeouts.network,
    signal: world.signal,
  });
}

/** Without the brackets of an IPv6 address, which belong to the URL. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}

function portOf({ port, protocol }: URL): number {
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return errorCode(error) ?? error.name;
}

/** A lookup cannot be cancelled, only not waited for. */
function within<T>(promise: Promise<T>, { signal, timeouts }: World): Promise<T> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeouts.network)]);
  return new Promise((resolve, reject) => {
    stop.addEventListener("abort", () => reject(stop.reason), { once: true });
    promise.then(resolve, reject);
  });
}
