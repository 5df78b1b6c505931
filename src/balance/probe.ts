/** Asks a gateway what is left, in every way that relays are known to answer. */
import { type Fetch, lettingGo } from "../fetch.ts";
import { parseJson } from "../json.ts";
import type { ListProblem } from "../models/list/fetch.ts";
import { readBounded } from "../response/read.ts";
import { unreachableKind } from "../unreachable.ts";
import type { Balance, BalanceKind } from "./balance.ts";
import { parseClaudeRelay, parseNewApi, parseOneApi, parseSub2api } from "./relays.ts";

export type ProbeKind = Exclude<BalanceKind, "codex">;

export type Probed =
  | { readonly type: "balance"; readonly balance: Balance }
  /** It answered, and in none of the known ways. */
  | { readonly type: "unknown" }
  /** It could not be asked: another time it may tell. */
  | { readonly type: "failed"; readonly problem: AskProblem };

/** Why it could not be asked. */
export type AskProblem = Exclude<ListProblem, { readonly type: "no_list" }>;

export type ProbeOptions = {
  readonly baseURL: string;
  readonly key: string;
  /** `headers` of the gateway's settings. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The kind that answered last: it alone is asked. */
  readonly known?: ProbeKind | undefined;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
};

/** Asks for the JSON at a path below the gateway's root. */
type Ask = (path: string) => Promise<unknown>;

type Kind = {
  /** All of it below the root, so never on another origin. */
  readonly ask: (ask: Ask) => Promise<Balance | undefined>;
};

/** In the order they are asked: what says most about a key comes first. */
const kinds: Readonly<Record<ProbeKind, Kind>> = {
  sub2api: { ask: async (ask) => parseSub2api(await ask("/v1/usage")) },
  "new-api": {
    async ask(ask) {
      const usage = await ask("/api/usage/token/");
      // Only one that knows points is asked for their price.
      if (parseNewApi(usage, undefined) === undefined) return undefined;
      return parseNewApi(usage, await ask("/api/status"));
    },
  },
  "one-api": {
    async ask(ask) {
      const subscription = await ask("/v1/dashboard/billing/subscription");
      if (parseOneApi(subscription, undefined) === undefined) return undefined;
      return parseOneApi(subscription, await ask("/v1/dashboard/billing/usage"));
    },
  },
  "claude-relay-service": { ask: async (ask) => parseClaudeRelay(await ask("/openai/key-info")) },
};

/** Endings of a base URL that belong to the API, the longest first; `/openai` is a relay's own. */
const endings = [
  /\/responses$/,
  /\/backend-api\/codex$/,
  /\/backend-api$/,
  /\/v1$/,
  /\/codex$/,
  /\/openai$/,
];

/** What the relay itself is mounted at: never above the path that the user named. */
export function rootOf(baseURL: string): string {
  return endings.reduce((url, ending) => {
    const { origin, pathname } = new URL(url);
    return origin + pathname.replace(/\/$/, "").replace(ending, "");
  }, baseURL);
}

/** The network, or a limit: the other paths would fare no better. */
class Stopped extends Error {
  readonly problem: AskProblem;

  constructor(problem: AskProblem) {
    super(problem.type);
    this.problem = problem;
  }
}

/** Never rejects. Six requests at most, none of which costs anything; one or two for a known kind. */
export async function probe(options: ProbeOptions): Promise<Probed> {
  const { known, signal, timeoutMs } = options;
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const names = known === undefined ? probeKinds : [known];
  try {
    return await lettingGo(limited, async (within) => {
      for (const name of names) {
        const balance = await kinds[name].ask((path) =>
          askFor(path, { ...options, signal: within }),
        );
        if (balance !== undefined) return { type: "balance", balance };
      }
      return { type: "unknown" };
    });
  } catch (error) {
    const late = { type: "unreachable", kind: "timed_out" } as const;
    return { type: "failed", problem: error instanceof Stopped ? error.problem : late };
  }
}

export const probeKinds: readonly ProbeKind[] = [
  "sub2api",
  "new-api",
  "one-api",
  "claude-relay-service",
];

async function askFor(
  path: string,
  { baseURL, key, headers, fetch, signal, timeoutMs }: ProbeOptions,
): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(rootOf(baseURL) + path, {
      headers: { ...headers, accept: "application/json", authorization: `Bearer ${key}` },
      // The key is this gateway's: where it points to is not asked.
      redirect: "manual",
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Stopped({ type: "unreachable", kind: unreachableKind(error) });
  }
  if (response.status === 429 || response.status >= 500) {
    void response.body?.cancel().catch(() => {});
    throw new Stopped({ type: "status", status: response.status });
  }
  const text = await readBounded(response.body, { maxBytes: 256 * 1024, timeoutMs });
  signal.throwIfAborted();
  return response.status === 200 ? parseJson(text) : undefined;
}
