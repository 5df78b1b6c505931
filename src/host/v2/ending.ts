/**
 * How an answer ends, in OpenCode 2's words. That host shows `code: message` of an error event, takes
 * every code it does not know for a passing fault, and asks again up to ten times, printing what came
 * before each time (2.0.15: 11 requests, the same text 11 times). It reads an event's `status` like
 * that of an answer, so the event gets one; and the codes it has rules for it finds as `type` too,
 * where it does not show them.
 */
import { isObject, parseJson } from "../../json.ts";
import { parseErrorValue } from "../../response/errors.ts";
import { statusOf } from "../../response/status.ts";
import { StreamError } from "../../response/stream-error.ts";

/** How the pipeline writes the one error event of a stream. */
const errorEvent = 'data: {"type":"error"';

/**
 * The bytes of an answer, its last error in the host's words; a body that breaks ends in one.
 *
 * @param gone the host has left: what happens then is no error.
 * @param redact takes keys out of a text.
 */
export async function* forHost(
  answer: Response,
  gone: AbortSignal,
  redact: (text: string) => string,
): AsyncGenerator<Uint8Array> {
  const reader = answer.body?.getReader();
  // While the gateway is silent too, so that it hears at once that nobody waits any more.
  const leave = (): void => void reader?.cancel().catch(() => {});
  gone.addEventListener("abort", leave, { once: true });
  try {
    for (;;) {
      const result = await reader?.read();
      if (result === undefined || result.done) return;
      yield (answer.status === 200 ? rewriteError(result.value) : undefined) ?? result.value;
    }
  } catch (cause) {
    if (gone.aborted) return;
    const said = redact(cause instanceof Error ? cause.message : String(cause));
    const again = cause instanceof StreamError && cause.isRetryable;
    yield again ? encode(said, 503, "server_error") : encode(said, 400, "invalid_prompt");
  } finally {
    gone.removeEventListener("abort", leave);
  }
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function rewriteError(bytes: Uint8Array): Uint8Array | undefined {
  // Hardly any chunk holds one, and most are small: looking costs less than decoding.
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(errorEvent);
  if (start === -1) return undefined;
  const line = decoder.decode(bytes.subarray(start)).split("\n", 1)[0] ?? "";
  const value = parseJson(line.slice("data: ".length));
  const error = isObject(value) ? parseErrorValue(value) : undefined;
  if (error === undefined) return undefined;
  const status = statusOf(error, undefined, 500);
  const event = encode(error.message, status, error.code ?? error.type);
  return Buffer.concat([bytes.subarray(0, start), event]);
}

/** A blank line first: the event before may have been cut off. */
function encode(message: string, status: number, type: string): Uint8Array {
  const event = { type: "error", status, message, error: { type } };
  return encoder.encode(`\n\ndata: ${JSON.stringify(event)}\n\n`);
}
