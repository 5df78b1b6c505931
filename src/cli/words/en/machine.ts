/** What stands on this machine: settings, permissions, credential, variables, instructions. */
export const machine = {
  settings: {
    title: "Settings",
    doing: "reading the settings",
    invalid: (count: number): string =>
      count === 1 ? "a value is not valid" : "several values are not valid",
    mend: (source: string) => `Mend it in ${source}. Until then nothing is sent to the gateway.`,
    noBaseURL: "no base URL of a gateway is configured",
    line: (name: string, shown: string, source: string) => `${name} = ${shown}   (${source})`,
    lookedIn: "Looked in:",
    logIn: (login: string) => `${login}.`,
    ignored: (name: string, source: string) =>
      `${name} of ${source} is not used: it belongs to a base URL of the same place`,
    trimmed: (written: string, taken: string) =>
      `${written} ends in an endpoint of another API; taken for ${taken}`,
    trimmedAdvice: (taken: string) => `It works. To be plain, make ${taken} the base URL.`,
    insecure: (url: string) => `${url} has no TLS: the key and your code travel in clear`,
    insecureAdvice: "Use https:// if the gateway offers it.",
  },
  permissions: {
    title: "Permissions",
    doing: "looking at files",
    windows: "not a matter of mode bits on Windows",
    nothing: "nothing is stored yet",
    fine: "nobody but you can read what is stored",
    lax: "other users of this machine can read what is yours",
    mode: (path: string, mode: string) => `${path} has mode ${mode}`,
    run: (commands: string) => `Run: ${commands}`,
  },
  credential: {
    title: "Credential",
    doing: "looking for the key",
    login: 'Run "opencode auth login" and choose OpenAI',
    orSet: (login: string, variable: string) => `${login}, or set ${variable}.`,
    oauth: (source: string) =>
      `a ChatGPT login is stored in ${source}; for it OpenCode talks to OpenAI itself and this plugin steps aside`,
    unreadable: (source: string, reason: string) => `${source} cannot be read: ${reason}`,
    other: (source: string, type: string | undefined) =>
      `the credential for openai in ${source} is ${type === undefined ? "no object" : `of type ${type}`}, not an API key`,
    none: (source: string) => `no key for openai is stored in ${source}`,
    odd: (source: string, length: number) =>
      `the key from ${source} (${length} characters) holds spaces or characters no key has`,
    oddAdvice: (login: string) => `It was probably not pasted right. ${login} again.`,
    fine: (length: number, source: string) => `API key of ${length} characters from ${source}`,
    outranks: (stored: string) => `; it outranks the one in ${stored}`,
    account: (label: string, method: string) => `"${label}" (${method})`,
    accounts: (path: string, names: readonly string[]) =>
      `accounts of OpenCode 2 in ${path}: ${names.join(", ") || "none"}`,
    noAccounts: 'OpenCode did not say which accounts it has ("opencode auth list")',
    open: (path: string, mode: string) => `others on this machine may read ${path} (mode ${mode})`,
    openAdvice: (path: string) => `Run "chmod 600 ${path}*".`,
    hidden: "a key is stored, which OpenCode 2 shows to nobody",
    hiddenAdvice: (variable: string) =>
      `To have the gateway checked, run this with ${variable} set.`,
    padded: "The white space around it is left out when it is sent.",
  },
  environment: {
    title: "Environment",
    doing: "reading variables",
    hidden: (name: string) => `${name} is set (not shown)`,
    unchecked: "certificates are not checked: anybody on the way can read the key",
    uncheckedAdvice:
      "Unset NODE_TLS_REJECT_UNAUTHORIZED; for a private CA set NODE_EXTRA_CA_CERTS.",
    openaiKey: "OPENAI_API_KEY is set, and this plugin does not use it",
    openaiKeyAdvice: (variable: string) =>
      `Without a login OpenCode sends that key to OpenAI itself. Log in, or set ${variable}.`,
    count: (count: number): string =>
      count === 0
        ? "no variable that matters is set"
        : count === 1
          ? "1 that matters is set"
          : `${count} that matter are set`,
  },
  instructions: {
    title: "Instructions",
    doing: "looking for instructions",
    unusable: (path: string, reason: string) => `the file ${path} cannot be used: ${reason}`,
    unusableAdvice: 'Mend the file, or set "instructions" in the settings to "codex".',
    source: {
      none: "none are sent, as the settings say",
      file: (characters: number) => `from your own file, ${characters} characters`,
      gateway: "the gateway's own, from its model list",
      official: "Codex's official ones, from the cache",
      builtin: "the plugin's own, as the settings say",
    },
    fallback: "the plugin's own: the official ones are not here and could not be downloaded",
    fallbackAdvice:
      "Most gateways take them. For the official ones raw.githubusercontent.com or cdn.jsdelivr.net must be reached once; it is tried again later.",
    age: (path: string, days: number) =>
      `${path}, ${days < 1 ? "less than a day old" : days === 1 ? "1 day old" : `${days} days old`}`,
  },
};
