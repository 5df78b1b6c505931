/** One GET of a server on this machine, past every proxy that the environment names. */
import { connect } from "node:net";
import { parseJson } from "../../json.ts";

export type Server = { readonly port: number; readonly password: string };

/** Largest answer that is read, in characters. */
const answerLimit = 16 * 1024 * 1024;

/** @returns the JSON of an answer 200; nothing of any other. Never rejects. */
export function askServer(
  { port, password }: Server,
  path: string,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<unknown> {
  const credentials = Buffer.from(`opencode:${password}`).toString("base64");
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host: "127.0.0.1", port });
    const stop = (): void => void socket.destroy();
    socket.setEncoding("utf8");
    socket.setTimeout(limit, stop);
    signal.addEventListener("abort", stop, { once: true });
    socket.on("connect", () => {
      // With 1.0 the answer comes in one piece and ends with the connection.
      const head = [
        `GET ${path} HTTP/1.0`,
        `Authorization: Basic ${credentials}`,
        "Host: 127.0.0.1",
      ];
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
    });
    socket.on("data", (chunk) => {
      text += String(chunk);
      if (text.length > answerLimit) stop();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      signal.removeEventListener("abort", stop);
      const [head = "", body] = text.split("\r\n\r\n", 2);
      const ok = /^HTTP\/1\.[01] 200 /.test(head);
      resolve(ok && body !== undefined ? parseJson(body) : undefined);
    });
  });
}
