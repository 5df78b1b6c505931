const mask = "[redacted]";

/** What API keys of OpenAI and of common relays look like. */
const keyShape = /\b(?:sk|ak|pk|rk|cr|key|token)[-_][A-Za-z0-9_-]{6,}/gi;
const bearer = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi;
const userInfo = /(\/\/)[^/@\s]*@/g;
const queryValue = /([?&][^=&\s]*(?:key|token|secret|auth|pass)[^=&\s]*=)[^&#\s"']+/gi;

/** Takes the given secrets out of a text and leaves everything else as it is. */
export function maskSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  let out = text;
  for (const secret of secrets) {
    if (secret !== undefined && secret !== "") out = out.replaceAll(secret, mask);
  }
  return out;
}

/**
 * Takes secrets out of a text that will be shown or stored: the given ones literally, and whatever
 * has the shape of an API key, a bearer token or credentials in a URL.
 */
export function redactSecrets(text: string, secrets: readonly (string | undefined)[] = []): string {
  return maskSecrets(text, secrets)
    .replace(bearer, `$1 ${mask}`)
    .replace(keyShape, mask)
    .replace(queryValue, `$1${mask}`)
    .replace(userInfo, `$1${mask}@`);
}
