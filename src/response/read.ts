/** Most bytes read of an error's body, and the longest wait for them in milliseconds. */
const errorLimit = { maxBytes: 64 * 1024, timeoutMs: 5_000 } as const;

export type ReadLimit = { readonly maxBytes: number; readonly timeoutMs: number };

/**
 * Reads a body as text, up to a size and a time. What came until then is returned and the rest is
 * cancelled; a connection that breaks counts as the end. Never throws.
 */
export async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, timeoutMs }: ReadLimit = errorLimit,
): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let left = maxBytes;
  const timer = setTimeout(() => void reader.cancel().catch(ignore), timeoutMs);
  try {
    while (left > 0) {
      const { value, done } = await reader.read();
      if (done) break;
      text += decoder.decode(value.subarray(0, left), { stream: true });
      left -= value.length;
    }
  } catch {
    // A body that breaks off still has its beginning, and that is what we want of an error.
  } finally {
    clearTimeout(timer);
    void reader.cancel().catch(ignore);
  }
  return text + decoder.decode();
}

/** Cancelling a body that is already broken rejects, and nobody waits for it. */
function ignore(): void {}
