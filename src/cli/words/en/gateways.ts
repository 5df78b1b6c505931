/** The commands `gateways`, `import` and `usage`. */
/** So much of a unit. */
export type Time = readonly [amount: number, unit: "second" | "minute" | "hour"];

const timeOf = ([amount, unit]: Time): string =>
  `${amount} ${{ second: "s", minute: "min", hour: "h" }[unit]}`;

export const several = {
  gateways: {
    unknown: (name: string, all: readonly string[]) =>
      `There is no gateway "${name}". There is: ${all.join(", ") || "none"}.`,
    noAction: (name: string) => `There is no "gateways ${name}".`,
    lacksName: (name: string) => `"gateways ${name}" lacks the name of a gateway.`,
    askBaseURL: "Base URL of the gateway: ",
    askKey: (host: string) => `API key for ${host} (hidden): `,
    askRemove: (name: string, baseURL: string) => `Remove ${name} (${baseURL}) and its key? [y/N] `,
    what: { baseURL: "The base URL", name: "The name", newName: "The new name" },
    mustBe: (what: string, allowed: string) => `${what} must be ${allowed}.`,
    added: (name: string) => `Added ${name}.`,
    updated: (name: string) => `Updated ${name}.`,
    keyStored: (name: string) => `The key of ${name} is stored.`,
    unchanged: "Nothing was changed.",
    notInFile: (baseURL: string) => `${baseURL} does not stand in the settings file: see "config".`,
    removed: (name: string) => `Removed ${name}.`,
    mainHasNoName: (name: string) => `"${name}" stands for the base URL and has no other name.`,
    renamed: (from: string, to: string) => `${from} is ${to} now.`,
    ordered: "The order is changed.",
    used: (name: string) => `${name} is asked first now.`,
    settingsFile: "The settings file",
    taken: (name: string) => `There is a gateway "${name}" already.`,
    oddKey: "A key has no spaces and no other letters than those of a keyboard.",
    nothingEntered: "Nothing was entered, so nothing changed.",
    none: 'No gateway is configured. "gateways add" adds one, and so does "opencode auth login".',
    noKey: "no key",
    keyFrom: (source: string) => `key from ${source}`,
  },
  import: {
    labels: { host: "Host", gateway: "Gateway", key: "Key", headers: "Headers", note: "Note" },
    ask: "Take it over? [y/N] ",
    unset: (variable: string) => `${variable} is not set here: OpenCode needs it.`,
    field: "It",
    keyFromVariable: (variable: string) => `from the environment variable ${variable}, as before`,
    keyMissing: "none found; you will be asked for it",
    keyFound: (length: number, source: string, into: string) =>
      `${length} characters from ${source}, into ${into}`,
    gateway: (name: string, replaces: boolean, baseURL: string, into: string) =>
      `${name}${replaces ? " (there already: it is updated)" : ""}, ${baseURL}, into ${into}`,
    insecure: "no TLS: key and code travel in clear",
    problem: (problem: string) => `Cannot be taken over: ${problem}`,
    unreadable: (path: string, reason: string) => `${path} cannot be read: ${reason}.`,
    noFiles: (folder: string) =>
      `The Codex CLI has no configuration here: ${folder} has neither file.`,
    noTOML: (path: string, line: string | undefined) =>
      `${path} is no valid TOML${line === undefined ? "" : ` (line ${line})`}.`,
    noJSON: (path: string) => `${path} is no JSON.`,
    link: {
      name: "the link",
      none: "That is no link.",
      otherScheme: "Only links that begin with ccswitch:// are understood.",
      otherForm: "Only links of the form ccswitch://v1/import?… are understood.",
      otherResource: (resource: string) => `The link is for a ${resource}, no provider.`,
      otherApp: (app: string) => `The link is for ${app}, not for Codex.`,
      elsewhere: "The link points to a file elsewhere, which is not fetched.",
      others: (addresses: string) => `other addresses in the link: ${addresses}`,
      unreadable: "The configuration in the link is neither JSON nor TOML.",
    },
    codex: {
      chatgpt:
        "The Codex CLI is logged in with a ChatGPT account. That login is OpenAI's own and is not taken over: use OpenCode's login for ChatGPT.",
      odd: (path: string) => `${path} is not as the Codex CLI writes it.`,
      invalid: (id: string, path: string) => `[model_providers.${id}] in ${path} is not valid.`,
      undescribed: (id: string, path: string) =>
        `${path} names the provider "${id}" and does not describe it.`,
      noGateway: (path: string) =>
        `${path} names no gateway: the Codex CLI talks to OpenAI itself.`,
      otherAPI: (id: string, api: string) =>
        `[model_providers.${id}] speaks "${api}"; this plugin speaks the responses API only.`,
      baseURL: (path: string) => `The base URL in ${path}`,
      query: "query_params are left out: no setting has them",
      source: (name: string, path: string) => `${name} in ${path}`,
      header: (name: string) => `the header ${name} is left out: its variable is not set`,
    },
  },
  status: {
    state: {
      first: "asked first",
      ready: "ready",
      resting: "resting",
      "no key": "no key",
      off: "not in use (failover is off)",
    },
    rest: (time: Time, why: string) => ` for ${timeOf(time)} more: ${why}`,
    answered: (time: Time) => `, answered ${timeOf(time)} ago`,
  },
  usage: {
    asking: (name: string) => `asking ${name}`,
    noBaseURL: "no base URL",
    noKey: "no key, so nothing was asked",
    noPage: "not known: the gateway has no such page for a key",
    failed: (reason: string) => `not known: ${reason}`,
    age: (minutes: number) => `as an answer said ${minutes} min ago`,
    none: "No gateway is configured.",
  },
};
