/**
 * The order in which endpoints are asked, and one search for all requests that want it at the same
 * time: OpenCode asks for the title and for the turn in the same moment, and each wrong path costs
 * the whole body.
 */

/** How long a path that is not the API's may take to say so, in milliseconds. */
const patienceMs = 1_500;

export type EndpointSearch<T> = {
  /** The way of one request. */
  begin(options: WalkOptions): Walk<T>;
};

export type WalkOptions = {
  /** Likeliest first. */
  readonly candidates: readonly string[];
  /** The one that answered last, if it is among the candidates. */
  readonly known: string | undefined;
};

/**
 * To be used in a `for await` over `endpoints`: whoever leaves the loop without `found` has learned
 * nothing about the endpoint, so that another request goes on with the search.
 */
export type Walk<T> = {
  /** Each is to be asked; the next comes where it turned out not to be the API's. */
  readonly endpoints: AsyncIterable<string>;
  /** It is the API's, whatever it answered. */
  found(endpoint: string): void;
  /** It is not; `said` is kept for who asks at the end. */
  reject(endpoint: string, said: T): void;
  /** What all said that were asked, by this request or by the one that searched for it. */
  tried(): T[];
};

/** A search under way. */
type Search<T> = {
  readonly tried: Map<string, T>;
  asking: string | undefined;
  /** Milliseconds since the epoch. */
  askedAt: number;
  found: string | undefined;
  /** Every candidate was asked in vain. */
  exhausted: boolean;
  ended: boolean;
  /** Who waits for its end. */
  readonly waiting: Set<() => void>;
};

export function createEndpointSearch<T>(): EndpointSearch<T> {
  let running: Search<T> | undefined;
  /** Where the last search stopped: not worth the disk if it only refused, but no search either. */
  let last: string | undefined;

  function begin({ candidates, known }: WalkOptions): Walk<T> {
    const tried = new Map<string, T>();
    let own: Search<T> | undefined;
    const untried = (): string[] => candidates.filter((endpoint) => !tried.has(endpoint));

    async function* walk(): AsyncGenerator<string, void> {
      const first = known ?? candidates.find((endpoint) => endpoint === last);
      if (first !== undefined) yield first;
      while (running !== undefined && untried().length > 1) {
        const search: Search<T> = running;
        await follow(search);
        const { found, asking, ended, exhausted } = search;
        for (const [endpoint, said] of search.tried) tried.set(endpoint, said);
        if (exhausted) return;
        // Ended by its host or by the network: this request searches on.
        if (ended && found === undefined) continue;
        // Not ended yet: a wrong path would have said so, so that one is thinking.
        const likeliest = found ?? asking;
        for (const endpoint of new Set([likeliest, ...candidates])) {
          if (endpoint !== undefined && !tried.has(endpoint)) yield endpoint;
        }
        return;
      }
      yield* lead(untried());
    }

    async function* lead(endpoints: readonly string[]): AsyncGenerator<string, void> {
      const search: Search<T> = {
        tried: new Map(tried),
        asking: undefined,
        askedAt: 0,
        found: undefined,
        exhausted: false,
        ended: false,
        waiting: new Set(),
      };
      own = search;
      running ??= search;
      try {
        for (const endpoint of endpoints) {
          search.asking = endpoint;
          search.askedAt = Date.now();
          yield endpoint;
        }
        search.exhausted = true;
      } finally {
        // Also where the loop is left, by a return or by what it throws.
        if (running === search) running = undefined;
        search.ended = true;
        for (const resume of search.waiting) resume();
      }
    }

    return {
      endpoints: walk(),
      found(endpoint) {
        last = endpoint;
        if (own !== undefined) own.found = endpoint;
      },
      reject(endpoint, said) {
        if (last === endpoint) last = undefined;
        tried.set(endpoint, said);
        own?.tried.set(endpoint, said);
      },
      tried: () => candidates.flatMap((endpoint) => tried.get(endpoint) ?? []),
    };
  }

  return { begin };
}

/** Until the search has ended, or one endpoint has taken longer than a wrong path takes. */
async function follow<T>(search: Search<T>): Promise<void> {
  while (!search.ended) {
    const left = search.askedAt + patienceMs - Date.now();
    if (left <= 0) return;
    await new Promise<void>((resume) => {
      const timer = setTimeout(resume, left);
      search.waiting.add(() => {
        clearTimeout(timer);
        resume();
      });
    });
  }
}
