/** The instructions of a request: the sources in their order, and what was used stays. */
import type { JsonCache } from "../json-cache.ts";
import { promptHashes } from "../models/catalog.ts";
import { builtinInstructions } from "./builtin.ts";
import { type InstructionsUnreadable, readNamedFile } from "./named-file.ts";
import { createCache } from "./official/cache.ts";
import type { FileHost, Release } from "./official/fetch.ts";
import { createOfficial, type OfficialOptions } from "./official/official.ts";
import { findUnlikely } from "./plausible.ts";

export type { InstructionsUnreadable } from "./named-file.ts";

/** `"codex"`, `"builtin"`, `"none"`, or the path of a file. */
export type InstructionsSetting = string;

/**
 * What must outlive the plugin, which OpenCode starts again in the same process after a login.
 * Owned by the caller.
 */
export type InstructionsMemory = {
  /** Setting and model → the instructions that were used. */
  readonly pinned: Map<string, string>;
  readonly waiting: { from: number | undefined };
};

export function createInstructionsMemory(): InstructionsMemory {
  return { pinned: new Map(), waiting: { from: undefined } };
}

export type InstructionsDependencies = Pick<OfficialOptions, "fetch" | "debug"> & {
  readonly memory: InstructionsMemory;
  readonly cache: JsonCache;
  /** What `~` in a path stands for. */
  readonly home: string;
  /** Where a relative path starts. */
  readonly directory: string;
  /** The gateway's own instructions for a model. Must not reject, and should not take long. */
  readonly listed?: (model: string) => string | undefined | Promise<string | undefined>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** The user's mirrors, with blanks or commas between them. They take the place of `hosts`. */
  readonly rawURL?: string;
  readonly hosts?: readonly FileHost[];
  readonly hashes?: ReadonlyMap<string, string>;
  readonly apiURL?: string;
  readonly waitMs?: number;
  readonly timeoutMs?: number;
};

/** Where GitHub is out of reach, users have mirrors, and name them in the environment. */
export function mirrorsOf(
  env: Readonly<Record<string, string | undefined>>,
): Pick<InstructionsDependencies, "rawURL" | "apiURL"> {
  const { OPENCODE_CODEX_GITHUB_RAW_URL: rawURL, OPENCODE_CODEX_GITHUB_API_URL: apiURL } = env;
  return { ...(rawURL && { rawURL }), ...(apiURL && { apiURL }) };
}

const publicHosts: readonly FileHost[] = [
  { base: "https://raw.githubusercontent.com/openai/codex/", trust: "repository" },
  // For those who cannot reach GitHub.
  { base: "https://cdn.jsdelivr.net/gh/openai/codex@", trust: "hash" },
];

function hostsOf(mirrors = ""): readonly FileHost[] {
  const named = mirrors.split(/[\s,]+/).filter((url) => url !== "");
  if (named.length === 0) return publicHosts;
  return named.map((url) => ({ base: `${url.replace(/\/$/, "")}/`, trust: "user" }));
}

export type Instructions = {
  /** To be called when the plugin starts and the setting is "codex": downloads what is missing. */
  start(): void;
  /** What to send as `instructions`, or why the file the user named cannot be used. */
  resolve(model: string, setting?: InstructionsSetting): Promise<string | InstructionsUnreadable>;
  /** The official prompt, whatever the setting says: for a gateway that takes no other. */
  official(model: string): Promise<string | undefined>;
  /** The newest release of Codex that is known: its tag, `rust-v0.170.0`, and models. Asks nobody. */
  release(): Promise<Release | undefined>;
  /** The same, as far as it has been read. */
  current(): Release | undefined;
  /**
   * To be called when the plugin is disposed of: downloads under way are aborted. Nobody needs to
   * wait for it but who deletes the cache folder.
   */
  stop(): Promise<void>;
};

/**
 * Order for the setting "codex": the gateway's own list → the official prompt, cached or downloaded
 * → the built-in text. A request waits for downloads until 2 s after the first of the process began,
 * all requests together, and only where nothing is cached.
 */
export function createInstructions(dependencies: InstructionsDependencies): Instructions {
  const { memory, debug, listed, fetch } = dependencies;
  const { pinned, waiting } = memory;
  const official = createOfficial({
    cache: createCache(dependencies.cache),
    fetch,
    debug,
    waiting,
    now: dependencies.now ?? Date.now,
    hosts: dependencies.hosts ?? hostsOf(dependencies.rawURL),
    hashes: dependencies.hashes ?? promptHashes,
    apiURL: dependencies.apiURL ?? "https://api.github.com/repos/openai/codex",
    waitMs: dependencies.waitMs ?? 2_000,
    timeoutMs: dependencies.timeoutMs ?? 10_000,
  });

  /** The text, or nothing where none of the sources has one. */
  async function findCodex(model: string): Promise<string | undefined> {
    const own = await listed?.(model);
    if (own === undefined) return official.find(model);
    const problem = findUnlikely(own);
    if (problem === undefined) return own;
    debug(`the gateway's own instructions for ${model} are not used: ${problem}`);
    return official.find(model);
  }

  async function find(model: string, setting: InstructionsSetting) {
    switch (setting) {
      case "none":
        return "";
      case "builtin":
        return builtinInstructions;
      case "codex":
        // Why there is no other text is in the debug log already.
        return (await findCodex(model)) ?? builtinInstructions;
      default:
        return readNamedFile(setting, dependencies);
    }
  }

  return {
    start: official.start,
    stop: official.stop,
    official: official.find,
    release: official.release,
    current: official.current,
    async resolve(model, setting = "codex") {
      // Other instructions in mid session would throw away the prompt cache of all its turns. Only
      // another setting, which is the user's wish, is worth that.
      const key = `${setting}\n${model}`;
      const text = pinned.get(key) ?? (await find(model, setting));
      if (typeof text !== "string") return text;
      // Of two requests that looked at the same time, the one that was quicker decides.
      const used = pinned.get(key) ?? text;
      pinned.set(key, used);
      return used;
    },
  };
}
