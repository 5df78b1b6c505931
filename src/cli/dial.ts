/** Opens a connection and closes it again: TCP, or TCP and TLS. */
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { isObject } from "../json.ts";

export type DialOptions = {
  readonly host: string;
  readonly port: number;
  /** Milliseconds. */
  readonly limit: number;
  readonly signal: AbortSignal;
};

export type Dialled =
  | { readonly type: "open"; readonly protocol?: string; readonly validTo?: string }
  /** The other end speaks, but no TLS. */
  | { readonly type: "no_tls" }
  | { readonly type: "timeout" }
  | { readonly type: "failed"; readonly error: Error };

/** Whether it is an IP address and no name. */
export function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}

/** Never rejects; an abort counts as a failure. */
export function dial({ tls, ...where }: DialOptions & { readonly tls: boolean }): Promise<Dialled> {
  return tls ? dialTls(where, true) : dialTcp(where);
}

/** Whether anything there completes a TLS handshake, with whatever certificate. */
export async function speaksTls(options: DialOptions): Promise<boolean> {
  return (await dialTls(options, false)).type === "open";
}

function dialTcp({ host, port, ...limits }: DialOptions): Promise<Dialled> {
  const socket = connect({ host, port });
  return settle(socket, limits, (done) => {
    socket.once("connect", () => done({ type: "open" }));
    socket.once("error", (error) => done({ type: "failed", error }));
  });
}

function dialTls(
  { host, port, ...limits }: DialOptions,
  rejectUnauthorized: boolean,
): Promise<Dialled> {
  // A server name may be a name only, never an address (RFC 6066).
  const name = isAddress(host) ? {} : { servername: host };
  const socket = connectTls({ host, port, rejectUnauthorized, ...name });
  return settle(socket, limits, (done) => {
    socket.once("secureConnect", () => {
      const until = new Date(socket.getPeerCertificate().valid_to);
      const validTo = Number.isNaN(until.getTime()) ? undefined : until.toISOString().slice(0, 10);
      done({
        type: "open",
        protocol: socket.getProtocol()?.replace(/^TLSv/, "") ?? "",
        ...(validTo === undefined ? {} : { validTo }),
      });
    });
    socket.once("error", (error) =>
      done(isNoTls(error) ? { type: "no_tls" } : { type: "failed", error }),
    );
    // A server that takes the greeting for nonsense may simply hang up.
    socket.once("close", () => done({ type: "failed", error: new Error("closed during TLS") }));
  });
}

/** OpenSSL's and BoringSSL's words for an answer that is no TLS record. */
function isNoTls(error: Error): boolean {
  const code = "code" in error ? String(error.code) : "";
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST|EPROTO/i.test(`${code} ${error.message}`)) {
    return true;
  }
  // Bun 1.3 takes it for a certificate without a name, and has none to show.
  const certificate = "cert" in error ? error.cert : undefined;
  return (
    code === "ERR_TLS_CERT_ALTNAME_INVALID" &&
    isObject(certificate) &&
    Object.keys(certificate).length === 0
  );
}

type Done = (dialled: Dialled) => void;

function settle(
  socket: Socket,
  { limit, signal }: Pick<DialOptions, "limit" | "signal">,
  listen: (done: Done) => void,
): Promise<Dialled> {
  return new Promise((resolve) => {
    const stop = (): void => done({ type: "failed", error: new Error("stopped") });
    const timer = setTimeout(() => done({ type: "timeout" }), limit);
    function done(dialled: Dialled): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      // Errors after the end (a reset on closing) are of no interest, but must not go unheard.
      socket.on("error", () => {});
      socket.destroy();
      resolve(dialled);
    }
    signal.addEventListener("abort", stop, { once: true });
    listen(done);
  });
}
