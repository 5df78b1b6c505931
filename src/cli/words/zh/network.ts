/** 到网关的路，直到 HTTP 的第一个字节。 */
import type { network as en } from "../en/network.ts";

export const network: typeof en = {
  proxy: {
    title: "代理",
    doing: "正在查找代理",
    none: "无",
    ignored: (name) => `设置了 ${name}，但 OpenCode 不使用它`,
    ignoredAdvice: (name) => `如果只有经过该代理才能连到网关，请设置 ${name}。`,
    excepted: (exception, variable) => `无：${exception} 让这个网关不经过 ${variable}`,
    noURL: (variable) => `${variable} 不是 URL；OpenCode 只支持 http:// 和 https:// 代理`,
    otherKind: (variable, shown) =>
      `${variable} 指向 ${shown}；OpenCode 只支持 http:// 和 https:// 代理`,
    kindAdvice: (variable) =>
      `请把 ${variable} 设为代理的 HTTP 地址，例如 http://127.0.0.1:7890（多数 SOCKS 代理都有），或用 NO_PROXY 排除该网关。`,
    notHere: (shown, variable, version) =>
      `OpenCode 会经过 ${shown}（${variable}），但这次检查没有：Node ${version} 忽略代理变量`,
    notHereDetail: "下面的请求没有经过代理。",
    notHereAdvice:
      "请在 PATH 中有 opencode 的环境里运行 doctor，这样它会与 OpenCode 的行为一致；或在 Node 24 及以上设置 NODE_USE_ENV_PROXY=1。",
    used: (shown, variable) => `${shown}（${variable}）`,
  },
  dns: {
    title: "DNS",
    doing: "正在解析主机名",
    ofProxy: (host) => `代理的主机名 ${host}`,
    address: (host) => `${host} 是地址，不是主机名`,
    unresolved: (what, code) => `无法解析 ${what}（${code}）`,
    unresolvedAdvice:
      "请检查基础 URL 中的主机名和你的网络。如果只有代理能解析，请设置 HTTPS_PROXY。",
    unresolvedProxyAdvice: (variable) => `请检查 ${variable} 中的主机名。`,
    fine: (what, addresses, ms) => `${what} 解析为 ${addresses}（${ms} ms）`,
  },
  connection: {
    title: "连接",
    doing: "正在连接",
    ofProxy: (where) => `位于 ${where} 的代理`,
    fine: (what, ms, secured, until) =>
      `${what}，${ms} ms，${secured}${until === undefined ? "" : `，证书有效期至 ${until}`}`,
    noTls: "无 TLS",
    behindProxy: "代理之后的网关证书由下面的请求检查。",
    timeout: (what, seconds) => `${what} 在 ${seconds} 秒内没有应答`,
    timeoutAdvice: "请检查基础 URL 的主机和端口，以及你的网络、防火墙和代理。",
    plain: (what) => `${what} 不支持 TLS`,
    plainAdvice: (url) => `基础 URL 应以 http:// 开头：${url}`,
    plainProxyAdvice: (variable) => `${variable} 中的地址应以 http:// 开头。`,
    failed: (happened, code) => `${happened}（${code}）`,
    proxyDown: (where, variable, code) => `无法连接位于 ${where} 的代理（${variable}）（${code}）`,
    proxyDownAdvice: (variable) =>
      `请启动代理，或取消设置 ${variable}；用 NO_PROXY 可以排除个别主机。`,
  },
};
