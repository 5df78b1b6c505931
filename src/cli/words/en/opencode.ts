/** OpenCode: its version, its configuration, this plugin in it, the models it shows. */
export const opencode = {
  opencode: {
    title: "OpenCode",
    doing: "asking OpenCode for its version",
    old: (version: string, needed: string) =>
      `OpenCode ${version} is too old: this plugin needs ${needed}`,
    oldAdvice: 'Run "opencode upgrade".',
    fine: (version: string) => `OpenCode ${version}`,
    none: 'no program named "opencode" was found, so it could not be asked',
    noneAdvice: (needed: string) =>
      `Make sure that the OpenCode you use is ${needed}, and that "opencode" is on the PATH here.`,
  },
  config: {
    title: "Config files",
    doing: "asking OpenCode for its configuration",
    unreadable: (path: string, reason: string) => `${path} cannot be read: ${reason}`,
    broken: (files: string) => `OpenCode cannot read ${files}`,
    brokenAdvice: (starts: boolean, file: string) =>
      starts
        ? `Mend ${file}: until then OpenCode starts without all that stands there.`
        : `Mend ${file}: until then OpenCode does not start.`,
    refused: (said: string | undefined) =>
      `OpenCode refuses its configuration${said === undefined ? " and does not say why" : `: ${said}`}`,
    refusedAdvice: "Mend what it names.",
    fine: (files: number) => `${files} files, read`,
    none: "there is no file yet",
    notAsked: "OpenCode itself was not asked",
  },
  plugin: {
    title: "Plugin",
    doing: "asking OpenCode whether it loads the plugin",
    pure: "OPENCODE_PURE is set: OpenCode loads no plugin at all",
    pureAdvice: "Unset OPENCODE_PURE.",
    leak: (origin: string) =>
      `Until then OpenCode sends the key that is stored for openai to ${origin}.`,
    notListed: "no configuration that applies in this folder lists this plugin",
    read: "Configuration read:",
    noFile: "(there is none)",
    notListedAdvice: (line: string, file: string) => `Add ${line} to ${file}.`,
    missingPath: (path: string, source: string) =>
      `${source} names ${path}, and there is nothing of that name`,
    wrongPath: (path: string, source: string) =>
      `${source} names ${path}, which is not this plugin`,
    pathAdvice: (line: string, source: string) => `Write ${line} there: ${source}.`,
    notInstalled: (name: string, source: string) =>
      `${source} lists ${name}, but OpenCode could not install it, so it runs without it`,
    notInstalledAdvice: (line: string) =>
      `Check that this machine reaches the npm registry and that the name is right, or list a copy on this disk instead: ${line}.`,
    wantsFolder: (path: string) => `OpenCode 2 loads folders only, and ${path} is a file`,
    notLoaded: (spec: string, source: string) =>
      `${spec} in ${source} is listed, but OpenCode did not load it`,
    notLoadedAdvice: (log: string) =>
      `See what OpenCode says of it in ${log}, and whether it is a copy of this plugin that is whole.`,
    older: (spec: string) => `${spec} is an older copy, which does not say whether it runs`,
    olderAdvice: (version: string) => `Bring it to version ${version}.`,
    twice: (first: string, last: string) =>
      first === last
        ? `it is listed more than once in ${last}, with different options; the last of them count`
        : `it is listed more than once with different options; those in ${last} count, those in ${first} do not`,
    twiceAdvice: (source: string, mends: boolean) =>
      `Take the entry that does not count out of ${source}${mends ? ', or run "doctor --fix"' : ""}.`,
    again: (spec: string, source: string) => `also listed: ${spec} in ${source}`,
    ran: (version: string, spec: string, source: string, options: boolean) =>
      `OpenCode ran it (${version}): ${spec} in ${source} (${options ? "with options" : "no options"})`,
    ranUnlisted: (version: string) => `OpenCode ran it (${version})`,
    listed: (spec: string, source: string, options: boolean) =>
      `${spec} in ${source} (${options ? "with options" : "no options"})`,
    unasked: "whether OpenCode runs it could not be found out",
  },
  provider: {
    title: "Provider",
    doing: "asking OpenCode for its models",
    disabled: (source: string) => `"disabled_providers" in ${source} hides openai`,
    disabledAdvice: (source: string) => `Take "openai" out of "disabled_providers" in ${source}.`,
    notEnabled: (source: string) => `"enabled_providers" in ${source} leaves openai out`,
    notEnabledAdvice: (source: string) => `Add "openai" to "enabled_providers" in ${source}.`,
    hidden: "OpenCode shows no model of openai",
    hiddenAdvice: (log: string) => `What OpenCode says of it stands in ${log}.`,
    notOurs: "OpenCode ran the plugin, and it found no key there",
    notOursAdvice: "Start OpenCode with the same variables as this command.",
    timeout: (seconds: number) => `OpenCode did not list its models within ${seconds} s`,
    timeoutAdvice:
      "A first start downloads what OpenCode needs and may take longer: start OpenCode once, then run this again.",
    fine: (count: number) => `OpenCode shows ${count} models of openai`,
    notAsked: "not known: OpenCode could not be asked",
  },
  model: {
    title: "Model",
    doing: "looking for the configured model",
    none: "none is configured, so OpenCode takes the one used last",
    noPrefix: (what: string, model: string, source: string) =>
      `"${what}" in ${source} is "${model}" and lacks its provider`,
    noPrefixAdvice: (model: string, source: string) => `Write "openai/${model}" in ${source}.`,
    notShown: (what: string, model: string, source: string) =>
      `"${what}" in ${source} is "${model}", which the gateway does not serve`,
    notShownAdvice: (close: readonly string[]) =>
      `Choose one of those the gateway serves: ${close.join(", ")}. The command "models" lists all.`,
    elsewhere: (model: string) => `${model}, which is not openai's: this plugin has no part in it`,
    fine: (model: string) => `${model}, which is served`,
    unknown: (model: string) => `${model}; whether it is served is not known`,
  },
};
