/**
 * The models that OpenCode 2 shows once its plugins are loaded. Its command `models` does not wait for
 * them, so a server of its own is asked until they are there, and ended.
 */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import * as v from "valibot";
import type { World } from "../types.ts";
import { askServer, type Server } from "./ask-server.ts";
import type { HostFacts } from "./facts.ts";
import type { HostRunOptions } from "./run.ts";

const ListSchema = v.object({ data: v.array(v.unknown()) });
const ModelsSchema = v.object({
  data: v.array(v.object({ id: v.string(), providerID: v.string() })),
});

/** Milliseconds between two looks. */
const pause = 300;
/** Milliseconds that models may come after the plugins which bring them. */
const grace = 5_000;

/** Never rejects, but for an abort. */
export async function listServedModels(
  program: string,
  world: Pick<World, "env" | "directory" | "signal">,
  { env: more, limit }: HostRunOptions,
): Promise<HostFacts["models"]> {
  const { env, directory, signal } = world;
  const { BUN_BE_BUN: _, ...own } = env;
  const child = spawn(program, ["serve", "--port=0"], {
    cwd: directory,
    env: { ...own, OPENCODE_DISABLE_AUTOUPDATE: "1", ...more },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let printed = "";
  let ended = false;
  const take = (chunk: Buffer): void => {
    printed = (printed + stripVTControlCharacters(String(chunk))).slice(0, 10_000);
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  child.once("error", () => {
    ended = true;
  });
  child.once("exit", () => {
    ended = true;
  });
  const until = performance.now() + limit;
  let loadedAt: number | undefined;
  const query = `?location[directory]=${encodeURIComponent(directory)}`;
  try {
    while (!ended && performance.now() < until) {
      await sleep(pause, undefined, { signal });
      const server = findServer(printed);
      if (server === undefined) continue;
      const ask = (path: string) => askServer(server, `${path}${query}`, { limit, signal });
      const plugins = v.safeParse(ListSchema, await ask("/api/plugin"));
      // None at all: it has not loaded its own yet, which come with ours.
      if (!plugins.success || plugins.output.data.length === 0) continue;
      loadedAt ??= performance.now();
      const models = v.safeParse(ModelsSchema, await ask("/api/model"));
      if (!models.success) continue;
      const ofOpenAI = models.output.data.filter(({ providerID }) => providerID === "openai");
      if (ofOpenAI.length === 0 && performance.now() - loadedAt < grace) continue;
      return { type: "listed", names: ofOpenAI.map(({ id }) => id) };
    }
    signal.throwIfAborted();
    const [said = ""] = printed.trim().split("\n");
    return ended ? { type: "failed", said: said.slice(0, 300) || undefined } : { type: "timeout" };
  } finally {
    child.kill("SIGKILL");
  }
}

function findServer(printed: string): Server | undefined {
  const port = /listening on https?:\/\/[^\s:]{1,100}:(\d{1,5})/.exec(printed)?.[1];
  const password = /password (\S{1,200})/.exec(printed)?.[1];
  return port === undefined || password === undefined
    ? undefined
    : { port: Number(port), password };
}
