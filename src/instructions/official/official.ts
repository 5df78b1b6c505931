/** The official prompts: from the cache, and downloaded into it. */
import { catalog, codexRelease } from "../../models/catalog.ts";
import { bareName, rowOf } from "../../models/name.ts";
import { within } from "../../within.ts";
import type { Cache, CachedCatalogue } from "./cache.ts";
import { createFailureLog, firstPauseMs } from "./failures.ts";
import { fetchCatalogue, fetchPrompt, type GitHubOptions, type Release } from "./fetch.ts";

/** A tag's files never change. */
const pinnedTag = `rust-v${codexRelease}`;

const promptFiles = [...new Set([...catalog.values()].flatMap(({ prompt = [] }) => prompt))];

/** Name of the catalogue among the things to download. */
const catalogueName = "models.json";

/** Milliseconds for which the newest release counts as known. */
const dayMs = 24 * 60 * 60 * 1000;

export type OfficialOptions = GitHubOptions & {
  readonly cache: Cache;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly debug: (message: string) => void;
  /** When the first download of this process began; outlives the plugin, as the limit is for ever. */
  readonly waiting: { from: number | undefined };
  /** Milliseconds after that until which requests wait. */
  readonly waitMs: number;
  /** Milliseconds until a download is given up. */
  readonly timeoutMs: number;
};

export type Official = {
  /** Downloads what is neither cached nor failed lately. Returns at once, may be called again. */
  start(): void;
  /** The official instructions, or nothing. Waits only for a download, and only within the limit. */
  find(model: string): Promise<string | undefined>;
  /** The newest release that is known, from the cache at first. Waits for no download. */
  release(): Promise<Release | undefined>;
  /** The same, as far as it has been read. */
  current(): Release | undefined;
  /**
   * Aborts what is under way, so that it keeps no process alive. The promise is for who deletes the
   * cache folder: from then on nothing is written.
   */
  stop(): Promise<void>;
};

export function createOfficial(options: OfficialOptions): Official {
  const { cache, now, debug, waiting, waitMs, timeoutMs } = options;
  const failures = createFailureLog({ file: cache.failures, now });
  const stopped = new AbortController();
  const prompts = new Map<string, string>();
  let catalogue: CachedCatalogue | undefined;
  let cached: Promise<void> | undefined;
  let preparing: Promise<void> | undefined;
  /** Downloads under way, by name. They never reject. */
  const pending = new Map<string, Promise<void>>();
  const rounds = new Set<Promise<void>>();

  async function loadCached(): Promise<void> {
    const load = async (file: string): Promise<void> => {
      const text = await cache.loadPrompt(pinnedTag, file);
      if (text !== undefined) prompts.set(file, text);
    };
    [catalogue] = await Promise.all([cache.loadCatalogue(), ...promptFiles.map(load)]);
  }

  function begin(): Promise<void> {
    preparing ??= prepare().finally(() => {
      preparing = undefined;
    });
    return preparing;
  }

  /** Loads the cache, and sets downloads going for what is not in it. */
  async function prepare(): Promise<void> {
    cached ??= loadCached();
    await cached;
    const wanted = promptFiles.filter((file) => !prompts.has(file));
    if (!isFresh(catalogue, now())) wanted.push(catalogueName);
    const missing = wanted.filter((name) => !pending.has(name));
    if (missing.length === 0) return;
    const due = await failures.due(missing);
    // After a stop nobody wants them any more.
    if (due.length === 0 || stopped.signal.aborted) return;
    const round = run(due).finally(() => rounds.delete(round));
    rounds.add(round);
  }

  async function run(names: readonly string[]): Promise<void> {
    waiting.from ??= now();
    const failed = new Map<string, string>();
    const timeout = new AbortController();
    const signal = AbortSignal.any([timeout.signal, stopped.signal]);
    const tell = onceTold(debug, names.length);
    const timers = [
      setTimeout(() => timeout.abort(), timeoutMs),
      // From here on requests do without. The next process shall not wait again, and this one may
      // be gone before the download is given up.
      setTimeout(() => {
        const late = names.filter((name) => pending.has(name));
        tell(late, `not there after ${waitMs / 1000} s`);
        late.forEach(failures.failed);
        void failures.save();
      }, waitMs),
    ];
    for (const timer of timers) timer.unref();

    await Promise.all(
      names.map((name) => {
        const job = fetchOne(name, signal).then((reason) => {
          pending.delete(name);
          // What failed because we stopped it says nothing about the network.
          if (stopped.signal.aborted) return;
          if (reason === undefined) {
            failures.succeeded(name);
          } else {
            failures.failed(name);
            failed.set(name, reason);
          }
        });
        pending.set(name, job);
        return job;
      }),
    );
    for (const timer of timers) clearTimeout(timer);
    if (stopped.signal.aborted) return;
    const [reason = ""] = failed.values();
    tell([...failed.keys()], reason);
    await failures.save();
  }

  /** @returns why it could not be had, or nothing. */
  async function fetchOne(name: string, signal: AbortSignal): Promise<string | undefined> {
    if (name !== catalogueName) {
      const result = await fetchPrompt(options, { tag: pinnedTag, file: name, signal });
      if (result.type === "failed") return result.reason;
      prompts.set(name, result.text);
      await cache.savePrompt(pinnedTag, name, result.text);
      return undefined;
    }
    const result = await fetchCatalogue(options, { current: catalogue, signal });
    if (result.type === "failed") return result.reason;
    catalogue = { ...result.release, checkedAt: now() };
    await cache.saveCatalogue(catalogue);
    return undefined;
  }

  function lookUp(model: string): string | undefined {
    const prompt = rowOf(model)?.prompt;
    if (prompt !== undefined) return prompts.get(prompt);
    const named = (wanted: string) => catalogue?.models.find(({ id }) => id === wanted);
    return (named(model) ?? named(bareName(model)))?.instructions;
  }

  /** Milliseconds that a request may still wait. */
  function waitLeft(): number {
    if (waiting.from === undefined) return 0;
    const waited = now() - waiting.from;
    // A clock that was set back must not lengthen the wait.
    return waited < 0 ? 0 : waitMs - waited;
  }

  return {
    start: () => void begin(),
    async stop() {
      stopped.abort();
      await preparing;
      await Promise.all(rounds);
      await failures.settled();
    },
    async release() {
      cached ??= loadCached();
      await cached;
      return catalogue;
    },
    current: () => catalogue,
    async find(model) {
      await begin();
      const prompt = rowOf(model)?.prompt;
      const nothing = prompt === undefined ? catalogue === undefined : !prompts.has(prompt);
      const job = pending.get(prompt ?? catalogueName);
      const left = waitLeft();
      if (nothing && job !== undefined && left > 0) await within(job, left);
      const text = lookUp(model);
      if (text === undefined && prompt === undefined && catalogue !== undefined) {
        debug(`release ${catalogue.tag} of the Codex CLI has no instructions for ${model}`);
      }
      return text;
    },
  };
}

function isFresh(catalogue: CachedCatalogue | undefined, now: number): boolean {
  if (catalogue === undefined) return false;
  const age = now - catalogue.checkedAt;
  return age >= 0 && age < dayMs;
}

/** One line for a round of downloads, however many of them fail and however often. */
function onceTold(debug: (message: string) => void, total: number) {
  let told = false;
  return (names: readonly string[], reason: string): void => {
    const [first] = names;
    if (told || first === undefined) return;
    told = true;
    debug(
      `${names.length} of ${total} downloads of official Codex instructions failed (${first}: ${reason}); what is cached or built in is sent, and the next try is in ${firstPauseMs / 60_000} minutes at the earliest`,
    );
  };
}
