/** English. */
import { originNotTrusted, setting, whyUnreadable } from "./en/settings.ts";
import type { Duration, Words } from "./words.ts";

const login = 'Run "opencode auth login" and choose OpenAI';

/** "The gateway at … refused the connection." and what to check. */
const gateway = (said: string, advice: string) => ({
  happened: (url: string) => `The gateway at ${url} ${said}.`,
  advice: `${advice}.`,
});

const unreachable: Words["unreachable"] = {
  refused: gateway(
    "refused the connection",
    "Check that the gateway is running and that host and port of the base URL are right",
  ),
  refused_or_unknown: gateway(
    "refused the connection or could not be found",
    "Check that the gateway is running, and host name, port and http:// or https:// of the base URL",
  ),
  unknown_host: gateway(
    "could not be found",
    "Check the host name in the base URL, your network and your proxy",
  ),
  certificate_expired: gateway(
    "has a TLS certificate that has expired",
    "Check this machine's clock; if that is right, whoever runs the gateway must renew it",
  ),
  certificate_not_yet_valid: gateway(
    "has a TLS certificate that is not valid yet",
    "Check this machine's clock; if that is right, whoever runs the gateway must mend it",
  ),
  certificate_of_another_host: gateway(
    "has a TLS certificate for another host name",
    "Check the host name in the base URL: it must be one the certificate is made for",
  ),
  certificate_self_signed: gateway(
    "has a TLS certificate that it signed itself, so this machine does not trust it",
    "If you trust it, name its file (PEM) in NODE_EXTRA_CA_CERTS",
  ),
  certificate_of_unknown_authority: gateway(
    "has a TLS certificate from an authority that this machine does not know",
    "If the authority is your own, name its certificate (PEM) in NODE_EXTRA_CA_CERTS; else the gateway must send its whole chain",
  ),
  no_tls: gateway(
    "has no TLS certificate that this machine trusts, or speaks no TLS",
    "Check the certificate, and whether the base URL should begin with http:// or https://; for a private CA set NODE_EXTRA_CA_CERTS",
  ),
  closed: gateway(
    "closed the connection before it answered",
    "Check the gateway, and your proxy if you use one",
  ),
  timed_out: gateway("did not answer in time", "Check the gateway and your network"),
  unreachable: gateway("could not be reached", "Check the base URL and your network"),
};

const units = { day: "d", hour: "h", minute: "min", second: "s" } as const;

const durationOf = (parts: Duration): string =>
  parts.map(([amount, unit]) => `${amount} ${units[unit]}`).join(" ");

const why: Words["failover"]["why"] = {
  key: "its key was refused",
  quota: "its balance or quota is used up",
  account: "it does not let this account in",
  rights: "it does not serve the model to this key",
  limit: "its limit is reached",
  outage: "it has trouble",
  unreachable: "it could not be reached",
  broken: "its answer broke off at the beginning",
  noApi: "what answered there is no API",
  silent: "it said nothing for too long",
  cut: "its answer broke off",
};

export const en: Words = {
  login,
  failover: {
    why,
    moved: (from, to, reason) => `Gateway ${from} is left for ${to}: ${reason}.`,
    back: (from, to) => `Gateway ${to} is asked again, in place of ${from}.`,
    all: (failed) =>
      `All gateways failed: ${failed.map(({ name, fault }) => `${name} (${why[fault]})`).join(", ")}.`,
  },
  failure: {
    settings_invalid: ({ problems }) =>
      `The settings of opencode-openai-codex-key are not valid. ${problems.map(setting.problem).join(" ")}`,
    base_url_missing: ({ lookedIn }) =>
      `No base URL of a Codex gateway is configured, so nothing was sent. ${login}. Looked in: ${lookedIn.join("; ")}.`,
    origin_not_trusted: (refusal) =>
      `${originNotTrusted.happened(refusal)} ${originNotTrusted.advice(refusal)}`,
    key_missing: () =>
      `No API key for the Codex gateway is stored, so nothing was sent. ${login}, or set OPENCODE_CODEX_API_KEY.`,
    beside_missing: ({ provider }) =>
      `No gateway with a key serves the provider ${provider} any more, so nothing was sent. "npx opencode-openai-codex-key gateways" lists them.`,
    key_invalid: () =>
      `The API key of the Codex gateway has a space, a line break or another character that no key has, so nothing was sent. ${login}, and paste the key alone.`,
    endpoint_unsupported: ({ url }) =>
      `A Codex gateway answers on the responses endpoint only, so ${url} was not asked.`,
    request_unreadable: ({ reason }) =>
      `The request could not be read, so nothing was sent: ${reason}.`,
    parameter_invalid: ({ field, found, allowed }) =>
      `${field} is ${found}; allowed is one of ${allowed}. Change it in opencode.json.`,
    instructions_unreadable: ({ path, reason }) =>
      `The instructions file ${path} cannot be used: ${reason}. Mend it, or change "instructions" in the settings.`,
    redirected: ({ url, status, location = "another address" }) =>
      `The gateway at ${url} answered ${status} and wants the request sent to ${location}. Redirects are not followed, because the request holds your code and key. If that address is right, make it the base URL.`,
    endpoint_not_found: ({ tried }) =>
      `The gateway has no responses endpoint where it was looked for. Tried: ${tried.map(({ url, status, said }) => `${url} (${status}, ${said})`).join("; ")}. Check the base URL, or set "responsesPath" in the settings to the path your gateway's documentation names.`,
    broken_off: ({ baseURL, cause }) =>
      `The answer of the gateway at ${baseURL} broke off: ${cause instanceof Error ? cause.message : String(cause)}`,
    // Nothing in it may sound like an overflow of the model's context: see `body_too_large`.
    body_too_large: ({ url, bytes, said }) =>
      `The body of the request has ${(bytes / 1_000_000).toFixed(1)} MB, and the gateway at ${url}, or a proxy before it, takes less (413). The limit is theirs to raise (nginx: client_max_body_size, 1 MB by default). Leave out large images and files, or start a new session.${said === undefined ? "" : ` It said: ${said}`}`,
    unreachable: ({ url, kind }) => {
      const { happened, advice } = unreachable[kind];
      return `${happened(url)} ${advice}`;
    },
  },
  originNotTrusted,
  unreachable,
  whyUnreadable,
  advice: {
    plain_http: "The port speaks TLS: begin the base URL with https://.",
    quota: "Top up at your gateway, or raise the quota of the key there.",
    instructions:
      'Set "instructions" in the settings to "codex", or to a file with what your gateway asks for.',
  },
  refused: {
    key: (url, said) => `The gateway at ${url} refused the key: ${said}.`,
    keyAdvice: `${login} to enter another one.`,
    notFound: (said, url) => `${said} (404 from ${url})`,
    served: (models) => `The gateway serves: ${models.join(", ")}.`,
    silent: "no explanation",
    withoutWords: (url, status) => `The gateway at ${url} answered ${status} without a word.`,
    unnamed: "The gateway reported an error without saying which.",
    unfinished: (reason) =>
      `The gateway sent a response that is not complete${reason === undefined ? "" : ` (${reason})`}.`,
  },
  stream: {
    stream_truncated: ({ reason }) =>
      reason === undefined
        ? "The gateway closed the stream before its answer was complete."
        : `The gateway ended its answer before it was complete (${reason}).`,
    stream_idle: ({ seconds }) => `The gateway sent nothing for ${seconds} s (streamIdleTimeout).`,
    stream_damaged: ({ blankBytes }) =>
      blankBytes === undefined
        ? "The gateway sent an event that is no valid JSON."
        : `The gateway sent nothing but white space, more than ${blankBytes / 1024} KiB of it.`,
    stream_broken: ({ code }) =>
      `The connection to the gateway broke in the middle of its answer (${code}).`,
  },
  eventTooLarge: (bytes) => `The stream sent more than ${bytes} bytes without finishing an event.`,
  gaveUp: (tries) => `Given up after ${tries} tries.`,
  htmlPage: (title) => (title === undefined ? "an HTML page" : `an HTML page titled "${title}"`),
  reset: (at, left) => `resets at ${at}, in ${durationOf(left)}`,
  request: { notJson: "its body is no JSON object", noModel: "it names no model" },
  prompt: {
    empty: "it is empty",
    longerThan: (kibibytes) => `it is longer than ${kibibytes} KiB`,
    shortOf: (characters) => `it has only ${characters} characters`,
    binary: "it is not text but binary data",
    webPage: "it is a web page",
    notUtf8: "it is not UTF-8 text",
    folder: "it is a folder",
    notRegular: "it is not a regular file",
    missing: "it does not exist",
    forbidden: "reading it is not permitted",
    unreadable: (code) => `it cannot be read (${code})`,
  },
  notice: {
    usage: (percent, window, resets) => {
      const limit = window === undefined ? "usage" : `${window[0]}-${window[1]}`;
      const until = resets === undefined ? "" : ` It ${resets}.`;
      return `${percent} % of the gateway's ${limit} limit is used.${until}`;
    },
    insecure: (baseURL) =>
      `${baseURL} has no TLS: your API key and your code travel in clear. Use https:// if the gateway offers it.`,
    endpoint: (url) => `The gateway now answers at ${url}.`,
    lowBalance: (gateway, left) => `Little is left at gateway ${gateway}: ${left}.`,
  },
  balance: {
    units: {
      USD: (value: string) => `$${value}`,
      CNY: (value: string) => `¥${value}`,
      tokens: (value: string) => `${value} tokens`,
      credits: (value: string) => `${value} credits`,
      quota: (value: string) => `${value} points`,
      site: (value: string) => `${value} (in the unit of the site)`,
    },
    invalid: (said: string) =>
      `the gateway says the key does not work${said === "" ? "" : ` (${said})`}`,
    unlimited: (used: string | undefined) =>
      used === undefined ? "no limit" : `no limit, ${used} used`,
    left: (left: string, limit: string | undefined) =>
      `${left}${limit === undefined ? "" : ` of ${limit}`} left`,
    used: (used: string, limit: string | undefined) =>
      `${used}${limit === undefined ? "" : ` of ${limit}`} used, the rest is not known`,
    unknown: "not known",
    windows: {
      daily: "daily",
      weekly: "weekly",
      monthly: "monthly",
      primary: "short window",
      secondary: "long window",
    },
    span: ([amount, unit]) => `${amount}-${unit}`,
    of: (used: string, limit: string) => `${used} of ${limit}`,
    window: (name: string, share: string, reset: string | undefined) =>
      `${name}: ${share} used${reset === undefined ? "" : `, ${reset}`}`,
    plan: (name: string) => `plan: ${name}`,
    expires: (over: boolean, day: string) => `${over ? "expired" : "expires"} ${day}`,
  },
  loginPrompt: {
    baseURL: (current) =>
      current === undefined
        ? "Base URL of the Codex gateway"
        : `Base URL of the Codex gateway (empty keeps ${current.baseURL} from ${current.source})`,
    codexCLI: (baseURL) => `Base URL of the Codex gateway (the Codex CLI here uses ${baseURL})`,
    missing: "Enter the base URL of your gateway",
    enter: (allowed) => `Enter ${allowed}`,
    official: "Leave it empty if the key is one of OpenAI's own.",
  },
  host2: {
    notTaken: (reason) => `opencode-openai-codex-key could not take the request: ${reason}`,
    failed: (reason) => `opencode-openai-codex-key failed: ${reason}`,
    closed: "OpenCode is stopping",
    unknownGateway:
      'which gateway this account\'s key is for is not known any more; run "opencode auth login openai" again and enter its base URL',
  },
  place: {
    variable: (name) => `environment variable ${name}`,
    option: (field, file) => `${field} in ${file}`,
    pluginOptions: (file) => `the plugin's options in ${file}`,
    login: "the login",
    enteredAtLogin: 'the base URL entered at login (run "opencode auth login" again to change it)',
    gateway: (name, file) => `gateway ${name} in ${file}`,
  },
  setting,
};
