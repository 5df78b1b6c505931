/**
 * Secrets out of texts that are shown or stored: the known ones in every form a text can hold them,
 * and whatever has the shape of a credential.
 *
 * A log of coding sessions is full of code, so a shape alone is never enough: what follows a word
 * such as `key` must also look generated. Every pattern is linear (no run of characters is scanned
 * from more than one start), and none uses a lookbehind, which the host's runtime does not compile:
 * 5 MB took 280 ms with one and 2 ms without.
 */

export const mask = "[redacted]";

export type Secrets = readonly (string | undefined)[];

/** Takes the given secrets out of a text and leaves everything else as it is. */
export function maskSecrets(text: string, secrets: Secrets): string {
  return maskForms(text, formsOf(secrets));
}

/**
 * Takes secrets out of a text that will be shown or stored: the given ones, also where they are
 * escaped or encoded, and whatever has the shape of an API key, a token or credentials in a URL.
 */
export function redactSecrets(text: string, secrets: Secrets = []): string {
  return createRedactor(secrets)(text);
}

/** `redactSecrets` for many texts: the forms of the secrets are worked out once. */
export function createRedactor(secrets: Secrets): (text: string) => string {
  const forms = formsOf(secrets);
  // The known ones first: a shape could match a part of one and leave the rest of it standing.
  return (text) => shapes.reduce((out, redact) => redact(out), maskForms(text, forms));
}

/** For a text that was cut off somewhere: masks the beginning of a secret at its end. */
export function maskCutSecret(text: string, secrets: Secrets): string {
  for (const form of formsOf(secrets)) {
    for (let length = form.length - 1; length >= 6; length--) {
      if (text.endsWith(form.slice(0, length))) return text.slice(0, -length) + mask;
    }
  }
  return text;
}

/** Whether a header or a query parameter of this name holds a credential. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => strongWords.has(word) || weakWords.has(word)) && !isHarmless(words);
}

/**
 * Whether a JSON field with this name and value holds a credential. Stricter than for headers: `key`
 * and `token` are everyday names in the arguments of tools and in log probabilities.
 */
export function isSecretField(name: string, value: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  if (strongWords.has(last)) return true;
  if (!weakWords.has(last) || isHarmless(words)) return false;
  return companions.has(words.at(-2) ?? "") || looksGenerated(value);
}

/** The headers as they may be stored: values of secret names masked, the others redacted. */
export function redactHeaders(
  headers: Iterable<readonly [name: string, value: string]>,
  redact: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    [...headers].map(([name, value]) => [redact(name), isSecretName(name) ? mask : redact(value)]),
  );
}

/** The values of headers with secret names, to be masked wherever else they show up. */
export function secretsIn(headers: Iterable<readonly [name: string, value: string]>): string[] {
  return [...headers].filter(([name]) => isSecretName(name)).flatMap(([, value]) => partsOf(value));
}

/** Like `secretsIn`, for headers the user set: there the value alone may give a secret away. */
export function secretsInSettings(headers: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(headers)
    .filter(
      ([name, value]) =>
        isSecretName(name) || looksGenerated(value) || redactSecrets(value) !== value,
    )
    .flatMap(([, value]) => partsOf(value));
}

/** Shorter values (`1`, `true`, a user's name) would blank out half of an ordinary text. */
const shortestDerived = 8;

/** The value, and what remains without a scheme (`Bearer …`) or a cookie's name (`id=…; …`). */
function partsOf(value: string): string[] {
  const parts = [
    value,
    value.replace(/^\w{1,20} +/, ""),
    ...value.split(/; */).map((pair) => pair.slice(pair.indexOf("=") + 1)),
  ];
  return [...new Set(parts)].filter((part) => part.length >= shortestDerived);
}

// --- Names

/** Words that make a name secret wherever they stand. */
const strongWords = new Set(
  "apikey authorization cookie credential credentials jwt passphrase passwd password pwd secret".split(
    " ",
  ),
);
/** Words that do so for headers and query parameters, and beside a companion for JSON fields. */
const weakWords = new Set("auth bearer key sig signature token".split(" "));
const companions = new Set(
  "access account api app auth bearer client id private refresh secret service session".split(" "),
);
const harmlessCompanions = new Set(
  "cache continuation foreign idempotency next page partition primary public sort".split(" "),
);

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** `prompt_cache_key`, `page_token`: what stands before the word says that it is no credential. */
function isHarmless(words: readonly string[]): boolean {
  return harmlessCompanions.has(words.at(-2) ?? "");
}

// --- Known secrets

function maskForms(text: string, forms: readonly string[]): string {
  return forms.reduce((out, form) => out.replaceAll(form, mask), text);
}

/** Every form of every secret, the longest first: one secret may be the beginning of another. */
function formsOf(secrets: Secrets): string[] {
  const forms = secrets.flatMap((secret) => (secret === undefined ? [] : encodings(secret)));
  return [...new Set(forms)].filter((form) => form !== "").sort((a, b) => b.length - a.length);
}

function encodings(secret: string): string[] {
  const json = inJson(secret);
  const percent = encodeURIComponent(secret.toWellFormed());
  return [
    secret,
    secret.trim(),
    json,
    // JSON within JSON: the arguments of a tool.
    inJson(json),
    // PHP escapes the slash, Go what HTML would read.
    json.replaceAll("/", "\\/"),
    json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    percent,
    percent.replaceAll("%20", "+"),
    percent.replace(/%../g, (code) => code.toLowerCase()),
    ...base64Cores(secret),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * What a secret looks like inside of base64 (`Basic` credentials, a `data:` URL): one text for each
 * of the three places it can start at in a group of three bytes, without the characters at both ends
 * that depend on its neighbours.
 */
function base64Cores(secret: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const [start, end] = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    const core = bytes.toString("base64").slice(start, end);
    const urlSafe = core.replaceAll("+", "-").replaceAll("/", "_");
    return core.length < shortestDerived ? [] : [core, urlSafe];
  });
}

// --- Shapes

type Shape = (text: string) => string;

const shapes: readonly Shape[] = [
  privateKey,
  authorization,
  prefixedKey,
  vendorToken,
  webToken,
  cookie,
  queryParameter,
  userInfo,
  namedValue,
];

/** PEM: the base64 after the first line of a private key. */
function privateKey(text: string): string {
  return text.replace(
    /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\\nr]{0,8})[A-Za-z0-9+/=]{40,}[A-Za-z0-9+/=\s\\]*/g,
    `$1${mask}`,
  );
}

/** `Bearer …` and `Basic …`, but not "basic TypeScript" and "bearer authentication". */
function authorization(text: string): string {
  return text.replace(
    /\b(bearer|basic)((?:\s|%20|\+){1,4})([\w.~+/=-]{8,})/gi,
    (all: string, scheme: string, space: string, token: string) => {
      const secret =
        scheme.toLowerCase() === "basic" ? isBasicCredentials(token) : /\d/.test(token);
      return secret ? `${scheme}${space}${mask}` : all;
    },
  );
}

function isBasicCredentials(token: string): boolean {
  const decoded = Buffer.from(token, "base64").toString("latin1");
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(decoded);
}

/** `sk-…` and its like: OpenAI's keys, and those of relays (`cr_…`, `ak-…`, `key-…`). */
function prefixedKey(text: string): string {
  return text.replace(
    /(?:sk|ak|pk|rk|cr|key|token)[-_][A-Za-z0-9_-]{12,}/gi,
    (found: string, offset: number, whole: string) =>
      startsToken(whole, offset) && isKeyTail(found) ? mask : found,
  );
}

/** `sk-` begins few words of a language; the other prefixes and `_` begin many names in code. */
function isKeyTail(found: string): boolean {
  if (/^sk-/i.test(found)) {
    const digits = countDigits(found);
    return digits >= 3 || (digits > 0 && /[a-z]/.test(found.slice(3)) && /[A-Z]/.test(found));
  }
  return found.split(/[-_]/).some((run) => run.length >= 12 && looksMixed(run));
}

/** Tokens of well-known services: each prefix is unmistakable. */
function vendorToken(text: string): string {
  return text.replace(
    /(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{35}|AKIA[0-9A-Z]{16}|(?:hf|npm|gsk)_[A-Za-z0-9]{30,}|xai-[A-Za-z0-9]{30,})/g,
    (found: string, offset: number, whole: string) => (startsToken(whole, offset) ? mask : found),
  );
}

/** A JSON Web Token: three parts, the first of which begins with `{"` in base64. */
function webToken(text: string): string {
  // All of the run is taken, dots included, and judged afterwards: a pattern with the dots in it
  // would scan a run without them anew from every `eyJ` in it.
  return text.replace(/eyJ[\w.-]{20,}/g, (found: string, offset: number, whole: string) =>
    startsToken(whole, offset) && found.split(".").length >= 3 ? mask : found,
  );
}

function cookie(text: string): string {
  return text.replace(
    /\b((?:set-)?cookie["'\\]{0,3}:[\s"'\\]{0,4}[\w.%-]{1,64}=)[^\r\n"'\\]{4,}/gi,
    `$1${mask}`,
  );
}

/** `?api_key=…`, whatever the value looks like. */
function queryParameter(text: string): string {
  /** The same few names come again and again: a log of requests has thousands of them. */
  const judgedNames = new Map<string, boolean>();
  return text.replace(
    /([?&])([\w.%[\]-]{1,64})=([^&#\s"'`<>\\]+)/g,
    (all: string, start: string, name: string) => {
      const secret = judgedNames.get(name) ?? isSecretName(name);
      judgedNames.set(name, secret);
      return secret ? `${start}${name}=${mask}` : all;
    },
  );
}

/** `https://user:password@host`; a name alone (`ssh://git@host`) stays. */
function userInfo(text: string): string {
  return text.replace(
    /(:\\?\/\\?\/)([^\s/?#"'`<>{}\\]+)@/g,
    (all: string, slashes: string, user: string) =>
      user.includes(":") || (user.length >= 12 && /\d/.test(user)) ? `${slashes}${mask}@` : all,
  );
}

/** `OPENAI_API_KEY=…`, `"token": "…"`, "the key is …": long and generated values only. */
function namedValue(text: string): string {
  return text.replace(
    /((?:key|token|secret|passw(?:or)?d|pwd|auth(?:orization)?)[\s"'`\\:=>(]{1,8}(?:is\s)?["'`\\]{0,2})([A-Za-z0-9+/_=-]{16,})/gi,
    (all: string, before: string, value: string, offset: number, whole: string) => {
      const [name = ""] = /[\w-]*$/.exec(whole.slice(Math.max(0, offset - 24), offset)) ?? [];
      const words = wordsOf(name + before.replace(/[^a-z].*$/is, ""));
      return isHarmless(words) || !looksGenerated(value) ? all : before + mask;
    },
  );
}

/** Not in the middle of a word, as in `disk-…`; an escape (`\n`, `%20`) may stand before it. */
function startsToken(whole: string, offset: number): boolean {
  const before = whole.slice(Math.max(0, offset - 3), offset);
  return !/[A-Za-z0-9]$/.test(before) || /(?:\\[nrtbf]|%[0-9A-Fa-f]{2})$/.test(before);
}

function countDigits(text: string): number {
  return text.replace(/\D/g, "").length;
}

function looksMixed(run: string): boolean {
  return countDigits(run) >= 2 && countDigits(run) <= run.length - 2;
}

/** As much of a value as is looked at: enough to tell. */
const judged = 256;

/**
 * Random text, as opposed to a name, a path or a number: digits among letters, and many changes
 * between digits and letters or from lower to upper case. In random base62 45 % of the neighbours
 * are such a change, in hexadecimal 47 %, in camelCase about 20 %.
 */
function looksGenerated(value: string): boolean {
  const text = value.slice(0, judged);
  if (text.length < 16 || !looksMixed(text)) return false;
  const changes =
    text.match(/(?:[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])|[a-z](?=[A-Z]))/g)?.length ?? 0;
  return changes / (text.length - 1) >= 0.25;
}
