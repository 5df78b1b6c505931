/** The command line, and what stands around the findings. */
export const program = {
  help: (program: string, version: string) => `${program} ${version}

Looks at what the OpenCode plugin of this name finds on this machine and at its gateway.

  doctor    check settings, OpenCode, network, gateway, key and models, and say what to do
  models    list the models the gateway serves
  config    show the settings in force and where each comes from
  gateways  list gateways; add [NAME] [URL], key NAME, remove NAME, rename OLD NEW, order NAMES, use NAME
  import    take over a gateway from the Codex CLI's files, or from a link: import ccswitch://…
  status    show which gateway answers, and which ones rest
  usage     ask each gateway what is left of money, tokens or limits

  --fix           doctor: mend what can be mended, showing each change
  --json          print one JSON document
  --model NAME    doctor: the model to ask, such as gpt-5.1-codex-high
  --gateway NAME  doctor, models, usage: the gateway to look at
  --key-env NAME  gateways add: the environment variable that holds the key
  -y, --yes       gateways remove, import: do not ask
  -h, --help      print this
  -v, --version   print the version

Run it in the folder you start OpenCode in. The doctor sends three short requests to the gateway,
which cost what such requests cost there. Exit code: 0 when nothing failed, 1 when something did,
2 when the command was not understood, 130 when it was stopped.
`,
  line: {
    nothingToDo: (rest: string) => `There is nothing to do with "${rest}".`,
    noCommand: (name: string) => `There is no command "${name}".`,
    noOption: (name: string) => `There is no option "${name}".`,
    lacksValue: (name: string) => `The option "${name}" needs a value.`,
    takesNoValue: (name: string) => `The option "${name}" takes no value.`,
    onlyForDoctor: (name: string) => `The option "${name}" belongs to the command "doctor".`,
    stopped: "Stopped.",
  },
  doctor: {
    head: (runtime: string) => `(doctor, on ${runtime})`,
    ofOpenCode: (runtime: string, version: string) => `the ${runtime} inside OpenCode ${version}`,
    counts: {
      ok: (count: number) => `${count} fine`,
      warn: (count: number) => `${count} to look at`,
      fail: (count: number) => `${count} failed`,
      skip: (count: number) => `${count} not checked`,
    },
    summary: (broken: boolean, counts: readonly string[]): readonly [string, string] => [
      broken ? "Something is broken" : "Nothing is broken",
      `: ${counts.join(", ")}.`,
    ],
    verdict: {
      cause: (title: string, cause: string, advice: string | undefined) =>
        `The cause: ${title}: ${cause}.${advice === undefined ? "" : ` ${advice}`}`,
      look: (title: string, cause: string, advice: string | undefined) =>
        `To look at: ${title}: ${cause}.${advice === undefined ? "" : ` ${advice}`}`,
    },
    skipped: (title: string) => `not checked: "${title}" failed`,
    skippedToo: (title: string) => `not checked: "${title}" could not be looked at`,
    crashed: (said: string) => `the check itself failed: ${said}`,
    report: "Please report this with the text above.",
  },
  models: {
    doing: "asking for the model list",
    missing: 'base URL or key is missing (see "doctor")',
    nothingNew: "it said nothing new",
    served: (url: string) => `Served by the gateway, as ${url} says`,
    table: (why: string) =>
      `The plugin's own table, which the gateway may not serve: no list could be had (${why})`,
    tokens: (count: number) => `${count.toLocaleString("en")} tokens`,
    noEfforts: "no efforts known",
  },
  config: {
    none: "No setting has a value; the defaults apply.",
    key: "Key",
    plugin: "Plugin",
    notListed: "not listed here",
    listed: (spec: string, source: string) => `${spec} in ${source}`,
    lookedIn: "The base URL is looked for, in this order:",
  },
  fix: {
    head: "Changes:",
    nothing: "There is nothing here that can be mended without you.",
    outcome: {
      done: (what: string) => `done: ${what}`,
      left: (what: string, why: string | undefined) =>
        `left as it is: ${what}${why === undefined ? "" : ` (${why})`}`,
      failed: (what: string, why: string | undefined) =>
        `failed: ${what}${why === undefined ? "" : ` (${why})`}`,
    },
    noTerminal: "asking needs a terminal",
    yesNo: "[y/N]",
    yes: /^y(?:es)?$/i,
    mode: (path: string, from: string, to: string) => `mode of ${path}: ${from} → ${to}`,
    dropEntry: (spec: string, source: string) => `take the earlier entry ${spec} out of ${source}`,
    addEntry: (spec: string, source: string) => `add ${spec} to "plugin" in ${source}`,
    replaceEntry: (from: string, to: string, source: string) =>
      `put ${to} in place of ${from} in ${source}`,
    dropKey: (path: string) => `take the key for openai out of ${path} (log in again later)`,
    askAdd: (change: string) =>
      `OpenCode has a key for openai and no plugin that sends it to your gateway: it would go to api.openai.com. ${change}?`,
    askDrop: (change: string) =>
      `Then the key is safer elsewhere until the plugin works. ${change}?`,
    again: 'Run "doctor" again to see what is left.',
  },
};
