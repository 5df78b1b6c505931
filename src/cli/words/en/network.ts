/** The way to the gateway, up to the first byte of HTTP. */
export const network = {
  proxy: {
    title: "Proxy",
    doing: "looking for a proxy",
    none: "none",
    ignored: (name: string) => `${name} is set, but OpenCode does not use it`,
    ignoredAdvice: (name: string) =>
      `If the gateway is only reached through that proxy, set ${name}.`,
    excepted: (exception: string, variable: string) =>
      `none: ${exception} takes this gateway out of ${variable}`,
    noURL: (variable: string) =>
      `${variable} is no URL; OpenCode only speaks to http:// and https:// proxies`,
    otherKind: (variable: string, shown: string) =>
      `${variable} names ${shown}; OpenCode only speaks to http:// and https:// proxies`,
    kindAdvice: (variable: string) =>
      `Set ${variable} to your proxy's HTTP address, such as http://127.0.0.1:7890 (most SOCKS proxies have one), or take the gateway out with NO_PROXY.`,
    notHere: (shown: string, variable: string, version: string) =>
      `OpenCode goes through ${shown} (${variable}), but this run does not: Node ${version} ignores proxy variables`,
    notHereDetail: "The requests below were measured without the proxy.",
    notHereAdvice:
      'Run the doctor where "opencode" is on the PATH, so that it runs as OpenCode does, or with NODE_USE_ENV_PROXY=1 under Node 24 and later.',
    used: (shown: string, variable: string) => `${shown} (${variable})`,
  },
  dns: {
    title: "DNS",
    doing: "resolving the name",
    ofProxy: (host: string) => `the proxy's name ${host}`,
    address: (host: string) => `${host} is an address, no name`,
    unresolved: (what: string, code: string) => `${what} cannot be resolved (${code})`,
    unresolvedAdvice:
      "Check the host name in the base URL and your network. If only a proxy can resolve it, set HTTPS_PROXY.",
    unresolvedProxyAdvice: (variable: string) => `Check the host name in ${variable}.`,
    fine: (what: string, addresses: string, ms: number) => `${what} is ${addresses} (${ms} ms)`,
  },
  connection: {
    title: "Connection",
    doing: "connecting",
    ofProxy: (where: string) => `the proxy at ${where}`,
    fine: (what: string, ms: number, secured: string, until: string | undefined) =>
      `${what} in ${ms} ms, ${secured}${until === undefined ? "" : `, certificate valid until ${until}`}`,
    noTls: "no TLS",
    behindProxy: "The certificate of the gateway behind it is checked by the requests below.",
    timeout: (what: string, seconds: number) => `${what} did not answer within ${seconds} s`,
    timeoutAdvice: "Check host and port of the base URL, your network, firewall and proxy.",
    plain: (what: string) => `${what} speaks no TLS`,
    plainAdvice: (url: string) => `Begin the base URL with http:// instead: ${url}`,
    plainProxyAdvice: (variable: string) =>
      `Begin the address in ${variable} with http:// instead.`,
    failed: (happened: string, code: string) => `${happened} (${code})`,
    proxyDown: (where: string, variable: string, code: string) =>
      `the proxy at ${where} (${variable}) cannot be reached (${code})`,
    proxyDownAdvice: (variable: string) =>
      `Start the proxy, or unset ${variable}; NO_PROXY takes single hosts out.`,
  },
};
