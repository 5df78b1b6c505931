/** The way that OpenCode takes to the gateway. Pure. */
import { type ProxyChoice, type ProxyServer, proxyFor } from "./proxy.ts";
import type { World } from "./types.ts";

export type Way = {
  readonly baseURL: string;
  readonly choice: ProxyChoice;
  /** The proxy that OpenCode connects to in place of the gateway, whatever this process does. */
  readonly proxy: ProxyServer | undefined;
};

export function findWay(baseURL: string, { env }: Pick<World, "env">): Way {
  const choice = proxyFor(baseURL, env);
  return { baseURL, choice, proxy: choice.type === "proxy" ? choice.proxy : undefined };
}
