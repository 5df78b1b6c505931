/** The gateway's model list as a start of OpenCode needs it: at once, or not at all. */
import type { Fetch } from "../../fetch.ts";
import type { JsonCache } from "../../json-cache.ts";
import { tooLate, within } from "../../within.ts";
import { type CachedList, cachedListOf, createRefusal, isRefusalOf } from "./cache.ts";
import { fetchModelList, modelListURLs } from "./fetch.ts";
import type { RemoteModel } from "./parse.ts";

export type ModelListDependencies = {
  /** Holds one file per base URL. */
  readonly cache: JsonCache;
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly debug: (message: string) => void;
  readonly limits?: Partial<Record<keyof typeof defaultLimits, number>>;
};

export type ModelListRequest = {
  readonly baseURL: string;
  /** The responses endpoint in use. */
  readonly endpoint: string;
  /** Version of the Codex CLI to ask as. */
  readonly clientVersion: string;
  /** The settings' own headers, and the key as a Bearer token. */
  readonly headers: Readonly<Record<string, string>>;
};

export type ModelList = {
  /**
   * What the gateway serves, or `undefined` when that is not known in time. Never rejects.
   *
   * From the cache, even a stale one, it comes at once and is asked for anew in the background.
   * Without one this waits for the gateway, and no longer than 1.5 s. Where the gateway said that it
   * has none for this key, nobody asks again for an hour, other processes included.
   */
  load(request: ModelListRequest): Promise<readonly RemoteModel[] | undefined>;
  /** The newest list of the base URL that was loaded last, the background's included. */
  current(): readonly RemoteModel[] | undefined;
  /** Gives up what is still being fetched. A later `load` works again. */
  dispose(): void;
};

const defaultLimits = {
  /** Longest a start waits, in milliseconds. */
  waitMs: 1_500,
  /** Longest a fetch takes, all candidates together, in milliseconds. */
  timeoutMs: 5_000,
  maxBytes: 4 * 1024 * 1024,
} as const;

/** How long a list counts as the newest, and the word that there is none. */
const hour = 3_600_000;
/** How long a process does not ask again by itself. */
const failureMs = 600_000;
const day = 86_400_000;

/**
 * How long a start does not wait again for a gateway that was down or too slow to say: four times as
 * long after each failure more, up to a day. It is asked all the same, in the background.
 */
function pauseAfter(failures: number): number {
  return Math.min(failureMs * 4 ** (failures - 1), day);
}

export function createModelList(deps: ModelListDependencies): ModelList {
  const { now, debug } = deps;
  const limits = { ...defaultLimits, ...deps.limits };
  /** Newest list of each base URL. */
  const lists = new Map<string, readonly RemoteModel[]>();
  let latest: string | undefined;
  /** Fetches under way, and when each was last tried: by base URL and key, in memory only. */
  const running = new Map<string, Promise<readonly RemoteModel[] | undefined>>();
  const tried = new Map<string, number>();
  const controllers = new Set<AbortController>();

  const save = (baseURL: string, cached: CachedList): Promise<void> =>
    cachedListOf(deps.cache, baseURL).update(() => cached);

  function refresh(ticket: string, request: ModelListRequest, cached: CachedList | undefined) {
    const current = running.get(ticket);
    if (current !== undefined) return current;
    tried.set(ticket, now());
    const fetching = fetchAndSave(request, cached)
      .catch((error: unknown) => {
        debug(`no model list: ${String(error)}`);
        return undefined;
      })
      .finally(() => running.delete(ticket));
    running.set(ticket, fetching);
    return fetching;
  }

  async function fetchAndSave(
    request: ModelListRequest,
    cached: CachedList | undefined,
  ): Promise<readonly RemoteModel[] | undefined> {
    const { baseURL } = request;
    const controller = new AbortController();
    controllers.add(controller);
    const timer = setTimeout(() => controller.abort(), limits.timeoutMs);
    // A request under way may keep a finished process alive; its time limit need not.
    timer.unref();
    const fetched = await fetchModelList({
      ...request,
      urls: modelListURLs(request.endpoint, request.clientVersion),
      known: cached?.list,
      fetch: deps.fetch,
      signal: controller.signal,
      limit: limits,
    });
    clearTimeout(timer);
    // Given up by us, which says nothing about the gateway.
    if (!controllers.delete(controller)) return cached?.list?.models;

    if (fetched.type === "list") {
      const { url, etag, models } = fetched;
      debug(`model list: ${models.length} models from ${url}`);
      lists.set(baseURL, models);
      await save(baseURL, { version: 1, nextCheck: now() + hour, list: { url, etag, models } });
      return models;
    }
    if (fetched.type === "failed") debug(`no model list: ${JSON.stringify(fetched.attempts)}`);
    const settled = fetched.type === "unchanged" || fetched.settled;
    const list = cached?.list;
    // Nobody waits for a list that is there in an older form.
    const failures = settled || list !== undefined ? 0 : (cached?.failures ?? 0) + 1;
    await save(baseURL, {
      version: 1,
      nextCheck: now() + (settled ? hour : pauseAfter(Math.max(1, failures))),
      ...(failures > 0 && { failures }),
      ...(settled && list === undefined ? { refused: createRefusal(askerOf(request)) } : { list }),
    });
    return cached?.list?.models;
  }

  return {
    async load(request) {
      const { baseURL } = request;
      const ticket = `${baseURL}\n${askerOf(request)}`;
      latest = baseURL;
      const cached = await cachedListOf(deps.cache, baseURL).load();
      // Memory still knows it where the disk is read-only or the file was damaged since.
      const models = cached?.list?.models ?? lists.get(baseURL);
      if (models !== undefined) lists.set(baseURL, models);

      const rests = cached !== undefined && isAhead(cached.nextCheck, now());
      if (models !== undefined) {
        if (!rests) void refresh(ticket, request, cached);
        return models;
      }
      if (rests && isRefusalOf(askerOf(request), cached.refused)) return undefined;
      if (rests && cached.refused === undefined) {
        // Asked again without waiting, because the gateway may be up again; but no more than once
        // in this process.
        if (!isRecent(tried.get(ticket), now())) void refresh(ticket, request, cached);
        return undefined;
      }

      const fetching = refresh(ticket, request, cached);
      const inTime = await within(fetching, limits.waitMs);
      if (inTime === tooLate) {
        debug(`model list: no answer within ${limits.waitMs} ms, going on without`);
        // Unless the list has come meanwhile, and was still being saved.
        const failures = (cached?.failures ?? 0) + 1;
        const late: CachedList = { version: 1, nextCheck: now() + pauseAfter(failures), failures };
        await cachedListOf(deps.cache, baseURL).update((current) =>
          current?.list === undefined ? late : current,
        );
        return undefined;
      }
      return inTime;
    },

    current: () => (latest === undefined ? undefined : lists.get(latest)),

    dispose() {
      const given = [...controllers];
      controllers.clear();
      for (const controller of given) controller.abort();
    },
  };
}

/** The endpoint decides where a list is looked for, and the key what there is to see. */
function askerOf({ endpoint, headers }: ModelListRequest): string {
  return JSON.stringify([endpoint, headers]);
}

/** No pause is longer than a day: a time beyond that was written by a clock that was wrong. */
function isAhead(nextCheck: number, now: number): boolean {
  return nextCheck > now && nextCheck <= now + day;
}

function isRecent(at: number | undefined, now: number): boolean {
  return at !== undefined && now - at < failureMs;
}
