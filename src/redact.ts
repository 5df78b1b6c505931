/**
 * Secrets out of texts that are shown or stored: the known ones in every form a text can hold them,
 * and whatever has the shape of a credential.
 */
import { looksGenerated } from "./redact/generated.ts";
import { isSecretName } from "./redact/names.ts";
import { mask, redactShapes } from "./redact/shapes.ts";

export { isSecretField, isSecretName } from "./redact/names.ts";
export { mask } from "./redact/shapes.ts";

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
  return (text) => redactShapes(maskForms(text, forms));
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
    ...hexForms(secret),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** What `xxd -p` and its like print. */
function hexForms(secret: string): string[] {
  const hex = Buffer.from(secret).toString("hex");
  return hex.length < 2 * shortestDerived ? [] : [hex, hex.toUpperCase()];
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
