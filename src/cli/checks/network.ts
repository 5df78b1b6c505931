/** The way to the gateway, up to the first byte of HTTP: proxy, name, connection. */
import { lookup } from "node:dns/promises";
import { errorCode } from "../../error-code.ts";
import { unreachableKind } from "../../unreachable.ts";
import { words as pluginWords } from "../../words/current.ts";
import { withoutStop } from "../../words/sentences.ts";
import type { Case } from "../case.ts";
import { dial, isAddress, speaksTls } from "../dial.ts";
import { honoursProxies, showProxy } from "../proxy.ts";
import type { Finding, World } from "../types.ts";

export function checkProxy({ way, world: { env, runtime }, words: all }: Case): Finding {
  const words = all.network.proxy;
  const { baseURL, choice } = way;
  if (choice.type === "direct") {
    const ignored = ["all_proxy", "ALL_PROXY"].find((name) => env[name]);
    const scheme = new URL(baseURL).protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
    if (ignored === undefined) return { status: "ok", summary: words.none, data: { proxy: null } };
    return {
      status: "warn",
      summary: words.ignored(ignored),
      advice: words.ignoredAdvice(scheme),
      data: { proxy: null, ignored },
    };
  }
  const { proxy } = choice;
  const { variable } = proxy;
  const shown = showProxy(proxy);
  const data = { proxy: shown ?? null, variable };
  if (choice.type === "excepted") {
    return {
      status: "ok",
      summary: words.excepted(choice.variable, variable),
      data: { ...data, proxy: null, exception: choice.variable },
    };
  }
  if (shown === undefined || !/^https?:/.test(shown)) {
    return {
      status: "fail",
      summary: shown === undefined ? words.noURL(variable) : words.otherKind(variable, shown),
      advice: words.kindAdvice(variable),
      data,
    };
  }
  if (!honoursProxies(runtime, env)) {
    return {
      status: "warn",
      summary: words.notHere(shown, variable, runtime.version),
      details: [words.notHereDetail],
      advice: words.notHereAdvice,
      data: { ...data, used: false },
    };
  }
  return { status: "ok", summary: words.used(shown, variable), data: { ...data, used: true } };
}

export async function checkDns({ way, world, words: all }: Case): Promise<Finding> {
  const words = all.network.dns;
  const { baseURL, proxy } = way;
  const host = hostOf(proxy?.url ?? baseURL);
  const what = proxy === undefined ? host : words.ofProxy(host);
  if (isAddress(host)) return { status: "ok", summary: words.address(host), data: { host } };
  const started = world.now();
  const found = await within(lookup(host, { all: true }), world).catch((error: unknown) => error);
  if (!Array.isArray(found)) {
    return {
      status: "fail",
      summary: words.unresolved(what, codeOf(found)),
      advice:
        proxy === undefined ? words.unresolvedAdvice : words.unresolvedProxyAdvice(proxy.variable),
      data: { host, error: codeOf(found) },
    };
  }
  const addresses: string[] = found.map(({ address }: { address: string }) => address);
  const ms = Math.round(world.now() - started);
  const summary = words.fine(what, addresses.slice(0, 4).join(", "), ms);
  return { status: "ok", summary, data: { host, addresses, ms } };
}

export async function checkConnection({ way, world, words: all }: Case): Promise<Finding> {
  const words = all.network.connection;
  const { baseURL, proxy } = way;
  const url = new URL(proxy?.url ?? baseURL);
  const tls = url.protocol === "https:";
  const where = `${hostOf(url.href)}:${portOf(url)}`;
  const what = proxy === undefined ? where : words.ofProxy(where);
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
      const secured = tls ? `TLS ${protocol ?? ""}`.trim() : words.noTls;
      const rest = proxy !== undefined && baseURL.startsWith("https:") ? [words.behindProxy] : [];
      return {
        status: "ok",
        summary: words.fine(what, ms, secured, validTo),
        details: rest,
        data: { ...data, ms, protocol, validTo },
      };
    }
    case "timeout":
      return {
        status: "fail",
        summary: words.timeout(what, world.timeouts.network / 1000),
        advice: words.timeoutAdvice,
        data,
      };
    case "no_tls":
      return {
        status: "fail",
        summary: words.plain(what),
        advice:
          proxy === undefined
            ? words.plainAdvice(baseURL.replace(/^https:/, "http:"))
            : words.plainProxyAdvice(proxy.variable),
        data,
      };
    case "failed": {
      const code = codeOf(dialled.error);
      const failed = { status: "fail", data: { ...data, error: code } } as const;
      if (proxy !== undefined) {
        const { proxyDown, proxyDownAdvice } = words;
        return {
          ...failed,
          summary: proxyDown(where, proxy.variable, code),
          advice: proxyDownAdvice(proxy.variable),
        };
      }
      const { happened, advice } = pluginWords().unreachable[unreachableKind(dialled.error)];
      return { ...failed, summary: words.failed(withoutStop(happened(baseURL)), code), advice };
    }
  }
}

/** For a gateway that answers nothing sensible on http://: whether it is a TLS port. */
export async function wantsTls({
  way: { baseURL, proxy },
  world,
}: Pick<Case, "way" | "world">): Promise<boolean> {
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
