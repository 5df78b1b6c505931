/** GitHub, as far as the plugin asks it: raw files and the newest release, with made-up texts. */
import { createServer } from "node:net";
import { catalog } from "../../../src/models/catalog.ts";

export const pinnedTag = "rust-v0.80.0";
export const newestTag = "rust-v0.150.0";
export const modelsPath = `/raw/${newestTag}/codex-rs/models-manager/models.json`;
export const olderModelsPath = `/raw/${newestTag}/codex-rs/core/models.json`;
export const releasePath = "/api/releases/latest";

/** Paths of the prompts of all families, in the table's order. */
export const promptPaths = [
  ...new Set([...catalog.values()].flatMap(({ prompt = [] }) => prompt)),
].map((file) => `/raw/${pinnedTag}/codex-rs/core/${file}`);

export const promptPath = (model: string): string =>
  `/raw/${pinnedTag}/codex-rs/core/${catalog.get(model)?.prompt}`;

/** A text that begins like this and is as long as a prompt must be. */
export const longText = (start: string): string => `${start}\n${"Work with care. ".repeat(40)}\n`;

export const promptText = (path: string): string => longText(`Made-up prompt, found at ${path}.`);

/** What the newest release says of two newer models. */
export const newerText = longText("Made-up instructions of gpt-9.");
export const newerCodexText = longText("Be plain!");

export const modelsText = JSON.stringify({
  models: [
    { slug: "gpt-9", base_instructions: newerText },
    {
      slug: "gpt-9-codex",
      model_messages: {
        instructions_template: longText("Be {{ personality }}!"),
        instructions_variables: { personality_default: "plain" },
      },
    },
  ],
});

type Answer = Response | undefined;
type Respond = (request: Request, path: string) => Answer | Promise<Answer>;

export interface GitHub extends AsyncDisposable {
  readonly rawURL: string;
  readonly apiURL: string;
  /** Paths asked for so far. */
  readonly asked: string[];
  /** Answers in place of the usual ones; `undefined` leaves a request to those. */
  respond: Respond;
  /** An answer that does not come. It ends with the server, which would otherwise wait for it. */
  hang(): Promise<Answer>;
}

/** A local server that knows the texts above. */
export function createGitHub(respond: Respond = () => undefined): GitHub {
  const asked: string[] = [];
  const end = Promise.withResolvers<Answer>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 30,
    async fetch(request) {
      const path = new URL(request.url).pathname;
      asked.push(path);
      return (await github.respond(request, path)) ?? usual(request, path);
    },
  });
  const github: GitHub = {
    rawURL: `${server.url.origin}/raw`,
    apiURL: `${server.url.origin}/api`,
    asked,
    respond,
    hang: () => end.promise,
    async [Symbol.asyncDispose]() {
      end.resolve(undefined);
      await server.stop(true);
    },
  };
  return github;
}

function usual(request: Request, path: string): Response {
  if (path === releasePath) {
    const etag = `"${newestTag}"`;
    if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304 });
    return Response.json({ tag_name: newestTag }, { headers: { etag } });
  }
  if (path === modelsPath) return new Response(modelsText);
  if (promptPaths.includes(path)) return new Response(promptText(path));
  return new Response("404: Not Found", { status: 404 });
}

/** A server that closes every connection in the middle of the body it promised. */
export async function createTruncating(): Promise<{ url: string } & Disposable> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.end(
        "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\nYou are a prompt that ends in mid",
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.dispose]: () => void server.close(),
  };
}
