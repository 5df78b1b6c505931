/** One GET of a text, bounded in size and time, that never rejects. */
import { errorCode } from "../../error-code.ts";
import { lettingGo } from "../../fetch.ts";
import { decodeText } from "../plausible.ts";

export type Downloaded =
  | { readonly type: "text"; readonly text: string; readonly etag: string | undefined }
  /** Status 304: what the ETag stands for is still right. */
  | { readonly type: "not_modified" }
  /** `status` is there when the server answered and said no. */
  | { readonly type: "failed"; readonly reason: string; readonly status?: number };

export type DownloadOptions = {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** ETag of what is already there. */
  readonly etag?: string | undefined;
};

export function download(url: string, options: DownloadOptions): Promise<Downloaded> {
  return lettingGo(options.signal, (signal) => get(url, { ...options, signal }));
}

async function get(url: string, options: DownloadOptions): Promise<Downloaded> {
  const { fetch, signal, etag, maxBytes } = options;
  try {
    const response = await fetch(url, {
      signal,
      headers: {
        // GitHub's API refuses requests without one.
        "user-agent": "opencode-openai-codex-key",
        // Only then does `content-length` count the bytes that we get to see.
        "accept-encoding": "identity",
        ...(etag === undefined ? {} : { "if-none-match": etag }),
      },
    });
    if (response.status === 200) return await readText(response, maxBytes);
    // A body nobody reads; that cancelling a broken one rejects is of no interest.
    response.body?.cancel().catch(() => {});
    if (response.status === 304 && etag !== undefined) return { type: "not_modified" };
    return { type: "failed", reason: `HTTP ${response.status}`, status: response.status };
  } catch (error) {
    return { type: "failed", reason: signal.aborted ? "no answer in time" : describe(error) };
  }
}

async function readText(response: Response, maxBytes: number): Promise<Downloaded> {
  const { headers, body } = response;
  const encoded = headers.get("content-encoding") ?? "identity";
  const length = encoded === "identity" ? parseLength(headers.get("content-length")) : undefined;
  if (length !== undefined && length > maxBytes) {
    body?.cancel().catch(() => {});
    return tooLong(maxBytes);
  }

  const bytes = await readBytes(body, maxBytes);
  if (bytes === undefined) return tooLong(maxBytes);
  if (length !== undefined && bytes.length !== length) {
    return { type: "failed", reason: `cut off after ${bytes.length} of ${length} bytes` };
  }
  const text = decodeText(bytes);
  if (text === undefined) return { type: "failed", reason: "not text but binary data" };
  return { type: "text", text, etag: headers.get("etag") ?? undefined };
}

/** The whole body, or nothing if it is longer than that; the rest is then cancelled. */
async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    length += part.value.length;
    if (length > maxBytes) {
      reader?.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks);
}

function tooLong(maxBytes: number): Downloaded {
  return { type: "failed", reason: `longer than ${maxBytes / 1024} KiB` };
}

function parseLength(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return errorCode(error) ?? error.message;
}
