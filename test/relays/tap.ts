/** A pass-through in front of a server that counts requests and leaves every byte as it is. */
import { connect, createServer, type Socket } from "node:net";

export interface Tap extends AsyncDisposable {
  readonly port: number;
  /** POST requests that came by so far. */
  posts(): number;
}

/**
 * Counts by request lines, which stand nowhere else in HTTP/1.1: a header holds no line break, and
 * a JSON body escapes its own.
 */
const requestLine = /POST \S+ HTTP\/1\.1\r\n/g;
/** Most bytes of a request line that may stand in two pieces. */
const longestLine = 2048;

/** In front of a port of 127.0.0.1; breaks off on one side what is broken off on the other. */
export async function openTap(target: number): Promise<Tap> {
  const open = new Set<Socket>();
  let posts = 0;
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    const count = createCounter();
    client.on("data", (bytes) => {
      posts += count(bytes.toString("latin1"));
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The tap has no port.");
  return {
    port: address.port,
    posts: () => posts,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Counts request lines in the pieces of one connection. */
function createCounter(): (piece: string) => number {
  let rest = "";
  return (piece) => {
    const text = rest + piece;
    const found = [...text.matchAll(requestLine)];
    const last = found.at(-1);
    const end = last === undefined ? 0 : last.index + last[0].length;
    rest = text.slice(Math.max(end, text.length - longestLine));
    return found.length;
  };
}
