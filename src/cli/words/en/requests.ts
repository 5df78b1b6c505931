/** What the gateway and a model say to the doctor's requests. */
import type { FrontSetting } from "../../checks/front.ts";

const ownWords = "The message above is the gateway's own; its documentation may say more.";

export const requests = {
  ms: (ms: number) => `${ms} ms`,
  seconds: (seconds: string) => `${seconds} s`,
  endpoint: {
    title: "Endpoint",
    doing: "asking for a short answer",
    silent: (url: string, seconds: number) =>
      `${url} took the request and did not answer within ${seconds} s`,
    silentAdvice:
      "Check the gateway and its upstream; a proxy on the way may hold the answer back too.",
    anywhere: (url: string, status: number) =>
      `${url} answered ${status}, which says nothing about the path`,
    found: (url: string, tries: number) => `${url}, found after ${tries} tries`,
    notIt: (url: string, status: number | null) => `${url} is not it (${status})`,
    foundAdvice: (base: string) =>
      `The plugin finds it by itself and remembers it. To spare the search, make ${base} the base URL.`,
    tried: (url: string, status: number, said: string) => `${url} (${status}, ${said})`,
    notFound: "the gateway answers, but has no responses endpoint where it was looked for",
    notFoundAdvice:
      'Check the base URL with your gateway\'s documentation, or set "responsesPath" in the settings.',
    redirected: (url: string, status: number, location: string | undefined) =>
      `${url} answered ${status} and wants the request sent to ${location ?? "another address"}`,
    redirectedAdvice:
      "Redirects are not followed, because the request holds your code and key. If that address is right, make it the base URL.",
    wrongScheme: "the port speaks TLS, and the base URL begins with http://",
    wrongSchemeAdvice: (url: string) => `Begin it with https:// instead: ${url}`,
  },
  key: {
    title: "Key",
    doing: "judging the answer",
    refused: (source: string) => `the gateway refused the key from ${source}`,
    refusedAdvice:
      'Run "opencode auth login" again and paste the key, or make a new one at the gateway. Is it the key of this gateway?',
    client: "the gateway knows the key or not, but does not let this client in (403)",
    clientAdvice:
      'Check the key\'s rights and group at the gateway. Gateways that admit certain clients only want "headers" in the settings.',
    accepted: "accepted",
    notRefused: "not refused",
  },
  models: {
    title: "Models",
    doing: "reading the model list",
    none: "the gateway has no model list, so OpenCode shows the plugin's own",
    noneAdvice: "Nothing has to be done. Which models it serves, its documentation must tell.",
    status: (url: string, status: number) => `${url}: status ${status}`,
    noList: (url: string) => `${url}: an answer that is no model list`,
    fine: (count: number, url: string, asked: string) =>
      `${count} models from ${url}; asked below: ${asked}`,
  },
  answer: {
    title: "Answer",
    doing: "judging the answer",
    times: (headers: string, output: string, total: string) =>
      `first byte after ${headers}, first output after ${output}, complete after ${total}`,
    fine: (model: string, times: string) => `${model}: ${times}`,
    slow: (model: string, times: string) => `${model} answered, but slowly: ${times}`,
    slowAdvice: "Try again later, another model, or a weaker effort.",
    timeout: (what: string, seconds: number) =>
      `${what} did not finish a short answer within ${seconds} s`,
    timeoutAdvice: "Try again later, or another model: --model NAME.",
    broken: (characters: number, message: string) =>
      `the answer broke off${characters === 0 ? "" : ` after ${characters} characters of text`}: ${message}`,
    brokenAdvice:
      "OpenCode will ask again, at the same cost. If it happens each time, something between you and the model cuts streams: a time limit of the gateway, or a proxy that holds answers back.",
    refused: (what: string, said: string, status: number | undefined) =>
      `${what} was refused: ${said}${status === undefined ? "" : ` (${status})`}`,
    unnamed: "the gateway reported an error",
    advice: {
      own: ownWords,
      key: 'Run "opencode auth login" again and paste the key.',
      model: 'Ask for a model the gateway serves: --model NAME. The command "models" lists them.',
      limit: "Wait for the limit to be reset, or use another account.",
      outage: "The gateway or its upstream has trouble. Try again later.",
      tooLarge: (settings: string) =>
        `A proxy before the gateway takes no larger bodies; its operator can raise that: ${settings}`,
      readTimeout: (settings: string) =>
        `A proxy before the gateway did not wait long enough for the answer; its operator can raise that: ${settings}`,
    },
  },
  /** What the operator of a proxy writes or takes out. */
  front: {
    one: (name: string, setting: FrontSetting) =>
      "write" in setting ? `${name}: ${setting.write}` : `${name}: without ${setting.remove}`,
    all: (settings: readonly string[]) => settings.join(" / "),
  },
  streaming: {
    title: "Streaming",
    doing: "judging the answer",
    fine: (pieces: number, spread: string) =>
      `the answer came bit by bit: ${pieces} pieces in ${spread}`,
    short: "not known: the answer was too short to tell",
    quick: "not known: the answer was complete too soon to tell",
    atOnce: (wait: string) =>
      `the answer arrived all at once, after ${wait}: something holds it back`,
    inBlocks: (blocks: number, pieces: number) =>
      `the answer arrived in ${blocks} blocks for ${pieces} pieces: something holds it back`,
    advice: (settings: string) =>
      `OpenCode then shows nothing until the end, and long answers run into time limits. The gateway, or a proxy before it, holds answers back; its operator can turn that off: ${settings}.`,
  },
  tools: {
    title: "Tool calling",
    doing: "asking for a tool call",
    what: "a request with a tool",
    none: "the model answered in words and called no tool",
    noneAdvice:
      "Without tool calls OpenCode can change nothing. Try another model (--model NAME); if all are like this, the gateway drops tools.",
    fine: (time: string) => `a function call came back after ${time}`,
  },
  cache: {
    title: "Prompt cache",
    doing: "asking the same once more",
    what: "the same request once more",
    unknown: "not known: the gateway reports no cached tokens",
    cached: (cached: number, input: number) =>
      `${cached} of ${input} input tokens came from the cache`,
    small: (tokens: number) => ` (prompts under ${tokens} tokens are not cached)`,
    noneAdvice:
      "Each turn is then paid for and read in full. Gateways that share requests among many accounts cannot do better.",
  },
  clock: {
    title: "Clock",
    doing: "comparing clocks",
    unknown: "not known: the gateway sends no date",
    fine: "agrees with the gateway's",
    off: (minutes: number, ahead: boolean) =>
      `this machine's clock is ${minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`} ${ahead ? "ahead of" : "behind"} the gateway's`,
    advice: "Set the clock: certificates and keys with a term are judged by it.",
  },
};
