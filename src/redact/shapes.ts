/**
 * What has the shape of a credential. A log of coding sessions is full of code, so a shape alone is
 * never enough: what follows a word such as `key` must also look generated. Every pattern is linear
 * (no run of characters is scanned from more than one start), and none uses a lookbehind, which the
 * host's runtime does not compile: 5 MB took 280 ms with one and 2 ms without.
 */
import { countDigits, looksGenerated, looksMixed } from "./generated.ts";
import { isHarmless, isSecretName, wordsOf } from "./names.ts";

export const mask = "[redacted]";

/** The text with everything masked that has the shape of a key, a token or a password. */
export function redactShapes(text: string): string {
  return shapes.reduce((out, redact) => redact(out), text);
}

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
  return decoded.includes(":") && /^[\x20-\x7e]*$/.test(decoded);
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
      const name =
        whole
          .slice(Math.max(0, offset - 24), offset)
          .split(/[^\w-]/)
          .at(-1) ?? "";
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
