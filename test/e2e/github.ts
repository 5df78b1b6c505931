/** GitHub, as far as the plugin asks it: a server on this machine, with made-up texts. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "./harness/home.ts";

/** The table, on purpose not read from the plugin's own. */
export const promptFiles = {
  "gpt-5.2-codex": "gpt-5.2-codex_prompt.md",
  "gpt-5.2": "gpt_5_2_prompt.md",
  "gpt-5.1-codex-max": "gpt-5.1-codex-max_prompt.md",
  "gpt-5.1-codex": "gpt_5_codex_prompt.md",
  "gpt-5.1-codex-mini": "gpt_5_codex_prompt.md",
  "gpt-5.1": "gpt_5_1_prompt.md",
} as const;

/** A model that only the newest release's catalogue knows. */
export const newerModel = "gpt-9-codex";

const promptFolder = "/raw/rust-v0.80.0/codex-rs/core/";
const cataloguePath = "/raw/rust-v0.200.0/codex-rs/models-manager/models.json";
const releasePath = "/api/releases/latest";

export const promptPath = (file: string): string => promptFolder + file;
/** As long as a prompt must be to count as one. */
export const longText = (start: string): string => `${start}\n${"Work with care. ".repeat(40)}\n`;
const textAt = (path: string): string => longText(`Made-up official prompt, found at ${path}.`);

/** What GitHub has for this model. */
export function officialText(model: keyof typeof promptFiles | typeof newerModel): string {
  return textAt(model === newerModel ? cataloguePath : promptPath(promptFiles[model]));
}

/** All that there is to ask for when nothing is cached. */
export const everything = [
  ...new Set(Object.values(promptFiles).map(promptPath)),
  releasePath,
  cataloguePath,
].sort();

/** A status, or: no answer until the end, 10 MB of text, a connection that breaks in mid text. */
export type Fault = number | "hang" | "html" | "huge" | "cut";

export interface GitHub extends AsyncDisposable {
  /** Leads the plugin here. */
  readonly env: Readonly<Record<string, string>>;
  /** Paths asked for so far. */
  readonly asked: string[];
  /** Paths that hang, and whose client still waits. */
  readonly hanging: ReadonlySet<string>;
  /** Path → what goes wrong there; `undefined` for none. May be changed while it runs. */
  fault: (path: string) => Fault | undefined;
  /** From now on nothing goes wrong, and requests that hang get their answer. */
  release(): void;
}

export function createGitHub(fault: GitHub["fault"] = () => undefined): GitHub {
  const asked: string[] = [];
  const hanging = new Set<string>();
  const end = Promise.withResolvers<void>();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    // Else the connection that breaks on purpose is printed as an error.
    development: false,
    async fetch(request) {
      const path = new URL(request.url).pathname;
      asked.push(path);
      const wrong = github.fault(path);
      if (wrong !== "hang") return wrong === undefined ? usual(path) : fail(wrong);
      hanging.add(path);
      request.signal.addEventListener("abort", () => hanging.delete(path));
      await end.promise;
      hanging.delete(path);
      return usual(path);
    },
  });
  const { origin } = server.url;
  const github: GitHub = {
    env: {
      OPENCODE_CODEX_GITHUB_RAW_URL: `${origin}/raw`,
      OPENCODE_CODEX_GITHUB_API_URL: `${origin}/api`,
    },
    asked,
    hanging,
    fault,
    release() {
      github.fault = () => undefined;
      end.resolve();
    },
    async [Symbol.asyncDispose]() {
      end.resolve();
      await server.stop(true);
    },
  };
  return github;
}

function usual(path: string): Response {
  if (path === releasePath) return Response.json({ tag_name: "rust-v0.200.0" });
  if (path === cataloguePath) {
    return Response.json({ models: [{ slug: newerModel, base_instructions: textAt(path) }] });
  }
  if (everything.includes(path)) return new Response(textAt(path));
  return new Response("404: Not Found", { status: 404 });
}

function fail(fault: Exclude<Fault, "hang">): Response {
  switch (fault) {
    case "html":
      return new Response(
        "<!doctype html><html><body>Sign in to the hotel's network</body></html>",
      );
    case "huge":
      return new Response("A line of it.\n".repeat(750_000));
    case "cut":
      return new Response(
        new ReadableStream({
          async pull(controller) {
            controller.enqueue(new TextEncoder().encode("You are a prompt that ends in mid"));
            // So that the start of it is on its way.
            await new Promise(setImmediate);
            controller.error(new Error("cut on purpose"));
          },
        }),
      );
    default:
      return new Response("Not today.", { status: fault });
  }
}

export const cacheFolder = (home: Home): string => join(home.path, ".opencode", "cache");

/** Waits until the plugin has stored all that GitHub has for it. */
export async function untilCached(home: Home): Promise<void> {
  const deadline = performance.now() + 20_000;
  const wanted = everything.length - 1; // The newest release is part of the catalogue's file.
  let found: string[] = [];
  while (performance.now() < deadline) {
    const names = await readdir(cacheFolder(home)).catch(() => []);
    found = names.filter((name) => /^codex-(rust|models).*\.json$/.test(name));
    if (found.length === wanted) return;
    await Bun.sleep(20);
  }
  throw new Error(`The plugin has cached no more than: ${found.join(", ")}`);
}
