/** What a log may hold of a request: secrets masked, large binary values as their type and length. */
import { isObject, parseJson } from "../json.ts";
import {
  createRedactor,
  isSecretField,
  mask,
  maskCutSecret,
  redactHeaders,
  type Secrets,
} from "../redact.ts";

export type Scrubber = {
  /**
   * A text; JSON comes back as its scrubbed value. `pace` is awaited between its parts: five
   * megabytes take a tenth of a second, which nobody who waits for a stream should feel.
   */
  readonly body: (text: string, pace: () => Promise<void>) => Promise<unknown>;
  readonly text: (text: string) => string;
  readonly value: (value: unknown) => unknown;
  /** A text that was cut off: the beginning of a secret may stand at its end. */
  readonly cutText: (text: string) => string;
  readonly headers: (headers: Iterable<readonly [string, string]>) => Record<string, string>;
};

/** Deeper values are left out; a request of the host has six levels or so. */
const maxDepth = 200;

/** Fields whose value is an encrypted or binary blob, and what to call it. */
const blobFields: ReadonlyMap<string, string> = new Map([
  ["encrypted_content", "encrypted"],
  ["file_data", "file"],
  ["partial_image_b64", "image"],
]);

/** From here on a text of base64 characters alone is taken for a blob, in characters. */
const blobLength = 4096;

export function createScrubber(secrets: Secrets): Scrubber {
  const redact = createRedactor(secrets);
  const text = (given: string): string => redact(shortenWithin(given));

  function walk(value: unknown, name: string, depth: number): unknown {
    if (typeof value === "string") return scrubString(value, name);
    if (depth > maxDepth) return "[too deep]";
    if (Array.isArray(value)) return value.map((item) => walk(item, name, depth + 1));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [redact(key), walk(inner, key, depth + 1)]),
    );
  }

  /** A field of a body: the items of `input` and `output` are where its length is. */
  async function walkPaced(value: unknown, name: string, pace: () => Promise<void>) {
    await pace();
    if (!Array.isArray(value)) return walk(value, name, 1);
    const items: unknown[] = [];
    for (const item of value) {
      items.push(walk(item, name, 2));
      await pace();
    }
    return items;
  }

  function scrubString(value: string, name: string): unknown {
    return blobMarker(value, name) ?? (isSecretField(name, value) ? mask : text(value));
  }

  const value = (given: unknown): unknown => walk(given, "", 0);
  return {
    text,
    value,
    async body(given, pace) {
      const parsed = parseJson(given);
      if (!isObject(parsed)) return parsed === undefined ? text(given) : value(parsed);
      const fields: [string, unknown][] = [];
      for (const [name, field] of Object.entries(parsed)) {
        fields.push([redact(name), await walkPaced(field, name, pace)]);
      }
      return Object.fromEntries(fields);
    },
    cutText: (given) => maskCutSecret(text(given), secrets),
    headers: (headers) => redactHeaders(headers, text),
  };
}

export type BlobMarker = { readonly type: string; readonly length: number };

function blobMarker(value: string, name: string): BlobMarker | undefined {
  const { length } = value;
  if (length === 0) return undefined;
  const mime = /^data:([\w.+-]+\/[\w.+-]+)[;,]/.exec(value.slice(0, 200))?.[1];
  if (mime !== undefined) return { type: mime, length };
  const known = blobFields.get(name);
  if (known !== undefined) return { type: known, length };
  const base64 = length >= blobLength && /^[A-Za-z0-9+/_-]+={0,2}$/.test(value);
  return base64 ? { type: "base64", length } : undefined;
}

/** The same inside of a text: what a tool printed, or JSON that was cut off. */
function shortenWithin(text: string): string {
  return text
    .replace(
      /(data:[\w.+-]{1,60}\/[\w.+-]{1,80};base64,)([A-Za-z0-9+/=_-]{128,})/g,
      (_, start: string, blob: string) => `${start}[${blob.length} characters]`,
    )
    .replace(
      /(encrypted_content[\s"\\:]{1,8})([A-Za-z0-9+/=_-]{64,})/g,
      (_, start: string, blob: string) => `${start}[${blob.length} characters]`,
    );
}
