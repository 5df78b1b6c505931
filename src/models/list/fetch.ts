/** Asks the gateway for its model list, at each place it may be. */
import { type Fetch, lettingGo } from "../../fetch.ts";
import { parseJson } from "../../json.ts";
import { type ReadLimit, readBounded } from "../../response/read.ts";
import { type UnreachableKind, unreachableKind } from "../../unreachable.ts";
import { parseModelList, type RemoteModel } from "./parse.ts";

/** Why there was no list at one place. */
export type ListProblem =
  | { readonly type: "status"; readonly status: number }
  /** Status 200, and something else than a list. */
  | { readonly type: "no_list" }
  | { readonly type: "unreachable"; readonly kind: UnreachableKind };

export type ListAttempt = { readonly url: string; readonly problem: ListProblem };

export type FetchedList =
  | {
      readonly type: "list";
      readonly url: string;
      readonly etag: string | undefined;
      readonly models: RemoteModel[];
    }
  /** The list that is already known is still right. */
  | { readonly type: "unchanged" }
  | {
      readonly type: "failed";
      readonly attempts: readonly ListAttempt[];
      /** The gateway itself said so, at every place: it will say the same a little later. */
      readonly settled: boolean;
    };

export type FetchListOptions = {
  /** Candidates, likeliest first. */
  readonly urls: readonly string[];
  /** With the key as a Bearer token. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the known list came from, if that is among the candidates. */
  readonly known: { readonly url: string; readonly etag?: string | undefined } | undefined;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly limit: ReadLimit;
};

/** Never rejects. Stops at the first list, and where another path cannot help. */
export async function fetchModelList(options: FetchListOptions): Promise<FetchedList> {
  const { urls, known } = options;
  const first = urls.filter((url) => isSamePlace(url, known?.url));
  const attempts: ListAttempt[] = [];
  let settled = true;
  for (const url of new Set([...first, ...urls])) {
    // The ETag of a list that was asked for as another client says nothing about this one.
    const etag = url === known?.url ? known.etag : undefined;
    const answer = await lettingGo(options.signal, (signal) =>
      ask(url, etag, { ...options, signal }),
    );
    if (answer.type !== "failed") return answer;
    attempts.push({ url, problem: answer.problem });
    settled &&= answer.settled;
    if (answer.final) break;
  }
  return { type: "failed", attempts, settled };
}

/** Whatever the client called itself when it asked. */
function isSamePlace(url: string, known: string | undefined): boolean {
  return known !== undefined && withoutQuery(url) === withoutQuery(known);
}

const withoutQuery = (url: string): string => url.split("?", 1)[0] ?? url;

type Answer =
  | Exclude<FetchedList, { type: "failed" }>
  | {
      readonly type: "failed";
      readonly problem: ListProblem;
      readonly settled: boolean;
      /** Another path cannot help. */
      readonly final: boolean;
    };

/** Statuses below 500 that pass. */
const passing = new Set([408, 425, 429]);

async function ask(
  url: string,
  etag: string | undefined,
  { headers, fetch, signal, limit }: FetchListOptions,
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: {
        ...headers,
        accept: "application/json",
        ...(etag === undefined ? {} : { "if-none-match": etag }),
      },
      // The key belongs to this gateway: where it points to is not asked.
      redirect: "manual",
      signal,
    });
  } catch (error) {
    // Same host, so the other paths would fail alike.
    const problem = { type: "unreachable", kind: unreachableKind(error) } as const;
    return { type: "failed", problem, settled: false, final: true };
  }
  if (response.status === 304 && etag !== undefined) return { type: "unchanged" };
  if (response.status !== 200) {
    // Nobody reads this body; one that is broken already rejects here.
    void response.body?.cancel().catch(() => {});
    const { status } = response;
    const settled = status < 500 && !passing.has(status);
    const problem = { type: "status", status } as const;
    return { type: "failed", problem, settled, final: status === 401 };
  }
  const models = parseModelList(parseJson(await readBounded(response.body, limit)));
  if (models === undefined) {
    return { type: "failed", problem: { type: "no_list" }, settled: true, final: false };
  }
  return { type: "list", url, etag: response.headers.get("etag") ?? undefined, models };
}

/**
 * Where the list may be, likeliest first: beside the responses endpoint, then at the usual places
 * below the same base. Never on another origin, never above the gateway's own path.
 *
 * Everywhere with the client's version: relays that have both forms of a list go by it, at
 * `/v1/models` too, and any other ignores it.
 *
 * @param endpoint the URL that requests go to; its query is not carried over.
 */
export function modelListURLs(endpoint: string, clientVersion: string): string[] {
  const url = new URL(endpoint);
  const folder = url.pathname.replace(/\/[^/]*$/, "");
  const root = folder.replace(/\/backend-api\/codex$|\/v1$/, "");
  const paths = new Set([`${folder}/models`, `${root}/v1/models`, `${root}/models`]);
  return [...paths].map((path) => `${url.origin}${path}?client_version=${clientVersion}`);
}
